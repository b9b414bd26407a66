// What fay can be told to do, each by one activity that Fedify makes, signs and delivers.

import {
  Announce, Create, Delete, Emoji, EmojiReact, Follow, Image, InteractionPolicy, InteractionRule, Like, Note, PropertyValue, PUBLIC_COLLECTION, Question,
  QuoteRequest, Tombstone, Undo, Update, isActor,
} from "@fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

const fay = { identifier: "fay" };

export const actsOf = (base, notes, followers, understood) => {
  const acts = {
    async look(ctx, { what }) {
      const options = { documentLoader: await ctx.getDocumentLoader(fay), contextLoader: ctx.contextLoader };
      const found = await ctx.lookupObject(what, options);
      if (found === null) return null;
      await understood(ctx, (await options.documentLoader(found.id.href)).document);
      if (!isActor(found)) return { type: found.constructor.name, id: found.id?.href, content: found.content?.toString() };
      return {
        type: found.constructor.name,
        id: found.id.href,
        name: String(found.name),
        handle: found.preferredUsername,
        inbox: found.inboxId.href,
        shared: found.endpoints?.sharedInbox?.href,
        keys: (await Array.fromAsync(found.getPublicKeys(options))).map((key) => key.publicKey.algorithm.name),
        proofs: (await Array.fromAsync(found.getAssertionMethods(options))).map((key) => key.publicKey.algorithm.name),
        fields: (await Array.fromAsync(found.getAttachments(options)))
          .filter((one) => one instanceof PropertyValue).map((one) => [String(one.name), String(one.value)]),
        pinned: await count(found, "getFeatured", options),
        followers: await count(found, "getFollowers", options),
      };
    },
    async read(ctx, { what }) {
      const load = await ctx.getDocumentLoader(fay);
      const { document } = await load(what);
      await understood(ctx, document);
      return document;
    },
    follow: (ctx, { whom }) => send(ctx, whom, (id, actor) => new Follow({ id, actor, object: new URL(whom), to: new URL(whom) })),
    unfollow: (ctx, { whom, id: of }) => send(ctx, whom, (id, actor) =>
      new Undo({ id, actor, object: new Follow({ id: new URL(of), actor, object: new URL(whom) }) })),
    like: (ctx, { whom, what }) => send(ctx, whom, (id, actor) => new Like({ id, actor, object: new URL(what) })),
    react: (ctx, { whom, what, content }) => send(ctx, whom, (id, actor) => new EmojiReact({ id, actor, object: new URL(what), content })),
    boost: (ctx, { whom, what }) => send(ctx, whom, (id, actor) => new Announce({
      id, actor, object: new URL(what), to: PUBLIC_COLLECTION, cc: ctx.getFollowersUri("fay"), published: Temporal.Now.instant(),
    })),
    undo: (ctx, { whom, type, id: of, what }) => send(ctx, whom, (id, actor) =>
      new Undo({ id, actor, object: new (type === "Like" ? Like : Announce)({ id: new URL(of), actor, object: new URL(what) }) })),
    vote: (ctx, { whom, what, name }) => send(ctx, whom, (id, actor) => new Create({
      id, actor, to: new URL(whom),
      object: new Note({ id: new URL(`${id.href}/vote`), attribution: actor, name, replyTarget: new URL(what), to: new URL(whom) }),
    })),
    async say(ctx, { id = crypto.randomUUID(), whom = "followers", content, answers, quotes, stamp, edited, asks, picture }) {
      const actor = ctx.getActorUri("fay");
      const more = asks
        ? { exclusiveOptions: asks.map((name) => new Note({ name })), endTime: Temporal.Now.instant().add({ hours: 1 }), voters: 0 } : {};
      const note = new (asks ? Question : Note)({
        id: ctx.getObjectUri(Note, { identifier: "fay", id }), attribution: actor, content, to: PUBLIC_COLLECTION,
        cc: ctx.getFollowersUri("fay"), published: notes.get(id)?.published ?? Temporal.Now.instant(),
        updated: edited ? Temporal.Now.instant() : undefined,
        replyTarget: answers && new URL(answers), quote: quotes && new URL(quotes),
        quoteAuthorization: stamp && new URL(stamp),
        attachments: picture ? [new Image({ url: new URL(picture), mediaType: "image/png", name: "A quay" })] : [],
        interactionPolicy: new InteractionPolicy({ canQuote: new InteractionRule({ automaticApproval: PUBLIC_COLLECTION }) }),
      tags: content.includes(":anchor:") ? [new Emoji({
          id: new URL(`${base}/emojis/anchor`), name: ":anchor:", icon: new Image({ url: new URL(`${base}/anchor.png`), mediaType: "image/png" }),
        })] : [],
        ...more,
      });
      notes.set(id, note);
      const kind = edited ? Update : Create;
      return send(ctx, whom, (mark) => new kind({ id: mark, actor, object: note, to: PUBLIC_COLLECTION, cc: ctx.getFollowersUri("fay") }), note.id.href);
    },
    async ask(ctx, { whom, what, id }) {
      return send(ctx, whom, (mark, actor) => new QuoteRequest({ id: mark, actor, object: new URL(what), instrument: notes.get(id) }));
    },
    async forget(ctx, { id }) {
      const gone = new Tombstone({ id: notes.get(id).id });
      notes.delete(id);
      return send(ctx, "followers", (mark, actor) => new Delete({ id: mark, actor, object: gone, to: PUBLIC_COLLECTION }));
    },
  };

  async function count(actor, getter, options) {
    const found = await actor[getter](options);
    return found?.totalItems ?? null;
  }

  async function send(ctx, whom, made, answer) {
    const id = new URL(`${base}/acts/${crypto.randomUUID()}`);
    const activity = made(id, ctx.getActorUri("fay"));
    const options = { documentLoader: await ctx.getDocumentLoader(fay) };
    const recipient = whom === "followers" ? [...followers.values()] : await ctx.lookupObject(whom, options);
    await ctx.sendActivity(fay, recipient, activity, { immediate: true });
    return answer ?? id.href;
  }

  return acts;
};
