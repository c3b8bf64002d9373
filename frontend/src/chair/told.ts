/**
 * What patient and escort have told, kept true while the page stands open.
 *
 *   <div data-told="line">…</div> … <div data-told="foot">…</div>
 *
 * A patient answers in the chair, while the nurse's page of it is open already: that they want no touch, or which word
 * means stop, must not wait until somebody loads the page again. What says the same is left alone.
 */

export const ASK_EVERY_MS = 10_000;

const words = (part: Element): string => (part.textContent ?? "").replace(/\s+/g, " ").trim();

export function startTold(address: string, call: typeof fetch = fetch.bind(globalThis)): void {
  const ask = async (): Promise<void> => {
    const answer = await call(address, { headers: { Accept: "text/html" }, cache: "no-store", redirect: "manual" });
    if (!answer.ok) return; // locked or in trouble: the page says so itself, and this asks again
    const made = new DOMParser().parseFromString(await answer.text(), "text/html"); // scripts in it never run
    for (const part of document.querySelectorAll<HTMLElement>("[data-told]")) {
      const next = made.querySelector(`[data-told="${part.dataset["told"] ?? ""}"]`);
      if (next === null || words(next) === words(part) || part.contains(document.activeElement)) continue;
      part.replaceChildren(...[...next.childNodes].map((one) => document.importNode(one, true)));
    }
  };
  const again = async (): Promise<void> => {
    try {
      if (document.visibilityState !== "hidden") await ask();
    } catch (fault) {
      if (!(fault instanceof TypeError)) throw fault; // the network is away: the page says so, and this asks again
    }
    setTimeout(() => void again(), ASK_EVERY_MS);
  };
  setTimeout(() => void again(), ASK_EVERY_MS);
}
