/**
 * A part of a page that changes while the page stands open: the time at which an escort is to come.
 *
 *     <div data-fresh role="status">…</div> <div data-fresh>…</div>
 *
 * Each minute the page is asked for again, and where such a part says something else it is put in place of the old one;
 * one that says the same is left alone, so that nothing is read aloud twice. What somebody has ticked stands outside of
 * them. A page that is shut meanwhile is loaded, so that it says so.
 */

export const ASK_EVERY_MS = 60_000;

export interface Fetched {
  readonly ok: boolean;
  readonly text: () => Promise<string>;
}

export function keepFresh(root: Document, fetchPage: () => Promise<Fetched>, reload: () => void): () => Promise<void> {
  return async () => {
    const here = [...root.querySelectorAll("[data-fresh]")];
    if (here.length === 0 || root.visibilityState === "hidden") return;
    let answer: Fetched;
    let text: string;
    try {
      answer = await fetchPage();
      text = await answer.text();
    } catch {
      return; // nobody can be reached: what stands there says when it was made
    }
    if (!answer.ok) {
      reload();
      return;
    }
    const there = new DOMParser().parseFromString(text, "text/html").querySelectorAll("[data-fresh]");
    here.forEach((part, index) => {
      const now = there[index];
      if (now === undefined || words(now) === words(part)) return;
      part.replaceChildren(...[...now.childNodes].map((one) => root.importNode(one, true)));
    });
  };
}

function words(part: Element): string {
  return (part.textContent ?? "").replace(/\s+/g, " ").trim();
}
