import { expect, it } from "vitest";
import type { Kept } from "./outbox";
import { tappedAt, withTapped } from "./tapped";

const AT = Date.parse("2026-03-04T15:04:05Z");
const kept = (kind: string, state: Kept["state"]): Kept =>
  ({ entry: { submission_id: kind, fields: { kind }, words: kind, made_at_ms: AT }, state, tries: 1, refusals: [] }) as unknown as Kept;
const says = { emergency_since: "Emergency since {clock}", emergency_not_saved: "not saved yet" };
const none = { on: false, elapsed_s: 0, may_declare: true, since_text: "", by_text: "" };

it("began with the tap while nothing is known to be charted", () => {
  const tapped = tappedAt([kept("infusion_paused", "checking"), kept("emergency_declared", "checking")]);
  expect(tapped).toBe(AT);
  expect(withTapped(none, tapped, AT + 90_000, "UTC", says)).toEqual({
    on: true,
    may_declare: false,
    elapsed_s: 90,
    since_text: "Emergency since 15:04",
    by_text: "not saved yet",
  });
});

it("counts on from a state that is older than the tap", () => {
  expect(withTapped(none, AT, AT - 4_000, "UTC", says).elapsed_s).toBe(-4);
});

it("gives way to the chart, and ends where the server refused it or nothing waits", () => {
  const charted = { ...none, on: true, elapsed_s: 3, by_text: "charted 15:04:06 by M. Reyes" };
  expect(withTapped(charted, AT, AT + 5_000, "UTC", says)).toBe(charted);
  expect(withTapped(none, tappedAt([kept("emergency_declared", "refused")]), AT, "UTC", says)).toBe(none);
  expect(tappedAt([kept("infusion_paused", "sending")])).toBeNull();
});
