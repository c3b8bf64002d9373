/**
 * A second tap on a form's button while the first is under way does nothing.
 *
 * The server charts a submission once whatever happens; this only keeps the page from asking twice.
 *
 *     <form method="post" data-one-submit> ... <button>Chart weight</button></form>
 *
 * The form becomes usable again when the page is shown from the browser's memory (Back), still with the same
 * submission id: sending it again then answers with the first result.
 */
export function keepOneSubmit(root: Document): void {
  root.addEventListener("submit", (submitted) => {
    const form = submitted.target;
    if (!(form instanceof HTMLFormElement) || !form.hasAttribute("data-one-submit")) return;
    if (form.getAttribute("aria-busy") === "true") {
      submitted.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
  });
  root.defaultView?.addEventListener("pageshow", () => {
    for (const form of root.querySelectorAll("form[data-one-submit][aria-busy]")) form.removeAttribute("aria-busy");
  });
}
