import { beforeEach, expect, test } from "vitest";
import { lookOnce } from "./watch-search";

const page = (placed: number, button: string): string =>
  `<main><section data-watch-search><div data-how-far><p>${placed} of 6</p></div>` +
  `<progress max="100" value="${placed}"></progress><form><button>${button}</button></form></section></main>`;

function shown(): Element {
  const found = document.querySelector("[data-watch-search]");
  if (!found) throw new Error("nothing is watched");
  return found;
}

beforeEach(() => {
  document.body.replaceChildren(...new DOMParser().parseFromString(page(1, "End the search"), "text/html").body.children);
});

test("what the server says replaces what was said, and the button under the hand stays", async () => {
  const button = shown().querySelector("button");
  button?.focus();
  expect(await lookOnce(document, async () => page(4, "Take the best so far"), () => undefined)).toBe(true);
  expect(shown().textContent).toContain("4 of 6");
  expect(shown().querySelector("progress")?.getAttribute("value")).toBe("4");
  expect(shown().querySelector("button")).toBe(button);
  expect(document.activeElement).toBe(button);
  expect(button?.textContent).toBe("Take the best so far");
});

test("when the search is over the page is opened anew, once", async () => {
  let opened = 0;
  expect(await lookOnce(document, async () => "<main>found</main>", () => void (opened += 1))).toBe(false);
  expect(opened).toBe(1);
});

test("a page without a search asks nothing", async () => {
  document.body.replaceChildren();
  let asked = 0;
  const ask = async (): Promise<string> => {
    asked += 1;
    return "";
  };
  expect(await lookOnce(document, ask, () => undefined)).toBe(false);
  expect(asked).toBe(0);
});
