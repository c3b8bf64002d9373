/** What the call area says, and what is taken off the device when the visit is over. */

import { KEY, type Store } from "./calls";
import { CHOSEN_KEY } from "./chosen";

export type CallWords = "over" | "ringing" | "offline" | "reaching" | "sent" | "answered" | "call";

export interface Standing {
  readonly over: boolean;
  readonly ringing: boolean;
  /** Nothing is heard from the server: what the nurse knows now cannot be told. */
  readonly lost: boolean;
  /** A call has not reached the server yet. */
  readonly waits: boolean;
  /** A call is with the nurse and not answered yet. */
  readonly open: boolean;
  /** A screen shows this chair now to somebody who looks after patients. */
  readonly seen: boolean;
  readonly answeredLately: boolean;
}

/** Bad news before good: "your nurse knows" only while a screen shows the call to somebody, and the server can be heard (H39). */
export function callState(now: Standing): CallWords {
  if (now.over) return "over";
  if (now.ringing) return "ringing";
  if (now.lost) return "offline";
  if (now.waits) return "reaching";
  if (now.open) return now.seen ? "sent" : "reaching";
  return now.answeredLately ? "answered" : "call";
}

/**
 * The words of a state and the line under them. With earphones on the bell is in the patient's ears alone: where there are
 * other words for that they stand instead, so that nothing says that this tablet rings (H37).
 */
export function said(says: Readonly<Record<string, string>>, which: CallWords, earphones: boolean): { readonly words: string; readonly more: string } {
  const of = (part: "" | "_more") => (earphones ? says[`${which}_earphones${part}`] : undefined) ?? says[`${which}${part}`] ?? "";
  return { words: of(""), more: of("_more") };
}

export interface Device {
  readonly store: Store;
  readonly caches: Pick<CacheStorage, "keys" | "delete"> | undefined;
  readonly workers: Pick<ServiceWorkerContainer, "getRegistrations"> | undefined;
}

const VISIT_KEY = "dripstand-calm-visit";

/**
 * What an earlier visit left on this device is forgotten before it is read: where that page was shut without a network its
 * call still waits, and would be charted as the next patient's (H56).
 */
export function keepOnlyOf(store: Store, visit: string): void {
  if (store.getItem(VISIT_KEY) === visit) return;
  for (const key of [KEY, CHOSEN_KEY]) store.removeItem(key);
  try {
    store.setItem(VISIT_KEY, visit);
  } catch (fault) {
    if (!(fault instanceof DOMException)) throw fault; // a full store: forgotten again with the next load
  }
}

const OURS = /^calm-/; // as calm/worker.js names them
const SCOPE = "/me/calm/";

/** Takes this page's own keys, caches and worker off the device, and no other page's. */
export async function forgetVisit(device: Device): Promise<void> {
  for (const key of [KEY, CHOSEN_KEY, VISIT_KEY]) device.store.removeItem(key);
  for (const name of (await device.caches?.keys()) ?? []) if (OURS.test(name)) await device.caches?.delete(name);
  for (const one of (await device.workers?.getRegistrations()) ?? []) if (new URL(one.scope).pathname === SCOPE) await one.unregister();
}
