/**
 * What was typed into a panel and refused is put back into that panel: nobody types it twice.
 *
 * The entry keeps the name of its panel (`_panel`). One tap beside the refusal opens it with every field as it was
 * typed, and the refusal's words beside the field that it names. The refused entry stays where it is until the one made
 * from it is submitted (`_again`): closing the panel loses nothing.
 */

import type { Entry, Kept, Refusal } from "./outbox";

const TYPED = "input:not([type=hidden]), select, textarea";
const OWN = new Set(["csrfmiddlewaretoken", "submission_id", "patient_id"]);

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** What an entry remembers of its form besides its fields. Nothing where nothing is typed: a button is tapped again. */
export function remembered(form: HTMLFormElement): Record<string, string> {
  const panel = form.closest<HTMLElement>("[data-panel]")?.dataset["panel"];
  const again = form.dataset["again"];
  return {
    ...(panel && form.querySelector(TYPED) ? { _panel: panel } : {}),
    ...(again ? { _again: again } : {}),
  };
}

export function canOpen({ entry, state }: Kept): boolean {
  return state === "refused" && Boolean(entry.fields["_panel"]);
}

function fieldsIn(form: HTMLFormElement): Field[] {
  return [...form.querySelectorAll<Field>("input[name], select[name], textarea[name]")];
}

/** Its panel's form: of its kind, and with the hidden values that it was sent with. */
function formOf(panel: HTMLElement, { fields }: Entry): HTMLFormElement | undefined {
  return [...panel.querySelectorAll<HTMLFormElement>("form[data-entry]")].find((form) =>
    fieldsIn(form)
      .filter((field) => field.type === "hidden" && !OWN.has(field.name) && !follows(field))
      .every((field) => field.value === fields[field.name]),
  );
}

/** A hidden value that the page's state or another entry sets, not the form itself. */
function follows(field: Field): boolean {
  return field.dataset["attr"] !== undefined || field.hasAttribute("data-of-sequence");
}

function put(field: Field, typed: string | undefined): void {
  if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox")) {
    field.checked = field.value === typed;
  } else if (field.type !== "hidden" || field.hasAttribute("data-of-sequence")) {
    field.value = typed ?? "";
  }
}

function says(words: string): HTMLElement {
  const made = document.createElement("span");
  made.className = "says";
  made.dataset["says"] = "";
  made.textContent = words;
  return made;
}

function wordsOf(refusal: Refusal): string {
  return [refusal.fact, refusal.limit, refusal.way_forward].filter(Boolean).join(" ");
}

/** Puts a refused entry back into its form, and answers the panel to open; null where the page has no such form. */
export function putBack(root: ParentNode, { entry, refusals }: Kept): string | null {
  const name = entry.fields["_panel"] ?? "";
  const panel = [...root.querySelectorAll<HTMLElement>("[data-panel]")].find((one) => one.dataset["panel"] === name);
  const form = panel && formOf(panel, entry);
  if (!panel || !form) return null;
  forget(panel);
  for (const field of fieldsIn(form)) put(field, entry.fields[field.name]);
  form.dataset["again"] = entry.submission_id;
  const elsewhere: HTMLElement[] = [];
  for (const [number, refusal] of refusals.entries()) {
    const words = says(wordsOf(refusal));
    const field = fieldsIn(form).find((one) => one.name === refusal.field && one.type !== "hidden");
    if (field === undefined) {
      elsewhere.push(words);
      continue;
    }
    field.setAttribute("aria-invalid", "true");
    const group = field.closest("fieldset"); // of a choice the words stand beside all of them, of a field in its label
    if (group) {
      words.id = `says-${entry.submission_id}-${number}`;
      field.setAttribute("aria-describedby", words.id);
    }
    (group ?? field.closest("label") ?? form).append(words);
  }
  form.prepend(...elsewhere);
  return name;
}

/** Takes out of a panel what was put back into it: it was made again, thrown away, or left; the refusal keeps it. */
export function forget(panel: ParentNode): void {
  for (const form of panel.querySelectorAll<HTMLFormElement>("form[data-again]")) {
    delete form.dataset["again"];
    form.reset();
    for (const words of form.querySelectorAll("[data-says]")) words.remove();
    for (const field of form.querySelectorAll("[aria-invalid]")) {
      field.removeAttribute("aria-invalid");
      field.removeAttribute("aria-describedby");
    }
  }
}
