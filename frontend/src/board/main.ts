/** The board: every chair, live. Readings come by the stream; everything else is asked for when something was charted. */

import "./board.css";
import "./cards.css";
import "./edges.css";
import { keepOneSubmit } from "../desk/one-submit";
import { openLive, serverNow } from "../shared/live";
import { fill, type Json } from "../chair/bind";
import { startSound, type Priority } from "../chair/sound";
import { chosen, fromReadings, show as judge, type Reading, type Tile } from "../chair/tiles";
import type { Words } from "../chair/words";

interface Card {
  readonly session_id: string;
  readonly tiles: readonly Tile[];
  readonly timer: { readonly text: string; readonly elapsed_s: number | null; readonly runs: boolean; readonly counts_down: boolean };
}

export interface BoardState {
  readonly now: string;
  readonly cards: readonly Card[];
  readonly sound: Priority;
  readonly calls: boolean;
}

const FRESH_STATE_EVERY_MS = 10_000;
const ASK_AT_MOST_EVERY_MS = 700; // a busy clinic charts in bursts

function read<T>(id: string): T {
  return JSON.parse(document.getElementById(id)?.textContent ?? "null") as T;
}

/** Minutes on a card's timer at an instant: a whole minute that is left is still left until it is over. */
export function minutes(timer: Card["timer"], passedS: number): string {
  if (timer.elapsed_s === null) return timer.text;
  const passed = timer.runs ? Math.max(0, passedS) : 0;
  if (timer.counts_down) return String(Math.ceil(Math.max(0, timer.elapsed_s - passed) / 60));
  return String(Math.floor((timer.elapsed_s + passed) / 60));
}

/** The state with its readings judged again and its timers moved on: what the page shows at an instant. */
export function at(state: BoardState, nowMs: number, zone: string, says: Words): Json {
  const passedS = (nowMs - Date.parse(state.now)) / 1000;
  return {
    ...(state as unknown as { [key: string]: Json }),
    cards: state.cards.map((card) => ({
      ...(card as unknown as { [key: string]: Json }),
      timer: { ...card.timer, text: minutes(card.timer, passedS) },
      minis: card.tiles.map((tile) => {
        const shown = judge(chosen(tile.value, tile.hand, nowMs), nowMs, zone, tile.unit_text, tile.shows_age, says);
        return { key: tile.key, label: tile.label, text: shown.text, quality: shown.quality, foot: short(tile, shown.foot, shown.quality) };
      }),
    })),
  } as Json;
}

/** Beneath a small number: why there is none, its age where that matters, else its unit. */
function short(tile: Tile, foot: string, quality: string): string {
  if (quality !== "fresh" || tile.shows_age) return foot.split(", ").at(-1) ?? "";
  return tile.short_unit_text;
}

function start(root: HTMLElement): void {
  const says = read<Words>("board-words");
  const whys = read<Words>("board-whys");
  const { zone, sounds, state_url } = read<{ zone: string; sounds: boolean; state_url: string }>("board-keys");
  let state = read<BoardState>("board-state");
  document.documentElement.setAttribute("data-script", "");
  keepOneSubmit(document);
  const sound = sounds ? startSound(document.querySelector("[data-sound-blocked]")) : null;

  function draw(): void {
    fill(document.body, at(state, serverNow(), zone, says));
  }

  let waiting: ReturnType<typeof setTimeout> | undefined;
  function askSoon(): void {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      void ask();
    }, ASK_AT_MOST_EVERY_MS);
  }

  async function ask(): Promise<void> {
    try {
      const answer = await fetch(state_url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(8_000) });
      if (!answer.ok) return;
      state = (await answer.json()) as BoardState;
      sound?.set(state.sound);
      sound?.call(state.calls);
      draw();
    } catch (fault) {
      // no connection: the stream's own watch says so, and asks again when it is back
      if (!(fault instanceof TypeError || fault instanceof DOMException || fault instanceof SyntaxError)) throw fault;
    }
  }

  function onVitals(session: string, values: Readonly<Record<string, Reading>>): void {
    state = {
      ...state,
      cards: state.cards.map((card) => {
        if (card.session_id !== session) return card;
        const tiles = card.tiles.map((tile) => {
          const value = fromReadings(tile, values, whys);
          return value === null ? tile : { ...tile, value };
        });
        return { ...card, tiles };
      }),
    };
  }

  const alarmsOf = new Map<string, string>();
  draw();
  sound?.set(state.sound);
  sound?.call(state.calls);
  openLive({
    topics: ["board"],
    onMessage: (_topic, payload) => {
      const message = payload as {
        type: string;
        session_id?: string;
        values?: Record<string, Reading>;
        alarms?: { alarm_id: string; state: string }[];
      };
      if (message.type !== "vitals" || !message.session_id || !message.values) return askSoon();
      onVitals(message.session_id, message.values);
      const alarms = (message.alarms ?? []).map((alarm) => `${alarm.alarm_id} ${alarm.state}`).sort().join();
      if ((alarmsOf.get(message.session_id) ?? alarms) !== alarms) askSoon();
      alarmsOf.set(message.session_id, alarms);
    },
    onCatchUp: ask,
  });
  setInterval(draw, 1_000);
  setInterval(() => void ask(), FRESH_STATE_EVERY_MS);
  root.setAttribute("data-live", "");
}

const root = document.querySelector<HTMLElement>("[data-board]");
if (root) start(root);
