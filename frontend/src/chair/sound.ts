/**
 * The copy of an alarm's sound on staff screens. The bedside monitor is the primary alarm; this one may be late.
 *
 * Bursts after IEC 60601-1-8 as protocol.md 3.5 gives them: high ten pulses (five and five), medium three, low two, with
 * gaps between bursts. A browser stays silent until somebody touched the page: then a banner says so (H37).
 */

import { csrf, deviceName, type Told } from "../shared/screen";

export type Priority = "high" | "medium" | "low" | "";

interface Burst {
  readonly pulses: readonly number[]; // when each begins, s
  readonly again_s: number;
  readonly hertz: readonly number[];
}

const C5 = 523.25;
const [E5, G5, C6] = [659.26, 783.99, 1046.5];

export const BURSTS: Readonly<Record<Exclude<Priority, "">, Burst>> = {
  high: { pulses: [0, 0.2, 0.4, 0.75, 0.95, 1.6, 1.8, 2.0, 2.35, 2.55], again_s: 6, hertz: [C5, E5, G5, G5, C6] },
  medium: { pulses: [0, 0.35, 0.7], again_s: 12, hertz: [C5, E5, G5] },
  low: { pulses: [0, 0.4], again_s: 30, hertz: [E5, C5] },
};

const PULSE_S = 0.15;
const LOUDNESS: Readonly<Record<Exclude<Priority, "">, number>> = { high: 0.5, medium: 0.35, low: 0.2 };

/** The patient's call: two soft notes downwards, like no alarm, until somebody is there. */
export const CALL = { pulses: [0, 0.45], hertz: [659.26, 523.25], lasts_s: 0.8, again_s: 5, loudness: 0.22 } as const;

export interface Sound {
  call(waits: boolean): void;
  set(priority: Priority): void;
  test(): Promise<void>;
  isBlocked(): boolean;
}

export function startSound(banner: HTMLElement | null, makeContext: () => AudioContext = () => new AudioContext()): Sound {
  let context: AudioContext | null = null;
  let asked: Priority = "";
  let unattended = false;
  let priority: Priority = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  const blocked = () => context === null || context.state !== "running";
  const html = document.documentElement;
  const showBanner = () => {
    if (banner) banner.hidden = !blocked();
    const now = blocked() ? "blocked" : "on";
    if (html.dataset["sound"] === now) return;
    html.dataset["sound"] = now; // what the page says of itself, see shared/screen.ts
    document.dispatchEvent(new Event("dripstand:sound"));
  };

  function play(which: Exclude<Priority, "">): void {
    if (context === null || blocked()) return;
    const burst = BURSTS[which];
    const begin = context.currentTime + 0.02;
    for (const [i, start] of burst.pulses.entries()) {
      const tone = context.createOscillator();
      const gain = context.createGain();
      tone.type = "triangle";
      tone.frequency.value = burst.hertz[i % burst.hertz.length] as number;
      gain.gain.setValueAtTime(0, begin + start);
      gain.gain.linearRampToValueAtTime(LOUDNESS[which], begin + start + 0.015);
      gain.gain.setValueAtTime(LOUDNESS[which], begin + start + PULSE_S - 0.03);
      gain.gain.linearRampToValueAtTime(0, begin + start + PULSE_S);
      tone.connect(gain).connect(context.destination);
      tone.start(begin + start);
      tone.stop(begin + start + PULSE_S + 0.01);
    }
  }

  function loop(): void {
    clearTimeout(timer);
    if (priority === "") return;
    play(priority);
    timer = setTimeout(loop, BURSTS[priority].again_s * 1000);
  }

  async function wake(): Promise<void> {
    context ??= makeContext();
    if (context.state === "suspended") await context.resume();
    context.onstatechange = showBanner;
    showBanner();
  }

  let calls = false;
  let callTimer: ReturnType<typeof setTimeout> | undefined;

  function playCall(): void {
    if (context === null || blocked()) return;
    const begin = context.currentTime + 0.02;
    for (const [i, start] of CALL.pulses.entries()) {
      const tone = context.createOscillator();
      const gain = context.createGain();
      const end = begin + start + CALL.lasts_s;
      tone.type = "sine";
      tone.frequency.value = CALL.hertz[i] as number;
      gain.gain.setValueAtTime(0, begin + start);
      gain.gain.linearRampToValueAtTime(CALL.loudness, begin + start + 0.03);
      gain.gain.linearRampToValueAtTime(0, end);
      tone.connect(gain).connect(context.destination);
      tone.start(begin + start);
      tone.stop(end + 0.01);
    }
  }

  function loopCall(): void {
    clearTimeout(callTimer);
    if (!calls) return;
    playCall();
    callTimer = setTimeout(loopCall, CALL.again_s * 1000);
  }

  async function onTouch(): Promise<void> {
    const wasBlocked = blocked();
    await wake();
    if (wasBlocked && !blocked()) {
      loop();
      loopCall();
    }
  }

  for (const touch of ["pointerdown", "keydown"] as const) document.addEventListener(touch, () => void onTouch(), { passive: true });
  for (const button of document.querySelectorAll("[data-sound-test]")) button.addEventListener("click", () => void test());

  async function test(): Promise<void> {
    await wake();
    play("medium");
    const question = document.querySelector<HTMLDialogElement>("[data-sound-asked]");
    if (question && !question.open) question.showModal();
  }

  /** A chair that nobody watches sounds low on every screen that can be heard, unless something graver sounds. */
  function choose(): void {
    const next = asked === "" && unattended ? "low" : asked;
    if (next === priority) return;
    priority = next;
    loop();
  }

  document.addEventListener("dripstand:told", (event) => {
    const told = (event as CustomEvent<Told>).detail;
    unattended = told.unattended.length > 0;
    choose();
    showTested(document.querySelector("[data-sound-tested]"), told.sound_test);
  });
  for (const button of document.querySelectorAll("[data-sound-again]")) button.addEventListener("click", () => void test());
  for (const button of document.querySelectorAll<HTMLElement>("[data-heard]")) {
    button.addEventListener("click", () => void answer(button.dataset["heard"] === "yes"));
  }

  async function answer(heard: boolean): Promise<void> {
    document.querySelector<HTMLDialogElement>("[data-sound-asked]")?.close();
    const body = new URLSearchParams({ csrfmiddlewaretoken: csrf(), device: deviceName(), heard: heard ? "yes" : "no" });
    const options = { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" } as const;
    try {
      await fetch("/screens/sound-test.json", options);
    } catch (fault) {
      if (!(fault instanceof TypeError)) throw fault; // not written down: the page goes on asking for the test
    }
    document.dispatchEvent(new Event("dripstand:sound"));
  }

  // a page that was allowed before may sound at once; otherwise the banner asks for a tap
  context = makeContext();
  setTimeout(showBanner, 400);

  return {
    set(next) {
      asked = next;
      choose();
    },
    call(waits) {
      if (waits === calls) return;
      calls = waits;
      loopCall();
    },
    test,
    isBlocked: blocked,
  };
}

/** What is known of this screen's sound, in words; a person's "no" stays in sight until somebody hears it. */
export function showTested(place: HTMLElement | null, tested: Told["sound_test"]): void {
  document.documentElement.dataset["soundHeard"] = tested === null ? "" : tested.heard ? "yes" : "no";
  const words = place?.querySelector("[data-sound-tested-words]");
  if (!place || !words) return;
  place.dataset["state"] = tested === null ? "untested" : tested.heard ? "heard" : "unheard";
  const heard = tested ? `${place.dataset["textHeard"] ?? ""} ${tested.by}, ${tested.at}` : "";
  const said = tested === null ? place.dataset["textUntested"] : tested.heard ? heard : place.dataset["textUnheard"];
  if (words.textContent !== said) words.textContent = said ?? "";
}
