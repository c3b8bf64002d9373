/**
 * The five numbers, judged again every second: a number that nobody renewed dims, then becomes "- -", whether the
 * monitor, the server, the stream or this page fell silent (H22).
 *
 *   <div data-tile="pulse" data-quality="fresh"><span data-tile-text>72</span><p data-tile-foot>per minute</p></div>
 */

import { clock, fillIn, span, type Words } from "./words";

export interface Value {
  readonly text: string;
  readonly at: string | null;
  readonly quality: string;
  readonly why_text: string;
  readonly by_hand: boolean;
  readonly late_after_s: number;
  readonly lost_after_s: number;
  readonly last_text: string;
  readonly last_at: string | null;
}

export interface Tile {
  readonly key: string;
  readonly label: string;
  readonly unit_text: string;
  readonly short_unit_text: string;
  readonly shows_age: boolean;
  readonly channels: readonly string[];
  readonly value: Value;
  readonly hand: Value | null;
  readonly alarm: string;
}

export interface Shown {
  readonly text: string;
  readonly quality: string;
  readonly foot: string;
}

export const GONE = "- -";

export function show(value: Value, nowMs: number, zone: string, unit: string, showsAge: boolean, words: Words): Shown {
  const ageS = value.at === null ? Infinity : Math.max(0, (nowMs - Date.parse(value.at)) / 1000);
  let quality = value.quality;
  if (quality !== "none" && ageS > value.lost_after_s) quality = "none";
  else if (quality === "fresh" && ageS > value.late_after_s) quality = "late";
  if (quality === "none") {
    const had = value.quality !== "none"; // it was a number, and has grown too old since
    const [text, at] = had ? [value.text, value.at] : [value.last_text, value.last_at];
    const why = value.why_text || (words["too_old"] ?? "");
    if (!text || at === null) return { text: GONE, quality, foot: why };
    return { text: GONE, quality, foot: `${fillIn(words["last"], { text, clock: clock(Date.parse(at), zone) })}, ${why}` };
  }
  const aged = quality === "late" || value.by_hand;
  const parts = showsAge || !aged ? [unit] : [];
  if (value.by_hand) parts.push(words["by_hand"] ?? "");
  if (showsAge || aged) parts.push(fillIn(words["age"], { span: span(words, ageS) }));
  return { text: value.text, quality, foot: parts.filter(Boolean).join(", ") };
}

/** The monitor's number, unless it has none or a late one, and a person entered a newer one that still holds. Where the
 * monitor says that it has no reading, a person's number stands only while it is fresh. */
export function chosen(value: Value, hand: Value | null, nowMs: number): Value {
  if (hand === null || hand.at === null) return value;
  const handAt = Date.parse(hand.at);
  if (value.quality === "none" && value.at !== null && (nowMs - handAt) / 1000 > hand.late_after_s) return value;
  if ((nowMs - handAt) / 1000 > hand.lost_after_s) return value.at !== null || value.last_text ? value : hand;
  if (value.at === null || value.quality === "none") return hand;
  return handAt > Date.parse(value.at) && value.quality !== "fresh" ? hand : value;
}

/** One channel of a live message, as monitoring sends it. */
export interface Reading {
  readonly text?: string;
  readonly at?: string | null;
  readonly quality?: string;
  readonly why?: string;
}

const NIBP = "nibp_systolic_mmhg";

/** A tile's value out of a live message; the same choice as the server's. */
export function fromReadings(tile: Tile, readings: Readonly<Record<string, Reading>>, whys: Words): Value | null {
  if (tile.channels.length === 0) return null;
  const why = (code: string | undefined) => (code ? (whys[code] ?? code.replaceAll("_", " ")) : "");
  const { late_after_s, lost_after_s } = tile.value;
  if (tile.channels[0] === NIBP) {
    const [high, low] = tile.channels.map((channel) => readings[channel]);
    if (!high || !low) return null;
    const worst = high.quality === "none" ? high : low;
    const text = high.text && low.text ? pair(high, low) : "";
    const at = [high.at ?? "", low.at ?? ""].sort().at(-1) || null;
    return { ...read(worst, why(worst.why), tile.value), at, text, late_after_s: 3600, lost_after_s: 7200 };
  }
  const present = tile.channels.map((channel) => readings[channel]).filter((reading) => reading !== undefined);
  const best = present.find((reading) => reading.quality !== "none") ?? present[0];
  return best === undefined ? null : { ...read(best, why(best.why), tile.value), late_after_s, lost_after_s };
}

/** A pressure as one measurement: two halves of different inflations never stand beside each other. */
function pair(high: Reading, low: Reading): string {
  if ((high.at ?? null) === (low.at ?? null)) return `${high.text}/${low.text}`;
  return (high.at ?? "") > (low.at ?? "") ? `${high.text}/- -` : `- -/${low.text}`;
}

/** The last number there was stays known when the next message has none. */
function read(reading: Reading, whyText: string, before: Value): Omit<Value, "late_after_s" | "lost_after_s"> {
  const had = before.quality !== "none" && !before.by_hand;
  return {
    text: reading.text ?? "",
    at: reading.at ?? null,
    quality: reading.quality ?? "none",
    why_text: whyText,
    by_hand: false,
    last_text: had ? before.text : before.last_text,
    last_at: had ? before.at : before.last_at,
  };
}

export function draw(root: ParentNode, tile: Tile, nowMs: number, zone: string, words: Words): void {
  const place = root.querySelector<HTMLElement>(`[data-tile="${tile.key}"]`);
  if (place === null) return;
  const shown = show(chosen(tile.value, tile.hand, nowMs), nowMs, zone, tile.unit_text, tile.shows_age, words);
  set(place.querySelector("[data-tile-text]"), shown.text);
  set(place.querySelector("[data-tile-foot]"), shown.foot);
  set(place.querySelector("[data-tile-label]"), tile.label);
  if (place.dataset["quality"] !== shown.quality) place.dataset["quality"] = shown.quality;
  if (place.dataset["alarm"] !== tile.alarm) place.dataset["alarm"] = tile.alarm;
}

function set(element: Element | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}
