/** Paths of measured and predicted curves. A measured line breaks at every gap and is never joined across one. */

import type { Series } from "./curves";
import type { Scale } from "./axis";
import { round } from "./svg";

/** Longer than this without a value is a gap, also where nobody said so. */
export const GAP_S = 15;

export function measuredPath(series: Series, x: Scale, y: Scale, start_s: number, end_s: number, width: number): string {
  const perPixel = Math.max(1, (end_s - start_s) / Math.max(1, width));
  let d = "";
  let pen = false;
  let lastAt = -Infinity;
  let drawnAt = -Infinity;
  for (let i = 0; i < series.t_s.length; i += 1) {
    const at = series.t_s[i] as number;
    const value = series.v[i] as number | null;
    if (at < start_s || at > end_s) continue;
    if (value === null) {
      pen = false;
      continue;
    }
    if (at - lastAt > Math.max(GAP_S, spacing(series) * 1.6)) pen = false;
    lastAt = at;
    // one point a pixel is all that can be seen, and a redraw each second stays cheap
    if (pen && at - drawnAt < perPixel && i + 1 < series.t_s.length && series.v[i + 1] !== null) continue;
    d += `${pen ? "L" : "M"}${round(x(at))} ${round(y(value))}`;
    pen = true;
    drawnAt = at;
  }
  return d;
}

/** The series' own rhythm: a trend sent each 10 s has no gap every 10 s. */
function spacing(series: Series): number {
  const count = series.t_s.length;
  if (count < 3) return GAP_S;
  const middle = Math.floor(count / 2);
  return (series.t_s[middle] as number) - (series.t_s[middle - 1] as number);
}

export function curvePath(t_s: readonly number[], values: readonly number[], x: Scale, y: Scale): string {
  return t_s.map((at, i) => `${i ? "L" : "M"}${round(x(at))} ${round(y(values[i] as number))}`).join("");
}

export function bandPath(t_s: readonly number[], low: readonly number[], high: readonly number[], x: Scale, y: Scale): string {
  const there = curvePath(t_s, high, x, y);
  const back = [...t_s.keys()].reverse().map((i) => `L${round(x(t_s[i] as number))} ${round(y(low[i] as number))}`);
  return t_s.length ? `${there}${back.join("")}Z` : "";
}

/** The value of a curve at an instant, on a straight line between its points. */
export function valueAt(t_s: readonly number[], values: readonly number[], at: number): number | null {
  const after = t_s.findIndex((t) => t >= at);
  if (after < 0) return null;
  if (after === 0) return values[0] ?? null;
  const [t0, t1] = [t_s[after - 1] as number, t_s[after] as number];
  const [v0, v1] = [values[after - 1] as number, values[after] as number];
  return t1 === t0 ? v1 : v0 + ((at - t0) / (t1 - t0)) * (v1 - v0);
}
