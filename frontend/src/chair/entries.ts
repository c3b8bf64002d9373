/**
 * Every form that charts: sent in the background, kept until it is known to be in the chart.
 *
 *   <form method="post" action="…/chart-entry/" data-entry data-then="helped"> … </form>
 *   <form … data-entry data-stays> … </form>          its panel stays open: the next tap follows at once
 *
 * `data-then` opens a panel afterwards that speaks of the entry just charted. Without the script the same form is an
 * ordinary POST.
 */

import { remembered } from "./again";
import type { Charted, Entry, Refusal, Reply } from "./outbox";

export const GUARD_MS = 700; // a second tap of the same finger is not a second entry
const SAME_SPOT_PX = 40;

/** A random id (RFC 9562, version 4), also where `crypto.randomUUID` is kept back from plain http. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const NOT_KEPT = new Set(["csrfmiddlewaretoken"]);

/** The fields of a form with the button that was pressed; no secret of the page among them. */
export function fieldsOf(form: HTMLFormElement, pressed: HTMLElement | null): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !NOT_KEPT.has(name)) fields[name] = value;
  }
  if (pressed instanceof HTMLButtonElement && pressed.name) fields[pressed.name] = pressed.value;
  return fields;
}

export function wordsOf(form: HTMLFormElement, pressed: HTMLElement | null): string {
  const panel = form.closest("[data-panel]")?.querySelector("h2")?.textContent?.trim();
  const button = (pressed ?? form.querySelector("button"))?.textContent?.replace(/\s+/g, " ").trim();
  return [panel, button].filter(Boolean).join(": ");
}

export interface EntryOptions {
  readonly root: HTMLElement;
  readonly now: () => number; // the clinic's clock: when the entry was made
  readonly ticksMs?: () => number; // never set back or forward, unlike any clock: how far two taps are apart
  readonly add: (entry: Entry) => void;
  readonly onSubmitted: (form: HTMLFormElement) => void;
}

export function startEntries({ root, now, ticksMs = () => performance.now(), add, onSubmitted }: EntryOptions): void {
  const guarded = new WeakMap<HTMLFormElement, number>();
  let pressed = { x: 0, y: 0, at: -Infinity };
  let charted = pressed;
  root.addEventListener("pointerdown", ({ clientX, clientY }) => (pressed = { x: clientX, y: clientY, at: ticksMs() }), true);
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-entry")) return;
    event.preventDefault();
    const at = ticksMs();
    if (at - (guarded.get(form) ?? -Infinity) < GUARD_MS) return;
    if (at - pressed.at < GUARD_MS) {
      // The second tap of a double tap may meet what has come into the first one's place: stop, where pause was.
      const near = Math.hypot(pressed.x - charted.x, pressed.y - charted.y) < SAME_SPOT_PX;
      if (near && at - charted.at < GUARD_MS) return;
      charted = { ...pressed, at };
    }
    guarded.set(form, at);
    const id = form.elements.namedItem("submission_id");
    const fields = { ...fieldsOf(form, event.submitter), ...remembered(form) };
    const submission_id = id instanceof HTMLInputElement && id.value ? id.value : newId();
    fields["submission_id"] = submission_id;
    const then = form.dataset["then"];
    add({ submission_id, fields: then ? { ...fields, _then: then } : fields, words: wordsOf(form, event.submitter), made_at_ms: now() });
    if (id instanceof HTMLInputElement) id.value = newId(); // this form's next entry is another one
    onSubmitted(form);
  });
}

const TIMEOUT_MS = 8_000;
const LATE_AFTER_MS = 5_000;

/**
 * Sends one entry. An answer that never came, or a broken server, says nothing about whether it was charted.
 *
 * Late is what is sent long after its tap, on the first try too: it may have waited behind an entry that did not get
 * through, and the chart would else have a pause at the minute in which the line came back (H20).
 */
export async function sendEntry(
  entry: Entry,
  where: { readonly url: string; readonly token: string; readonly late: string; readonly now: number; readonly head: number },
): Promise<Reply> {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(entry.fields)) if (!name.startsWith("_")) body.set(name, value);
  body.set("csrfmiddlewaretoken", where.token);
  body.set("expected_head", String(where.head));
  if (where.now - entry.made_at_ms > LATE_AFTER_MS && !body.has("occurred_at")) {
    body.set("occurred_at", new Date(entry.made_at_ms).toISOString()); // when it was tapped, not when it got through
    body.set("late_reason", where.late);
  }
  let answer: Response;
  try {
    answer = await fetch(where.url, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (fault) {
    if (fault instanceof TypeError || fault instanceof DOMException) return { kind: "no-answer" };
    throw fault;
  }
  if (answer.status === 401) return { kind: "signed-out" };
  if (answer.status >= 500 || !answer.headers.get("Content-Type")?.includes("json")) {
    return answer.status === 403 ? { kind: "signed-out" } : { kind: "no-answer" };
  }
  let data: { refusals?: Refusal[]; state?: unknown; words?: string } & Partial<Charted>;
  try {
    data = (await answer.json()) as typeof data;
  } catch (fault) {
    if (fault instanceof SyntaxError || fault instanceof TypeError || fault instanceof DOMException) return { kind: "no-answer" };
    throw fault;
  }
  if (answer.ok) return { kind: "charted", charted: { entries: data.entries ?? [], meanwhile: data.meanwhile ?? [], state: data.state } };
  const refusals = data.refusals ?? [{ fact: data.words ?? String(answer.status), limit: "", way_forward: "", field: "" }];
  return { kind: "refused", refusals, state: data.state };
}
