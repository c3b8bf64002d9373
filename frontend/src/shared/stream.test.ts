import { describe, expect, it } from "vitest";
import { eventReader } from "./stream";

const TEXT = 'retry: 1000\n\nevent: beat\ndata: {"server_time":"x"}\n\nid: 7\nevent: message\ndata: {"topic":"board","payload":{"note":"µg"}}\n\n';

describe("the reader of a stream", () => {
  it("gives the same events whatever the size of the pieces", () => {
    const whole = eventReader()(TEXT);
    expect(whole.map((event) => event.event)).toEqual(["beat", "message"]);
    expect(whole[1]).toEqual({ event: "message", id: "7", data: '{"topic":"board","payload":{"note":"µg"}}' });
    for (const size of [1, 2, 3, 7, 50]) {
      const read = eventReader();
      const events = [];
      for (let at = 0; at < TEXT.length; at += size) events.push(...read(TEXT.slice(at, at + size)));
      expect(events).toEqual(whole);
    }
  });

  it("gives nothing of an event that is not complete", () => {
    const read = eventReader();
    expect(read("event: message\ndata: {}\n")).toEqual([]);
    expect(read("\n")).toEqual([{ event: "message", data: "{}", id: "" }]);
  });
});
