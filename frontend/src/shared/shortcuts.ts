/**
 * Keys. A control names its key, and the list under `?` is made of what the page holds.
 *
 *   <button data-key="r" data-key-says="Go to the rate">…</button>
 *
 * Pressing the key focuses a field and presses a button or follows a link; never while somebody types.
 */

const TYPING = "input, textarea, select, [contenteditable]";

function keyed(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")];
}

function act(target: HTMLElement): void {
  if (target.matches(TYPING)) target.focus();
  else target.click();
}

function showList(): void {
  const dialog = document.querySelector<HTMLDialogElement>("[data-shortcuts]");
  const list = dialog?.querySelector("[data-shortcuts-list]");
  if (!dialog || !list) return;
  list.replaceChildren(
    ...keyed().flatMap((target) => {
      const key = document.createElement("dt");
      const kbd = document.createElement("kbd");
      kbd.textContent = target.dataset.key ?? "";
      key.append(kbd);
      const says = document.createElement("dd");
      says.textContent = target.dataset.keySays ?? target.textContent?.trim() ?? "";
      return [key, says];
    }),
  );
  dialog.showModal();
}

export function startShortcuts(): void {
  document.querySelector("[data-shortcuts-open]")?.addEventListener("click", showList);
  document.addEventListener("keydown", (press) => {
    if (press.ctrlKey || press.metaKey || press.altKey || press.isComposing) return;
    if (press.target instanceof Element && press.target.closest(TYPING)) return;
    if (document.querySelector("dialog[open]")) return;
    if (press.key === "?") {
      press.preventDefault();
      showList();
      return;
    }
    const target = keyed().find((candidate) => candidate.dataset.key === press.key && !candidate.hasAttribute("disabled"));
    if (target) {
      press.preventDefault();
      act(target);
    }
  });
}
