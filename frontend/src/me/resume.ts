/**
 * A form that is sent only while somebody can be reached: what was chosen or written waits on the page, and goes by itself.
 *
 * The browser's own page for a lost connection would take the words with it. Nothing is kept on the device; the form
 * itself is what waits. `data-resume` holds the sentence that is said meanwhile.
 */

export const ASK_AGAIN_MS = 2_000;

export interface Reach {
  /** Whether the server answers at all; what it answers does not matter. */
  readonly answers: () => Promise<boolean>;
  readonly later: (act: () => void, ms: number) => void;
}

export function startResume(root: Document, reach: Reach): void {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset["resume"] === undefined) return;
    if (form.dataset["reached"]) return; // asked a moment ago: the browser sends it
    event.preventDefault();
    chosen.set(form, (event as SubmitEvent).submitter); // another choice while it waits is the choice
    if (form.dataset["waits"]) return;
    form.dataset["waits"] = "yes";
    void send(form, reach);
  });
}

const chosen = new WeakMap<HTMLFormElement, HTMLElement | null>();

async function send(form: HTMLFormElement, reach: Reach): Promise<void> {
  if (!(await reach.answers())) {
    say(form);
    reach.later(() => void send(form, reach), ASK_AGAIN_MS);
    return;
  }
  form.querySelector("[data-resume-words]")?.remove();
  delete form.dataset["waits"];
  form.dataset["reached"] = "yes";
  form.requestSubmit(chosen.get(form) ?? null);
  delete form.dataset["reached"];
}

function say(form: HTMLFormElement): void {
  if (form.querySelector("[data-resume-words]")) return;
  const words = document.createElement("p");
  words.className = "me-wrong";
  words.setAttribute("role", "status");
  words.dataset["resumeWords"] = "";
  words.textContent = form.dataset["resume"] ?? "";
  form.prepend(words);
}

/** By a small file of our own, which asks no database. */
export function reachByFile(address: string): Reach {
  return {
    answers: () => fetch(address, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(4_000) }).then(
      () => true,
      () => false,
    ),
    later: (act, ms) => void setTimeout(act, ms),
  };
}
