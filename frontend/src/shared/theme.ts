/**
 * Dark or light: what the device prefers, unless this person chose. The choice is a cookie, so that the server writes
 * `data-theme` into the page and nothing flashes.
 *
 *   <button type="button" data-theme-toggle>Dark or light</button>
 */

export function currentTheme(): "dark" | "light" {
  const chosen = document.documentElement.dataset.theme;
  if (chosen === "dark" || chosen === "light") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export function chooseTheme(theme: "dark" | "light"): void {
  document.documentElement.dataset.theme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `dripstand-theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  document.dispatchEvent(new CustomEvent("dripstand:theme", { detail: theme }));
}

export function startThemeToggle(): void {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.addEventListener("click", () => chooseTheme(currentTheme() === "dark" ? "light" : "dark"));
  }
}
