/**
 * A button that opens the browser's print dialogue. It is hidden until this runs, because without JavaScript it could
 * do nothing.
 *
 *     <button type="button" data-print hidden>Print</button>
 */
export function printOnTap(root: Document): void {
  for (const button of root.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => root.defaultView?.print());
  }
}
