/** Entries that are not known to be in the chart, above the log: visible until they are. */

import { canOpen } from "./again";
import { newId } from "./entries";
import type { Kept, Outbox } from "./outbox";
import { clock, type Words } from "./words";

export type OpenAgain = (one: Kept) => void;

export function drawPending(
  place: HTMLElement,
  kept: readonly Kept[],
  outbox: () => Outbox,
  zone: string,
  says: Words,
  openAgain: OpenAgain,
): void {
  place.replaceChildren(
    ...kept.map((one) => {
      const row = document.createElement("li");
      row.dataset["state"] = one.state;
      row.append(
        text("time", clock(one.entry.made_at_ms, zone)),
        text("p", one.entry.words, stateWords(one, says)),
        button(one, outbox, says),
      );
      const meant = meanIt(one, outbox, says) ?? again(one, openAgain, says);
      if (meant) row.insertBefore(meant, row.lastElementChild);
      return row;
    }),
  );
}

/** An unusual rate that was said back: one more deliberate tap, here, charts it as meant. */
function meanIt(one: Kept, outbox: () => Outbox, says: Words): HTMLElement | null {
  if (one.state !== "refused" || one.refusals.length !== 1 || one.refusals[0]?.code !== "rate_change_unusual") return null;
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = says["mean_it"] ?? "";
  made.addEventListener("click", () => {
    const submission_id = newId();
    outbox().discard(one.entry.submission_id);
    outbox().add({ ...one.entry, submission_id, fields: { ...one.entry.fields, meant: "true", submission_id } });
  });
  return made;
}

/** What was typed and refused, back in its panel. */
function again(one: Kept, openAgain: OpenAgain, says: Words): HTMLElement | null {
  if (!canOpen(one)) return null;
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = says["open_again"] ?? "";
  made.addEventListener("click", () => openAgain(one));
  return made;
}

function stateWords(one: Kept, says: Words): string {
  if (one.state === "refused") {
    const why = one.refusals.map((refusal) => [refusal.fact, refusal.limit, refusal.way_forward].filter(Boolean).join(" "));
    return `${says["refused"] ?? ""}. ${why.join(" ")}`;
  }
  if (one.state === "signed-out") return says["signed_out"] ?? "";
  if (one.state === "checking") return says["checking"] ?? "";
  return says["sending"] ?? "";
}

function text(name: string, words: string, more = ""): HTMLElement {
  const made = document.createElement(name);
  if (!more) {
    made.textContent = words;
    return made;
  }
  const strong = document.createElement("strong");
  strong.textContent = words;
  made.append(strong, ` ${more}`);
  return made;
}

function button(one: Kept, outbox: () => Outbox, says: Words): HTMLElement {
  if (one.state === "sending") return document.createElement("span");
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  const drop = one.state === "refused";
  made.textContent = (drop ? says["drop"] : says["try_again"]) ?? "";
  made.addEventListener("click", () => (drop ? outbox().discard(one.entry.submission_id) : outbox().tryNow()));
  return made;
}
