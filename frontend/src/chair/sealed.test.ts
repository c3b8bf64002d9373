import { webcrypto } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import type { Entry } from "./outbox";
import { sealedStore } from "./sealed";

const subtle = webcrypto.subtle as unknown as SubtleCrypto;
const key = (byte: number) => btoa(String.fromCharCode(...new Array<number>(32).fill(byte)));
const waiting: Entry[] = [{ submission_id: "a", fields: { text: "Wren is anxious" }, words: "Note", made_at_ms: 5 }];

beforeEach(() => localStorage.clear());

test("what waits is written down sealed and read again by the same sign-in", async () => {
  const store = sealedStore(localStorage, "box", key(1), subtle);
  await store?.save(waiting);
  expect(localStorage.getItem("box")).not.toContain("Wren");
  expect(await sealedStore(localStorage, "box", key(1), subtle)?.load()).toEqual(waiting);
});

test("another sign-in cannot read it, and it is wiped", async () => {
  await sealedStore(localStorage, "box", key(1), subtle)?.save(waiting);
  expect(await sealedStore(localStorage, "box", key(2), subtle)?.load()).toEqual([]);
  expect(localStorage.getItem("box")).toBeNull();
});

test("an empty box leaves nothing behind", async () => {
  const store = sealedStore(localStorage, "box", key(1), subtle);
  await store?.save(waiting);
  await store?.save([]);
  expect(localStorage.getItem("box")).toBeNull();
});

test("without a cipher nothing is written down", () => {
  expect(sealedStore(localStorage, "box", key(1), undefined)).toBeUndefined();
});
