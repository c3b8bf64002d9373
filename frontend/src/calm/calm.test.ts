import { expect, test, vi } from "vitest";
import { KEY, startCalls, type Sent } from "./calls";
import { CHOSEN_KEY, keepChosen, readChosen } from "./chosen";
import { bellPeak, brightness, capCurve, LOUDEST, masterGain, target, underTheCap } from "./fade";
import { BRIGHTEST, drawImage, IMAGES, tint } from "./image";
import { CHORDS, pinkNoise, startSounds } from "./sound";
import { touched } from "./touch";

function store(first: Record<string, string> = {}) {
  const kept = new Map(Object.entries(first));
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) };
}

function tablet(answers: Sent[], kept = store(), nowMs = () => 0) {
  const sent: [string, number][] = [];
  let number = 0;
  const send = vi.fn(async (id: string, waited: number) => {
    sent.push([id, waited]);
    return answers.shift() ?? "taken";
  });
  return { sent, calls: startCalls({ store: kept, nowMs, newId: () => `call-${(number += 1)}`, send }) };
}

test("a call is kept until the server has it, and has one number however often it is tried", async () => {
  const { sent, calls } = tablet(["lost", "lost", "taken"]);
  calls.touch();
  expect(await calls.flush()).toBe("lost");
  expect(await calls.flush()).toBe("lost");
  expect(calls.waiting()).toHaveLength(1);
  expect(await calls.flush()).toBe("taken");
  expect(calls.waiting()).toHaveLength(0);
  expect(new Set(sent.map(([id]) => id))).toEqual(new Set(["call-1"]));
});

test("an hour without a network: every touch is there afterwards, in order, with how long it waited", async () => {
  let now = 0;
  const answers: Sent[] = [];
  const { sent, calls } = tablet(answers, store(), () => now);
  for (let minute = 0; minute < 60; minute += 10) {
    now = minute * 60_000;
    calls.touch();
    answers.push("lost");
    expect(await calls.flush()).toBe("lost");
  }
  now = 3_600_000;
  expect(await calls.flush()).toBe("taken");
  expect(sent.slice(-6)).toEqual([0, 10, 20, 30, 40, 50].map((minute, i) => [`call-${i + 1}`, 3600 - minute * 60]));
});

test("a page that is opened anew still has the call that waited; what is no call is left out", async () => {
  const kept = store();
  tablet(["lost"], kept).calls.touch();
  expect(tablet([], kept).calls.waiting()).toHaveLength(1);
  expect(tablet([], store({ [KEY]: "{not json" })).calls.waiting()).toEqual([]);
  expect(tablet([], store({ [KEY]: '[{"call_id":1},"x"]' })).calls.waiting()).toEqual([]);
});

test("two flushes at once send once", async () => {
  const { sent, calls } = tablet([]);
  calls.touch();
  await Promise.all([calls.flush(), calls.flush()]);
  expect(sent).toHaveLength(1);
});

test("a tablet that belongs to nobody drops its call and says so", async () => {
  const { calls } = tablet(["gone"]);
  calls.touch();
  expect(await calls.flush()).toBe("gone");
  expect(calls.waiting()).toHaveLength(0);
});

test("no phase and no number makes it louder than the cap", () => {
  for (const phase of ["arrived", "preparing", "infusing", "paused", "stopped", "observing", "ready_to_leave", "over", "?"]) {
    expect(masterGain(target(phase).loudness)).toBeLessThanOrEqual(LOUDEST);
  }
  for (const wild of [5, Infinity, NaN, -1]) expect(masterGain(wild)).toBeLessThanOrEqual(LOUDEST);
  expect(masterGain(NaN)).toBe(0);
});

test("it comes with the infusion and goes after it, slowly; at the end there is nothing", () => {
  expect(target("infusing").loudness).toBeGreaterThan(target("preparing").loudness);
  expect(target("observing").loudness).toBeLessThan(target("infusing").loudness);
  expect(target("observing").over_s).toBeGreaterThanOrEqual(120);
  expect(target("over")).toMatchObject({ loudness: 0, brightness: 0 });
  expect(brightness("dark", "infusing")).toBeLessThan(brightness("soft", "infusing"));
  expect(brightness("?", "infusing")).toBe(brightness("dark", "infusing"));
});

test("noise stays within the wave, whatever the dice say", () => {
  const samples = new Float32Array(4_000);
  for (const dice of [() => 1, () => 0, Math.random]) {
    pinkNoise(samples, dice);
    expect(Math.max(...samples.map(Math.abs))).toBeLessThanOrEqual(1);
  }
});

test("no image ever asks for a bright colour, at any time of its cycle", () => {
  const asked: string[] = [];
  const to = new Proxy({} as CanvasRenderingContext2D, {
    get: (_, name) => (name === "createRadialGradient" ? () => ({ addColorStop: (_at: number, colour: string) => asked.push(colour) }) : () => undefined),
    set: (_, name, value) => (name === "strokeStyle" && asked.push(String(value)), true),
  });
  for (const image of Object.keys(IMAGES)) for (let t_s = 0; t_s < 160; t_s += 7) drawImage(to, image, t_s);
  expect(asked.length).toBeGreaterThan(100);
  for (const colour of asked) for (const channel of (/rgba\((\d+),(\d+),(\d+)/.exec(colour) ?? []).slice(1)) expect(Number(channel)).toBeLessThanOrEqual(BRIGHTEST);
  expect(tint(255, 255, 255, 9)).toBe(`rgba(${BRIGHTEST},${BRIGHTEST},${BRIGHTEST},1.000)`);
});

test("chords are low and near one another: nothing startles", () => {
  for (const chord of CHORDS) for (const tone of chord) expect(tone).toBeLessThan(330);
});

test("a call is sent though the sound never wakes, or refuses to", async () => {
  for (const wake of [() => new Promise<void>(() => undefined), () => Promise.reject(new DOMException("no"))]) {
    const { sent, calls } = tablet([]);
    const paint = vi.fn();
    touched({ wake, isRinging: () => false, silence: vi.fn(), call: () => void calls.touch(), paint, deliver: async () => void (await calls.flush()) });
    expect(paint).toHaveBeenCalledOnce();
    await vi.waitFor(() => expect(sent.map(([id]) => id)).toEqual(["call-1"]));
  }
});

test("a touch while it rings here stops the ringing, and is no second call", () => {
  const { calls } = tablet([]);
  const silence = vi.fn();
  touched({ wake: async () => undefined, isRinging: () => true, silence, call: () => void calls.touch(), paint: vi.fn(), deliver: vi.fn() });
  expect(silence).toHaveBeenCalledOnce();
  expect(calls.waiting()).toHaveLength(0);
});

test("what was chosen last is there when the page is opened anew, and nothing else of the visit is", () => {
  const kept = store();
  const chosen = { sound: "sea", recording: "", image: "water", light: "soft", earphones: "on" };
  keepChosen(kept, { ...chosen, phase: "infusing" } as typeof chosen);
  expect(readChosen(kept)).toEqual(chosen);
  expect(kept.getItem(CHOSEN_KEY)).not.toContain("infusing");
  for (const nonsense of ["{no", "null", "3", '{"sound":3}']) expect(readChosen(store({ [CHOSEN_KEY]: nonsense }))).toEqual({});
  expect(readChosen(store())).toEqual({});
});

/** An audio context that makes no sound and notes how high each stroke of the bell is. */
function deaf(strokes: number[]): AudioContext {
  const param = () => ({ value: 0, setValueAtTime: vi.fn(), linearRampToValueAtTime: (height: number) => void strokes.push(height), exponentialRampToValueAtTime: vi.fn() });
  const node = () => ({ gain: param(), frequency: param(), threshold: param(), ratio: param(), connect: (to: unknown) => to, start: vi.fn(), stop: vi.fn() });
  return { currentTime: 0, state: "running", createGain: node, createOscillator: node, createWaveShaper: node } as unknown as AudioContext;
}

test.each(["suspended", "interrupted"])("a sound that the device has %s is there again with the next touch", async (state) => {
  const resume = vi.fn(async () => undefined);
  const context = Object.assign(deaf([]), { state, resume });
  await startSounds(() => context).wake();
  expect(resume).toHaveBeenCalledOnce();
  Object.assign(context, { state: "running" });
  await startSounds(() => context).wake();
  expect(resume).toHaveBeenCalledOnce();
});

test("the bell is loud for the room, and under the cap in earphones, also where they are charted while it rings", async () => {
  vi.useFakeTimers();
  try {
    const strokes: number[] = [];
    const sounds = startSounds(() => deaf(strokes));
    await sounds.wake();
    sounds.earphones("off");
    sounds.ring(true);
    sounds.ring(true);
    expect(strokes).toEqual([bellPeak("off"), bellPeak("off")]); // two strokes, told twice
    sounds.earphones("on");
    strokes.length = 0;
    vi.advanceTimersByTime(2_500);
    expect(strokes).toEqual([bellPeak("on"), bellPeak("on")]);
    sounds.ring(false);
    vi.advanceTimersByTime(10_000);
    expect(strokes).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
  expect(bellPeak("off")).toBeGreaterThan(2 * LOUDEST);
  const left = bellPeak("on") * (0.001 / bellPeak("on")) ** (0.38 / 1.08); // of the first stroke when the second begins
  expect(bellPeak("on") + left).toBeLessThanOrEqual(LOUDEST);
});

test("where nobody asked for earphones the bell begins as for ears and is loud for the room within ten seconds", () => {
  const strokes = [0, 1, 2, 3, 4, 5].map((stroke) => bellPeak("not_asked", stroke));
  expect(strokes[0]).toBe(bellPeak("on"));
  for (let i = 1; i < strokes.length; i += 1) expect(strokes[i]).toBeGreaterThanOrEqual(strokes[i - 1] as number);
  expect(strokes[10 / 2.5]).toBe(bellPeak("off"));
});

test("whatever is mixed, no wave leaves the tablet above the cap, and a calm one leaves it as it came", () => {
  const curve = capCurve();
  const at = (wave: number) => curve[Math.round(((wave + 1) / 2) * (curve.length - 1))] as number;
  expect(Math.max(...curve.map(Math.abs))).toBeLessThanOrEqual(LOUDEST);
  for (let wave = -1; wave <= 1; wave += 0.001) {
    expect(Math.abs(underTheCap(wave))).toBeLessThanOrEqual(LOUDEST);
    expect(underTheCap(wave)).toBeCloseTo(-underTheCap(-wave), 12);
    if (Math.abs(wave) < 0.16) expect(at(wave)).toBeCloseTo(wave, 3);
  }
  for (let i = 1; i < curve.length; i += 1) expect((curve[i] as number) - (curve[i - 1] as number)).toBeGreaterThanOrEqual(0);
});
