/** The calm screen: sound first, an almost black image, and one touch that reaches the nurse. */

import "@fontsource-variable/source-serif-4/wght.css";
import "../shared/tokens.css";
import "./calm.css";
import { openLive, type LiveState } from "../shared/live";
import { startCalls, type Sent } from "./calls";
import { keepChosen, readChosen } from "./chosen";
import { callState, forgetVisit, keepOnlyOf, said } from "./call-state";
import { brightness, target } from "./fade";
import { startDelivery } from "./deliver";
import { startImage } from "./image";
import { startSounds } from "./sound";
import { touched } from "./touch";

interface State {
  readonly phase: string;
  readonly over: boolean;
  readonly sound: string;
  readonly recording: string;
  readonly image: string;
  readonly light: string;
  readonly earphones: string;
  readonly waiting: readonly string[];
  readonly answered: readonly string[];
  readonly seen: boolean;
}

const ANSWERED_SHOWN_MS = 20_000;
const SEND_AGAIN_EVERY_MS = 1_500;
const SHOWN_WITHIN_MS = 5_000; // from the server's word for a call to its place in the state
const FIRST: State = { phase: "preparing", over: false, sound: "none", recording: "", image: "night", light: "dark", earphones: "not_asked", waiting: [], answered: [], seen: false };

function start(root: HTMLElement): void {
  const find = <T extends HTMLElement>(name: string) => root.querySelector<T>(`[data-${name}]`) as T;
  const says = JSON.parse(document.getElementById("calm-words")?.textContent ?? "{}") as Record<string, string>;
  const [area, words, more, ears] = [find<HTMLButtonElement>("call"), find("words"), find("more"), find("earphones")];
  const quiet = matchMedia("(prefers-reduced-motion: reduce)");
  const image = startImage(find<HTMLCanvasElement>("image"), () => quiet.matches);
  const sounds = startSounds();
  keepOnlyOf(localStorage, root.dataset["visit"] ?? "");
  let state: State = { ...FIRST, ...readChosen(localStorage) };
  let live: LiveState = "connecting";
  let answeredUntil = 0;
  let begun = false;
  const mine = new Set<string>();
  const accepted = new Map<string, number>(); // what the server has and has not shown yet, and since when

  async function send(call_id: string, waited_s: number): Promise<Sent> {
    try {
      const answer = await fetch("/me/calm/call.json", {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token(), Accept: "application/json" },
        body: JSON.stringify({ call_id, waited_s }),
        signal: AbortSignal.timeout(4_000),
      });
      if (answer.ok) {
        accepted.set(call_id, Date.now());
        return "taken";
      }
      return answer.status === 410 ? "gone" : "lost";
    } catch (fault) {
      if (fault instanceof TypeError || fault instanceof DOMException) return "lost";
      throw fault;
    }
  }
  const isLost = () => live === "lost" || live === "signed-out";
  const token = () => document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const calls = startCalls({ store: localStorage, nowMs: Date.now, newId: () => crypto.randomUUID?.() ?? randomId(), send });

  function paint(): void {
    root.dataset["lost"] = String(isLost());
    const which = callState({
      over: state.over,
      ringing: sounds.isRinging(),
      lost: isLost(),
      waits: calls.waiting().length > 0,
      open: [...mine].some((id) => state.waiting.includes(id) || Date.now() - (accepted.get(id) ?? -Infinity) < SHOWN_WITHIN_MS),
      seen: state.seen,
      answeredLately: Date.now() < answeredUntil,
    });
    root.dataset["call"] = which;
    const wears = state.earphones === "on";
    const now = said(says, which, wears);
    if (words.textContent !== now.words) words.textContent = now.words;
    if (more.textContent !== now.more) more.textContent = now.more;
    ears.hidden = !wears || state.over;
  }

  function show(next: State): void {
    const came = next.answered.filter((id) => mine.has(id) && !state.answered.includes(id));
    state = next;
    for (const id of accepted.keys()) if (next.waiting.includes(id) || next.answered.includes(id)) accepted.delete(id);
    if (came.length) {
      for (const id of came) mine.delete(id);
      answeredUntil = Date.now() + ANSWERED_SHOWN_MS;
      setTimeout(paint, ANSWERED_SHOWN_MS + 50);
    }
    const to = target(state.phase);
    image.show(state.image, brightness(state.light, state.phase), to.over_s / 3);
    sounds.play(state.sound, state.recording);
    sounds.earphones(state.earphones === "on" || state.earphones === "off" ? state.earphones : "not_asked");
    sounds.loudness(begun ? to.loudness : 0, to.over_s);
    root.dataset["shows"] = state.image; // what the page says of itself, for those who try it
    root.dataset["plays"] = sounds.playing();
    if (state.over) void wipe();
    else keepChosen(localStorage, state);
    paint();
  }

  const delivery = startDelivery({ isLost, flush: calls.flush, ring: sounds.ring, paint, after });

  function take(): void {
    answeredUntil = 0; // a new call is a new call
    mine.add(calls.touch().call_id);
  }

  function ripple(): void {
    area.classList.remove("calm-touched");
    void area.offsetWidth;
    area.classList.add("calm-touched");
  }

  /** Nothing of this visit stays on the device (H56), and nothing else of it is touched: a nurse's entries may wait there. */
  async function wipe(): Promise<void> {
    calls.forget();
    delivery.silence();
    await forgetVisit({ store: localStorage, caches: "caches" in globalThis ? caches : undefined, workers: navigator.serviceWorker });
  }

  let awake: WakeLockSentinel | null = null;
  async function stayAwake(): Promise<void> {
    if (!("wakeLock" in navigator) || document.hidden || !begun) return;
    awake = await navigator.wakeLock.request("screen").catch(() => null); // refused at a low battery
    root.dataset["awake"] = String(awake !== null);
  }
  document.addEventListener("visibilitychange", () => {
    void stayAwake();
    if (begun && !document.hidden) void sounds.wake().catch(() => undefined); // what interrupted the sound is over
  });

  area.addEventListener("click", () => {
    ripple();
    touched({ wake: sounds.wake, isRinging: sounds.isRinging, silence: delivery.silence, call: take, paint, deliver: delivery.deliver });
  });
  find("begin").addEventListener("click", () => {
    begun = true;
    root.dataset["state"] = "calm";
    void sounds.wake().then(() => show(state));
    if (calls.waiting().length) void delivery.deliver(); // the page was opened anew with a call that nobody has: it rings again
    void stayAwake();
    void document.documentElement.requestFullscreen?.().catch(() => undefined); // not on a phone
    area.focus({ preventScroll: true });
  });

  if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/me/calm/worker.js", { scope: "/me/calm/" }).catch(() => undefined);
  openLive({
    url: "/me/calm/stream",
    topics: ["calm"],
    onMessage: (_topic, payload) => show(payload as State),
    onCatchUp: async () => {
      const answer = await fetch("/me/calm/state.json", { headers: { Accept: "application/json" } }).catch(() => null);
      if (answer?.ok) show((await answer.json()) as State);
    },
    onState: (next) => {
      live = next;
      if (next === "signed-out") show({ ...state, over: true, phase: "over" });
      paint();
    },
  });
  setInterval(() => {
    if (calls.waiting().length) void calls.flush().then((sent) => sent === "taken" && (sounds.ring(false), paint()));
  }, SEND_AGAIN_EVERY_MS);
  for (const call of calls.waiting()) mine.add(call.call_id); // the page was opened anew with a call that still waits
  show(state);
}

function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms);
  return () => clearTimeout(timer);
}

/** Where the page is not encrypted there is no crypto.randomUUID; a call needs a number all the same. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const root = document.querySelector<HTMLElement>("[data-calm]");
if (root) start(root);
