import { beforeEach, expect, test, vi } from "vitest";
import { startWhatIf, typedRate, type Answer, type Range } from "./what_if";

const range: Range = { low_ml_per_h: "30.0", high_ml_per_h: "90.0", step_ml_per_h: "0.1", running_ml_per_h: "52.5", low_text: "30.0", high_text: "order allows 90.0" };
const says = { what_if_outside: "The order allows {low} to {high} mL/h.", what_if_unreadable: "Not a rate.", effect_site: "effect site" };
const answer: Answer = { rate_ml_per_h: 53, ends_text: "ends 14:31", more_text: "20 s earlier", running_peak_text: "", curve: null, note: "no line" };

beforeEach(() => {
  document.body.innerHTML = `<div data-what-if><button data-what-if-less></button><input data-what-if-number><button data-what-if-more></button>
    <input type="range" data-what-if-range><svg><g data-what-if-mark></g></svg><span data-what-if-low></span><span data-what-if-high></span><p data-what-if-result>still</p></div>`;
});

function begin(ask = vi.fn(async () => answer)) {
  const rates: (string | null)[] = [];
  const whatIf = startWhatIf(document, { ask, onCurve: () => undefined, onRate: (rate) => rates.push(rate), says, waitMs: 0 });
  whatIf?.setRange(range);
  const field = document.querySelector<HTMLInputElement>("[data-what-if-number]") as HTMLInputElement;
  const type = (text: string) => {
    field.value = text;
    field.dispatchEvent(new Event("input"));
  };
  const press = (which: string) => document.querySelector<HTMLElement>(`[data-what-if-${which}]`)?.click();
  return { whatIf, ask, rates, field, type, press };
}

const settled = () => new Promise((done) => setTimeout(done, 5));

test("it begins at the running rate and asks nothing", () => {
  const { whatIf, ask, field } = begin();
  expect(field.value).toBe("52.5");
  expect(whatIf?.rate()).toBeNull();
  expect(ask).not.toHaveBeenCalled();
});

test("a button moves to the next whole millilitre, and stops at the order's limits", async () => {
  const { whatIf, press, ask } = begin();
  press("more");
  expect(whatIf?.rate()).toBe("53.0");
  for (let i = 0; i < 60; i += 1) press("more");
  expect(whatIf?.rate()).toBe("90.0");
  await settled();
  expect(ask).toHaveBeenCalledWith("90.0"); // debounced: once, for where the finger stopped
  expect(ask).toHaveBeenCalledOnce();
});

test("a typed rate outside the order is said to be outside, not moved inside (H10)", () => {
  const { whatIf, type } = begin();
  type("525");
  expect(whatIf?.rate()).toBeNull();
  expect(document.querySelector("[data-what-if-result]")?.textContent).toContain("order allows 90.0".replace("order allows ", ""));
  expect(document.querySelector("[data-what-if-number]")?.getAttribute("aria-invalid")).toBe("true");
});

test.each([["40", 40], ["40,5", 40.5], ["40.5", 40.5], ["4o", null], ["-4", null], ["1e2", null], ["", null], ["1.234", null]])("%s is read as %s", (text, value) => {
  expect(typedRate(text)).toBe(value);
});

test("an answer for a rate that was left again is not shown", async () => {
  let answerLate: (value: Answer) => void = () => undefined;
  const ask = vi.fn(() => new Promise<Answer>((done) => (answerLate = done)));
  const { press, whatIf } = begin(ask as never);
  press("more");
  await settled();
  whatIf?.reset();
  answerLate(answer);
  await settled();
  expect(document.querySelector("[data-what-if-result]")?.textContent).toBe("still");
});
