/**
 * The live connection of a page: one stream for all its topics, and an honest word when it is lost.
 *
 *   const live = openLive({
 *     topics: ["session:…", "board"],
 *     onMessage: (topic, payload) => …,
 *     onCatchUp: () => …,   // ask for the JSON state: at the start, after a gap, after every reconnection
 *   });
 *   live.serverNow()        // the server's clock in ms, whatever this device's clock says
 *
 * Nothing heard for three seconds means lost: the banner `[data-connection]` says since when, the page keeps what it
 * has, <html data-connection-lost> lets styles mark it as old, and the connection is tried again until it stands.
 */

import { eventReader } from "./stream";

export const LOST_AFTER_MS = 2_800; // the beat comes every second; said within three
/** Never longer than a second: after a restart the numbers must be back within five. Half a clinic's pages come at
 * once, so each wait is stretched or shortened by up to a third. */
const TRY_AGAIN_MS = [300, 500, 700, 1_000] as const;
const UNEVEN = 1 / 3;

export type LiveState = "connecting" | "live" | "lost" | "signed-out";

export interface LiveOptions {
  readonly topics: readonly string[];
  readonly onMessage: (topic: string, payload: unknown) => void;
  readonly onCatchUp: () => void | Promise<void>;
  readonly onState?: (state: LiveState, lostSince: Date | null) => void;
  readonly url?: string;
  readonly fetch?: typeof fetch;
}

export interface Live {
  readonly state: () => LiveState;
  /** Milliseconds since 1970 by the server's clock. */
  readonly serverNow: () => number;
  readonly close: () => void;
}

/** The server's clock as last heard, and by which of this device's; a demo's time may pass faster. */
let heardServerMs: number | null = null;
let heardDeviceMs = 0;
let speed = 1;

/** The server's clock now; the device's own until the server has been heard. */
export function serverNow(): number {
  return heardServerMs === null ? Date.now() : heardServerMs + (performance.now() - heardDeviceMs) * speed;
}

export function openLive(options: LiveOptions): Live {
  const call = options.fetch ?? fetch.bind(globalThis);
  const query = options.topics.map((topic) => `topic=${encodeURIComponent(topic)}`).join("&");
  const address = `${options.url ?? "/live"}?${query}`;
  let state: LiveState = "connecting";
  let heardAt = performance.now();
  let heardAtWall = Date.now();
  let lostSince: Date | null = null;
  let tries = 0;
  let triedAt = performance.now();
  let closed = false;
  let running: AbortController | null = null;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  function become(next: LiveState): void {
    if (next === state) return;
    state = next;
    lostSince = next === "lost" ? new Date(heardAtWall) : next === "live" ? null : lostSince;
    showConnection(state, lostSince);
    options.onState?.(state, lostSince);
  }

  /** By both of this device's clocks: one stands still while it sleeps, the other may be set anew. */
  function silentForMs(): number {
    return Math.max(performance.now() - heardAt, Date.now() - heardAtWall);
  }

  function heard(): void {
    heardAt = performance.now();
    heardAtWall = Date.now();
  }

  function handle(event: string, data: string): void {
    const body: unknown = JSON.parse(data);
    if (typeof body !== "object" || body === null) return;
    if (event === "message" && "topic" in body && "payload" in body) {
      options.onMessage(String(body.topic), body.payload);
    } else if (event === "missed") {
      void options.onCatchUp();
    } else if (event === "beat" && "server_time" in body) {
      heardServerMs = Date.parse(String(body.server_time));
      heardDeviceMs = performance.now();
      speed = "speed" in body && typeof body.speed === "number" ? body.speed : 1;
      document.dispatchEvent(new Event("dripstand:beat"));
    } else if (event === "end" && "why" in body && body.why === "signed-out") {
      finish("signed-out");
    }
  }

  function finish(last: LiveState): void {
    closed = true;
    clearInterval(watch);
    clearTimeout(retryTimer);
    running?.abort();
    become(last);
  }

  async function connect(): Promise<void> {
    const attempt = new AbortController();
    running = attempt;
    triedAt = performance.now();
    try {
      const answer = await call(address, {
        signal: attempt.signal,
        headers: { Accept: "text/event-stream" },
        cache: "no-store",
        redirect: "error",
      });
      if (answer.status === 401 || answer.status === 403) return finish("signed-out");
      if (!answer.ok || answer.body === null) throw new Error(`status ${answer.status}`);
      const reader = answer.body.getReader();
      const decoder = new TextDecoder();
      const events = eventReader();
      for (let first = true; ; ) {
        const { done, value } = await reader.read();
        if (done || attempt.signal.aborted) break;
        heard();
        if (first) {
          first = false;
          tries = 0;
          become("live");
          void options.onCatchUp();
        }
        for (const { event, data } of events(decoder.decode(value, { stream: true }))) handle(event, data);
        if (closed) return;
      }
    } catch (fault) {
      if (closed) return;
      // A lost network is expected and shown by the watch below; anything else is a mistake of ours and must be seen.
      if (!(fault instanceof TypeError || fault instanceof DOMException || fault instanceof Error)) throw fault;
    }
    if (!closed && running === attempt) {
      const wait = TRY_AGAIN_MS[Math.min(tries, TRY_AGAIN_MS.length - 1)] ?? 1_000;
      tries += 1;
      retryTimer = setTimeout(() => void connect(), wait * (1 + UNEVEN * (2 * Math.random() - 1)));
    }
  }

  const watch = setInterval(() => {
    if (state === "signed-out" || silentForMs() < LOST_AFTER_MS) return;
    become("lost");
    if (performance.now() - triedAt > 2 * LOST_AFTER_MS && running !== null && !running.signal.aborted) {
      running.abort(); // open but silent is as good as none: begin another
    }
  }, 200);

  void connect();
  return { state: () => state, serverNow, close: () => finish(state) };
}

/** Puts the state into the page's banner and onto <html>. */
export function showConnection(state: LiveState, lostSince: Date | null): void {
  const bad = state === "lost" || state === "signed-out";
  document.documentElement.toggleAttribute("data-connection-lost", bad);
  const banner = document.querySelector<HTMLElement>("[data-connection]");
  if (banner === null) return;
  banner.replaceChildren();
  if (state === "lost") {
    const since = document.createElement("strong");
    const clock = (lostSince ?? new Date()).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
    since.textContent = `${banner.dataset.textLost ?? ""} ${clock}.`;
    banner.append(since, ` ${banner.dataset.textLostMore ?? ""}`);
  } else if (state === "signed-out") {
    const link = document.createElement("a");
    link.href = `/sign-in/?next=${encodeURIComponent(location.pathname)}`;
    link.textContent = banner.dataset.textSignIn ?? "";
    banner.append(`${banner.dataset.textSignedOut ?? ""} `, link);
  }
  banner.hidden = !bad;
}
