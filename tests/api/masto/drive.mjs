// What an app made with masto.js does, by two people on one node: each step prints one line of JSON for the test.
// node drive.mjs BASE TOKEN OTHER

import { createRestAPIClient, createStreamingAPIClient } from "masto";

const [url, accessToken, other] = process.argv.slice(2);
const rest = createRestAPIClient({ url, accessToken });
const luc = createRestAPIClient({ url, accessToken: other });

function say(step, found) {
  console.log(JSON.stringify({ step, found }));
}

async function first(paginator) {
  for await (const page of paginator) return page;
  return [];
}

const instance = await rest.v2.instance.fetch();
say("instance", instance.domain);
const me = await rest.v1.accounts.verifyCredentials();
const him = await luc.v1.accounts.verifyCredentials();
say("me", me.acct);

const changed = await rest.v1.accounts.updateCredentials({ displayName: "Ana M.", note: "Line 3" });
say("profile", [changed.displayName, changed.source.note]);

const follow = await luc.v1.accounts.$select(me.id).follow({ notify: true });
say("follow", [follow.following, follow.notifying]);
say("relations", (await luc.v1.accounts.relationships.fetch({ id: [me.id] })).map((one) => one.following));
say("followers", (await first(rest.v1.accounts.$select(me.id).followers.list())).map((one) => one.acct));
say("note", (await rest.v1.accounts.$select(him.id).note.create({ comment: "Shift 2" })).note);
say("mute", (await rest.v1.accounts.$select(him.id).mute({ notifications: false })).muting);
say("mutes", (await first(rest.v1.mutes.list())).length);
say("unmute", (await rest.v1.accounts.$select(him.id).unmute()).muting);

const picture = new Blob([Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64")]);
const media = await rest.v2.media.create({ file: picture, description: "A dot" });
say("media", media.description);
const post = await rest.v1.statuses.create({ status: "Look #crane", visibility: "public", mediaIds: [media.id] });
say("post", post.mediaAttachments.map((one) => one.description));
const reply = await luc.v1.statuses.create({ status: `@${me.acct} nice`, inReplyToId: post.id });
say("context", (await rest.v1.statuses.$select(post.id).context.fetch()).descendants.map((one) => one.id === reply.id));
say("favourite", (await luc.v1.statuses.$select(post.id).favourite()).favourited);
say("bookmark", (await luc.v1.statuses.$select(post.id).bookmark()).bookmarked);
say("reblog", (await luc.v1.statuses.$select(post.id).reblog()).reblog.id === post.id);
say("edit", (await rest.v1.statuses.$select(post.id).update({ status: "Look again #crane" })).content);
say("source", (await rest.v1.statuses.$select(post.id).source.fetch()).text);
say("history", (await rest.v1.statuses.$select(post.id).history.list()).length);
const asked = await rest.v1.statuses.create({ status: "When?", poll: { options: ["Mon", "Tue"], expiresIn: 3600 } });
say("poll", (await luc.v1.polls.$select(asked.poll.id).votes.create({ choices: [1] })).ownVotes);

const list = await rest.v1.lists.create({ title: "Team" });
await rest.v1.accounts.$select(him.id).follow();
await rest.v1.lists.$select(list.id).accounts.create({ accountIds: [him.id] });
say("list", (await first(rest.v1.lists.$select(list.id).accounts.list())).map((one) => one.acct));
const filter = await rest.v2.filters.create(
  { title: "Sport", context: ["home"], filterAction: "warn", keywordsAttributes: [{ keyword: "match" }] });
say("filter", (await rest.v2.filters.$select(filter.id).keywords.list()).map((one) => one.keyword));
await rest.v2.filters.$select(filter.id).remove();
say("filters", await rest.v2.filters.list());
say("tag", (await rest.v1.tags.$select("crane").follow()).following);
say("search", (await rest.v2.search.list({ q: "crane", type: "hashtags" })).hashtags.map((one) => one.name));
const policy = await rest.v2.notifications.policy.update({ forNotFollowing: "accept" });
say("policy", policy.forNotFollowing);
const markers = await rest.v1.markers.create({ home: { lastReadId: post.id } });
say("marker", markers.home.lastReadId === post.id);

const streams = createStreamingAPIClient({ streamingApiUrl: instance.configuration.urls.streaming, accessToken });
async function heard(stream, kind, cause) {
  const events = (async () => {
    for await (const event of stream) if (event.event === kind) return event.payload;
    return null;
  })();
  const timer = setInterval(cause, 300);
  const found = await events;
  clearInterval(timer);
  stream.unsubscribe();
  return found;
}
const say_so = () => luc.v1.statuses.create({ status: "Live #gear", visibility: "public" });
say("stream user", (await heard(streams.user.subscribe(), "update", say_so)).account.acct);
say("stream tag", (await heard(streams.hashtag.subscribe({ tag: "gear" }), "update", say_so)).account.acct);
say("stream notification", (await heard(streams.user.notification.subscribe(), "notification",
  () => luc.v1.statuses.create({ status: `@${me.acct} there?` }))).type);
streams.close();
say("notifications", [...new Set((await first(rest.v1.notifications.list())).map((one) => one.type))].sort());
say("home", (await first(rest.v1.timelines.home.list({ limit: 5 }))).length);
await rest.v1.statuses.$select(post.id).remove();
say("gone", await rest.v1.statuses.$select(post.id).fetch().then(() => 200, (error) => error.statusCode));
