import { beforeEach, expect, test } from "vitest";
import { keepOneSubmit } from "./one-submit";

keepOneSubmit(document);

beforeEach(() => {
  document.body.replaceChildren();
});

function aForm(guarded: boolean): HTMLFormElement {
  const form = document.createElement("form");
  if (guarded) form.setAttribute("data-one-submit", "");
  document.body.append(form);
  return form;
}

function submit(form: HTMLFormElement): boolean {
  return form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }));
}

test("the second tap while the first is under way is not sent", () => {
  const form = aForm(true);
  expect(submit(form)).toBe(true);
  expect(submit(form)).toBe(false);
});

test("a page that comes back from the browser's memory can be sent again", () => {
  const form = aForm(true);
  submit(form);
  window.dispatchEvent(new Event("pageshow"));
  expect(submit(form)).toBe(true);
});

test("a form that did not ask for it is left alone", () => {
  const form = aForm(false);
  submit(form);
  expect(submit(form)).toBe(true);
});
