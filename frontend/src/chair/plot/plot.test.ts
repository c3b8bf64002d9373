import { expect, test } from "vitest";
import { clockTicks, scale, widened, zoneOffsetMs } from "./axis";
import type { Curves } from "./curves";
import { draw } from "./draw";
import { apart } from "./layout";
import { bandPath, measuredPath, valueAt } from "./lines";

const x = scale(0, 100, 0, 1000);
const y = scale(0, 10, 100, 0);

test("a gap is never joined: a null breaks the line", () => {
  const d = measuredPath({ t_s: [0, 10, 20, 30], v: [1, null, 3, 4] }, x, y, 0, 100, 1000);
  expect(d.match(/M/g)).toHaveLength(2);
});

test("silence without a word is a gap too", () => {
  const d = measuredPath({ t_s: [0, 1, 2, 60, 61], v: [1, 1, 1, 2, 2] }, x, y, 0, 100, 1000);
  expect(d.match(/M/g)).toHaveLength(2);
});

test("a series sent every ten seconds has no gap every ten seconds", () => {
  const t_s = [0, 20, 40, 60, 80];
  expect(measuredPath({ t_s, v: t_s.map(() => 5) }, x, y, 0, 100, 1000).match(/M/g)).toHaveLength(1);
});

test("a least range extends for what lies beyond, and keeps to whole steps", () => {
  expect(widened([84, 100], [97, 79, null], 5)).toEqual([75, 100]);
  expect(widened([40, 180], [70], 20)).toEqual([40, 180]);
});

test("names that would lie on each other move apart from their middle and keep their order", () => {
  expect(apart([40, 100], 19)).toEqual([40, 100]);
  expect(apart([100, 104], 19)).toEqual([92.5, 111.5]);
  expect(apart([104, 100], 19)).toEqual([111.5, 92.5]);
  const crowded = [50, 51, 52, 75, 20];
  const found = apart(crowded, 19);
  const inOrder = crowded.map((y, place) => [y, found[place] ?? 0] as const).sort((one, other) => one[0] - other[0]).map(([, at]) => at);
  inOrder.slice(1).forEach((at, nth) => expect(at - (inOrder[nth] ?? 0)).toBeGreaterThan(18.99));
});

test("ticks stand on whole minutes of the clinic's clock", () => {
  const from = Date.parse("2026-03-04T15:03:20Z");
  const ticks = clockTicks(from, 0, 3600, 800, zoneOffsetMs("Asia/Kathmandu", from));
  for (const t_s of ticks) expect(((from + t_s * 1000) / 60_000 + 45) % 5).toBeCloseTo(0);
  expect(ticks.length).toBeGreaterThan(3);
});

test("a zone's offset is known in summer and winter", () => {
  expect(zoneOffsetMs("America/Chicago", Date.parse("2026-01-04T12:00:00Z"))).toBe(-6 * 3_600_000);
  expect(zoneOffsetMs("America/Chicago", Date.parse("2026-07-04T12:00:00Z"))).toBe(-5 * 3_600_000);
});

test("a band goes there and back, and an empty one draws nothing", () => {
  expect(bandPath([0, 10], [1, 2], [3, 4], x, y)).toBe("M0 70L100 60L100 80L0 90Z");
  expect(bandPath([], [], [], x, y)).toBe("");
  expect(valueAt([0, 10], [0, 100], 5)).toBe(50);
});

const curves: Curves = {
  from_ms: Date.parse("2026-03-04T15:00:00Z"),
  view: { start_s: -600, end_s: 3600 },
  whole: { start_s: -600, end_s: 7200 },
  now_s: 1200,
  zone: "America/Chicago",
  infusion: { start_s: 0, end_s: 2400 },
  series: { spo2_percent: { t_s: [0, 10, 20], v: [98, 79, 97] }, pulse_per_min: { t_s: [0, 10], v: [70, 71] } },
  gaps: [{ channel: "spo2_percent", start_s: 300, end_s: 360, why_text: "probe off" }],
  cuffs: [{ t_s: 60, systolic: 214, diastolic: 110, by_hand: false, doubtful: false }],
  cuffs_by_hand: [],
  cuffs_planned: [1800],
  limits: [{ strip: "spo2", value: 92, words: "limit 92" }],
  alarms: [{ t_s: 500, priority: "high", acknowledged: true, technical: false, words: "SpO2 low 87" }],
  marks: [],
  rates: [{ start_s: 0, end_s: 1200, rate_ml_per_h: 75, ahead: false }, { start_s: 1200, end_s: 2400, rate_ml_per_h: 75, ahead: true }],
  observe_until_s: 6000,
  observe_text: "observe until 16:40",
  dissociation: { low: 181, mid: 242, high: 314, words: "half of volunteers' perceptual change" },
  predicted: { t_s: [0, 1200, 2400], low: [0, 100, 180], mid: [0, 120, 200], high: [0, 140, 420], plasma: [0, 200, 260], has_band: true, peak_text: "peak 200 (180 to 420)" },
  predicted_note: "",
};
const scene = { curves, shown: curves.view, now_s: 1200, whatIf: null, says: { predicted: "ketamine predicted, ng/mL", water: "what if, nothing is charted" } };
const size = { width: 840, height: 380 };
const inside = (svg: Element) =>
  [...svg.querySelectorAll("path.measured, path.predicted, path.band, path.plasma")].flatMap((one) =>
    [...(one.getAttribute("d") ?? "").matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map((found) => Number(found[2])),
  );

test("nothing measured or predicted is clipped, however far it lies out", () => {
  for (const at of inside(draw(scene, size))) {
    expect(at).toBeGreaterThanOrEqual(0);
    expect(at).toBeLessThanOrEqual(size.height);
  }
});

test("a prediction is dashed, has its band, and the axis says predicted (H24)", () => {
  const svg = draw(scene, size);
  expect(svg.querySelectorAll("path.predicted, path.plasma")).toHaveLength(2);
  expect(svg.querySelector("path.band")).not.toBeNull();
  expect(svg.textContent).toContain("ketamine predicted");
  expect(svg.querySelector("path.measured.predicted")).toBeNull();
});

test("on a phone the level of effect stands on two lines, and no number of it is cut (H41)", () => {
  const said = (width: number) => [...draw(scene, { width, height: 380 }).querySelectorAll("text")].map((one) => one.textContent ?? "");
  expect(said(840)).toContain("half of volunteers' perceptual change: 242 (181 to 314)");
  expect(said(360)).toContain("half of volunteers' perceptual change:");
  expect(said(360)).toContain("242 (181 to 314)");
});

test("a what-if carries its watermark and moves no other line (H25)", () => {
  const whatIf = { rate_text: "40.0", rate_ml_per_h: 40, ends_s: 3000, t_s: [1200, 2400], low: [100, 120], mid: [120, 150], high: [140, 170], has_band: true, peak_text: "peak 150" };
  const [without, with_] = [draw(scene, size), draw({ ...scene, whatIf }, size)];
  expect(without.textContent).not.toContain("what if");
  expect(with_.textContent).toContain("what if, nothing is charted");
  expect(with_.querySelector("path.predicted")?.getAttribute("d")).toBe(without.querySelector("path.predicted")?.getAttribute("d"));
});

test("a gap names its cause, and an acknowledged alarm is told by its shape as well", () => {
  const svg = draw(scene, size);
  expect(svg.textContent).toContain("probe off");
  expect(svg.querySelector("path.mark-high.mark-done + path.mark-tick")).not.toBeNull();
});
