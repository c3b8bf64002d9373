/**
 * The second, deliberate tap: starting drug or changing its rate is prepared in the panel and charted in the alarm slot,
 * in another place and after the pump was set. An alarm keeps the left part of the slot.
 */

import { fillIn, type Words } from "./words";

export interface Asked {
  readonly kind: string;
  readonly rate: string;
  readonly running: string;
  readonly ends: string;
}

export interface Prepared {
  show(asked: Asked): void;
  hide(): void;
  isShown(): boolean;
}

export function startPrepared(root: ParentNode, says: Words): Prepared | null {
  const slot = root.querySelector<HTMLElement>("[data-slot]");
  const place = slot?.querySelector<HTMLElement>("[data-prepared]");
  const cancel = place?.querySelector<HTMLButtonElement>("[data-prepared-cancel]");
  const words = place?.querySelector<HTMLElement>("[data-prepared-words]");
  const more = place?.querySelector<HTMLElement>("[data-prepared-more]");
  if (!slot || !place || !cancel || !words || !more) return null;

  function hide(): void {
    place!.hidden = true;
    slot!.removeAttribute("data-prepared-shown");
  }

  cancel.addEventListener("click", hide);
  return {
    show({ kind, rate, running, ends }) {
      for (const form of place.querySelectorAll<HTMLFormElement>("[data-prepared-form]")) {
        const mine = form.dataset["preparedForm"] === kind;
        form.hidden = !mine;
        const field = form.elements.namedItem("rate_ml_per_h");
        if (mine && field instanceof HTMLInputElement) field.value = rate;
      }
      const changes = kind === "rate_changed";
      words.textContent = fillIn(says[changes ? "pump_set_to" : "pump_started_at"], { rate });
      more.textContent = changes ? fillIn(says["was_ends"], { rate: running, ends }) : "";
      cancel.textContent = changes ? fillIn(says["keep"], { rate: running }) : (says["not_yet"] ?? "");
      place.hidden = false;
      slot.setAttribute("data-prepared-shown", "");
      place.querySelector<HTMLElement>("form:not([hidden]) button")?.focus({ preventScroll: true });
    },
    hide,
    isShown: () => !place.hidden,
  };
}
