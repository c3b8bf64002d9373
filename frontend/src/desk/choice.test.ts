import { beforeEach, expect, test } from "vitest";
import { followChoice } from "./choice";

function radio(value: string): HTMLInputElement {
  const input = document.createElement("input");
  input.type = "radio";
  input.name = "result";
  input.value = value;
  return input;
}

let form: HTMLFormElement;
let met: HTMLInputElement;
let notMet: HTMLInputElement;
let part: HTMLDivElement;
let detail: HTMLInputElement;

beforeEach(() => {
  form = document.createElement("form");
  met = radio("met");
  notMet = radio("not_met");
  part = document.createElement("div");
  part.dataset["when"] = "result=not_met";
  detail = document.createElement("input");
  detail.name = "detail";
  part.append(detail);
  form.append(met, notMet, part);
  document.body.replaceChildren(form);
});

test("fields of a choice that nobody made are hidden and not sent", () => {
  followChoice(document);
  expect(part.hidden).toBe(true);
  expect(detail.disabled).toBe(true);
});

test("choosing it shows them, choosing another hides them again", () => {
  followChoice(document);
  notMet.checked = true;
  form.dispatchEvent(new Event("change", { bubbles: true }));
  expect(part.hidden).toBe(false);
  expect(detail.disabled).toBe(false);
  met.checked = true;
  form.dispatchEvent(new Event("change", { bubbles: true }));
  expect(part.hidden).toBe(true);
});
