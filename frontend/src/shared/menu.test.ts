import { beforeEach, expect, test } from "vitest";
import { startMenus } from "./menu";

startMenus();

beforeEach(() => {
  document.body.innerHTML = `<details class="menu"><summary>More</summary><a href="/incidents/">Incidents</a></details><p>Else</p>`;
});

const menu = () => document.querySelector("details") as HTMLDetailsElement;
const tap = (selector: string) => document.querySelector(selector)?.dispatchEvent(new MouseEvent("pointerdown", { bubbles: true }));

test("a tap elsewhere closes a menu, a tap in it does not", () => {
  menu().open = true;
  tap("a");
  expect(menu().open).toBe(true);
  tap("p");
  expect(menu().open).toBe(false);
});

test("Escape closes it and gives the word that opens it the focus back", () => {
  menu().open = true;
  document.querySelector("a")?.focus();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  expect(menu().open).toBe(false);
  expect(document.activeElement).toBe(document.querySelector("summary"));
});
