/** The service worker, run as it is written: its list of files is the only thing that the server puts into it. */

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const PAGE = "https://clinic.example/me/calm/";

function worker(answer: () => Promise<Response>) {
  const source = readFileSync("../src/dripstand/calm/templates/calm/worker.js", "utf-8")
    .replace("{% load assets %}", "")
    .replace('{% asset_list "calm" %}', "[]");
  const kept = new Map([["/me/calm/", "the page"]]);
  const caches = {
    match: async (path: string) => (kept.has(path) ? new Response(kept.get(path)) : undefined),
    open: async () => ({ put: async (path: string, one: Response) => void kept.set(path, await one.text()) }),
  };
  const heard = new Map<string, (event: unknown) => void>();
  const self = { addEventListener: (name: string, act: (event: unknown) => void) => heard.set(name, act), location: { origin: "https://clinic.example" } };
  new Function("self", "caches", "fetch", source)(self, caches, answer);
  const waits: Promise<unknown>[] = [];
  return {
    kept,
    async asked(): Promise<string> {
      let found: Promise<Response> | undefined;
      heard.get("fetch")?.({
        request: new Request(PAGE),
        respondWith: (one: Promise<Response>) => (found = one),
        waitUntil: (one: Promise<unknown>) => waits.push(one),
      });
      const text = await (await (found as Promise<Response>)).text();
      await Promise.all(waits);
      return text;
    },
  };
}

test("the page of now is shown and kept, and that of before where nobody can be reached or the server is in trouble", async () => {
  const up = worker(async () => new Response("the page of now"));
  expect(await up.asked()).toBe("the page of now");
  expect(up.kept.get("/me/calm/")).toBe("the page of now");
  expect(await worker(() => Promise.reject(new TypeError("no network"))).asked()).toBe("the page");
  const trouble = worker(async () => new Response("Something went wrong", { status: 500 }));
  expect(await trouble.asked()).toBe("the page");
  expect(trouble.kept.get("/me/calm/")).toBe("the page");
});

test("a tablet that was released is told so", async () => {
  expect(await worker(async () => new Response("This page is closed", { status: 403 })).asked()).toBe("This page is closed");
});
