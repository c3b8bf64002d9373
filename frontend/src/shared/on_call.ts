/**
 * The word that a page to the on-call waits, on every page of those who treat.
 *
 *   <div data-on-call></div>
 *
 * Asked for every five seconds, and put in only where it has changed, so that nothing that is being read moves. A page
 * whose sign-in has ended stops asking; it stays as it is.
 */

export const ASK_EVERY_MS = 5_000;
const ADDRESS = "/on-call/banner/";

async function ask(slot: HTMLElement, call: typeof fetch): Promise<HTMLElement | null> {
  const has = slot.dataset.has;
  const answer = await call(has === undefined ? ADDRESS : `${ADDRESS}?has=${encodeURIComponent(has)}`, {
    headers: { Accept: "text/html" },
    cache: "no-store",
    redirect: "manual",
  });
  if (answer.status === 204) return slot;
  if (!answer.ok) return answer.status >= 500 ? slot : null; // signed out, or no longer for this role
  const made = new DOMParser().parseFromString(await answer.text(), "text/html"); // scripts in it never run
  const found = made.querySelector<HTMLElement>("[data-on-call]");
  if (found === null) return null;
  const fresh = document.adoptNode(found);
  slot.replaceWith(fresh);
  return fresh;
}

export function startOnCall(call: typeof fetch = fetch.bind(globalThis)): void {
  let slot = document.querySelector<HTMLElement>("[data-on-call]");
  if (slot === null) return;
  const again = async (): Promise<void> => {
    if (slot === null) return;
    try {
      slot = await ask(slot, call);
    } catch (fault) {
      if (!(fault instanceof TypeError)) throw fault; // the network is away: the page says so, and this asks again
    }
    if (slot !== null) setTimeout(() => void again(), ASK_EVERY_MS);
  };
  void again();
}
