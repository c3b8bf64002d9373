// @vitest-environment jsdom
import { expect, test } from "vitest";
import { keepFresh, type Fetched } from "./fresh";

function page(words: string): void {
  document.body.replaceChildren();
  const part = document.createElement("div");
  part.setAttribute("data-fresh", "");
  part.append(words);
  document.body.append(part);
}

const shown = (): string => document.querySelector("[data-fresh]")?.textContent ?? "";

const answering = (words: string, ok = true) => (): Promise<Fetched> =>
  Promise.resolve({ ok, text: () => Promise.resolve(`<main><div data-fresh><p>${words}</p></div></main>`) });

test("another time is put in place of the old one, and the rest of the page stays", async () => {
  page("about 14:10");
  const ticked = document.createElement("input");
  document.body.append(ticked);
  await keepFresh(document, answering("about 15:00"), () => undefined)();
  expect(shown()).toBe("about 15:00");
  expect(document.querySelector("input")).toBe(ticked);
});

test("the same words are left alone, so that nothing is read aloud twice", async () => {
  page("about 14:10");
  const before = document.querySelector("[data-fresh]")?.firstChild;
  await keepFresh(document, answering("about 14:10"), () => undefined)();
  expect(document.querySelector("[data-fresh]")?.firstChild).toBe(before);
});

test("a page that is shut is loaded, and a lost connection leaves what stands", async () => {
  page("about 14:10");
  let loads = 0;
  await keepFresh(document, answering("", false), () => (loads += 1))();
  expect(loads).toBe(1);
  await keepFresh(document, () => Promise.reject(new Error("offline")), () => (loads += 1))();
  expect([loads, shown()]).toEqual([1, "about 14:10"]);
});
