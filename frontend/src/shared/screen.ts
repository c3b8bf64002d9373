/**
 * What a page says of itself every few seconds, and what it is told in return (H34, H37, H38, H21).
 *
 * It says what it shows, whether it can be seen and whether it can be heard. It is told which infusing chairs no awake
 * screen watches, what interrupted the watch, whether a person heard this screen's sound in this shift, and whether the
 * sign-in is locked. A hidden page is driven by the beat of its stream, because its timers are throttled; one that is
 * frozen says nothing, which is the point.
 *
 *   <body data-tells-awake data-shows="session:… board" data-lock-after="600">
 *   <div data-unattended hidden></div> <div data-gaps hidden></div>
 */

export const SAY_EVERY_MS = 4_000;

export interface Told {
  readonly unattended: readonly { readonly sessions: string; readonly words: string; readonly href: string }[];
  readonly gaps: readonly { readonly gap: string; readonly words: string }[];
  readonly locked: boolean;
  readonly sound_test: { readonly heard: boolean; readonly by: string; readonly at: string } | null;
}

export type SoundNow = "on" | "blocked" | "unheard" | "none";

/** This device's own name, kept for as long as its browser keeps anything: a sound test belongs to a screen. */
export function deviceName(storage: Pick<Storage, "getItem" | "setItem"> = localStorage): string {
  const kept = storage.getItem("dripstand-screen");
  if (kept !== null) return kept;
  const made = newName();
  storage.setItem("dripstand-screen", made);
  return made;
}

function newName(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether this page may sound: what sound.ts says, unless a person listened here and heard nothing. */
export function soundNow(root: HTMLElement = document.documentElement): SoundNow {
  const says = root.dataset["sound"];
  if (says !== "on" && says !== "blocked") return "none";
  return root.dataset["soundHeard"] === "no" ? "unheard" : says;
}

export function csrf(): string {
  return document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

export function showUnattended(place: HTMLElement | null, told: Told["unattended"]): void {
  if (place === null) return;
  const said = told.map((one) => one.words).join("\n");
  if (place.dataset["said"] === said) return; // an alert that is written anew is read out anew
  place.dataset["said"] = said;
  place.replaceChildren(
    ...told.map((one) => {
      const row = document.createElement("p");
      row.dataset["sessions"] = one.sessions;
      const words = document.createElement("strong");
      words.textContent = one.words;
      row.append(words);
      if (one.href) {
        const link = document.createElement("a");
        link.href = one.href;
        link.textContent = place.dataset["textOpen"] ?? "";
        row.append(" ", link);
      }
      return row;
    }),
  );
  place.hidden = told.length === 0;
}

export function showGaps(place: HTMLElement | null, told: Told["gaps"], seen: Pick<Storage, "getItem" | "setItem"> = sessionStorage): void {
  if (place === null) return;
  const open = told.filter((one) => seen.getItem(`dripstand-gap-${one.gap}`) === null);
  const said = open.map((one) => one.gap).join(" ");
  if (place.dataset["said"] === said) return;
  place.dataset["said"] = said;
  // One at a time, each until it was read: two of them would push the readings off a small screen.
  place.replaceChildren(
    ...open.slice(0, 1).map((one) => {
      const row = document.createElement("p");
      row.textContent = open.length > 1 ? `${one.words} (1/${open.length}) ` : `${one.words} `;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "quiet";
      button.textContent = place.dataset["textSeen"] ?? "";
      button.addEventListener("click", () => {
        seen.setItem(`dripstand-gap-${one.gap}`, "seen");
        showGaps(place, told, seen);
      });
      row.append(button);
      return row;
    }),
  );
  place.hidden = open.length === 0;
}

export function startScreen(body: HTMLElement = document.body): void {
  startLockTimer(body);
  if (!body.hasAttribute("data-tells-awake")) return;
  const page = newName();
  const shows = (body.dataset["shows"] ?? "").split(" ").filter(Boolean);
  let saidAt = -Infinity;

  async function say(visible: boolean, leaving = false): Promise<void> {
    saidAt = performance.now();
    const form = new URLSearchParams({ csrfmiddlewaretoken: csrf(), page, visible: visible ? "yes" : "no", sound: soundNow(), device: deviceName() });
    for (const one of shows) form.append("shows", one);
    let answer: Response;
    try {
      answer = await fetch("/screens/alive.json", {
        method: "POST",
        body: form,
        headers: { Accept: "application/json" },
        redirect: "error",
        keepalive: leaving,
        ...(leaving ? {} : { signal: AbortSignal.timeout(8_000) }),
      });
      if (!answer.ok || leaving) return;
      take((await answer.json()) as Told);
    } catch (fault) {
      // no connection: the page's own stream says so; a page without one has nothing live to lose
      if (!(fault instanceof TypeError || fault instanceof DOMException || fault instanceof SyntaxError)) throw fault;
    }
  }

  function take(told: Told): void {
    if (told.locked !== body.hasAttribute("data-is-locked")) {
      const next = `?next=${encodeURIComponent(location.pathname + location.search)}`;
      location.replace(told.locked ? `/locked/${next}` : "/");
      return;
    }
    showUnattended(body.querySelector<HTMLElement>("[data-unattended]"), told.unattended);
    showGaps(body.querySelector<HTMLElement>("[data-gaps]"), told.gaps);
    document.dispatchEvent(new CustomEvent<Told>("dripstand:told", { detail: told }));
  }

  function sayIfDue(): void {
    if (performance.now() - saidAt >= SAY_EVERY_MS - 200) void say(document.visibilityState === "visible");
  }

  document.addEventListener("visibilitychange", () => void say(document.visibilityState === "visible"));
  document.addEventListener("dripstand:beat", sayIfDue);
  document.addEventListener("dripstand:sound", () => void say(document.visibilityState === "visible"));
  window.addEventListener("pagehide", () => void say(false, true));
  window.addEventListener("pageshow", () => void say(document.visibilityState === "visible"));
  setInterval(sayIfDue, 1_000);
}

/** Nobody touched this page for so long: it locks. The server locks every page of the sign-in with it. */
function startLockTimer(body: HTMLElement): void {
  const afterMs = Number(body.dataset["lockAfter"] ?? 0) * 1000;
  const form = document.querySelector<HTMLFormElement>("[data-lock]");
  if (!afterMs || form === null) return;
  let touchedAt = Date.now();
  for (const touch of ["pointerdown", "pointermove", "keydown", "scroll"] as const) {
    document.addEventListener(touch, () => (touchedAt = Date.now()), { passive: true, capture: true });
  }
  setInterval(() => {
    if (Date.now() - touchedAt < afterMs) return;
    touchedAt = Date.now();
    form.submit();
  }, 1_000);
}
