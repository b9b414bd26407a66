// Posts and what is done with them.

import { accts, ids, picture, refused, say, until } from "./recorder.mjs";

export default async function posts({ ana, luc, me }) {
  const { statuses } = ana.v1;
  const media = await ana.v2.media.create({ file: picture, description: "A dot", focus: "0.1,0.2", skipPolling: true });
  const old = await ana.v1.media.create({ file: picture, description: "Old" });
  say("media", [media.description, (await ana.v1.media.$select(old.id).update({ description: "New", focus: "0,0" })).description,
    (await ana.v1.media.$select(old.id).fetch()).description]);
  const made = await statuses.create({ status: "Look #crane", visibility: "public", sensitive: true, spoilerText: "Heights",
    language: "en", mediaIds: [media.id] });
  const post = statuses.$select(made.id);
  const his = luc.v1.statuses.$select(made.id);
  say("post", [made.sensitive, made.spoilerText, made.mediaAttachments.map((one) => one.description)]);
  const reply = await luc.v1.statuses.create({ status: `@${me.acct} nice`, inReplyToId: made.id });
  say("context", ids((await post.context.fetch()).descendants).includes(reply.id));
  say("several", (await statuses.fetch({ id: [made.id, reply.id] })).length);
  const reblog = await his.reblog({ visibility: "private" });
  say("acts", [(await his.favourite()).favourited, (await his.bookmark()).bookmarked, reblog.reblog.id === made.id, reblog.visibility]);
  say("by", [accts(await post.favouritedBy.list()), accts(await post.rebloggedBy.list())]);
  say("kept", [ids(await luc.v1.favourites.list()).includes(made.id), ids(await luc.v1.bookmarks.list()).includes(made.id)]);
  say("undone", [(await his.unfavourite()).favourited, (await his.unbookmark()).bookmarked, (await his.unreblog()).reblogged]);
  say("pinned", [(await post.pin()).pinned, ids(await ana.v1.accounts.$select(me.id).statuses.list({ pinned: true })).length,
    (await post.unpin()).pinned]);
  say("muted", [(await post.mute()).muted, (await post.unmute()).muted]);

  const edited = await post.update({ status: "Look again #crane", mediaIds: [media.id],
    mediaAttributes: [{ id: media.id, description: "The dot" }] });
  say("edit", [edited.content.includes("Look again"), edited.mediaAttachments[0].description, (await post.source.fetch()).text,
    (await post.history.list()).length, (await post.fetch()).editedAt !== null]);
  const asked = await statuses.create({ status: "When?", poll: { options: ["Mon", "Tue"], expiresIn: 3600, multiple: true } });
  const poll = luc.v1.polls.$select(asked.poll.id);
  say("poll", [(await poll.votes.create({ choices: [0, 1] })).ownVotes, (await poll.fetch()).votersCount]);

  const open = await statuses.create({ status: "Quote me", visibility: "public", quoteApprovalPolicy: "public" });
  const quote = await luc.v1.statuses.create({ status: "So be it", quotedStatusId: open.id });
  say("quote", [quote.quote.state, ids(await statuses.$select(open.id).quotes.list()).includes(quote.id)]);

  const scheduledAt = new Date(Date.now() + 7_200_000).toISOString();
  const later = await statuses.create({ status: "Later", scheduledAt });
  const waiting = ana.v1.scheduledStatuses.$select(later.id);
  const moved = await waiting.update({ scheduledAt: new Date(Date.now() + 9_000_000).toISOString() });
  say("scheduled", [(await waiting.fetch()).params.text, ids(await ana.v1.scheduledStatuses.list()).length, moved.scheduledAt > later.scheduledAt]);
  await waiting.remove();

  const report = await luc.v1.reports.create({ accountId: me.id, statusIds: [made.id], comment: "Rude", category: "spam" });
  say("report", [report.comment, report.category]);
  say("deleted", (await post.remove()).text);
  say("gone", await until(() => refused(post.fetch()), (status) => status === 404));
}
