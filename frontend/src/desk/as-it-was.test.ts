// @vitest-environment jsdom
import { expect, test } from "vitest";
import { ageList, LOOKS_FRESH_MS } from "./as-it-was";

test("a list that stands open is marked as old once ten seconds have passed, and not before", () => {
  document.body.innerHTML = "<p data-as-it-was>As it was</p><ol></ol>";
  const due: { ms: number; act: () => void }[] = [];
  ageList(document, (ms, act) => due.push({ ms, act }));
  const said = document.querySelector("[data-as-it-was]");
  expect(said?.hasAttribute("data-old")).toBe(false);
  expect(due.map((one) => one.ms)).toEqual([LOOKS_FRESH_MS]);
  due[0]?.act();
  expect(said?.hasAttribute("data-old")).toBe(true);
});

test("a page without such a list waits for nothing", () => {
  document.body.innerHTML = "<p>Gone</p>";
  const due: number[] = [];
  ageList(document, (ms) => due.push(ms));
  expect(due).toEqual([]);
});
