import { expect, test } from "vitest";
import { graver, withUncharted } from "./uncharted";

const says = { alarm_device_silent: "Device silent", not_charted_yet: "not in the chart yet", call_since: "since {clock}" };
const silent = { alarm_id: "device_silent/m@1", alarm: "device_silent", priority: "medium", technical: true, since: "2026-03-02T10:02:03Z", value_text: "Monitor 2", sounding: true };
const slot = { is_over: false, alarms: [{ alarm_id: "low@1", priority: "low" }], count: 1, is_quiet: false };

test("an alarm that could not be charted stands in the slot and says so (H22, H36)", () => {
  const shown = withUncharted({ ...slot, alarms: [], count: 0, is_quiet: true }, [silent], "UTC", says);
  expect(shown).toMatchObject({ count: 1, is_quiet: false });
  expect(shown.alarms[0]).toMatchObject({ words: "Device silent", value_text: "Monitor 2", state_text: "not in the chart yet", can_acknowledge: false });
});

test("the gravest stands first; what the chart has is not shown twice; an ended visit shows nothing more", () => {
  expect(withUncharted(slot, [silent], "UTC", says).alarms.map((one) => one.alarm_id)).toEqual([silent.alarm_id, "low@1"]);
  const charted = { ...slot, alarms: [{ alarm_id: silent.alarm_id, priority: "medium" }] };
  expect(withUncharted(charted, [silent], "UTC", says)).toBe(charted);
  expect(withUncharted({ ...slot, is_over: true }, [silent], "UTC", says).alarms).toHaveLength(1);
});

test("the graver sound is heard", () => {
  expect([graver("", "low"), graver("medium", "high"), graver("low", "")]).toEqual(["low", "high", "low"]);
});
