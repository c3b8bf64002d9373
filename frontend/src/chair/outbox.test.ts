import { expect, test, vi } from "vitest";
import { webcrypto } from "node:crypto";
import { sealedStore } from "./sealed";
import { startOutbox, type Entry, type Kept, type Reply, type Store } from "./outbox";

const entry = (id: string): Entry => ({ submission_id: id, fields: { kind: "note_written" }, words: "Note", made_at_ms: 1 });
const charted: Reply = { kind: "charted", charted: { entries: [{ sequence: 7, kind: "note_written" }] } };
const settled = () => new Promise((done) => setTimeout(done, 20));

function box(replies: Reply[], store?: Store) {
  const seen: { id: string }[] = [];
  let kept: readonly Kept[] = [];
  const done = vi.fn();
  const outbox = startOutbox({
    send: async (one) => {
      seen.push({ id: one.submission_id });
      return replies.shift() ?? charted;
    },
    onChange: (next) => (kept = next),
    onCharted: done,
    waitMs: () => 1,
    ...(store ? { store } : {}),
  });
  return { outbox, seen, done, kept: () => kept };
}

test("an entry leaves the box only when the server says that it is in the chart", async () => {
  const { outbox, done, kept } = box([charted]);
  outbox.add(entry("a"));
  expect(kept().map((one) => one.state)).toEqual(["sending"]);
  await settled();
  expect(kept()).toEqual([]);
  expect(done).toHaveBeenCalledOnce();
});

test("an entry made of a refused one takes its place, and never that of one that may be in the chart (H18)", async () => {
  const { outbox, seen, kept } = box([{ kind: "refused", refusals: [] }, { kind: "no-answer" }, { kind: "no-answer" }]);
  outbox.add(entry("refused"));
  await settled();
  outbox.add({ ...entry("again"), fields: { kind: "note_written", _again: "refused" } });
  expect(kept().map((one) => one.entry.submission_id)).toEqual(["again"]);
  outbox.add({ ...entry("other"), fields: { kind: "note_written", _again: "again" } });
  expect(kept().map((one) => one.entry.submission_id)).toEqual(["again", "other"]);
  await settled();
  expect(kept()).toEqual([]);
  expect(seen.map((one) => one.id).at(-1)).toBe("other");
});

test("a lost reply reads checking and is asked again with the same id (H18)", async () => {
  const states: string[] = [];
  const ids: string[] = [];
  const replies: Reply[] = [{ kind: "no-answer" }, { kind: "no-answer" }, charted];
  const outbox = startOutbox({
    send: async (one) => {
      ids.push(one.submission_id);
      return replies.shift() as Reply;
    },
    onChange: (kept) => states.push(...kept.map((one) => one.state)),
    onCharted: () => undefined,
    waitMs: () => 1,
  });
  outbox.add(entry("a"));
  await settled();
  expect(ids).toEqual(["a", "a", "a"]);
  expect(states).toContain("checking");
  expect(states).not.toContain("failed");
  expect(outbox.kept()).toEqual([]);
});

test("the same tap twice is one entry (H17)", async () => {
  const { outbox, seen } = box([charted]);
  outbox.add(entry("a"));
  outbox.add(entry("a"));
  await settled();
  expect(seen).toHaveLength(1);
});

test("what may be in the chart cannot be thrown away; what was refused can", async () => {
  const { outbox, kept } = box([{ kind: "refused", refusals: [{ fact: "no", limit: "", way_forward: "", field: "" }] }, { kind: "signed-out" }]);
  outbox.add(entry("a"));
  await settled();
  outbox.add(entry("b"));
  await settled();
  expect(kept().map((one) => one.state)).toEqual(["refused", "signed-out"]);
  outbox.discard("b");
  outbox.discard("a");
  expect(kept().map((one) => one.entry.submission_id)).toEqual(["b"]);
});

test("entries go in the order in which they were made, the later one waits", async () => {
  const { outbox, seen } = box([{ kind: "no-answer" }, charted, charted]);
  outbox.add(entry("a"));
  outbox.add(entry("b"));
  await settled();
  expect(seen.map((one) => one.id)).toEqual(["a", "a", "b"]);
});

test("what waited before a reload is asked about again, not forgotten (H20)", async () => {
  const saved: Entry[][] = [];
  const store: Store = { load: async () => [entry("old")], save: async (entries) => void saved.push([...entries]) };
  const { outbox, seen } = box([charted], store);
  await outbox.restore();
  await settled();
  expect(seen).toEqual([{ id: "old" }]);
  expect(saved.at(-1)).toEqual([]);
});

test("a cut of half an hour, with a reload in its middle: all stays in sight as not saved, and is charted once (H20)", async () => {
  vi.useFakeTimers();
  try {
    const subtle = webcrypto.subtle as unknown as SubtleCrypto;
    const key = btoa(String.fromCharCode(...new Array<number>(32).fill(7)));
    const disk = new Map<string, string>();
    const storage = {
      getItem: (name: string) => disk.get(name) ?? null,
      setItem: (name: string, value: string) => void disk.set(name, value),
      removeItem: (name: string) => void disk.delete(name),
    } as Storage;
    let cut = true;
    const inChart = new Map<string, number>();
    const page = (life = { ended: false }) => {
      const store = sealedStore(storage, "box", key, subtle) as Store;
      return startOutbox({
        store,
        onChange: () => undefined,
        onCharted: () => undefined,
        send: async (one) => {
          if (life.ended) return new Promise<Reply>(() => undefined);
          if (cut) return { kind: "no-answer" };
          inChart.set(one.submission_id, (inChart.get(one.submission_id) ?? 0) + 1);
          return charted;
        },
      });
    };
    const first = { ended: false };
    const before = page(first);
    for (const id of ["a", "b", "c"]) before.add(entry(id));
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    expect(before.kept().map((one) => one.state)).toEqual(["checking", "sending", "sending"]);
    await vi.waitFor(() => expect(disk.size).toBe(1));
    expect([...disk.values()][0]).not.toContain("note_written");

    first.ended = true;
    const after = page(); // the tablet was loaded anew; the sign-in, and so the key, is the same
    await vi.waitFor(async () => {
      await after.restore();
      expect(after.kept()).toHaveLength(3);
    });
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    expect(after.kept()).toHaveLength(3);
    cut = false;
    after.tryNow();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(after.kept()).toEqual([]);
    expect(Object.fromEntries(inChart)).toEqual({ a: 1, b: 1, c: 1 });
    await vi.waitFor(() => expect(disk.size).toBe(0));
  } finally {
    vi.useRealTimers();
  }
});
