/**
 * A search that is under way says how far it is, once a second, without the page moving under anybody's hands.
 *
 *     <section data-watch-search> ... </section>
 *
 * While the server's page has such a section, this one is replaced by it; when it has none any more the search is over
 * and the page is opened anew. Without this script the page asks anew by itself (its <noscript>).
 */
const EVERY_MS = 1_000;
const PATIENCE_MS = 8_000;

export async function lookOnce(root: Document, ask: () => Promise<string>, open_anew: () => void): Promise<boolean> {
  const shown = root.querySelector("[data-watch-search]");
  if (!shown) return false;
  const page = new DOMParser().parseFromString(await ask(), "text/html");
  const next = page.querySelector("[data-watch-search]");
  if (!next) {
    open_anew();
    return false;
  }
  for (const part of ["[data-how-far]", "progress"]) {
    const [old, fresh] = [shown.querySelector(part), next.querySelector(part)];
    if (old && fresh && !old.isEqualNode(fresh)) old.replaceWith(root.importNode(fresh, true));
  }
  // The button keeps the focus that it has: only what it says changes.
  const [button, said] = [shown.querySelector("button"), next.querySelector("button")];
  if (button && said && button.textContent !== said.textContent) button.textContent = said.textContent;
  return true;
}

export function watchSearch(root: Document): void {
  const look = async (): Promise<void> => {
    let goes_on = true;
    try {
      const ask = async (): Promise<string> => {
        const answer = await fetch(location.href, { signal: AbortSignal.timeout(PATIENCE_MS) });
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      };
      goes_on = await lookOnce(root, ask, () => location.reload());
    } catch {
      // The server is away for a moment: look again.
    }
    if (goes_on) setTimeout(() => void look(), EVERY_MS);
  };
  if (root.querySelector("[data-watch-search]")) setTimeout(() => void look(), EVERY_MS);
}
