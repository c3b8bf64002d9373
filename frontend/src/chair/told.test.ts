// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ASK_EVERY_MS, startTold } from "./told";

let answers: (Response | null)[];
const call: typeof fetch = () => {
  const next = answers.shift();
  return next ? Promise.resolve(next) : Promise.reject(new TypeError("network"));
};
const said = (line: string, foot: string): Response => new Response(`<div data-told="line"><p>${line}</p></div><div data-told="foot"><p>${foot}</p></div>`);
const part = (name: string): Element => document.querySelector(`[data-told="${name}"]`) as Element;

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = '<div data-told="line"></div><div data-told="foot"><p>Sage takes them home.</p></div>';
});
afterEach(() => vi.useRealTimers());

it("puts in what the patient told since the page was opened, and leaves alone what says the same", async () => {
  const foot = part("foot").firstChild;
  answers = [said("No touch", "Sage takes them home."), null, said("Ask before touch", "Call Sage.")];
  startTold("/session/x/told/", call);
  await vi.advanceTimersByTimeAsync(ASK_EVERY_MS + 1);
  expect(part("line").textContent).toBe("No touch");
  expect(part("foot").firstChild).toBe(foot);
  await vi.advanceTimersByTimeAsync(2 * ASK_EVERY_MS + 2); // the network was away in between
  expect([part("line").textContent, part("foot").textContent]).toEqual(["Ask before touch", "Call Sage."]);
});
