import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BURSTS, CALL, startSound } from "./sound";

let started: number;
let state: AudioContextState;

function context(): AudioContext {
  const param = { value: 0, setValueAtTime: () => undefined, linearRampToValueAtTime: () => undefined };
  return {
    get state() {
      return state;
    },
    currentTime: 0,
    destination: {},
    resume: async () => void (state = "running"),
    createGain: () => ({ gain: param, connect: (to: unknown) => to }),
    createOscillator: () => ({ type: "", frequency: param, connect: (to: unknown) => to, start: () => void (started += 1), stop: () => undefined }),
  } as unknown as AudioContext;
}

beforeEach(() => {
  vi.useFakeTimers();
  started = 0;
  state = "suspended";
  document.body.innerHTML = '<div id="banner" hidden><button data-sound-test></button></div>';
});
afterEach(() => vi.useRealTimers());

const banner = () => document.getElementById("banner") as HTMLElement;

test("a browser that was not touched says that it cannot sound, until somebody tests it (H37)", async () => {
  const sound = startSound(banner(), context);
  sound.set("high");
  vi.advanceTimersByTime(500);
  expect(banner().hidden).toBe(false);
  expect(started).toBe(0);
  banner().querySelector("button")?.click();
  await vi.advanceTimersByTimeAsync(1);
  expect(banner().hidden).toBe(true);
  expect(started).toBeGreaterThan(0);
});

test("a high alarm is ten pulses and comes again; quiet ends it", () => {
  state = "running";
  const sound = startSound(banner(), context);
  sound.set("high");
  expect(started).toBe(10);
  vi.advanceTimersByTime(BURSTS.high.again_s * 1000);
  expect(started).toBe(20);
  sound.set("");
  vi.advanceTimersByTime(60_000);
  expect(started).toBe(20);
});

test("a patient's call is two soft notes, again until somebody is there, and no alarm", () => {
  state = "running";
  const sound = startSound(banner(), context);
  sound.call(true);
  expect(started).toBe(2);
  vi.advanceTimersByTime(CALL.again_s * 1000);
  expect(started).toBe(4);
  sound.set("high");
  expect(started).toBe(14); // an alarm sounds beside it
  sound.set("");
  sound.call(false);
  vi.advanceTimersByTime(60_000);
  expect(started).toBe(14);
  for (const burst of Object.values(BURSTS)) expect(burst.pulses).not.toEqual(CALL.pulses);
});

test("medium is three pulses and low two, with longer rests", () => {
  expect(BURSTS.medium.pulses).toHaveLength(3);
  expect(BURSTS.low.pulses).toHaveLength(2);
  expect(BURSTS.high.again_s).toBeLessThan(BURSTS.medium.again_s);
});
