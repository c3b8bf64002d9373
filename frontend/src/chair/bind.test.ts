import { beforeEach, expect, test } from "vitest";
import { fill } from "./bind";

beforeEach(() => {
  document.body.innerHTML = `
    <strong data-text="rate.text">52.5</strong><form data-show="rate.may" hidden></form>
    <a data-attr="href:link"></a><p data-flag="state:state"></p>
    <ol data-list="log" data-key-field="n"><template><li data-item=""><b data-text="words"></b><input></li></template>
    <li data-item="1"><b data-text="words">first</b><input></li></ol>`;
});

const state = (log: { n: number; words: string }[]) => ({ rate: { text: "40.0", may: true }, link: "/x/", state: "now", log });

test("texts, visibility, attributes and flags follow the state", () => {
  fill(document.body, state([]));
  expect(document.querySelector("strong")?.textContent).toBe("40.0");
  expect(document.querySelector("form")?.hidden).toBe(false);
  expect(document.querySelector("a")?.getAttribute("href")).toBe("/x/");
  expect(document.querySelector("p")?.dataset["state"]).toBe("now");
});

test("a row keeps its element, and what is typed in it, while its key stays", () => {
  const row = document.querySelector('[data-item="1"]') as HTMLElement;
  const typed = row.querySelector("input") as HTMLInputElement;
  typed.value = "half a word";
  fill(document.body, state([{ n: 2, words: "newer" }, { n: 1, words: "first" }]));
  const rows = [...document.querySelectorAll("li")];
  expect(rows.map((one) => one.querySelector("b")?.textContent)).toEqual(["newer", "first"]);
  expect(rows[1]).toBe(row);
  expect(typed.value).toBe("half a word");
});

test("rows that are gone leave, and a text is never read as markup (H54)", () => {
  fill(document.body, state([{ n: 3, words: "<img src=x onerror=alert(1)>" }]));
  expect(document.querySelectorAll("li")).toHaveLength(1);
  expect(document.querySelector("li img")).toBeNull();
  expect(document.querySelector("li b")?.textContent).toBe("<img src=x onerror=alert(1)>");
});

test("the radio button of what is in force is checked when that changes, and a choice not yet sent is let be", () => {
  document.body.innerHTML = `<form><fieldset data-chosen="image"><input type="radio" name="i" value="night" checked>
    <input type="radio" name="i" value="water"></fieldset></form>`;
  const [night, water] = [...document.querySelectorAll("input")] as [HTMLInputElement, HTMLInputElement];
  fill(document.body, { image: "" });
  expect(night.checked).toBe(true);
  fill(document.body, { image: "water" });
  expect([night.checked, water.checked]).toEqual([false, true]);
  document.querySelector("form")?.reset();
  expect(water.checked).toBe(true);
  night.checked = true;
  fill(document.body, { image: "water" });
  expect(night.checked).toBe(true);
});
