// Lists, hashtags, filters, timelines, notifications: what brings posts to somebody.

import { accts, ids, refused, say, until } from "./recorder.mjs";

export default async function feeds(who) {
  const post = await who.luc.v1.statuses.create({ status: "The #gear turns https://nobody.example/page", visibility: "public" });
  await lists(who, post);
  await tags(who, post);
  await filters(who, post);
  await timelines(who, post);
  await notifications(who);
}

async function lists({ ana, him }, post) {
  const made = await ana.v1.lists.create({ title: "Team", repliesPolicy: "none", exclusive: false });
  const list = ana.v1.lists.$select(made.id);
  await list.accounts.create({ accountIds: [him.id] });
  say("list", [accts(await list.accounts.list()), ids(await ana.v1.accounts.$select(him.id).lists.list()).includes(made.id)]);
  say("lists", [(await list.update({ title: "Crew" })).title, (await list.fetch()).repliesPolicy, (await ana.v1.lists.list()).length]);
  const line = await until(() => ana.v1.timelines.list.$select(made.id).list(), (found) => found.length > 0);
  say("list's line", ids(line).includes(post.id));
  await list.accounts.remove({ accountIds: [him.id] });
  await list.remove();
  say("no list", await refused(list.fetch()));
}

async function tags({ ana, luc, me }, post) {
  const tag = ana.v1.tags.$select("gear");
  say("tag", [(await tag.follow()).following, (await ana.v1.followedTags.list()).map((one) => one.name), (await tag.fetch()).name,
    (await tag.unfollow()).following, (await tag.feature()).featuring, (await tag.unfeature()).featuring]);
  const made = await ana.v1.featuredTags.create({ name: "gear" });
  say("featured", [(await ana.v1.featuredTags.list()).map((one) => one.name), (await ana.v1.accounts.$select(me.id).featuredTags.list()).length]);
  await ana.v1.featuredTags.$select(made.id).remove();
  say("suggested tags", (await until(() => luc.v1.featuredTags.suggestions.list(), (found) => found.length)).map((one) => one.name));
  say("tag's line", ids(await ana.v1.timelines.tag.$select("gear").list({ local: true })).includes(post.id));
  say("search", (await ana.v2.search.list({ q: "gear", type: "hashtags" })).hashtags.map((one) => one.name));
}

async function filters({ ana }, post) {
  const made = await ana.v2.filters.create({ title: "Sport", context: ["home"], filterAction: "warn", expiresIn: 60,
    keywordsAttributes: [{ keyword: "match", wholeWord: true }] });
  const filter = ana.v2.filters.$select(made.id);
  const word = await filter.keywords.create({ keyword: "goal" });
  const keyword = ana.v2.filters.keywords.$select(word.id);
  say("words", [(await filter.keywords.list()).length, (await keyword.fetch()).keyword, (await keyword.update({ keyword: "goals" })).keyword]);
  await keyword.remove();
  const kept = await filter.statuses.create({ statusId: post.id });
  say("kept", [ids(await filter.statuses.list()).includes(kept.id), (await ana.v2.filters.statuses.$select(kept.id).fetch()).statusId === post.id]);
  say("filtered", (await ana.v1.statuses.$select(post.id).fetch()).filtered.map((one) => one.statusMatches.includes(post.id)));
  await ana.v2.filters.statuses.$select(kept.id).remove();
  const changed = await filter.update({ title: "Games", keywordsAttributes: [{ id: made.keywords[0].id, _destroy: true }] });
  say("filter", [changed.title, changed.keywords.length, (await filter.fetch()).title, (await ana.v2.filters.list()).length]);
  await filter.remove();
  const old = await ana.v1.filters.create({ phrase: "match", context: ["home"], wholeWord: true });
  const first = ana.v1.filters.$select(old.id);
  say("old filter", [(await first.update({ phrase: "goal", context: ["home"] })).phrase, (await first.fetch()).phrase, (await ana.v1.filters.list()).length]);
  await first.remove();
}

async function timelines({ ana, luc, me }, post) {
  const home = await until(() => ana.v1.timelines.home.list(), (found) => ids(found).includes(post.id));
  say("home", ids(home).includes(post.id));
  say("public", ids(await ana.v1.timelines.public.list({ local: true, onlyMedia: false })).includes(post.id));
  say("link's line", ids(await ana.v1.timelines.link.list({ url: "https://nobody.example/page" })));
  const pages = [];
  for (const number of [1, 2, 3]) await luc.v1.statuses.create({ status: `@${me.acct} ${number}`, visibility: "direct" });
  await until(() => ana.v1.timelines.direct.list(), (found) => found.length === 3);
  for await (const page of ana.v1.timelines.direct.list({ limit: 2 })) pages.push(page.length);
  say("pages", pages);
  const [talk] = await until(() => ana.v1.conversations.list(), (found) => found.length === 3);
  const conversation = ana.v1.conversations.$select(talk.id);
  say("conversation", [talk.unread, (await conversation.read()).unread, (await conversation.unread()).unread]);
  await conversation.remove();
  say("conversations", (await ana.v1.conversations.list()).length);
  const markers = await ana.v1.markers.create({ home: { lastReadId: post.id } });
  say("marker", [markers.home.lastReadId === post.id, (await ana.v1.markers.fetch({ timeline: ["home"] })).home.version]);
  say("trends", [(await ana.v1.trends.tags.list()).map((one) => one.name), ids(await ana.v1.trends.statuses.list()), await ana.v1.trends.links.list()]);
}

async function notifications({ ana, luc, shy, nora, me }) {
  const { notifications, statuses } = ana.v1;
  await notifications.clear();
  const post = await statuses.create({ status: "Cake", visibility: "public" });
  for (const one of [luc, shy]) await one.v1.statuses.$select(post.id).favourite();
  const mention = await luc.v1.statuses.create({ status: `@${me.acct} thanks` });
  const told = await until(() => notifications.list({ types: ["mention", "favourite"] }), (found) => found.length === 3);
  say("told", told.map((one) => one.type));
  say("one", [(await notifications.$select(told[0].id).fetch()).status.id === mention.id, (await notifications.unreadCount.fetch()).count,
    (await notifications.fetch({ excludeTypes: ["favourite"] })).length, (await ana.v2.notifications.unreadCount.fetch()).count]);
  const { notificationGroups: [, liked] } = await ana.v2.notifications.list({ expandAccounts: "partial_avatars" });
  const group = ana.v2.notifications.$select(liked.groupKey);
  say("group", [liked.notificationsCount, accts(await group.accounts.fetch()), (await group.fetch()).notificationGroups.length]);
  await group.dismiss();
  await notifications.$select(told[0].id).dismiss();
  say("none", await notifications.list());
  say("policy", (await ana.v2.notifications.policy.update({ forNotFollowing: "filter" })).forNotFollowing);
  say("policy then", (await ana.v2.notifications.policy.fetch()).forNotFollowing);
  const { requests } = notifications;
  async function asks(stranger) {
    await stranger.v1.statuses.create({ status: `@${me.acct} hello` });
    return (await until(() => requests.list(), (found) => found.length === 1))[0];
  }
  const first = await asks(shy);
  say("request", (await requests.$select(first.id).fetch()).account.acct);
  await requests.$select(first.id).accept();
  await requests.$select((await asks(nora)).id).dismiss();
  await requests.dismiss({ id: [(await asks(nora)).id] });
  await requests.accept({ id: [(await asks(nora)).id] });
  say("merged", [(await until(() => requests.merged.fetch(), (found) => found.merged)).merged, await requests.list()]);
  await ana.v2.notifications.policy.update({ forNotFollowing: "accept" });
}
