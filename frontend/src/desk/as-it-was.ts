/**
 * A list that was made once and stands open: after ten seconds nothing on it may look as if it were now. It says when it
 * was made from the start; then it says so loudly, and what was met then is no longer drawn as met now.
 *
 *     <p data-as-it-was>As it was at <time>…</time>. <a href="…">Look again</a></p> <ol>…</ol>
 */

export const LOOKS_FRESH_MS = 10_000;

export function ageList(root: Document, after: (ms: number, act: () => void) => unknown): void {
  const said = root.querySelector("[data-as-it-was]");
  if (said) after(LOOKS_FRESH_MS, () => said.setAttribute("data-old", ""));
}
