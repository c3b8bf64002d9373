import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { startShortcuts } from "./shortcuts";

function press(key: string, target: EventTarget = document.body): void {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

beforeAll(() => {
  HTMLDialogElement.prototype.showModal = function () {
    this.open = true;
  };
  startShortcuts();
});

beforeEach(() => {
  document.body.innerHTML = `
    <button data-key="p" data-key-says="Chart a pause">Pause</button>
    <button data-key="x" disabled>Not now</button>
    <input data-key="r" data-key-says="Go to the rate">
    <dialog data-shortcuts><dl data-shortcuts-list></dl></dialog>`;
});

describe("keys", () => {
  it("press the button that names them", () => {
    const pressed = vi.fn();
    document.querySelector("button")!.addEventListener("click", pressed);
    press("p");
    expect(pressed).toHaveBeenCalledOnce();
  });

  it("focus the field that names them", () => {
    press("r");
    expect(document.activeElement).toBe(document.querySelector("input"));
  });

  it("do nothing while somebody types", () => {
    const pressed = vi.fn();
    document.querySelector("button")!.addEventListener("click", pressed);
    press("p", document.querySelector("input")!);
    expect(pressed).not.toHaveBeenCalled();
  });

  it("do nothing with a control that is not available, or with a modifier", () => {
    const pressed = vi.fn();
    for (const button of document.querySelectorAll("button")) button.addEventListener("click", pressed);
    press("x");
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "p", ctrlKey: true, bubbles: true }));
    expect(pressed).not.toHaveBeenCalled();
  });

  it("are listed under the question mark as the page has them", () => {
    press("?");
    expect(document.querySelector("dialog")!.open).toBe(true);
    const words = document.querySelector("[data-shortcuts-list]")!.textContent;
    expect(words).toContain("Chart a pause");
    expect(words).toContain("Go to the rate");
  });
});
