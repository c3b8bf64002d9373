import { beforeEach, expect, test } from "vitest";
import { deviceName, showGaps, showUnattended, soundNow } from "./screen";

beforeEach(() => {
  document.body.innerHTML = '<div data-unattended data-text-open="Open it" hidden></div><div data-gaps data-text-seen="Read" hidden></div>';
  for (const name of ["sound", "soundHeard"]) delete document.documentElement.dataset[name];
  localStorage.clear();
  sessionStorage.clear();
});

const place = (name: string) => document.querySelector<HTMLElement>(`[${name}]`) as HTMLElement;
const nobody = { sessions: "a", words: "Chair 2 infuses, and no screen shows it.", href: "/session/a/" };

test("a chair that nobody watches is said once, with the way to it, and goes when somebody watches (H34)", () => {
  const banner = place("data-unattended");
  showUnattended(banner, [nobody]);
  expect(banner.hidden).toBe(false);
  const row = banner.firstElementChild;
  expect(banner.textContent).toContain("Chair 2");
  expect(banner.querySelector("a")?.getAttribute("href")).toBe("/session/a/");
  showUnattended(banner, [nobody]);
  expect(banner.firstElementChild).toBe(row); // not read out again
  showUnattended(banner, []);
  expect(banner.hidden).toBe(true);
});

test("an absence stays in sight until somebody has read it, and is not shown again in this window (H21)", () => {
  const banner = place("data-gaps");
  const gap = { gap: "7", words: "Dripstand was away from 10:02:03 to 10:03:10." };
  showGaps(banner, [gap]);
  expect(banner.hidden).toBe(false);
  banner.querySelector("button")?.click();
  expect(banner.hidden).toBe(true);
  showGaps(banner, [gap]);
  expect(banner.hidden).toBe(true);
  showGaps(banner, [gap, { gap: "8", words: "again" }]);
  expect(banner.textContent).toContain("again");
  expect(banner.textContent).not.toContain("10:02:03");
});

test("of several absences each is shown alone until it was read, with how many there are (H21)", () => {
  const banner = place("data-gaps");
  showGaps(banner, [{ gap: "21", words: "Away one." }, { gap: "22", words: "Away two." }]);
  expect(banner.textContent).toContain("Away one. (1/2)");
  expect(banner.textContent).not.toContain("Away two.");
  banner.querySelector("button")?.click();
  expect(banner.textContent).toContain("Away two.");
  banner.querySelector("button")?.click();
  expect(banner.hidden).toBe(true);
});

test("a page can be heard only where its browser lets it sound and no person said that they heard nothing (H37)", () => {
  const html = document.documentElement;
  expect(soundNow()).toBe("none");
  html.dataset["sound"] = "blocked";
  expect(soundNow()).toBe("blocked");
  html.dataset["sound"] = "on";
  expect(soundNow()).toBe("on");
  html.dataset["soundHeard"] = "no";
  expect(soundNow()).toBe("unheard");
});

test("a device keeps its name, and two have different ones", () => {
  const name = deviceName();
  expect(deviceName()).toBe(name);
  localStorage.clear();
  expect(deviceName()).not.toBe(name);
  expect(name).toMatch(/^[0-9a-f]{32}$/);
});
