{% load assets %}/* Keeps the calm page and its files for when the network is gone. Nothing that is about anybody is kept. */
const FILES = {% asset_list "calm" %};
const KEPT = ["/me/calm/", ...FILES];
const NAME = `calm-${KEPT.join("").split("").reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7)}`;
const SOUND = /^\/me\/calm\/recording\//;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = (names) => Promise.all(names.filter((name) => name.startsWith("calm-") && name !== NAME).map((name) => caches.delete(name)));
  event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === "/me/calm/") {
    // the newest while there is a network, because a tablet that was released must hear so; the newest is also what is
    // kept, so that the words are in the language of this visit's patient
    event.respondWith(
      fetch(event.request).then(
        async (answer) => {
          // a server in trouble has nothing to say about this page either
          if (answer.status >= 500) return (await caches.match(url.pathname)) ?? answer;
          const kept = answer.clone();
          if (answer.ok && !answer.redirected) event.waitUntil(caches.open(NAME).then((cache) => cache.put(url.pathname, kept)));
          return answer;
        },
        () => caches.match("/me/calm/"),
      ),
    );
  } else if (KEPT.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => kept || fetch(event.request)));
  } else if (SOUND.test(url.pathname)) {
    event.respondWith(caches.match(url.pathname).then((kept) => (kept ? answered(event.request, kept) : passedOn(event))));
  }
});

/** From what is kept: the whole, or the part that the player asks for, without which some play nothing. */
async function answered(request, kept) {
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") || "");
  if (!asked) return kept;
  const whole = await kept.arrayBuffer();
  const first = Number(asked[1]);
  const last = Math.min(whole.byteLength - 1, asked[2] ? Number(asked[2]) : whole.byteLength - 1);
  const headers = { "Content-Type": kept.headers.get("Content-Type"), "Accept-Ranges": "bytes" };
  if (first > last) return new Response(null, { status: 416, headers: { ...headers, "Content-Range": `bytes */${whole.byteLength}` } });
  headers["Content-Range"] = `bytes ${first}-${last}/${whole.byteLength}`;
  return new Response(whole.slice(first, last + 1), { status: 206, headers });
}

const fetched = new Map(); // a player asks for several parts: the whole is fetched once beside them

/** From the network, as it was asked for; the whole is kept for when there is none. */
function passedOn(event) {
  const { pathname } = new URL(event.request.url);
  if (!fetched.has(pathname)) {
    const whole = fetch(pathname)
      .then(async (answer) => {
        if (answer.status === 200) await (await caches.open(NAME)).put(pathname, answer);
      })
      .catch(() => undefined) // asked for again with the next part
      .finally(() => fetched.delete(pathname));
    fetched.set(pathname, whole);
  }
  event.waitUntil(fetched.get(pathname));
  return fetch(event.request);
}
