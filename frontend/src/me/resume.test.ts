// @vitest-environment jsdom
import { expect, test } from "vitest";
import { startResume } from "./resume";

function page(): { form: HTMLFormElement; sent: string[]; reach: { up: boolean; run: () => Promise<void> } } {
  document.body.replaceChildren();
  const form = document.createElement("form");
  form.dataset["resume"] = "No connection. It waits here.";
  for (const value of ["0", "3"]) {
    const button = document.createElement("button");
    button.type = "submit";
    button.name = "value";
    button.value = value;
    form.append(button);
  }
  document.body.append(form);
  const own = document.implementation.createHTMLDocument();
  own.body.append(form);
  const sent: string[] = [];
  let waiting: (() => void) | null = null;
  const state = {
    up: true,
    run: async () => {
      const act = waiting;
      waiting = null;
      act?.();
      await settled();
    },
  };
  startResume(own, { answers: async () => state.up, later: (act) => (waiting = act) });
  own.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault(); // as far as the browser would send it
    sent.push(String(((event as SubmitEvent).submitter as HTMLButtonElement).value));
  });
  return { form, sent, reach: state };
}

const settled = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};
const press = (form: HTMLFormElement, at: number) => (form.querySelectorAll("button")[at] as HTMLButtonElement).click();

test("with a connection the answer goes at once, with the button that was pressed", async () => {
  const { form, sent } = page();
  press(form, 1);
  await settled();
  expect(sent).toEqual(["3"]);
  expect(form.querySelector("[data-resume-words]")).toBeNull();
});

test("without one it says so, keeps the form, and sends the last choice once when the connection is back", async () => {
  const { form, sent, reach } = page();
  reach.up = false;
  press(form, 0);
  await settled();
  expect(form.querySelector("[data-resume-words]")?.textContent).toBe("No connection. It waits here.");
  press(form, 1);
  await reach.run();
  expect(sent).toEqual([]);
  reach.up = true;
  await reach.run();
  expect(sent).toEqual(["3"]);
  expect(form.querySelector("[data-resume-words]")).toBeNull();
  press(form, 0);
  await settled();
  expect(sent).toEqual(["3", "0"]);
});
