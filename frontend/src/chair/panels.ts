/**
 * Panels open in the place of the due line and the log; nothing else moves.
 *
 *   <a href="#enter-nausea" data-panel-open="nausea">Nausea</a>
 *   <section id="enter-nausea" data-panel="nausea" tabindex="-1">… <a data-panel-close href="#main">Close</a></section>
 *
 * Without the script the links jump, and the style sheet shows the panel that is the target.
 */

export interface Panels {
  open(name: string, ofSequence?: number): void;
  close(): void;
  current(): string | null;
}

/** onLeft: a panel that was open and is no more, however that came. */
export function startPanels(root: HTMLElement, onLeft: (panel: HTMLElement) => void = () => undefined): Panels {
  let opener: HTMLElement | null = null;
  const all = () => [...root.querySelectorAll<HTMLElement>("[data-panel]")];
  const find = (name: string) => all().find((panel) => panel.dataset["panel"] === name);

  function show(shown: HTMLElement | null): void {
    for (const panel of all()) {
      const left = panel !== shown && panel.hasAttribute("data-open");
      panel.toggleAttribute("data-open", panel === shown);
      if (left) onLeft(panel);
    }
  }

  function close(): void {
    show(null);
    opener?.focus({ preventScroll: true });
    opener = null;
  }

  function open(name: string, ofSequence?: number): void {
    const panel = find(name);
    if (panel === undefined) return;
    show(panel);
    if (ofSequence !== undefined) {
      for (const field of panel.querySelectorAll<HTMLInputElement>("[data-of-sequence]")) field.value = String(ofSequence);
    }
    const wrong = panel.querySelector<HTMLElement>("[aria-invalid=true]");
    const first = wrong ?? panel.querySelector<HTMLElement>("input:not([type=hidden], [type=radio], [type=checkbox]), select");
    (first ?? panel).focus({ preventScroll: true });
  }

  root.addEventListener("click", (click) => {
    const target = click.target instanceof Element ? click.target : null;
    const link = target?.closest<HTMLElement>("[data-panel-open]");
    if (link?.dataset["panelOpen"]) {
      click.preventDefault();
      if (!link.closest("[data-panel]")) opener = link;
      const of = link.dataset["panelSequence"];
      open(link.dataset["panelOpen"], of ? Number(of) : undefined);
    } else if (target?.closest("[data-panel-close]")) {
      click.preventDefault();
      close();
    }
  });
  root.addEventListener("keydown", (press) => {
    if (press.key === "Escape" && all().some((panel) => panel.hasAttribute("data-open"))) {
      press.stopPropagation();
      close();
    }
  });
  return { open, close, current: () => all().find((panel) => panel.hasAttribute("data-open"))?.dataset["panel"] ?? null };
}
