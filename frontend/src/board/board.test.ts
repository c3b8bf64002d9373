import { expect, test } from "vitest";
import vectors from "../chair/tiles.vectors.json";
import { at, minutes, type BoardState } from "./main";

const timer = (elapsed_s: number | null, counts_down: boolean) => ({ text: "14:20", elapsed_s, runs: true, counts_down });

test("a minute that is left is left until it is over, and never less than none", () => {
  expect(minutes(timer(61, true), 0)).toBe("2");
  expect(minutes(timer(61, true), 1)).toBe("1");
  expect(minutes(timer(61, true), 500)).toBe("0");
});

test("minutes passed are whole minutes passed, and a clock stays a clock", () => {
  expect(minutes(timer(119, false), 0)).toBe("1");
  expect(minutes(timer(119, false), 2)).toBe("2");
  expect(minutes(timer(119, false), -50)).toBe("1");
  expect(minutes(timer(null, false), 90)).toBe("14:20");
});

test("a number on a card that nobody renewed is gone after ten seconds (H22)", () => {
  const tile = { key: "pulse", label: "Pulse", unit_text: "per minute", short_unit_text: "/min", shows_age: false, channels: ["pulse_per_min"], value: vectors.base, hand: null, alarm: "" };
  const state = { now: vectors.base.at, sound: "", cards: [{ session_id: "s", tiles: [tile], timer: timer(60, true) }] } as unknown as BoardState;
  const mini = (ms: number) => (at(state, Date.parse(vectors.base.at) + ms, vectors.zone, vectors.words) as { cards: { minis: unknown[] }[] }).cards[0]?.minis[0];
  expect(mini(1_000)).toMatchObject({ text: "72", foot: "/min", quality: "fresh" });
  expect(mini(7_000)).toMatchObject({ text: "72", foot: "7 s ago", quality: "late" });
  expect(mini(11_000)).toMatchObject({ text: "- -", foot: "too old", quality: "none" });
});
