// Every stream of masto.js on one socket, and what each brings.

import { ids, picture, print, say, until } from "./recorder.mjs";

export default async function streams({ ana, luc, far, me, him, streaming }) {
  const list = await ana.v1.lists.create({ title: "Stream" });
  await ana.v1.lists.$select(list.id).accounts.create({ accountIds: [him.id] });
  await streaming.prepare();
  const opened = {
    user: streaming.user.subscribe(), told: streaming.user.notification.subscribe(), direct: streaming.direct.subscribe(),
    public: streaming.public.subscribe(), media: streaming.public.media.subscribe(),
    local: streaming.public.local.subscribe(), localMedia: streaming.public.local.media.subscribe(),
    remote: streaming.public.remote.subscribe(), remoteMedia: streaming.public.remote.media.subscribe(),
    tag: streaming.hashtag.subscribe({ tag: "gear" }), localTag: streaming.hashtag.local.subscribe({ tag: "gear" }),
    list: streaming.list.subscribe({ list: list.id }),
  };
  const heard = Object.fromEntries(Object.keys(opened).map((name) => [name, []]));
  const listening = Object.entries(opened).map(async ([name, stream]) => {
    for await (const event of stream) heard[name].push(event);
  });
  const has = (name, wanted) => until(() => heard[name].some(wanted), Boolean);
  const post = (id) => (event) => event.event === "update" && event.payload.id === id;

  // The socket is heard once the first post is.
  const first = await luc.v1.statuses.create({ status: "Live #gear", visibility: "public" });
  for (const name of ["user", "public", "local", "tag", "localTag", "list"]) await has(name, post(first.id));
  const media = await luc.v2.media.create({ file: picture, skipPolling: true });
  const seen = await luc.v1.statuses.create({ status: "With a picture", visibility: "public", mediaIds: [media.id] });
  for (const name of ["media", "localMedia"]) await has(name, post(seen.id));
  const elsewhere = await far.v2.media.create({ file: picture, skipPolling: true });
  const away = await far.v1.statuses.create({ status: "From afar", visibility: "public", mediaIds: [elsewhere.id] });
  for (const name of ["remote", "remoteMedia"]) await has(name, (event) => event.payload.uri === away.uri);
  await luc.v1.statuses.create({ status: `@${me.acct} psst`, visibility: "direct" });
  await has("direct", (event) => event.event === "conversation");
  await has("told", (event) => event.event === "notification" && event.payload.type === "mention");
  await luc.v1.statuses.$select(first.id).update({ status: "Live again #gear" });
  await has("user", (event) => event.event === "status.update" && event.payload.id === first.id);
  await luc.v1.statuses.$select(first.id).remove();
  await has("user", (event) => event.event === "delete" && event.payload === first.id);
  const filter = await ana.v2.filters.create({ title: "Stream", context: ["home"] });
  await has("user", (event) => event.event === "filters_changed");
  await ana.v2.filters.$select(filter.id).remove();
  await ana.v2.notifications.policy.update({ forNotFollowing: "filter" });
  await far.v1.statuses.create({ status: `@${me.acct}@${new URL(me.uri).host} hello`, visibility: "public" });
  const [waiting] = await until(() => ana.v1.notifications.requests.list(), (found) => found.length === 1);
  await ana.v1.notifications.requests.$select(waiting.id).accept();
  await has("user", (event) => event.event === "notifications_merged");
  print({ announce: "Open again" });
  await has("user", (event) => event.event === "announcement");
  const [told] = ids(await ana.v1.announcements.list()).slice(-1);
  await ana.v1.announcements.$select(told).reactions.$select("%E2%9D%A4").update();
  await has("user", (event) => event.event === "announcement.reaction");
  print({ withdraw: told });
  await has("user", (event) => event.event === "announcement.delete" && String(event.payload) === told);
  for (const [name, events] of Object.entries(heard)) {
    say(`stream ${name}`, [...new Set(events.map((one) => one.event))].sort());
  }
  for (const stream of Object.values(opened)) stream.unsubscribe();
  streaming.close();
  await Promise.allSettled(listening);
}
