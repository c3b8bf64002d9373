/**
 * Puts a state into the places that name it, and touches nothing that stays the same.
 *
 *   <strong data-text="rate.rate_text">52.5</strong>
 *   <form data-show="rate.may_pause" hidden>…</form>            shown while truthy
 *   <a data-attr="href:due.href">…</a>                          attributes, several apart by blanks
 *   <fieldset data-chosen="calm.image">…</fieldset>             the radio button with this value, whenever it changes
 *   <li data-flag="state:state" data-state="now">…</li>         data attributes, for styles
 *   <ol data-list="log" data-key-field="sequence"><template><li data-item>…</li></template>…</ol>
 *
 * Inside a list the paths begin at the item. A row keeps its element while its key stays, so focus and a half-typed
 * field survive; rows are never made from text, always by copying the template.
 */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export function at(scope: Json | undefined, path: string): Json | undefined {
  let found: Json | undefined = scope;
  for (const step of path.split(".")) {
    if (found === null || typeof found !== "object" || Array.isArray(found)) return undefined;
    found = found[step];
  }
  return found;
}

export function asText(value: Json | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

function shown(value: Json | undefined): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** Checks what is in force, also for a form that is emptied; what somebody is about to choose is let be until it changes. */
function choose(element: HTMLElement, value: string): void {
  if (value === "" || element.dataset["chosenNow"] === value) return;
  element.dataset["chosenNow"] = value;
  for (const one of element.querySelectorAll<HTMLInputElement>("input[type=radio]")) {
    one.defaultChecked = one.value === value;
    one.checked = one.value === value;
  }
}

function bindOne(element: HTMLElement, scope: Json): void {
  const { text, show, attr, flag, chosen } = element.dataset;
  if (text !== undefined) {
    const value = asText(at(scope, text));
    if (element.textContent !== value) element.textContent = value;
  }
  if (show !== undefined) element.hidden = !shown(at(scope, show));
  if (attr !== undefined) {
    for (const pair of attr.split(" ")) {
      const [name, path] = pair.split(":") as [string, string];
      const value = asText(at(scope, path));
      if (element.getAttribute(name) !== value) element.setAttribute(name, value);
      if (name === "value" && element instanceof HTMLInputElement) element.value = value;
    }
  }
  if (chosen !== undefined) choose(element, asText(at(scope, chosen)));
  if (flag !== undefined) {
    for (const pair of flag.split(" ")) {
      const [name, path] = pair.split(":") as [string, string];
      const value = asText(at(scope, path));
      if (element.dataset[name] !== value) element.dataset[name] = value;
    }
  }
}

/** Fills `element` and everything in it from `scope`. */
export function fill(element: Element, scope: Json): void {
  if (element instanceof HTMLElement || element instanceof SVGElement) {
    bindOne(element as HTMLElement, scope);
    const list = (element as HTMLElement).dataset.list;
    if (list !== undefined) {
      fillList(element, at(scope, list), (element as HTMLElement).dataset.keyField ?? "");
      return;
    }
  }
  for (const child of element.children) fill(child, scope);
}

function fillList(list: Element, items: Json | undefined, keyField: string): void {
  const template = list.querySelector<HTMLTemplateElement>(":scope > template");
  if (template === null) return;
  const kept = new Map<string, Element>();
  for (const row of list.querySelectorAll<HTMLElement>(":scope > [data-item]")) kept.set(row.dataset.item ?? "", row);
  let place: Element = template;
  for (const item of Array.isArray(items) ? items : []) {
    const key = asText(at(item, keyField));
    let row = kept.get(key);
    kept.delete(key);
    if (row === undefined) {
      const copy = template.content.firstElementChild?.cloneNode(true);
      if (!(copy instanceof Element)) return;
      row = copy;
      (row as HTMLElement).dataset.item = key;
    }
    fill(row, item);
    if (place.nextElementSibling !== row) place.after(row);
    place = row;
  }
  for (const gone of kept.values()) gone.remove();
}
