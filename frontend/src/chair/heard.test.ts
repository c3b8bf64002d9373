import { expect, test } from "vitest";
import { alarmsDiffer, heard, type HeardSlot } from "./heard";

const NOW = Date.parse("2026-03-02T10:02:03Z");
const byHand = { alarm_id: "hand/sedation_deep/9", priority: "high", by_hand: true, state: "active", silent_until: null };
const slot = (...alarms: HeardSlot["alarms"]): HeardSlot => ({ sound: "high", is_over: false, alarms });

test("what a person raised sounds on through every live message until it is acknowledged or over (H36)", () => {
  expect(heard(slot(byHand), [], "", NOW)).toBe("high");
  expect(heard(slot(byHand), [], "medium", NOW)).toBe("high");
  const silenced = { ...byHand, state: "acknowledged", silent_until: "2026-03-02T10:03:00Z" };
  expect(heard(slot(silenced), [], "", NOW)).toBe("");
  expect(heard(slot(silenced), [], "low", NOW)).toBe("low");
  expect(heard(slot(silenced), [], "", NOW + 60_000)).toBe("high"); // its silence is over
  expect(heard(slot(), [], "", NOW)).toBe("");
  expect(heard({ ...slot(byHand), is_over: true }, [], "high", NOW)).toBe("");
});

test("what a device raised sounds as the watch says, and what is not charted yet sounds too", () => {
  const charted = { alarm_id: "spo2_low@1", priority: "high", by_hand: false, state: "active", silent_until: null };
  expect(heard(slot(charted), [], "", NOW)).toBe("");
  expect(heard(slot(charted), [], undefined, NOW)).toBe("high"); // the chart's own word, before any live message
  const waiting = { alarm_id: "new@2", alarm: "spo2_low", priority: "medium", sounding: true };
  expect(heard({ ...slot(), sound: "" }, [waiting], undefined, NOW)).toBe("medium");
});

test("what a person raised does not make the page ask for the chart each second", () => {
  expect(alarmsDiffer([], [byHand])).toBe(false);
  expect(alarmsDiffer([{ alarm_id: "spo2_low@1" }], [byHand])).toBe(true);
  expect(alarmsDiffer([], [{ alarm_id: "spo2_low@1" }])).toBe(true);
});
