/** Where a value or an instant lies on the drawing. Least ranges extend, and nothing is ever clipped (look.md, Plots). */

export interface Scale {
  (value: number): number;
  readonly low: number;
  readonly high: number;
}

export function scale(low: number, high: number, from: number, to: number): Scale {
  const span = high - low || 1;
  return Object.assign((value: number) => from + ((value - low) / span) * (to - from), { low, high });
}

/** The least range, widened to hold every value and to end on a whole step. */
export function widened(least: readonly [number, number], values: readonly (number | null)[], step: number): [number, number] {
  let [low, high] = least;
  for (const value of values) {
    if (value === null) continue;
    if (value < low) low = Math.floor(value / step) * step;
    if (value > high) high = Math.ceil(value / step) * step;
  }
  return [low, high];
}

const STEPS_MIN = [1, 2, 5, 10, 15, 20, 30, 60, 120] as const;

/** Instants of the clock for labels: as many as fit, on whole steps of the clinic's own clock. */
export function clockTicks(fromMs: number, start_s: number, end_s: number, width: number, offsetMs: number): number[] {
  const most = Math.max(2, Math.floor(width / 90));
  const stepMin = STEPS_MIN.find((step) => (end_s - start_s) / 60 / step <= most) ?? 240;
  const stepMs = stepMin * 60_000;
  const first = Math.ceil((fromMs + start_s * 1000 + offsetMs) / stepMs) * stepMs - offsetMs;
  const ticks: number[] = [];
  for (let ms = first; ms <= fromMs + end_s * 1000; ms += stepMs) ticks.push((ms - fromMs) / 1000);
  return ticks;
}

/** Minutes that the zone lies ahead of UTC at an instant, as milliseconds. */
export function zoneOffsetMs(zone: string, ms: number): number {
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(ms);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const there = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return there - Math.floor(ms / 1000) * 1000;
}
