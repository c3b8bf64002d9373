/** The words that the page says by itself. The server wrote them, translated; {name} is filled in here. */

export type Words = Readonly<Record<string, string>>;

export function fillIn(template: string | undefined, values: Readonly<Record<string, string | number>>): string {
  return (template ?? "").replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** A span in its largest whole unit, cut and never rounded up; the same as the server's. */
export function span(words: Words, seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 60) return fillIn(words["seconds"], { count: whole });
  if (whole < 3600) return fillIn(words["minutes"], { count: Math.floor(whole / 60) });
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (minutes === 0) return fillIn(words["hours"], { count: hours });
  return fillIn(words["hours_minutes"], { hours, minutes });
}

/** The time of day in the clinic's zone, whatever this device's zone is. */
const HOUR_MS = 3_600_000;

export function clock(ms: number, zone: string, withSeconds = false): string {
  const text = plainClock(ms, zone, withSeconds);
  // The hour that comes twice when summer time ends says which of the two it is (H29).
  if (text !== plainClock(ms + HOUR_MS, zone, withSeconds) && text !== plainClock(ms - HOUR_MS, zone, withSeconds)) return text;
  const named = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(ms);
  const offset = named.find((part) => part.type === "timeZoneName")?.value.replace("GMT", "") || "+00:00";
  return `${text} ${offset}`;
}

function plainClock(ms: number, zone: string, withSeconds: boolean): string {
  return new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" } : {}),
    hourCycle: "h23",
    timeZone: zone,
  }).format(ms);
}
