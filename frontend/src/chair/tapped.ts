/**
 * An emergency that was tapped and is not known to be in the chart yet: on the screen it began with the tap.
 *
 * Clock, roles, drugs and airway stand open at once; what is tapped there waits in the outbox like every entry, in the
 * order of the taps. Once the chart has the emergency, the chart's own words take its place.
 */

import type { Kept } from "./outbox";
import { fillIn, type Words } from "./words";

export interface EmergencyShown {
  readonly on: boolean;
  readonly elapsed_s: number;
}

/** When the first emergency that still waits was tapped; null where none waits or the server refused it. */
export function tappedAt(kept: readonly Kept[]): number | null {
  const waits = kept.find((one) => one.entry.fields["kind"] === "emergency_declared" && one.state !== "refused");
  return waits?.entry.made_at_ms ?? null;
}

/** The emergency of the chart, or the one that was tapped while the chart has none. at_ms: when the state was made. */
export function withTapped<T extends EmergencyShown>(charted: T, tapped_at_ms: number | null, at_ms: number, zone: string, says: Words): T {
  if (tapped_at_ms === null || charted.on) return charted;
  const clock = new Date(tapped_at_ms).toLocaleTimeString("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  return {
    ...charted,
    on: true,
    may_declare: false,
    elapsed_s: (at_ms - tapped_at_ms) / 1000,
    since_text: fillIn(says["emergency_since"], { clock }),
    by_text: says["emergency_not_saved"] ?? "",
  };
}
