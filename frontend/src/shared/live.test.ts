import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Live, LOST_AFTER_MS, openLive, serverNow } from "./live";

/** A server whose streams the test writes to, cuts, refuses or lets hang. */
class FakeServer {
  status = 200;
  unreachable = false;
  asked: string[] = [];
  private streams: ReadableStreamDefaultController<Uint8Array>[] = [];

  readonly fetch: typeof fetch = (address, init) => {
    this.asked.push(String(address));
    if (this.unreachable) return Promise.reject(new TypeError("network"));
    if (this.status !== 200) return Promise.resolve(new Response(null, { status: this.status }));
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.streams.push(controller);
        init?.signal?.addEventListener("abort", () => {
          try {
            controller.error(new DOMException("aborted", "AbortError"));
          } catch {
            // already closed: nothing to cut
          }
        });
      },
    });
    return Promise.resolve(new Response(body, { status: 200 }));
  };

  send(event: string, data: unknown): void {
    this.streams.at(-1)?.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
  }

  beat(at = new Date().toISOString()): void {
    this.send("beat", { server_time: at });
  }

  cut(): void {
    this.streams.at(-1)?.error(new TypeError("cut"));
  }

  get connections(): number {
    return this.asked.length;
  }
}

let server: FakeServer;
let live: Live;
let messages: [string, unknown][];
let catchUps: number;

function banner(): HTMLElement {
  return document.querySelector<HTMLElement>("[data-connection]")!;
}

async function pass(ms: number, beating = false): Promise<void> {
  for (let spent = 0; spent < ms; spent += 100) {
    if (beating && spent % 1_000 === 0) server.beat();
    await vi.advanceTimersByTimeAsync(100);
  }
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date", "performance"] });
  vi.setSystemTime(new Date("2026-03-02T10:00:00Z"));
  document.body.innerHTML =
    '<div data-connection hidden data-text-lost="Connection lost since" data-text-lost-more="Trying again by itself." data-text-signed-out="You are signed out." data-text-sign-in="Sign in"></div>';
  server = new FakeServer();
  messages = [];
  catchUps = 0;
  live = openLive({
    topics: ["session:1", "board"],
    onMessage: (topic, payload) => messages.push([topic, payload]),
    onCatchUp: () => {
      catchUps += 1;
    },
    fetch: server.fetch,
  });
  await pass(100);
  server.beat();
  await pass(100);
});

afterEach(() => {
  live.close();
  vi.useRealTimers();
  document.documentElement.removeAttribute("data-connection-lost");
});

describe("the live connection", () => {
  it("asks once for all topics, and for the state when it stands", () => {
    expect(server.asked).toEqual(["/live?topic=session%3A1&topic=board"]);
    expect(catchUps).toBe(1);
    expect(live.state()).toBe("live");
    expect(banner().hidden).toBe(true);
  });

  it("hands on what is published", async () => {
    server.send("message", { topic: "board", payload: { n: 1 } });
    await pass(100);
    expect(messages).toEqual([["board", { n: 1 }]]);
  });

  it("says within three seconds that it is lost when the line goes silent, and since when", async () => {
    const lastHeard = new Date();
    await pass(LOST_AFTER_MS - 300);
    expect(live.state()).toBe("live");
    await pass(500);
    expect(Date.now() - lastHeard.getTime()).toBeLessThanOrEqual(3_100);
    expect(live.state()).toBe("lost");
    expect(banner().hidden).toBe(false);
    expect(banner().textContent).toContain("Connection lost since");
    expect(banner().textContent).toMatch(/\d\d:\d\d:\d\d/);
    expect(document.documentElement.hasAttribute("data-connection-lost")).toBe(true);
  });

  it("notices at once after the device has slept", async () => {
    vi.setSystemTime(new Date(Date.now() + 10 * 60_000));
    await pass(200);
    expect(live.state()).toBe("lost");
  });

  it("stays live for as long as beats come", async () => {
    await pass(30_000, true);
    expect(live.state()).toBe("live");
    expect(server.connections).toBe(1);
  });

  it("comes back by itself, without a reload, and asks for what it missed", async () => {
    server.unreachable = true;
    server.cut();
    await pass(10_000);
    expect(live.state()).toBe("lost");
    server.unreachable = false;
    await pass(2_500);
    server.beat();
    await pass(200);
    expect(live.state()).toBe("live");
    expect(banner().hidden).toBe(true);
    expect(document.documentElement.hasAttribute("data-connection-lost")).toBe(false);
    expect(catchUps).toBe(2);
  });

  it("replaces a connection that is open and silent", async () => {
    await pass(6_000);
    const asked = server.connections;
    for (let waited = 0; server.connections === asked && waited < 10_000; waited += 100) await pass(100);
    expect(server.connections).toBe(asked + 1);
    server.beat();
    await pass(200);
    expect(live.state()).toBe("live");
  });

  it("asks for the state when the server says that messages were missed", async () => {
    server.send("missed", { topic: "board", missed_count: 3 });
    await pass(100);
    expect(catchUps).toBe(2);
  });

  it("ends with a way to sign in when the sign-in has ended, and does not try again", async () => {
    server.send("end", { why: "signed-out" });
    await pass(200);
    expect(live.state()).toBe("signed-out");
    expect(banner().querySelector("a")?.getAttribute("href")).toContain("/sign-in/?next=");
    const asked = server.connections;
    await pass(20_000);
    expect(server.connections).toBe(asked);
  });

  it("tells a sign-in that ended while it was away from a lost network", async () => {
    server.status = 401;
    server.cut();
    await pass(3_000);
    expect(live.state()).toBe("signed-out");
  });

  it("keeps trying while the server restarts", async () => {
    server.status = 503;
    server.send("end", { why: "restarting" });
    server.cut();
    await pass(6_000);
    expect(live.state()).toBe("lost");
    expect(server.connections).toBeGreaterThan(3);
  });

  it("reckons with the server's clock when this device's is wrong", async () => {
    server.beat(new Date(Date.now() + 90 * 60_000).toISOString());
    await pass(100);
    expect(serverNow() - Date.now()).toBeGreaterThan(89 * 60_000);
  });

  it("keeps the server's time when this device's clock is set anew meanwhile", async () => {
    server.beat("2026-03-02T10:00:10.000Z");
    await pass(100);
    vi.setSystemTime(new Date("2026-03-02T07:00:00Z"));
    await pass(1_000);
    expect(new Date(serverNow()).toISOString().slice(0, 19)).toBe("2026-03-02T10:00:11");
  });

  it("lets time pass as fast as in the demo that it shows", async () => {
    server.send("beat", { server_time: "2026-03-02T10:00:00.000Z", speed: 60 });
    await pass(100);
    const before = serverNow();
    await pass(1_000);
    expect(serverNow() - before).toBeCloseTo(60_000, -3);
  });
});
