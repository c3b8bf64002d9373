import { beforeEach, describe, expect, it, vi } from "vitest";
import { currentTheme, startThemeToggle } from "./theme";

beforeEach(() => {
  delete document.documentElement.dataset.theme;
  document.body.innerHTML = '<button data-theme-toggle>Dark or light</button>';
  vi.stubGlobal("matchMedia", () => ({ matches: true }));
});

describe("the theme", () => {
  it("is what the device prefers until somebody chooses", () => {
    expect(currentTheme()).toBe("dark");
  });

  it("is kept in a cookie that the server reads", () => {
    startThemeToggle();
    document.querySelector("button")!.click();
    expect(currentTheme()).toBe("light");
    expect(document.cookie).toContain("dripstand-theme=light");
    document.querySelector("button")!.click();
    expect(document.cookie).toContain("dripstand-theme=dark");
  });
});
