import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ASK_EVERY_MS, startOnCall } from "./on_call";

let asked: string[];
let answers: Response[];
const call: typeof fetch = (address) => {
  asked.push(String(address));
  const next = answers.shift();
  return next === undefined ? Promise.reject(new TypeError("network")) : Promise.resolve(next);
};

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = "<div data-on-call></div>";
  asked = [];
  answers = [];
});
afterEach(() => vi.useRealTimers());

const word = (mark: string, text: string): Response =>
  new Response(`<div data-on-call data-has="${mark}">${text}</div>`, { status: 200 });

it("puts the word in, and leaves it alone while it is the same", async () => {
  answers = [word("a", "1 call waits"), new Response(null, { status: 204 }), word("b", "1 call not seen")];
  startOnCall(call);
  await vi.advanceTimersByTimeAsync(1);
  const first = document.querySelector("[data-on-call]");
  expect(first?.textContent).toBe("1 call waits");
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS);
  expect(document.querySelector("[data-on-call]")).toBe(first);
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS);
  expect(document.querySelector("[data-on-call]")?.textContent).toBe("1 call not seen");
  expect(asked).toEqual(["/on-call/banner/", "/on-call/banner/?has=a", "/on-call/banner/?has=a"]);
});

it("asks again after the network was away, and stops when signed out", async () => {
  startOnCall(call);
  await vi.advanceTimersByTimeAsync(1);
  answers = [word("a", "1 call waits"), new Response(null, { status: 401 })];
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS * 3);
  expect(document.querySelector("[data-on-call]")?.textContent).toBe("1 call waits");
  const count = asked.length;
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS * 3);
  expect(asked.length).toBe(count);
});

it("asks for nothing on a page that has no place for it", async () => {
  document.body.innerHTML = "";
  startOnCall(call);
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS);
  expect(asked).toEqual([]);
});
