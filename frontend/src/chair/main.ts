/** The chair: one state, one stream, and the pieces that show them. */

import "./chair.css";
import { openLive, serverNow } from "../shared/live";
import { forget, putBack } from "./again";
import { fill, type Json } from "./bind";
import { sendEntry, startEntries } from "./entries";
import { alarmsDiffer, heard, type HeardSlot } from "./heard";
import { startOutbox, type Entry, type Kept, type Outbox } from "./outbox";
import { startPanels } from "./panels";
import { drawPending } from "./pending";
import type { Curves } from "./plot/curves";
import { startPlot } from "./plot/plot";
import { startPrepared } from "./prepared";
import { sealedStore } from "./sealed";
import { startSound, type Priority } from "./sound";
import { draw, fromReadings, type Reading, type Tile } from "./tiles";
import { withUncharted, type LiveAlarm } from "./uncharted";
import { tappedAt, withTapped } from "./tapped";
import { startTold } from "./told";
import { startWhatIf, type Answer, type Range } from "./what_if";
import { fillIn, type Words } from "./words";

interface State {
  readonly session_id: string;
  readonly head_sequence: number;
  readonly now: string;
  readonly timer: { readonly text: string; readonly elapsed_s: number | null; readonly runs: boolean };
  readonly slot: {
    readonly sound: Priority;
    readonly is_over: boolean;
    readonly alarms: HeardSlot["alarms"];
    readonly quiet: { readonly deaf: string; readonly calm: string; readonly can_be_deaf: boolean };
  };
  readonly tiles: readonly Tile[];
  readonly call: { readonly on: boolean; readonly call_id: string };
  readonly emergency: { readonly on: boolean; readonly elapsed_s: number };
  readonly rate: {
    readonly what_if: Range | null;
    readonly rate_text: string;
    readonly start_rate: string;
    readonly resume_rate: string;
  };
}

interface LiveVitals {
  readonly type: "vitals";
  readonly at: string;
  readonly values: Readonly<Record<string, Reading & { readonly value?: number | string | null }>>;
  readonly alarms?: readonly (LiveAlarm & { readonly state: string })[];
  readonly sound?: Priority;
}

const FRESH_STATE_EVERY_MS = 10_000; // amounts and timers by the chart; readings come by themselves
const FRESH_CURVES_EVERY_MS = 60_000;
const MEASURED_AGAIN_EVERY = 5; // gaps get their hatch and cause with the measured part

function read<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null") as T;
}

function start(root: HTMLElement): void {
  const says = read<Words>("chair-words");
  const whys = read<Words>("chair-whys") ?? {};
  const keys = read<{ outbox: string; zone: string }>("chair-keys");
  const session = root.dataset["session"] ?? "";
  const base = `/session/${session}/`;
  const zone = keys.zone;
  let state = read<State>("chair-state");
  let stateAtMs = Date.parse(state.now);
  let liveAlarms: readonly LiveAlarm[] = [];
  let charted = state; // as the server said it, without what waits here
  let tapped: number | null = null;

  document.documentElement.setAttribute("data-script", "");
  const panels = startPanels(root, forget);
  const plot = startPlot(root, says);
  const prepared = startPrepared(root, says);
  const sound = startSound(root.querySelector("[data-sound-blocked]"));
  const change = root.querySelector<HTMLButtonElement>('[data-prepare="rate_changed"]');
  const whatIf = startWhatIf(root, {
    says,
    ask: async (rate) => {
      const answer = await fetch(`${base}what-if.json?rate_ml_per_h=${encodeURIComponent(rate)}`, {
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(6_000),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      return (await answer.json()) as Answer;
    },
    onCurve: (curve) => plot?.setWhatIf(curve),
    onRate: (rate) => {
      if (change === null) return;
      change.textContent = rate === null ? (says["change_still"] ?? "") : fillIn(says["change_to"], { rate });
      change.setAttribute("aria-disabled", String(rate === null));
      prepared?.hide();
    },
  });

  // --- state ---

  function show(next: State): void {
    if (next.head_sequence < state.head_sequence) return; // an answer that was overtaken
    charted = next;
    stateAtMs = Date.parse(next.now);
    state = { ...next, emergency: withTapped(next.emergency, tapped, stateAtMs, zone, says) };
    fill(document.body, { ...state, slot: withUncharted(state.slot, liveAlarms, zone, says) } as unknown as Json);
    whatIf?.setRange(next.rate.what_if);
    sound.set(heard(next.slot, liveAlarms, undefined, serverNow()));
    sound.call(next.call.on);
    tick();
  }

  function tick(): void {
    const now = serverNow();
    for (const tile of state.tiles) draw(root, tile, now, zone, says);
    const { quiet } = state.slot;
    const measured = state.tiles.filter((tile) => tile.channels.length > 0);
    const deaf = quiet.can_be_deaf && measured.every((tile) => root.querySelector<HTMLElement>(`[data-tile="${tile.key}"]`)?.dataset["quality"] === "none");
    const calmWords = root.querySelector('[data-text="slot.quiet.words"]');
    const said = deaf ? quiet.deaf : quiet.calm; // nothing can alarm that nothing measures
    if (calmWords && calmWords.textContent !== said) calmWords.textContent = said;
    const place = document.querySelector("[data-timer-text]");
    if (place) {
      const { elapsed_s, runs, text } = state.timer;
      const minutes = elapsed_s === null ? text : String(Math.floor((elapsed_s + (runs ? Math.max(0, now - stateAtMs) / 1000 : 0)) / 60));
      if (place.textContent !== minutes) place.textContent = minutes;
    }
    const emergency = root.querySelector("[data-emergency-clock]");
    if (emergency && state.emergency.on) {
      const passed_s = Math.max(0, Math.floor(state.emergency.elapsed_s + Math.max(0, now - stateAtMs) / 1000));
      emergency.textContent = `${Math.floor(passed_s / 60)}:${String(passed_s % 60).padStart(2, "0")}`;
    }
    plot?.tick(now);
  }

  let asking = false;
  let askAgain = false;
  async function catchUp(alsoCurves: boolean, withMeasured = false): Promise<void> {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    try {
      const [next] = await Promise.all([getJson<State>(`${base}state.json`), alsoCurves ? newCurves(withMeasured) : Promise.resolve()]);
      if (next) show(next);
    } finally {
      asking = false;
    }
    if (askAgain) {
      askAgain = false;
      await catchUp(true, withMeasured);
    }
  }

  async function newCurves(withMeasured: boolean): Promise<void> {
    const next = await getJson<Curves>(`${base}curves.json${withMeasured ? "" : "?measured=no"}`);
    if (next === null) return;
    plot?.setCurves(next);
    const note = root.querySelector("[data-plot-note]");
    if (note && note.textContent !== next.predicted_note) note.textContent = next.predicted_note;
  }

  async function getJson<T>(url: string): Promise<T | null> {
    try {
      const answer = await fetch(url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8_000) });
      return answer.ok ? ((await answer.json()) as T) : null;
    } catch (fault) {
      // no connection: the stream's own watch says so, and asks again when it is back
      if (fault instanceof TypeError || fault instanceof DOMException || fault instanceof SyntaxError) return null;
      throw fault;
    }
  }

  /** The banner and the sound before the whole state is asked for: a call waits for no second trip. */
  function onCall(message: { readonly call_id: string; readonly at: string }): void {
    if (!state.call.on) {
      const since = new Date(message.at).toLocaleTimeString("en-GB", { timeZone: zone });
      const words = says["call_words"] ?? "";
      const call = { on: true, state: "new", call_id: message.call_id, words, since_text: fillIn(says["call_since"], { clock: since }), may_answer: false };
      const banner = root.querySelector("[data-call]");
      if (banner) fill(banner, { call } as unknown as Json);
      sound.call(true);
    }
    void catchUp(false);
  }

  function onVitals(message: LiveVitals): void {
    const tiles = state.tiles.map((tile) => {
      const value = fromReadings(tile, message.values, whys);
      return value === null ? tile : { ...tile, value };
    });
    state = { ...state, tiles };
    const curves = plot?.curves();
    for (const [channel, reading] of Object.entries(message.values)) {
      if (!curves || !reading.at) continue;
      const usable = reading.quality === "fresh" && typeof reading.value === "number";
      plot?.addReading(channel, (Date.parse(reading.at) - curves.from_ms) / 1000, usable ? (reading.value as number) : null);
    }
    const [high, low] = [message.values["nibp_systolic_mmhg"], message.values["nibp_diastolic_mmhg"]];
    if (curves && high?.at && high.quality === "fresh" && typeof high.value === "number" && typeof low?.value === "number") {
      const t_s = (Date.parse(high.at) - curves.from_ms) / 1000;
      plot?.addCuff({ t_s, systolic: high.value, diastolic: low.value, by_hand: false, doubtful: false });
    }
    liveAlarms = message.alarms ?? [];
    if (message.sound !== undefined) sound.set(heard(state.slot, liveAlarms, message.sound, serverNow()));
    if (message.alarms && alarmsDiffer(message.alarms, state.slot.alarms)) {
      const place = root.querySelector("[data-slot]");
      if (place) fill(place, { ...state, slot: withUncharted(state.slot, liveAlarms, zone, says) } as unknown as Json);
      void catchUp(false);
    }
    tick();
  }

  // --- entries ---

  const token = () => document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
  const pending = root.querySelector<HTMLElement>("[data-pending]");
  const store = sealedStore(localStorage, `dripstand-waiting-${session}`, keys.outbox, globalThis.crypto?.subtle);
  const outbox: Outbox = startOutbox({
    ...(store ? { store } : {}),
    send: (entry) =>
      sendEntry(entry, { url: `${base}chart-entry/`, token: token(), late: says["kept_late"] ?? "", now: serverNow(), head: state.head_sequence }),
    onChange: (kept) => {
      if (pending) drawPending(pending, kept, () => outbox, zone, says, openAgain);
      const before = tapped;
      tapped = tappedAt(kept);
      if (tapped === before) return;
      show(charted);
      if (before === null) panels.open("emergency"); // the tap opens it, whether or not anybody answers
    },
    onCharted: (entry, answer) => {
      if (answer.state) show(answer.state as State);
      void newCurves(false);
      after(entry, answer.entries[0]?.sequence);
      if (answer.meanwhile?.length && pending) tell(fillIn(says["meanwhile"], { what: answer.meanwhile.join("; ") }));
    },
    onRefused: (entry, reply) => {
      if (reply.state) show(reply.state as State);
      if (entry.fields["kind"] === "emergency_declared" && !state.emergency.on && panels.current() === "emergency") panels.close();
    },
  });

  function after(entry: Entry, sequence: number | undefined): void {
    const then = entry.fields["_then"];
    if (then && sequence !== undefined && panels.current() === null) panels.open(then, sequence);
    if (entry.fields["kind"] === "rate_changed") whatIf?.reset();
  }

  function openAgain(one: Kept): void {
    const panel = putBack(root, one);
    if (panel !== null) panels.open(panel);
  }

  function tell(words: string): void {
    const row = document.createElement("li");
    row.textContent = words;
    pending?.append(row);
    setTimeout(() => row.remove(), 20_000);
  }

  startEntries({
    root: document.body,
    now: serverNow,
    add: (entry) => outbox.add(entry),
    onSubmitted: (form) => {
      if (form.closest("[data-prepared]")) prepared?.hide();
      const panel = form.closest("[data-panel]");
      if (panel) forget(panel);
      if (panel && !form.hasAttribute("data-stays")) panels.close();
      form.reset();
    },
  });

  root.addEventListener("click", (click) => {
    const button = click.target instanceof Element ? click.target.closest<HTMLElement>("[data-prepare]") : null;
    if (button === null || button.getAttribute("aria-disabled") === "true") return;
    const kind = button.dataset["prepare"] ?? "";
    const rate = { rate_changed: whatIf?.rate() ?? "", infusion_started: state.rate.start_rate, infusion_resumed: state.rate.resume_rate }[kind] ?? "";
    if (rate) prepared?.show({ kind, rate, running: state.rate.rate_text, ends: whatIf?.endsText() ?? "" });
  });

  // --- go ---

  show(state);
  // an ordinary POST answers with the panel that asks for the rest: `?of=12#enter-pause`
  const asked = /^#enter-([a-z-]+)$/.exec(location.hash)?.[1];
  const of = new URLSearchParams(location.search).get("of");
  if (asked) {
    panels.open(asked, of ? Number(of) : undefined);
    // the fragment is for a page without its script: with it, the panel is in sight without a jump
    addEventListener("load", () => requestAnimationFrame(() => scrollTo(0, 0)), { once: true });
  }
  const first = read<Curves | null>("chair-curves");
  if (first) plot?.setCurves(first);
  void outbox.restore();
  openLive({
    topics: [`session:${session}`],
    onMessage: (_topic, payload) => {
      const message = payload as LiveVitals | { readonly type: string };
      if (message.type === "vitals") onVitals(message as LiveVitals);
      else if (message.type === "call") onCall(payload as { readonly call_id: string; readonly at: string });
      else void catchUp(true);
    },
    onCatchUp: () => catchUp(true, true),
    onState: (live) => {
      if (live === "live") outbox.tryNow();
    },
  });
  startTold(`/session/${session}/told/`);
  setInterval(tick, 1_000);
  setInterval(() => void catchUp(false), FRESH_STATE_EVERY_MS);
  let rounds = 0;
  setInterval(() => void newCurves((rounds += 1) % MEASURED_AGAIN_EVERY === 0), FRESH_CURVES_EVERY_MS);
}

const root = document.querySelector<HTMLElement>("[data-chair]");
if (root) start(root);
