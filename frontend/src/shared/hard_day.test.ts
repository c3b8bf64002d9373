import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ASK_EVERY_MS, startHardDay } from "./hard_day";

let asked: string[];
let answers: Response[];
const call: typeof fetch = (address) => {
  asked.push(String(address));
  const next = answers.shift();
  return next === undefined ? Promise.reject(new TypeError("network")) : Promise.resolve(next);
};
const parts = (mark: string, chair: string, words: string): string =>
  `<div data-hard-day="button"><details><summary>Emergency</summary>${chair}</details></div>` +
  `<div data-hard-day="said" data-has="${mark}" data-without="">${words}</div>`;
const answer = (mark: string, chair: string, words = ""): Response => new Response(parts(mark, chair, words), { status: 200 });
const shown = (name: string): string => document.querySelector(`[data-hard-day="${name}"]`)?.textContent ?? "";

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = parts("a", "Chair 1", "");
  asked = [];
  answers = [];
});
afterEach(() => vi.useRealTimers());

it("says what began since the page was opened, and offers who came", async () => {
  answers = [answer("b", "Chair 2", "Chair 1: emergency since 10:04"), new Response(null, { status: 204 })];
  startHardDay(call);
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS * 2);
  expect(shown("said")).toBe("Chair 1: emergency since 10:04");
  expect(shown("button")).toContain("Chair 2");
  expect(asked).toEqual(["/hard-day/?has=a&without=", "/hard-day/?has=b&without="]);
});

it("moves nothing in a list that is open, and makes up for it when it is closed", async () => {
  answers = [answer("b", "Chair 2", "left"), answer("b", "Chair 2", "left")];
  startHardDay(call);
  const list = document.querySelector("details") as HTMLDetailsElement;
  list.open = true;
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS);
  expect(shown("button")).toContain("Chair 1");
  expect(shown("said")).toBe("left");
  list.open = false;
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS);
  expect(shown("button")).toContain("Chair 2");
  expect(asked[1]).toBe("/hard-day/?has=&without=");
});

it("asks again after the network was away, and stops when signed out", async () => {
  startHardDay(call);
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS);
  answers = [new Response(null, { status: 401 })];
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS * 3);
  expect(asked.length).toBe(2);
});
