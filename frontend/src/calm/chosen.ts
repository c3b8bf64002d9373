/** What was chosen last, kept on the tablet so that a page opened anew without a network goes on with it. */

import type { Store } from "./calls";

export const CHOSEN_KEY = "dripstand-calm-chosen";

export interface Chosen {
  readonly sound: string;
  readonly recording: string;
  readonly image: string;
  readonly light: string;
  readonly earphones: string; // as the nurse found by asking: "on", "off", "not_asked"
}

const NAMES = ["sound", "recording", "image", "light", "earphones"] as const;

export function keepChosen(store: Store, chosen: Chosen): void {
  try {
    store.setItem(CHOSEN_KEY, JSON.stringify(Object.fromEntries(NAMES.map((name) => [name, chosen[name]]))));
  } catch (fault) {
    if (!(fault instanceof DOMException)) throw fault; // a full store: it plays on, and is not kept
  }
}

/** What was kept; nothing where nothing was, or where it is not what this page wrote. */
export function readChosen(store: Store): Partial<Chosen> {
  try {
    const kept: unknown = JSON.parse(store.getItem(CHOSEN_KEY) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(NAMES.map((name) => [name, (kept as Record<string, unknown>)[name]]).filter(([, value]) => typeof value === "string"));
  } catch (fault) {
    if (fault instanceof SyntaxError || fault instanceof DOMException) return {};
    throw fault;
  }
}
