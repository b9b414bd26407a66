// Accounts and what people are to each other.

import { accts, ids, picture, refused, say, until } from "./recorder.mjs";

export default async function people({ ana, luc, shy, me, him, her }) {
  const { accounts } = ana.v1;
  const luc_of_ana = accounts.$select(him.id);
  say("found", [(await accounts.lookup({ acct: "luc" })).acct, (await luc_of_ana.fetch()).acct,
    accts(await accounts.fetch({ id: [me.id, him.id] })), accts(await accounts.search.list({ q: "luc" })),
    (await ana.v1.directory.list({ order: "new", local: true })).length > 2]);
  const changed = await accounts.updateCredentials({ displayName: "Ana M.", note: "Line 3", avatar: picture, bot: false,
    source: { language: "fr", sensitive: false }, fieldsAttributes: [{ name: "Desk", value: "12" }] });
  say("credentials", [changed.displayName, changed.source.note, changed.source.language, changed.fields[0].value]);

  const follow = await luc_of_ana.follow({ notify: true, reblogs: false, languages: ["fr"] });
  say("follow", [follow.following, follow.notifying, follow.showingReblogs, follow.languages]);
  await luc.v1.accounts.$select(me.id).follow();
  say("relations", (await accounts.relationships.fetch({ id: [him.id] })).map((one) => one.followedBy));
  say("followers", accts(await accounts.$select(me.id).followers.list()));
  say("following", accts(await accounts.$select(me.id).following.list({ limit: 1 })));
  await luc.v1.accounts.$select(her.id).follow();
  await until(() => shy.v1.followRequests.list(), (found) => found.length === 1);
  say("let in", (await shy.v1.followRequests.$select(him.id).authorize()).followedBy);
  await accounts.$select(her.id).follow();
  await until(() => shy.v1.followRequests.list(), (found) => found.length === 1);
  say("turned away", (await shy.v1.followRequests.$select(me.id).reject()).followedBy);
  say("familiar", (await accounts.familiarFollowers.fetch({ id: [her.id] })).map((one) => accts(one.accounts)));
  say("note", (await luc_of_ana.note.create({ comment: "Shift 2" })).note);
  say("endorse", [(await luc_of_ana.endorse()).endorsed, accts(await ana.v1.endorsements.list()),
    accts(await accounts.$select(me.id).endorsements.list()), (await luc_of_ana.unendorse()).endorsed]);
  say("pin", [(await luc_of_ana.pin()).endorsed, (await luc_of_ana.unpin()).endorsed]);
  say("mute", [(await luc_of_ana.mute({ notifications: false, duration: 60 })).mutingNotifications,
    accts(await ana.v1.mutes.list()), (await luc_of_ana.unmute()).muting]);
  say("block", [(await accounts.$select(her.id).block()).blocking, accts(await ana.v1.blocks.list()),
    (await accounts.$select(her.id).unblock()).blocking]);
  await luc_of_ana.removeFromFollowers();
  say("removed", (await accounts.relationships.fetch({ id: [him.id] }))[0].followedBy);
  say("unfollow", (await luc_of_ana.unfollow()).following);
  await luc_of_ana.follow();

  const suggested = await until(() => ana.v2.suggestions.list(), (found) => found.some((one) => one.account.id === her.id));
  await ana.v1.suggestions.$select(her.id).remove();
  say("suggestions", [suggested.some((one) => one.account.id === her.id), ids(await ana.v1.suggestions.list()).includes(her.id)]);
  await ana.v1.domainBlocks.create({ domain: "far.example" });
  say("domains", await ana.v1.domainBlocks.list());
  await ana.v1.domainBlocks.remove({ domain: "far.example" });
  say("no domains", await ana.v1.domainBlocks.list());

  const profile = await ana.v1.profile.update({ displayName: "Ana", header: picture, avatarDescription: "A dot",
    fieldsAttributes: [{ name: "Desk", value: "14" }] });
  say("profile", [profile.displayName, profile.avatarDescription, profile.fields[0].value,
    (await ana.v1.profile.fetch()).displayName]);
  await ana.v1.profile.avatar.remove();
  await ana.v1.profile.header.remove();
  say("no picture", (await ana.v1.profile.fetch()).avatar);
  say("preferences", (await ana.v1.preferences.fetch())["posting:default:visibility"]);
  say("nobody", await refused(accounts.$select("1").fetch()));
}
