/**
 * Saves each answer by itself, as soon as it is given; the form's own button does the same for all without script.
 *
 *   <form data-save-each data-text-saving="saving …" data-text-lost="Not saved …">
 *     <input type="hidden" name="csrfmiddlewaretoken"> <input type="hidden" name="patient_id">
 *     <div data-question="aneurysm">
 *       <input type="hidden" name="was-aneurysm" value=""> <input type="hidden" name="noted-aneurysm" value="">
 *       <input type="radio" name="a-aneurysm" value="yes"> <input name="n-aneurysm">
 *       <p data-saved aria-live="polite"></p>
 *     </div>
 *   </form>
 *
 * Only what the server has acknowledged is said to be saved. Answers of one question are sent one after the other, so
 * that the last one given is the last one recorded.
 */
const waiting = new WeakMap<Element, Promise<void>>();

export function saveEach(root: Document): void {
  root.addEventListener("change", (changed) => {
    const field = changed.target;
    const form = field instanceof Element ? field.closest<HTMLFormElement>("form[data-save-each]") : null;
    const question = field instanceof Element ? field.closest<HTMLElement>("[data-question]") : null;
    if (!form || !question) return;
    const before = waiting.get(question) ?? Promise.resolve();
    waiting.set(
      question,
      before.then(() => save(form, question)),
    );
  });
}

/** The fields of one question, with what the form needs to be believed. */
export function payload(form: HTMLFormElement, question: HTMLElement): URLSearchParams {
  const name = question.dataset["question"] ?? "";
  const all = new FormData(form);
  const sent = new URLSearchParams({ question: name });
  for (const field of ["csrfmiddlewaretoken", "patient_id", `a-${name}`, `n-${name}`, `was-${name}`, `noted-${name}`]) {
    const value = all.get(field);
    if (typeof value === "string") sent.set(field, value);
  }
  return sent;
}

async function save(form: HTMLFormElement, question: HTMLElement): Promise<void> {
  const line = question.querySelector<HTMLElement>("[data-saved]");
  const name = question.dataset["question"] ?? "";
  const sent = payload(form, question);
  const say = (words: string) => {
    if (line) line.textContent = words;
  };
  say(form.dataset["textSaving"] ?? "");
  try {
    const answer = await fetch(form.getAttribute("action") || location.href, {
      method: "POST",
      body: sent,
      headers: { "X-Saves-Each": "1", Accept: "text/html" },
      credentials: "same-origin",
    });
    const words = plain(await answer.text());
    if (answer.redirected || (answer.status !== 200 && answer.status !== 422)) throw new Error(String(answer.status));
    say(words);
    question.toggleAttribute("data-wrong", answer.status === 422);
    if (answer.status === 200) {
      keep(question, `was-${name}`, sent.get(`a-${name}`) ?? "");
      keep(question, `noted-${name}`, sent.get(`n-${name}`) ?? "");
    }
  } catch {
    say(form.dataset["textLost"] ?? "");
    question.setAttribute("data-wrong", "");
  }
}

function keep(question: HTMLElement, name: string, value: string): void {
  const held = question.querySelector<HTMLInputElement>(`input[type="hidden"][name="${CSS.escape(name)}"]`);
  if (held) held.value = value;
}

/** The answer's words: text only, whatever came. */
function plain(html: string): string {
  return (new DOMParser().parseFromString(html, "text/html").body.textContent ?? "").trim();
}
