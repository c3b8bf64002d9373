/** Where each strip lies. Heights follow the room there is; the order never changes. */

import { scale, widened, type Scale } from "./axis";
import type { Curves, WhatIfCurve } from "./curves";

export const LEFT = 44;
export const SPO2_LEAST = [84, 100] as const;
export const PRESSURE_LEAST = [40, 180] as const;
export const RESP_LEAST = [8, 24] as const;
export const DRUG_LEAST = [0, 270] as const;
export const RATE_LEAST = [0, 90] as const;

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly x: Scale;
  readonly start_s: number;
  readonly end_s: number;
  readonly spo2: Scale;
  readonly pressure: Scale;
  readonly resp: Scale;
  readonly drug: Scale;
  readonly rate: Scale;
  readonly bodyTop: number;
  readonly bodyBottom: number;
  readonly drugTop: number;
  readonly rateBottom: number;
}

export interface Room {
  readonly width: number;
  readonly height: number;
}

export function layout(room: Room, curves: Curves, shown: { start_s: number; end_s: number }, whatIf: WhatIfCurve | null): Layout {
  const right = room.width - 4;
  const top = 24;
  const axis = 22;
  const usable = Math.max(150, room.height - top - axis - 12);
  const rateH = Math.min(24, usable * 0.08);
  const drugH = usable * 0.31;
  const bodyH = usable - rateH - drugH - 10;
  const spo2H = bodyH * 0.24;
  const respH = bodyH * 0.16;
  const inView = (channel: string) => curves.series[channel]?.v ?? [];
  const cuffs = [...curves.cuffs, ...curves.cuffs_by_hand].flatMap((cuff) => [cuff.systolic, cuff.diastolic]);
  const limitsOf = (strip: string) => curves.limits.filter((limit) => limit.strip === strip).map((limit) => limit.value);
  const y = (least: readonly [number, number], values: readonly (number | null)[], step: number, from: number, to: number) =>
    scale(...widened(least, values, step), to, from);
  const drugTop = top + bodyH + 10;
  const rateTop = drugTop + drugH;
  const drugValues = [
    ...(curves.predicted ? [...curves.predicted.high, ...curves.predicted.plasma] : []),
    ...(whatIf ? whatIf.high : []),
  ];
  const rates = [...curves.rates.map((one) => one.rate_ml_per_h), ...(whatIf ? [whatIf.rate_ml_per_h] : [])];
  return {
    ...room,
    x: scale(shown.start_s, shown.end_s, LEFT, right),
    start_s: shown.start_s,
    end_s: shown.end_s,
    spo2: y(SPO2_LEAST, inView("spo2_percent"), 5, top + 2, top + spo2H),
    pressure: y(
      PRESSURE_LEAST,
      [...inView("pulse_per_min"), ...cuffs, ...limitsOf("systolic")],
      20,
      top + spo2H + 10,
      top + bodyH - respH - 6,
    ),
    resp: y(RESP_LEAST, inView("respiratory_rate_per_min"), 4, top + bodyH - respH, top + bodyH),
    drug: y(DRUG_LEAST, drugValues, 50, drugTop + 4, drugTop + drugH - 4),
    rate: y(RATE_LEAST, rates, 30, rateTop, rateTop + rateH),
    bodyTop: top,
    bodyBottom: top + bodyH,
    drugTop,
    rateBottom: rateTop + rateH,
  };
}

/** The height of a name with its halo, px. */
export const NAME_HEIGHT = 19;

/** Places on a line, none nearer to another than `least`: those that are move apart from their middle, in their order. */
export function apart(wanted: readonly number[], least: number): number[] {
  const order = wanted.map((y, place) => ({ y, place })).sort((one, other) => one.y - other.y);
  const groups: { top: number; places: number[] }[] = [];
  for (const { y, place } of order) {
    let group = { top: y, places: [place] };
    for (let before = groups.at(-1); before && before.top + before.places.length * least > group.top; before = groups.at(-1)) {
      groups.pop();
      const places = [...before.places, ...group.places];
      const middle = places.reduce((sum, each) => sum + (wanted[each] ?? 0), 0) / places.length;
      group = { top: middle - ((places.length - 1) * least) / 2, places };
    }
    groups.push(group);
  }
  const found = [...wanted];
  for (const { top, places } of groups) places.forEach((place, nth) => { found[place] = top + nth * least; });
  return found;
}
