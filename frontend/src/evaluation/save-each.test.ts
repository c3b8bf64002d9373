import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { payload, saveEach } from "./save-each";

const PAGE = `<form data-save-each data-text-saving="saving" data-text-lost="Not saved">
  <input type="hidden" name="csrfmiddlewaretoken" value="t"><input type="hidden" name="patient_id" value="wren">
  <div data-question="aneurysm">
    <input type="hidden" name="was-aneurysm" value=""><input type="hidden" name="noted-aneurysm" value="">
    <input type="radio" name="a-aneurysm" value="yes"><input type="radio" name="a-aneurysm" value="no">
    <input name="n-aneurysm" value=""><p data-saved></p>
  </div>
  <div data-question="porphyria"><input type="radio" name="a-porphyria" value="yes" checked></div>
</form>`;

saveEach(document);
beforeEach(() => {
  vi.stubGlobal("CSS", { escape: (text: string) => text });
  document.body.innerHTML = PAGE;
});
afterEach(() => vi.unstubAllGlobals());

function choose(value: string): HTMLElement {
  const radio = document.querySelector<HTMLInputElement>(`[value="${value}"][name="a-aneurysm"]`);
  radio!.checked = true;
  radio!.dispatchEvent(new Event("change", { bubbles: true }));
  return document.querySelector<HTMLElement>("[data-question=aneurysm]")!;
}

test("only the question that changed is sent", () => {
  const question = choose("no");
  const sent = payload(document.querySelector("form")!, question);
  expect(Object.fromEntries(sent)).toEqual({
    question: "aneurysm",
    csrfmiddlewaretoken: "t",
    patient_id: "wren",
    "a-aneurysm": "no",
    "n-aneurysm": "",
    "was-aneurysm": "",
    "noted-aneurysm": "",
  });
});

test("what the server acknowledged is said, as text, and kept as what was there", async () => {
  vi.stubGlobal("fetch", async () => ({ status: 200, redirected: false, text: async () => "<b>M. Reyes</b>, 15:04" }));
  const question = choose("yes");
  await vi.waitFor(() => expect(question.querySelector("[data-saved]")!.textContent).toBe("M. Reyes, 15:04"));
  expect(question.querySelector<HTMLInputElement>("[name=was-aneurysm]")!.value).toBe("yes");
});

test.each([
  ["no answer", () => Promise.reject(new Error("gone"))],
  ["a fault", async () => ({ status: 500, redirected: false, text: async () => "" })],
  ["the sign-in page", async () => ({ status: 200, redirected: true, text: async () => "Sign in" })],
])("%s is never said to be saved", async (_name, answer) => {
  vi.stubGlobal("fetch", answer);
  const question = choose("yes");
  await vi.waitFor(() => expect(question.querySelector("[data-saved]")!.textContent).toBe("Not saved"));
  expect(question.querySelector<HTMLInputElement>("[name=was-aneurysm]")!.value).toBe("");
});
