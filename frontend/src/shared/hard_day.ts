/**
 * Emergency and evacuation in the frame of every staff page, kept true while the page stays open.
 *
 *   <div data-hard-day="button"> … one button, or one a chair behind it … </div>
 *   <div data-hard-day="said" data-has="…" data-without="…"> … what goes on … </div>
 *
 * Asked for every five seconds and put in only where it has changed. A list that somebody has open, and a button that is
 * held, stay as they are until they are let go: nothing moves under a finger.
 */

export const ASK_EVERY_MS = 5_000;
const ADDRESS = "/hard-day/";

const place = (name: string, within: ParentNode): HTMLElement | null =>
  within.querySelector<HTMLElement>(`[data-hard-day="${name}"]`);

function isHeld(button: HTMLElement): boolean {
  return button.querySelector("details[open], button:active, summary:active") !== null || button.contains(document.activeElement);
}

/** Whether to ask again: not where the sign-in has ended. */
async function ask(said: HTMLElement, call: typeof fetch): Promise<boolean> {
  const asked = new URLSearchParams({ has: said.dataset["has"] ?? "", without: said.dataset["without"] ?? "" });
  const answer = await call(`${ADDRESS}?${asked.toString()}`, {
    headers: { Accept: "text/html" },
    cache: "no-store",
    redirect: "manual",
  });
  if (answer.status === 204 || answer.status >= 500) return true;
  if (!answer.ok) return false;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html"); // scripts in it never run
  const [button, next] = [place("button", document), place("button", made)];
  const words = place("said", made);
  if (words === null) return false;
  if (button && next && isHeld(button)) words.dataset["has"] = ""; // asked for again once it is let go
  else if (button && next) button.replaceWith(document.adoptNode(next));
  if (said.textContent === words.textContent) said.dataset["has"] = words.dataset["has"] ?? "";
  else said.replaceWith(document.adoptNode(words));
  return true;
}

export function startHardDay(call: typeof fetch = fetch.bind(globalThis)): void {
  if (place("said", document) === null) return;
  const again = async (): Promise<void> => {
    let goesOn = true;
    try {
      const said = place("said", document);
      goesOn = said !== null && (await ask(said, call));
    } catch (fault) {
      if (!(fault instanceof TypeError)) throw fault; // the network is away: the page says so, and this asks again
    }
    if (goesOn) setTimeout(() => void again(), ASK_EVERY_MS);
  };
  setTimeout(() => void again(), ASK_EVERY_MS);
}
