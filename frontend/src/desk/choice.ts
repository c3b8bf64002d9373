/**
 * Shows the fields that belong to a choice, and only those.
 *
 *     <fieldset data-choice> <input type="radio" name="result" value="met"> ... </fieldset>
 *     <div data-when="result=not_met"> ... </div>
 *
 * Both stand in one form. Without JavaScript every field is visible, and the server reads only what belongs to the
 * choice; hidden fields are disabled so that they are not sent.
 */
export function followChoice(root: Document): void {
  const forms = new Set<HTMLFormElement>();
  for (const part of root.querySelectorAll<HTMLElement>("[data-when]")) {
    const form = part.closest("form");
    if (form) forms.add(form);
  }
  for (const form of forms) {
    show(form);
    form.addEventListener("change", () => show(form));
  }
}

function show(form: HTMLFormElement): void {
  const chosen = new FormData(form);
  for (const part of form.querySelectorAll<HTMLElement>("[data-when]")) {
    const [name, wanted] = (part.dataset["when"] ?? "").split("=");
    const values = (wanted ?? "").split("|");
    const on = name !== undefined && chosen.getAll(name).some((value) => values.includes(String(value)));
    part.hidden = !on;
    for (const field of part.querySelectorAll<HTMLInputElement>("input, select, textarea")) {
      if (field.name !== name) field.disabled = !on;
    }
  }
}
