import { describe, expect, test } from "vitest";
import { chosen, draw, fromReadings, show, type Tile, type Value } from "./tiles";
import vectors from "./tiles.vectors.json";

const base = vectors.base as Value;
const taken = Date.parse(base.at as string);

describe("a number looks as old as it is (H22)", () => {
  test.each(vectors.cases.map((one) => [one.name, one] as const))("%s", (_name, one) => {
    const value = { ...base, ...(one.value as Partial<Value>) };
    expect(show(value, taken + one.age_s * 1000, vectors.zone, one.unit, one.shows_age, vectors.words)).toEqual(one.shown);
  });
});

const tile: Tile = {
  key: "pulse",
  label: "Pulse",
  unit_text: "per minute",
  short_unit_text: "/min",
  shows_age: false,
  channels: ["pulse_per_min", "heart_rate_per_min"],
  value: base,
  hand: null,
  alarm: "",
};

test("a person's number stands only where the monitor has none or an older one", () => {
  const hand = { ...base, text: "80", at: "2026-03-04T15:01:00Z", by_hand: true };
  const soon = taken + 61_000;
  const lasting = { ...hand, late_after_s: 300, lost_after_s: 1_020 };
  const gone = { ...base, quality: "none", last_text: "77", last_at: base.at };
  expect(chosen(base, null, soon)).toBe(base);
  expect(chosen(base, lasting, soon)).toBe(base); // a fresh monitor number is never covered
  expect(chosen({ ...base, quality: "late" }, lasting, soon)).toBe(lasting);
  expect(chosen(gone, lasting, soon)).toBe(lasting);
  expect(chosen(gone, lasting, soon + 300_000)).toBe(gone); // what the monitor says is newer than what was typed
  expect(chosen(gone, lasting, soon + 1_020_000)).toBe(gone); // once both are gone, the monitor's last one stands
});

test("the ECG's rate stands in where the oximeter has none", () => {
  const value = fromReadings(tile, { pulse_per_min: { quality: "none", why: "probe_off" }, heart_rate_per_min: { text: "70", at: base.at, quality: "fresh" } }, {});
  expect(value?.text).toBe("70");
});

test("when the reading goes, the last number stays known with its own time", () => {
  const value = fromReadings(tile, { pulse_per_min: { text: "", at: "2026-03-04T15:00:09Z", quality: "none", why: "probe_off" } }, { probe_off: "probe off" });
  expect(value).toMatchObject({ text: "", quality: "none", why_text: "probe off", last_text: "72", last_at: base.at });
});

test("a cuff reading needs both numbers", () => {
  const nibp = { ...tile, channels: ["nibp_systolic_mmhg", "nibp_diastolic_mmhg"] };
  expect(fromReadings(nibp, { nibp_systolic_mmhg: { text: "128", at: base.at, quality: "fresh" } }, {})).toBeNull();
});

test("a number that a frozen page never renewed is gone from the screen after ten seconds", () => {
  document.body.innerHTML = '<div data-tile="pulse"><h2 data-tile-label></h2><span data-tile-text>72</span><p data-tile-foot></p></div>';
  draw(document, tile, taken + 11_000, vectors.zone, vectors.words);
  expect(document.querySelector("[data-tile-text]")?.textContent).toBe("- -");
  expect(document.querySelector<HTMLElement>("[data-tile]")?.dataset["quality"]).toBe("none");
});
