/** Draws the two plots: the body above, the drug below, one time axis. Pure: the same input gives the same drawing. */

import { clockTicks, zoneOffsetMs, type Scale } from "./axis";
import type { AlarmMark, Curves, WhatIfCurve } from "./curves";
import { bandPath, curvePath, measuredPath, valueAt } from "./lines";
import { apart, layout, LEFT, NAME_HEIGHT, type Layout, type Room } from "./layout";
import { el, line, path, round, words } from "./svg";
import { clock, fillIn, type Words } from "../words";

export interface Scene {
  readonly curves: Curves;
  readonly shown: { readonly start_s: number; readonly end_s: number };
  readonly now_s: number;
  readonly whatIf: WhatIfCurve | null;
  readonly says: Words;
}

const LINES = [
  { channel: "spo2_percent", kind: "spo2", strip: "spo2", name: "SpO2" },
  { channel: "pulse_per_min", kind: "pulse", strip: "pressure", name: "Pulse" },
  { channel: "respiratory_rate_per_min", kind: "resp", strip: "resp", name: "Resp" },
] as const;

export function draw(scene: Scene, room: Room): SVGElement {
  const at = layout(room, scene.curves, scene.shown, scene.whatIf);
  const svg = el("svg", { width: round(room.width), height: round(room.height), "aria-hidden": "true" });
  svg.append(
    patterns(),
    ...background(scene, at),
    ...bodyAxes(scene, at),
    ...measured(scene, at),
    ...drug(scene, at),
    ...rateSteps(scene, at),
    ...timeAxis(scene, at),
    ...alarmMarks(scene, at),
    ...names(scene, at),
  );
  return svg;
}

function patterns(): SVGElement {
  const hatch = (id: string, kind: string) =>
    el("pattern", { id, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(-45)" }, line(0, 0, 7, 0, kind));
  return el("defs", {}, hatch("gap-hatch", "hatch"), hatch("what-if-hatch", "what-if-hatch"));
}

function visible(at: Layout, t_s: number): boolean {
  return t_s >= at.start_s && t_s <= at.end_s;
}

function within(at: Layout, t_s: number): number {
  return at.x(Math.max(at.start_s, Math.min(at.end_s, t_s)));
}

function box(at: Layout, start_s: number, end_s: number, top: number, bottom: number, attributes: Record<string, string>): SVGElement | null {
  const [from, to] = [within(at, start_s), within(at, end_s)];
  if (to - from < 0.5) return null;
  return el("rect", { x: round(from), y: round(top), width: round(to - from), height: round(bottom - top), ...attributes });
}

function some(...found: (SVGElement | null)[]): SVGElement[] {
  return found.filter((one): one is SVGElement => one !== null);
}

function background({ curves, says }: Scene, at: Layout): SVGElement[] {
  const drawn: SVGElement[] = [words(0, 14, says["alarms"] ?? "", "axis")];
  if (curves.infusion) {
    const { start_s, end_s } = curves.infusion;
    drawn.push(
      ...some(
        box(at, start_s, end_s, at.bodyTop, at.bodyBottom, { class: "span" }),
        box(at, start_s, end_s, at.drugTop, at.rateBottom, { class: "span" }),
      ),
    );
  }
  return drawn;
}

function bodyAxes({ curves }: Scene, at: Layout): SVGElement[] {
  const drawn: SVGElement[] = [];
  const right = at.x(at.end_s);
  const level = (y: Scale, value: number, text = String(value)) => {
    drawn.push(line(LEFT, y(value), right, y(value), "grid"), words(LEFT - 8, y(value) + 5, text, "axis", "end"));
  };
  for (const value of [100, 90]) level(at.spo2, value);
  for (const value of [140, 100, 60]) level(at.pressure, value);
  level(at.resp, 15);
  for (const limit of curves.limits) {
    const y = { spo2: at.spo2, pressure: at.pressure, resp: at.resp }[limit.strip];
    if (y === undefined || limit.value < y.low || limit.value > y.high) continue;
    if (limit.strip === "resp") continue;
    drawn.push(line(LEFT, y(limit.value), right, y(limit.value), "limit"));
    drawn.push(words(right - 2, y(limit.value) - 4, limit.words, "axis halo", "end"));
  }
  return drawn;
}

function measured({ curves, now_s }: Scene, at: Layout): SVGElement[] {
  const drawn: SVGElement[] = [];
  for (const gap of curves.gaps) {
    const strip = LINES.find((one) => one.channel === gap.channel);
    if (strip === undefined) continue;
    const y = at[strip.strip];
    const middle = strip.kind === "pulse" ? [y(90), y(50)] : [Math.min(y(y.high), y(y.low)), Math.max(y(y.high), y(y.low))];
    const end_s = gap.open ? now_s : Math.max(gap.end_s, gap.start_s + 20);
    const hatch = box(at, gap.start_s, end_s, middle[0] as number, middle[1] as number, { fill: "url(#gap-hatch)" });
    drawn.push(...some(hatch));
  }
  for (const one of LINES) {
    const series = curves.series[one.channel];
    if (series) drawn.push(path(measuredPath(series, at.x, at[one.strip], at.start_s, at.end_s, at.width - LEFT), `measured ${one.kind}`));
  }
  for (const cuff of [...curves.cuffs, ...curves.cuffs_by_hand]) {
    if (!visible(at, cuff.t_s)) continue;
    const x = at.x(cuff.t_s);
    const [top, bottom] = [at.pressure(cuff.systolic), at.pressure(cuff.diastolic)];
    drawn.push(
      line(x, top, x, bottom, cuff.doubtful ? "cuff cuff-doubtful" : "cuff"),
      line(x - 4, top, x + 4, top, "cuff-cap"),
      line(x - 4, bottom, x + 4, bottom, "cuff-cap"),
    );
  }
  for (const t_s of curves.cuffs_planned) {
    if (visible(at, t_s)) drawn.push(el("circle", { cx: round(at.x(t_s)), cy: round(at.pressure(48)), r: 3, class: "cuff-planned" }));
  }
  for (const mark of curves.marks) {
    if (visible(at, mark.t_s)) {
      drawn.push(el("circle", { cx: round(at.x(mark.t_s)), cy: round(at.bodyBottom + 5), r: 3.2, class: "side-mark" }, el("title", {}, mark.words)));
    }
  }
  return drawn;
}

function drug({ curves, whatIf, says }: Scene, at: Layout): SVGElement[] {
  const drawn: SVGElement[] = [];
  const right = at.x(at.end_s);
  for (const value of [0, 100, 200]) {
    drawn.push(line(LEFT, at.drug(value), right, at.drug(value), "grid"), words(LEFT - 8, at.drug(value) + 5, String(value), "axis", "end"));
  }
  const { predicted, dissociation } = curves;
  if (predicted === null) {
    return [...drawn, words(LEFT + 6, at.drugTop + 14, says["predicted"] ?? "", "drug name halo")];
  }
  const [top, bottom] = [at.drug(Math.min(dissociation.high, at.drug.high)), at.drug(dissociation.low)];
  drawn.push(
    el("rect", { x: LEFT, y: round(top), width: round(right - LEFT), height: round(bottom - top), class: "zone" }),
    line(LEFT, at.drug(dissociation.mid), right, at.drug(dissociation.mid), "zone-line"),
  );
  const cut = within2(predicted.t_s, at);
  const part = <T>(values: readonly T[]) => values.slice(cut.from, cut.to);
  const t_s = part(predicted.t_s);
  if (predicted.has_band) drawn.push(path(bandPath(t_s, part(predicted.low), part(predicted.high), at.x, at.drug), "band"));
  drawn.push(
    path(curvePath(t_s, part(predicted.plasma), at.x, at.drug), "plasma"),
    path(curvePath(t_s, part(predicted.mid), at.x, at.drug), "predicted"),
  );
  if (whatIf) {
    const seen = within2(whatIf.t_s, at);
    const cutTo = <T>(values: readonly T[]) => values.slice(seen.from, seen.to);
    if (whatIf.has_band) {
      const band = path(bandPath(cutTo(whatIf.t_s), cutTo(whatIf.low), cutTo(whatIf.high), at.x, at.drug), "");
      band.setAttribute("fill", "url(#what-if-hatch)");
      drawn.push(band);
    }
    drawn.push(path(curvePath(cutTo(whatIf.t_s), cutTo(whatIf.mid), at.x, at.drug), "what-if"));
    drawn.push(words(at.x(at.end_s) - 4, at.drug(0) - 6, says["water"] ?? "", "water", "end"));
  }
  const { words: zoneWords, low, mid, high } = dissociation;
  const said = `${zoneWords}: ${mid} (${low} to ${high})`;
  const fits = said.length * 7.2 < at.width - LEFT - 6; // on a phone the number stands on a line of its own, never cut
  const y = Math.max(at.drugTop + 28, at.drug(mid) + 14);
  drawn.push(words(LEFT + 6, at.drugTop + 11, says["predicted"] ?? "", "drug name halo"));
  if (fits) drawn.push(words(LEFT + 6, y, said, "axis halo"));
  else drawn.push(words(LEFT + 6, y, `${zoneWords}:`, "axis halo"), words(LEFT + 6, y + 16, `${mid} (${low} to ${high})`, "axis halo"));
  return drawn;
}

function within2(t_s: readonly number[], at: Layout): { from: number; to: number } {
  const from = Math.max(0, t_s.findIndex((t) => t >= at.start_s) - 1);
  const beyond = t_s.findIndex((t) => t > at.end_s);
  return { from, to: beyond < 0 ? t_s.length : beyond + 1 };
}

function rateSteps({ curves, whatIf, says, now_s }: Scene, at: Layout): SVGElement[] {
  const drawn: SVGElement[] = [
    line(LEFT, at.rateBottom, at.x(at.end_s), at.rateBottom, "grid"),
    words(LEFT - 8, at.rateBottom - 2, says["rate_axis"] ?? "", "axis", "end"),
  ];
  for (const step of curves.rates) {
    const end_s = step.ahead ? step.end_s : Math.min(step.end_s, now_s);
    if (end_s <= at.start_s || step.start_s >= at.end_s) continue;
    const [from, to, y] = [within(at, step.start_s), within(at, end_s), at.rate(step.rate_ml_per_h)];
    if (step.ahead) {
      drawn.push(path(`M${round(from)} ${round(y)}H${round(to)}V${round(at.rateBottom)}`, "rate-ahead"));
      continue;
    }
    drawn.push(...some(box(at, step.start_s, end_s, y, at.rateBottom, { class: "rate-given" })), line(from, y, to, y, "rate-top"));
    if (to - from > 46 && at.rateBottom - y > 11) {
      drawn.push(words((from + to) / 2, at.rateBottom - 4, step.rate_ml_per_h.toFixed(1), "rate-given-text", "middle"));
    }
  }
  if (whatIf?.ends_s) {
    const y = at.rate(whatIf.rate_ml_per_h);
    drawn.push(path(`M${round(within(at, now_s))} ${round(y)}H${round(within(at, whatIf.ends_s))}V${round(at.rateBottom)}`, "rate-what-if"));
  }
  if (curves.observe_until_s !== null) {
    drawn.push(words(at.x(at.end_s) - 2, at.rateBottom - 5, curves.observe_text, "axis halo", "end"));
  }
  return drawn;
}

function timeAxis({ curves, now_s }: Scene, at: Layout): SVGElement[] {
  const drawn: SVGElement[] = [];
  const labelY = at.rateBottom + 16;
  const offset = zoneOffsetMs(curves.zone, curves.from_ms);
  const nowX = at.x(now_s);
  for (const t_s of clockTicks(curves.from_ms, at.start_s, at.end_s, at.width, offset)) {
    const x = at.x(t_s);
    drawn.push(line(x, at.bodyTop, x, at.bodyBottom, "grid"), line(x, at.drugTop, x, at.rateBottom, "grid"));
    const near = visible(at, now_s) && Math.abs(x - nowX) < 52;
    if (!near && x > LEFT + 14 && x < at.width - 22) drawn.push(words(x, labelY, clock(curves.from_ms + t_s * 1000, curves.zone), "axis", "middle"));
  }
  if (visible(at, now_s)) {
    drawn.push(
      line(nowX, at.bodyTop - 4, nowX, at.rateBottom, "now"),
      el("rect", { x: round(nowX - 27), y: round(labelY - 15), width: 54, height: 20, rx: 6, class: "now-tab" }),
      words(nowX, labelY, clock(curves.from_ms + now_s * 1000, curves.zone), "now-text", "middle"),
    );
  }
  return drawn;
}

function shape(mark: AlarmMark, x: number, y: number): SVGElement[] {
  const d = {
    high: `M${x} ${y - 8}L${x + 9} ${y + 7}H${x - 9}Z`,
    medium: `M${x} ${y - 9}L${x + 9} ${y}L${x} ${y + 9}L${x - 9} ${y}Z`,
  }[mark.priority] ?? `M${x - 9} ${y - 5}H${x + 9}V${y + 5}H${x - 9}Z`;
  const drawn = path(d, `mark-${mark.priority}${mark.acknowledged ? " mark-done" : ""}`);
  drawn.append(el("title", {}, mark.words));
  return mark.acknowledged ? [drawn, path(`M${x - 4} ${y + 1}l3 3l5-6`, "mark-tick")] : [drawn];
}

/** Marks where alarms began, and why SpO2 is missing. Words stand beside them while there is room; no mark is left out. */
function alarmMarks({ curves }: Scene, at: Layout): SVGElement[] {
  const seen = curves.alarms.filter((mark) => visible(at, mark.t_s));
  const taken: [number, number][] = seen.map((mark) => [at.x(mark.t_s) - 11, at.x(mark.t_s) + 11]);
  const isFree = (from: number, to: number) => to < at.width - 130 && taken.every(([start, end]) => to < start || from > end);
  const drawn = seen.flatMap((mark) => shape(mark, round(at.x(mark.t_s)), 11));
  const write = (text: string, ...places: ((width: number) => number)[]) => {
    const width = text.length * 7.2;
    const x = places.map((place) => place(width)).find((from) => isFree(from, from + width));
    if (x === undefined) return;
    taken.push([x, x + width + 6]);
    drawn.push(words(x, 16, text, "halo"));
  };
  for (const mark of seen) write(mark.words, () => at.x(mark.t_s) + 13);
  for (const gap of curves.gaps) {
    if (gap.channel !== "spo2_percent" || !visible(at, gap.start_s)) continue;
    const x = at.x(gap.start_s);
    write(gap.why_text, (width) => x - width / 2, (width) => x - width, () => x);
  }
  return drawn;
}

/** Lines are named where they end; two names never lie on each other. */
function names(scene: Scene, at: Layout): SVGElement[] {
  const { curves, now_s, says, whatIf } = scene;
  const drawn: SVGElement[] = [];
  const x = Math.min(within(at, now_s) + 9, at.width - 60);
  const named: { y: number; text: string; kind: string }[] = [];
  for (const one of LINES) {
    const series = curves.series[one.channel];
    const last = series?.v.filter((value) => value !== null).at(-1);
    if (last === undefined || last === null) continue;
    const gone = curves.gaps.find((gap) => gap.channel === one.channel && gap.open);
    const said = gone ? `${one.name}: ${fillIn(says["no_reading_since"], { clock: clock(curves.from_ms + gone.start_s * 1000, curves.zone) })}` : one.name;
    named.push({ y: at[one.strip](last) + 5, text: said, kind: gone ? "" : one.kind });
  }
  const cuff = curves.cuffs.at(-1) ?? curves.cuffs_by_hand.at(-1);
  if (cuff) named.push({ y: at.pressure((cuff.systolic + cuff.diastolic) / 2 + 8) + 5, text: "NIBP", kind: "nibp" });
  const ys = apart(named.map((one) => one.y), NAME_HEIGHT);
  named.forEach((one, place) => drawn.push(words(x, ys[place] ?? one.y, one.text, `${one.kind} name halo`)));
  const planned = curves.cuffs_planned.filter((t_s) => visible(at, t_s));
  const [one, next] = planned.filter((t_s) => at.x(t_s) > x + 44);
  if (one !== undefined && (next === undefined || at.x(next) - at.x(one) > 104)) {
    drawn.push(words(at.x(one) + 9, at.pressure(48) + 5, says["cuff_planned"] ?? "", "axis halo"));
  }
  drawn.push(...legend(scene, at, whatIf, says));
  return drawn;
}

/** What the predicted lines are, in the free place under them. */
function legend({ curves, now_s }: Scene, at: Layout, whatIf: WhatIfCurve | null, says: Words): SVGElement[] {
  if (curves.predicted === null) return [];
  const drawn: SVGElement[] = [];
  const x = Math.min(Math.max(within(at, now_s), LEFT + 10) + 20, at.width - 330);
  let y = at.drug(0) - 6;
  const row = (kind: string, text: string, textKind: string) => {
    drawn.push(line(x, y - 5, x + 32, y - 5, kind), words(x + 40, y, text, `${textKind} halo`));
    y -= 19;
  };
  const room = at.drug(0) - at.drug(valueAt(curves.predicted.t_s, curves.predicted.low, now_s + 600) ?? 0);
  if (room < 46 && whatIf === null) {
    row("predicted", `${says["effect_site"] ?? ""}, ${curves.predicted.peak_text}`, "drug name");
    return drawn;
  }
  row("plasma", says["plasma"] ?? "", "");
  row("predicted", `${says["effect_site"] ?? ""}, ${curves.predicted.peak_text}`, "drug name");
  if (whatIf) {
    const dots = path(`M${round(x)} ${round(y - 5)}h32`, "what-if");
    drawn.push(dots, words(x + 40, y, `${fillIn(says["what_if_curve"], { rate: whatIf.rate_text })}, ${whatIf.peak_text}`, "what-if name halo"));
  }
  return drawn;
}
