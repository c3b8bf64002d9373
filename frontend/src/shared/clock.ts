/** The clock in the bar: the server's time in the clinic's words, `<time data-clock>`. */

import { serverNow } from "./live";

export function startClock(): void {
  const places = document.querySelectorAll<HTMLTimeElement>("[data-clock]");
  if (places.length === 0) return;
  const zone = document.documentElement.dataset.zone;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(zone ? { timeZone: zone } : {}),
  });
  const show = () => {
    const now = new Date(serverNow());
    for (const place of places) {
      place.dateTime = now.toISOString();
      place.textContent = format.format(now);
    }
  };
  show();
  setInterval(show, 1_000);
}
