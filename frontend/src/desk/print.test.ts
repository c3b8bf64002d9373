import { expect, test, vi } from "vitest";
import { printOnTap } from "./print";

test("the button appears and prints", () => {
  const button = document.createElement("button");
  button.hidden = true;
  button.setAttribute("data-print", "");
  document.body.replaceChildren(button);
  const print = vi.spyOn(window, "print").mockImplementation(() => undefined);
  printOnTap(document);
  expect(button.hidden).toBe(false);
  button.click();
  expect(print).toHaveBeenCalledOnce();
});
