// The service worker. What was read stays readable without a network, what is written without one waits and is sent
// later, once. `{{version}}` and the shell are filled in by the node.

const SHELL = "shell-{{version}}";
const SHELL_FILES = "{{shell}}";
const PAGES = "pages";
const MEDIA = "media";
const MOST = { [PAGES]: 40, [MEDIA]: 300 };
const AWAY = "/offline";
const NO_NODE = [502, 504];
const BUSY = 503;
const PATIENCE = 8_000;

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(SHELL_FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetShells().then(() => self.clients.claim()));
});

async function forgetShells() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("shell-") && name !== SHELL).map((name) => caches.delete(name)));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.method === "POST") {
    if (pathname === "/compose") event.respondWith(published(request));
    else if (pathname === "/share") event.respondWith(shared(request));
    else if (pathname === "/sign-out") event.waitUntil(forgetReading());
    return;
  }
  if (request.method !== "GET") return;
  if (/^\/(static|theme|site-logo)\//.test(pathname)) event.respondWith(kept(request, SHELL));
  else if (/^\/(media|avatars)\//.test(pathname) && request.destination === "image") event.respondWith(kept(request, MEDIA));
  else if (request.mode === "navigate") event.respondWith(page(request));
});

// What never changes under its address: from here, else from the node.
async function kept(request, name) {
  const held = await caches.match(request);
  if (held) return held;
  const fresh = await fetch(request);
  if (fresh.ok && fresh.status === 200) await keep(name, request, fresh.clone());
  return fresh;
}

// A page: from the node; without it as it was read last, else the last posts of the home.
async function page(request) {
  try {
    const fresh = there(await fetch(request, { signal: AbortSignal.timeout(PATIENCE) }));
    const isPage = fresh.ok && !fresh.redirected && fresh.headers.get("content-type")?.startsWith("text/html");
    if (isPage && !/^\/(oauth|sign-in|settings|admin)/.test(new URL(request.url).pathname)) {
      await keep(PAGES, request.url, fresh.clone());
    }
    return fresh;
  } catch {
    return (await caches.match(request.url)) ?? (await caches.match(AWAY)) ?? Response.error();
  }
}

// A proxy that does not reach the node says so: that is as if there were no network.
function there(answer) {
  if (NO_NODE.includes(answer.status)) throw new TypeError("the node is away");
  return answer;
}

async function keep(name, request, response) {
  const cache = await caches.open(name);
  await cache.put(request, response);
  if (!(name in MOST)) return;
  const keys = await cache.keys();
  for (const old of keys.slice(0, Math.max(0, keys.length - MOST[name]))) await cache.delete(old);
}

// Somebody signs out, or somebody else is here: what was read is for nobody else's eyes.
async function forgetReading() {
  await Promise.all([caches.delete(PAGES), caches.delete(MEDIA)]);
}

async function published(request) {
  const copy = request.clone();
  try {
    const answer = await fetch(request);
    if (answer.status === BUSY) throw new TypeError("the node has no time");
    return there(answer);
  } catch {
    await put("queue", await waiting(await copy.formData()));
    await self.registration.sync?.register("queue").catch(() => {});
    return Response.redirect("/?waiting=1", 303);
  }
}

// The composer's fields as they are sent later, with the time of writing.
async function waiting(form) {
  const fields = [...form].filter(([name, value]) => name !== "csrf" && (value instanceof File ? value.size : true));
  return { key: form.get("key"), person: await read("person"), written: Date.now(), fields };
}

// What another app hands over waits here until the composer takes it up (behaviours/shared.js): without a network, or
// after somebody has signed in again, it is still there.
async function shared(request) {
  const form = await request.formData();
  await write("shared", [...form].filter(([, value]) => value instanceof File ? value.size : value));
  return Response.redirect("/compose?shared=1", 303);
}

self.addEventListener("sync", (event) => {
  if (event.tag === "queue") event.waitUntil(flush().then(unlessLeft));
});

self.addEventListener("message", (event) => {
  const { ask, person } = event.data;
  if (ask === "hello") event.waitUntil(hello(person));
  if (ask === "queue") event.waitUntil(flush());
  if (ask === "drop") event.waitUntil(drop(event.data.key).then(tell));
});

async function hello(person) {
  if ((await read("person")) !== person) {
    await forgetReading();
    await write("person", person);
  }
  await flush();
  const held = await caches.match(AWAY);
  if (!held || Date.now() - Date.parse(held.headers.get("date")) > 120_000) {
    const fresh = await fetch(AWAY).catch(() => null);
    if (fresh?.ok) await keepAway(fresh);
  }
}

// The last posts with their pictures.
async function keepAway(fresh) {
  const text = await fresh.clone().text();
  await keep(PAGES, AWAY, fresh);
  const pictures = [...text.matchAll(/src="(\/(?:media|avatars)\/[^"]+)"/g)].map((found) => found[1]);
  for (const address of new Set(pictures)) await kept(new Request(address), MEDIA).catch(() => {});
}

// Send what waits, one after the other, by one tab or worker at a time.
function flush() {
  return navigator.locks.request("archipel-queue", async () => {
    const all = await list("queue");
    const person = await read("person");
    const own = all.filter((one) => one.person === person && !one.error);
    try {
      if (own.length) await send(own);
    } catch {
      // Still no network: they go on waiting.
    }
    await tell();
  });
}

// The browser asks again, later, when a sync fails.
async function unlessLeft() {
  if ((await list("queue")).some((one) => !one.error)) throw new Error("some still wait");
}

async function send(own) {
  const who = await fetch("/live/me");
  if (!who.ok || who.redirected) return;
  const { person, csrf } = await who.json();
  for (const one of own.filter((waits) => waits.person === person)) {
    const body = new FormData();
    for (const [name, value] of one.fields) body.append(name, value);
    for (const [name, value] of Object.entries({ csrf, person, written: one.written })) body.append(name, value);
    const answer = await fetch("/compose/queued", { method: "POST", body });
    if (answer.ok) await drop(one.key);
    else if (answer.status === 422) await put("queue", { ...one, error: (await answer.json()).error });
    else return;
  }
}

const said = (fields, wanted) => fields.find(([name]) => name === wanted)?.[1] ?? "";

async function tell() {
  const waits = (await list("queue")).map(({ key, person, written, fields, error }) => ({
    key, person, written, error, text: said(fields, "text"), spoiler: said(fields, "spoiler"), parent: said(fields, "parent"),
    hasFiles: fields.some(([, value]) => value instanceof File), hasMedia: Boolean(said(fields, "media")),
  }));
  await pages({ waits });
}
