/**
 * What sounds at the chair now: what the watch over the devices says each second, and beside it the alarms that a
 * person's entry raised, which that watch does not know. Each sounds until it is acknowledged or over; one of them
 * never silences the other (H36).
 */

import type { Priority } from "./sound";
import { graver, uncharted, type LiveAlarm } from "./uncharted";

interface ChartedAlarm {
  readonly alarm_id: string;
  readonly priority?: string;
  readonly by_hand?: boolean;
  readonly state: string;
  readonly silent_until?: string | null;
}

export interface HeardSlot {
  readonly sound: Priority;
  readonly is_over: boolean;
  readonly alarms: readonly ChartedAlarm[];
}

const soundsAt = (one: ChartedAlarm, nowMs: number) =>
  one.state === "active" || !one.silent_until || Date.parse(one.silent_until) <= nowMs;

/** liveSound: of the last live message; undefined where the chart's own word is newer. */
export function heard(slot: HeardSlot, live: readonly LiveAlarm[], liveSound: Priority | undefined, nowMs: number): Priority {
  if (slot.is_over) return "";
  const byHand = slot.alarms.filter((one) => one.by_hand && soundsAt(one, nowMs));
  const waiting = uncharted(slot, live).filter((one) => one.sounding);
  return [...byHand, ...waiting].reduce<Priority>((loudest, one) => graver(loudest, (one.priority ?? "") as Priority), liveSound ?? slot.sound);
}

/** Whether the watch over the devices has other alarms than the chart; what a person raised is not its own. */
export function alarmsDiffer(
  live: readonly { readonly alarm_id: string }[],
  shown: readonly { readonly alarm_id: string; readonly by_hand?: boolean }[],
): boolean {
  const ids = (alarms: readonly { readonly alarm_id: string }[]) => alarms.map((alarm) => alarm.alarm_id).sort().join(" ");
  return ids(live) !== ids(shown.filter((one) => !one.by_hand));
}
