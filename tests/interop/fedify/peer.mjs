// A server made with Fedify: fay lives here. `node peer.mjs PORT` prints "ready" and serves; the test tells fay what to
// do by POST /do, a JSON with `act`, and asks by GET /seen what arrived, read through Fedify's own vocabulary.

import { createServer } from "node:http";
import { createFederation, generateCryptoKeyPair, hasProofLike, InProcessMessageQueue, MemoryKvStore, verifyObject } from "@fedify/fedify";
import {
  Accept, Activity, Endpoints, Follow, Note, Person, Question, QuoteAuthorization, QuoteRequest,
} from "@fedify/vocab";
import jsonld from "jsonld";
import { actsOf } from "./acts.mjs";

const port = Number(process.argv[2]);
const base = `http://localhost:${port}`;
const fay = { identifier: "fay" };
const notes = new Map();
const stamps = new Map();
const followers = new Map();
const seen = [];
let keys;

const federation = createFederation({
  kv: new MemoryKvStore(),
  queue: new InProcessMessageQueue({ pollInterval: { milliseconds: 20 } }),
  allowPrivateAddress: true,
});

federation
  .setActorDispatcher("/users/{identifier}", async (ctx, identifier) => {
    if (identifier !== "fay") return null;
    const pairs = await ctx.getActorKeyPairs(identifier);
    return new Person({
      id: ctx.getActorUri(identifier),
      preferredUsername: identifier,
      name: "Fay",
      summary: "<p>From a library</p>",
      inbox: ctx.getInboxUri(identifier),
      outbox: ctx.getOutboxUri(identifier),
      followers: ctx.getFollowersUri(identifier),
      endpoints: new Endpoints({ sharedInbox: ctx.getInboxUri() }),
      url: new URL(`${base}/@fay`),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((pair) => pair.multikey),
    });
  })
  .setKeyPairsDispatcher(async () => {
    keys ??= [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
    return keys;
  });
federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
federation
  .setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [...followers.values()] }))
  .setCounter(() => followers.size);
federation.setObjectDispatcher(Note, "/users/{identifier}/notes/{id}", (_ctx, { id }) => notes.get(id) ?? null);
federation.setObjectDispatcher(QuoteAuthorization, "/users/{identifier}/stamps/{id}", (_ctx, { id }) => stamps.get(id) ?? null);
federation.setNodeInfoDispatcher("/nodeinfo/2.1", () => ({
  software: { name: "fedify-peer", version: { major: 1, minor: 0, patch: 0 } },
  protocols: ["activitypub"],
  usage: { users: {}, localPosts: 0, localComments: 0 },
}));

const recorded = async (ctx, activity) => {
  const object = await read(ctx, activity);
  seen.push({ type: activity.constructor.name, actor: activity.actorId?.href, result: activity.resultId?.href, object });
};
federation
  .setInboxListeners("/users/{identifier}/inbox", "/inbox")
  .on(Follow, async (ctx, follow) => {
    await recorded(ctx, follow);
    const who = await follow.getActor(ctx);
    followers.set(who.id.href, { id: who.id, inboxId: who.inboxId, endpoints: who.endpoints });
    const id = new URL(`${base}/#accepts/${crypto.randomUUID()}`);
    await ctx.sendActivity(fay, who, new Accept({ id, actor: ctx.getActorUri("fay"), object: follow, to: who.id }));
  })
  .on(QuoteRequest, async (ctx, asked) => {
    await recorded(ctx, asked);
    const id = crypto.randomUUID();
    const stamp = new QuoteAuthorization({
      id: ctx.getObjectUri(QuoteAuthorization, { identifier: "fay", id }),
      attribution: ctx.getActorUri("fay"),
      interactingObject: asked.instrumentId,
      interactionTarget: asked.objectId,
    });
    stamps.set(id, stamp);
    const answer = new Accept({
      id: new URL(`${base}/#accepts/${id}`), actor: ctx.getActorUri("fay"), object: asked, result: stamp.id,
    });
    await ctx.sendActivity(fay, await asked.getActor(ctx), answer);
  })
  .on(Activity, recorded)
  .onError((_ctx, error) => seen.push({ type: "error", message: String(error?.stack ?? error) }))
  .setSharedKeyDispatcher(() => fay);

async function read(ctx, activity) {
  // An Accept carries what fay asked for: it is of another host than who says it.
  const options = { documentLoader: await ctx.getDocumentLoader(fay), contextLoader: ctx.contextLoader, crossOrigin: "trust" };
  const object = await activity.getObject(options);
  if (object === null) return { id: activity.objectId?.href };
  const tags = await Array.fromAsync(object.getTags(options));
  const files = await Array.fromAsync(object.getAttachments(options));
  return {
    id: object.id?.href,
    type: object.constructor.name,
    content: object.content?.toString(),
    summary: object.summary?.toString(),
    name: object.name?.toString(),
    sensitive: object.sensitive,
    published: object.published?.toString(),
    updated: object.updated?.toString(),
    author: object.attributionId?.href,
    to: object.toIds.map(String),
    cc: object.ccIds.map(String),
    answers: object.replyTargetId?.href,
    quotes: object.quoteId?.href,
    stamp: object.quoteAuthorizationId?.href,
    tags: tags.map((tag) => [tag.constructor.name, String(tag.name), tag.href?.href]),
    files: files.map((file) => [file.constructor.name, file.mediaType ?? null, String(file.name ?? "")]),
    choices: object instanceof Question
      ? (await Array.fromAsync(object.getExclusiveOptions(options))).map((one) => String(one.name)) : undefined,
  };
}

const acts = actsOf(base, notes, followers, understood);

// A name that no context explains is lost to whoever reads JSON-LD: the vocabulary of ActivityStreams makes `_:` of it.
async function understood(ctx, document) {
  const expanded = await jsonld.expand(document, { documentLoader: ctx.contextLoader, safe: true });
  const lost = JSON.stringify(expanded).match(/"_:[^"]*"/g);
  if (lost) seen.push({ type: "error", message: `${document.type} ${document.object?.type}: ${[...new Set(lost)]}` });
}

async function checked(ctx, document) {
  await understood(ctx, document);
  if (!hasProofLike(document)) return;
  const options = { documentLoader: await ctx.getDocumentLoader(fay), contextLoader: ctx.contextLoader };
  const proven = await verifyObject(Activity, document, options);
  seen.push({ type: "proof", of: document.type, valid: proven !== null });
}

async function answered(request) {
  const { pathname } = new URL(request.url);
  const ctx = federation.createContext(new URL(base), undefined);
  if (pathname === "/seen") return Response.json(seen);
  if (request.method === "POST" && pathname.endsWith("/inbox")) await checked(ctx, await request.clone().json());
  if (pathname !== "/do") return federation.fetch(request, { contextData: undefined });
  const { act, ...said } = await request.json();
  try {
    return Response.json({ done: await acts[act](ctx, said) });
  } catch (error) {
    return Response.json({ error: String(error.stack) }, { status: 500 });
  }
}

createServer(async (incoming, outgoing) => {
  const body = incoming.method === "POST" ? Buffer.concat(await Array.fromAsync(incoming)) : undefined;
  const response = await answered(new Request(new URL(incoming.url, base), { method: incoming.method, headers: incoming.headers, body }));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
}).listen(port, "127.0.0.1", () => console.log("ready"));
