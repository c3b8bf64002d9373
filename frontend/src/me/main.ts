/** The patient's pages. They work without any of this: what is here only keeps words while nobody can be reached. */

import "@fontsource-variable/atkinson-hyperlegible-next/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "../shared/tokens.css";
import "../shared/base.css";
import "./me.css";
import { ASK_EVERY_MS, keepFresh } from "./fresh";
import { reachByFile, startResume } from "./resume";

const icon = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
if (icon) startResume(document, reachByFile(icon.href));

if (document.querySelector("[data-fresh]")) {
  const ask = keepFresh(
    document,
    () => fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" }),
    () => location.reload(),
  );
  setInterval(() => void ask(), ASK_EVERY_MS);
  document.addEventListener("visibilitychange", () => void ask());
}
