import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GUARD_MS, fieldsOf, newId, sendEntry, startEntries } from "./entries";
import { startOutbox, type Entry } from "./outbox";

const where = { url: "/session/x/chart-entry/", token: "t", late: "kept on the screen", now: 1_000_000, head: 12 };
const one: Entry = { submission_id: "a", fields: { kind: "note_written", submission_id: "a", _then: "pause" }, words: "Note", made_at_ms: 990_000 };

function answer(status: number, body: unknown, type = "application/json"): Response {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: { "Content-Type": type } });
}

beforeEach(() => {
  document.body.innerHTML = `<form data-entry><input type="hidden" name="csrfmiddlewaretoken" value="secret">
    <input type="hidden" name="submission_id" value="id-1"><input type="hidden" name="kind" value="side_effect_noted">
    <button name="severity" value="mild">mild</button></form>`;
});
afterEach(() => vi.unstubAllGlobals());

test("ids are random and shaped as UUIDs", () => {
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newId()).not.toBe(newId());
});

test("the page's secret is no part of what is kept", () => {
  const form = document.querySelector("form") as HTMLFormElement;
  expect(fieldsOf(form, form.querySelector("button"))).toEqual({ submission_id: "id-1", kind: "side_effect_noted", severity: "mild" });
});

test("a second tap of the same finger is not a second entry; a later tap is another one (H17)", () => {
  const added: Entry[] = [];
  let now = 10_000;
  startEntries({ root: document.body, now: () => 0, ticksMs: () => now, add: (entry) => added.push(entry), onSubmitted: () => undefined });
  const form = document.querySelector("form") as HTMLFormElement;
  const tap = () => form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: form.querySelector("button") }));
  tap();
  now += GUARD_MS - 1;
  tap();
  expect(added.map((entry) => entry.submission_id)).toEqual(["id-1"]);
  now += GUARD_MS;
  tap();
  expect(added).toHaveLength(2);
  expect(added[1]?.submission_id).not.toBe("id-1");
});

test("a double tap does not chart what comes into the place of the button that was tapped (H17)", () => {
  const added: Entry[] = [];
  let now = 10_000;
  startEntries({ root: document.body, now: () => 0, ticksMs: () => now, add: (entry) => added.push(entry), onSubmitted: () => undefined });
  const pause = document.querySelector("form") as HTMLFormElement;
  const stop = pause.cloneNode(true) as HTMLFormElement;
  document.body.append(stop);
  const tap = (form: HTMLFormElement, x: number) => {
    form.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true, clientX: x, clientY: 500 }));
    form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  };
  tap(pause, 900);
  now += 200;
  tap(stop, 904);
  expect(added).toHaveLength(1);
  tap(stop, 1000); // another place is another tap, however soon: a stop never waits
  expect(added).toHaveLength(2);
  now += GUARD_MS;
  tap(pause, 1000);
  expect(added).toHaveLength(3);
});

test("a clinic's clock that is set back swallows no tap, and one that is set forward lets no second one through (H17, H30)", () => {
  const added: Entry[] = [];
  let clinic = 50_000_000;
  let ticks = 10_000;
  startEntries({ root: document.body, now: () => clinic, ticksMs: () => ticks, add: (entry) => added.push(entry), onSubmitted: () => undefined });
  const form = document.querySelector("form") as HTMLFormElement;
  const tap = () => {
    form.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true, clientX: 900, clientY: 500 }));
    form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
  };
  tap();
  ticks += 2 * GUARD_MS;
  clinic -= 3_600_000;
  tap();
  expect(added.map((entry) => entry.made_at_ms)).toEqual([50_000_000, 46_400_000]);
  ticks += 100;
  clinic += 3_600_000;
  tap();
  expect(added).toHaveLength(2);
});

test("an entry that got through late says when it was tapped and why it is late", async () => {
  const sent = vi.fn(async (_url: string, options: RequestInit) => {
    void options;
    return answer(200, { entries: [] });
  });
  vi.stubGlobal("fetch", sent);
  await sendEntry(one, where);
  const body = sent.mock.calls[0]?.[1]?.body as URLSearchParams;
  expect(body.get("occurred_at")).toBe(new Date(990_000).toISOString());
  expect(body.get("late_reason")).toBe("kept on the screen");
  expect(body.has("_then")).toBe(false);
  await sendEntry({ ...one, made_at_ms: where.now - 1_000 }, where);
  expect((sent.mock.calls[1]?.[1]?.body as URLSearchParams).has("occurred_at")).toBe(false);
});

test("an entry that waited behind another one keeps its own minute, though it is sent for the first time (H20)", async () => {
  vi.useFakeTimers();
  try {
    let cut = true;
    const charted: Record<string, string | null> = {};
    vi.stubGlobal("fetch", async (_url: string, { body }: { body: URLSearchParams }) => {
      if (cut) throw new TypeError("network");
      charted[body.get("submission_id") as string] = body.get("occurred_at");
      return answer(200, { entries: [] });
    });
    const outbox = startOutbox({
      send: (entry) => sendEntry(entry, { ...where, now: Date.now() }),
      onChange: () => undefined,
      onCharted: () => undefined,
    });
    const tap = (id: string) => {
      outbox.add({ submission_id: id, fields: { kind: "x", submission_id: id }, words: id, made_at_ms: Date.now() });
      return new Date(Date.now()).toISOString();
    };
    const sideEffect = tap("side effect");
    await vi.advanceTimersByTimeAsync(20_000);
    const pause = tap("pause");
    await vi.advanceTimersByTimeAsync(60_000);
    cut = false;
    outbox.tryNow();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(charted).toEqual({ "side effect": sideEffect, pause });
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ["a cut line", () => Promise.reject(new TypeError("network")), "no-answer"],
  ["a broken server", async () => answer(500, "<h1>no</h1>", "text/html"), "no-answer"],
  ["half an answer", async () => answer(200, '{"entries": ['), "no-answer"],
  ["an ended sign-in", async () => answer(401, { words: "Sign in first." }), "signed-out"],
  ["a refusal", async () => answer(422, { refusals: [{ fact: "80 is above 75", limit: "75", way_forward: "", field: "rate_ml_per_h" }] }), "refused"],
  ["a busy chart", async () => answer(409, { refusals: [{ fact: "Others are charting.", limit: "", way_forward: "", field: "" }] }), "refused"],
] as const)("%s is never read as charted (H18)", async (_name, reply, kind) => {
  vi.stubGlobal("fetch", vi.fn(reply));
  expect((await sendEntry(one, where)).kind).toBe(kind);
});
