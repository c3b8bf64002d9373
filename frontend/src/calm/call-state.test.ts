// @vitest-environment jsdom
import { expect, test } from "vitest";
import { callState, forgetVisit, keepOnlyOf, said, type Standing } from "./call-state";

const QUIET: Standing = { over: false, ringing: false, lost: false, waits: false, open: false, seen: true, answeredLately: false };

test("a call that has not reached the server is never said to be known", () => {
  for (const lost of [true, false])
    for (const open of [true, false])
      for (const answeredLately of [true, false])
        expect(callState({ ...QUIET, waits: true, lost, open, answeredLately })).not.toMatch(/sent|answered/);
});

test("while nothing is heard from the server no good news stands, also not of a call that it had", () => {
  expect(callState({ ...QUIET, lost: true, open: true })).toBe("offline");
  expect(callState({ ...QUIET, lost: true, answeredLately: true })).toBe("offline");
  expect(callState({ ...QUIET, lost: true, waits: true })).toBe("offline");
});

test("it says that it rings exactly while it rings", () => {
  expect(callState({ ...QUIET, lost: true, waits: true, ringing: true })).toBe("ringing");
  expect(callState({ ...QUIET, waits: true })).toBe("reaching");
});

test("with the server there: sent, answered, and ready again", () => {
  expect(callState({ ...QUIET, open: true })).toBe("sent");
  expect(callState({ ...QUIET, open: true, seen: false })).toBe("reaching"); // kept, and on nobody's screen
  expect(callState({ ...QUIET, answeredLately: true })).toBe("answered");
  expect(callState(QUIET)).toBe("call");
  expect(callState({ ...QUIET, over: true, open: true, lost: true })).toBe("over");
});

test("with earphones on nothing says that this tablet rings; without them nothing changes", () => {
  const says = { call: "Call", ringing: "It rings", ringing_more: "Also", ringing_earphones: "Ring the bell", offline: "No connection", offline_more: "Touch: it rings", offline_earphones_more: "Ring the bell" };
  expect(said(says, "ringing", false)).toEqual({ words: "It rings", more: "Also" });
  expect(said(says, "ringing", true)).toEqual({ words: "Ring the bell", more: "Also" });
  expect(said(says, "offline", true)).toEqual({ words: "No connection", more: "Ring the bell" });
  expect(said(says, "call", true)).toEqual({ words: "Call", more: "" });
  expect(said({}, "ringing", true)).toEqual({ words: "", more: "" });
});

test("what waits of a nurse on the same device is left alone when the visit is over", async () => {
  localStorage.setItem("dripstand-waiting-5a5e", "a nurse's entry");
  localStorage.setItem("dripstand-calm-calls", "[]");
  localStorage.setItem("dripstand-calm-chosen", "{}");
  const kept = new Set(["calm-1", "another page's"]);
  const gone: string[] = [];
  const worker = (path: string) => ({ scope: `https://clinic.example${path}`, unregister: async () => gone.push(path) > 0 });
  await forgetVisit({
    store: localStorage,
    caches: { keys: async () => [...kept], delete: async (name: string) => kept.delete(name) },
    workers: { getRegistrations: async () => [worker("/me/calm/"), worker("/elsewhere/")] as unknown as readonly ServiceWorkerRegistration[] },
  });
  expect(localStorage.getItem("dripstand-waiting-5a5e")).toBe("a nurse's entry");
  expect([localStorage.getItem("dripstand-calm-calls"), localStorage.getItem("dripstand-calm-chosen")]).toEqual([null, null]);
  expect([...kept]).toEqual(["another page's"]);
  expect(gone).toEqual(["/me/calm/"]);
});

test("what an earlier visit left is not the next one's, and a page of the same visit that is opened anew keeps its own", () => {
  localStorage.clear();
  keepOnlyOf(localStorage, "first");
  localStorage.setItem("dripstand-calm-calls", "a call that never got through");
  localStorage.setItem("dripstand-calm-chosen", "what was played");
  localStorage.setItem("dripstand-waiting-5a5e", "a nurse's entry");
  keepOnlyOf(localStorage, "first");
  expect(localStorage.getItem("dripstand-calm-calls")).toBe("a call that never got through");
  keepOnlyOf(localStorage, "second");
  expect([localStorage.getItem("dripstand-calm-calls"), localStorage.getItem("dripstand-calm-chosen")]).toEqual([null, null]);
  expect(localStorage.getItem("dripstand-waiting-5a5e")).toBe("a nurse's entry");
});
