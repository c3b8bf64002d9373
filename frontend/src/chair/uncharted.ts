/**
 * Alarms that the watch over this chair has raised and the chart does not hold yet: a database that refuses to write
 * must not keep them from the screen (H22, H36). They stand in the slot as they are, and say that they are not charted.
 */

import { clock, fillIn, type Words } from "./words";

export interface LiveAlarm {
  readonly alarm_id: string;
  readonly alarm?: string;
  readonly priority?: string;
  readonly technical?: boolean;
  readonly since?: string | null;
  readonly value_text?: string;
  readonly limit_text?: string;
  readonly sounding?: boolean;
}

export interface ShownAlarm {
  readonly alarm_id: string;
  readonly priority?: string;
}

export interface Slot {
  readonly is_over?: boolean;
  readonly alarms: readonly ShownAlarm[];
}

const GRAVEST_FIRST = ["high", "medium", "low"];
const STARS: Readonly<Record<string, string>> = { high: "***", medium: "**", low: "*" };
const rank = (one: ShownAlarm) => GRAVEST_FIRST.indexOf(one.priority ?? "");

/** The alarms among `live` that the chart does not know; none once the visit is over. */
export function uncharted(slot: Slot, live: readonly LiveAlarm[]): readonly LiveAlarm[] {
  if (slot.is_over) return [];
  const known = new Set(slot.alarms.map((one) => one.alarm_id));
  return live.filter((one) => one.alarm !== undefined && !known.has(one.alarm_id));
}

/** The slot with them in it, the gravest first. */
export function withUncharted<S extends Slot>(slot: S, live: readonly LiveAlarm[], zone: string, says: Words): S {
  const more = uncharted(slot, live).map((one) => {
    const since = one.since ? fillIn(says["call_since"], { clock: clock(Date.parse(one.since), zone) }) : "";
    return {
      alarm_id: one.alarm_id,
      priority: one.priority ?? "",
      stars: STARS[one.priority ?? ""] ?? "",
      words: says[`alarm_${one.alarm}`] ?? (one.alarm ?? "").replaceAll("_", " "),
      value_text: one.value_text ?? "",
      facts_text: [one.technical ? "" : (one.limit_text ?? ""), since].filter(Boolean).join(", "),
      state: "active",
      state_text: says["not_charted_yet"] ?? "",
      can_acknowledge: false,
    };
  });
  if (more.length === 0) return slot;
  const alarms = [...slot.alarms, ...more].sort((one, other) => rank(one) - rank(other));
  return { ...slot, alarms, count: alarms.length, is_quiet: false };
}

/** The graver of two sounds; "" is silence. */
export function graver<P extends string>(one: P, other: P): P {
  if (one === "" || other === "") return one === "" ? other : one;
  return GRAVEST_FIRST.indexOf(one) <= GRAVEST_FIRST.indexOf(other) ? one : other;
}
