/**
 * htmx, and the one place that says what it does with answers that are not plain successes.
 *
 * A refusal (4xx) is a page fragment in plain words and is swapped in. A fault (5xx) is not. An answer that was led to
 * the sign-in page leads the whole page there. A post whose answer never came is shown as not known to be saved: sending
 * the same form again is safe, because it carries the same submission id.
 *
 *   <div class="banner" data-not-saved hidden>…</div>   (one in the page; else the form itself is marked)
 */

import htmx from "htmx.org";

htmx.config.noSwap = [204, 304, "5xx"] as typeof htmx.config.noSwap;
htmx.config.history = "reload"; // a page with a patient on it is asked for anew, never taken from a copy
htmx.config.includeIndicatorCSS = false;

interface Context {
  readonly sourceElement?: Element;
  readonly request?: { readonly method?: string };
  readonly response?: { readonly status: number; readonly raw: Response };
}

function contextOf(event: Event): Context {
  return event instanceof CustomEvent ? ((event.detail as { ctx?: Context }).ctx ?? {}) : {};
}

function notSaved(context: Context): void {
  if ((context.request?.method ?? "GET").toUpperCase() === "GET") return;
  context.sourceElement?.closest("form")?.setAttribute("data-unsaved", "");
  for (const banner of document.querySelectorAll<HTMLElement>("[data-not-saved]")) banner.hidden = false;
}

document.addEventListener("htmx:before:response", (event) => {
  const raw = contextOf(event).response?.raw;
  if (raw?.redirected && new URL(raw.url).pathname === "/sign-in/") {
    event.preventDefault();
    location.assign(raw.url);
  }
});
document.addEventListener("htmx:after:request", (event) => {
  const context = contextOf(event);
  const status = context.response?.status ?? 0;
  if (status >= 500) notSaved(context);
  else if (status < 400) {
    context.sourceElement?.closest("form")?.removeAttribute("data-unsaved");
    for (const banner of document.querySelectorAll<HTMLElement>("[data-not-saved]")) banner.hidden = true;
  }
});
document.addEventListener("htmx:error", (event) => notSaved(contextOf(event)));

export default htmx;
