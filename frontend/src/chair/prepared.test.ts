import { beforeEach, expect, test } from "vitest";
import { startPanels } from "./panels";
import { startPrepared } from "./prepared";

const says = { pump_set_to: "Pump set to {rate} mL/h? Why:", pump_started_at: "Pump running at {rate} mL/h?", keep: "Keep {rate}", not_yet: "Not yet", was_ends: "was {rate}, {ends}" };

beforeEach(() => {
  document.body.innerHTML = `<div id="root"><section data-slot><div data-prepared hidden><strong data-prepared-words></strong><span data-prepared-more></span>
    <form data-prepared-form="rate_changed" hidden><input name="rate_ml_per_h"><button>why</button></form>
    <form data-prepared-form="infusion_started" hidden><input name="rate_ml_per_h"><button>start</button></form>
    <button data-prepared-cancel></button></div></section>
    <a data-panel-open="stop" data-panel-sequence="9">why</a>
    <section data-panel="stop" tabindex="-1"><input type="hidden" data-of-sequence><a data-panel-close>Close</a></section><section data-panel="nausea"></section></div>`;
});

test("preparing charts nothing: it only shows the second tap, with the rate that it would chart", () => {
  const prepared = startPrepared(document, says);
  prepared?.show({ kind: "rate_changed", rate: "40.0", running: "52.5", ends: "ends 14:40" });
  expect(document.querySelector("[data-prepared-words]")?.textContent).toBe("Pump set to 40.0 mL/h? Why:");
  expect(document.querySelector<HTMLInputElement>('[data-prepared-form="rate_changed"] input')?.value).toBe("40.0");
  expect(document.querySelector<HTMLFormElement>('[data-prepared-form="infusion_started"]')?.hidden).toBe(true);
  expect(document.querySelector("[data-prepared-cancel]")?.textContent).toBe("Keep 52.5");
  document.querySelector<HTMLElement>("[data-prepared-cancel]")?.click();
  expect(prepared?.isShown()).toBe(false);
});

test("one panel is open at a time, and it speaks of the entry it was opened for", () => {
  const panels = startPanels(document.getElementById("root") as HTMLElement);
  panels.open("nausea");
  document.querySelector<HTMLElement>("[data-panel-open]")?.click();
  expect(panels.current()).toBe("stop");
  expect(document.querySelector<HTMLInputElement>("[data-of-sequence]")?.value).toBe("9");
  document.querySelector<HTMLElement>("[data-panel-close]")?.click();
  expect(panels.current()).toBeNull();
});
