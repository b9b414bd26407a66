// The site, its apps, its announcements, and its administration.

import { createECDH, randomBytes } from "node:crypto";

import { ids, refused, say, until } from "./recorder.mjs";

export default async function site(who) {
  await described(who);
  await apps(who);
  await announcements(who);
  await moderation(who);
  await administration(who);
}

async function described({ ana }) {
  const { instance } = ana.v1;
  const now = await ana.v2.instance.fetch();
  say("instance", [now.domain === (await instance.fetch()).uri, now.configuration.statuses.maxCharacters > 0]);
  say("about", [typeof (await instance.extendedDescription.fetch()).content, (await instance.activity.list()).length,
    Array.isArray(await instance.peers.list()), await instance.domainBlocks.fetch(), (await instance.languages.list()).length > 0,
    await instance.translationLanguages.list(),
    Array.isArray(await ana.v1.customEmojis.list())]);
}

async function apps({ ana, anybody, oauth, password }) {
  const redirectUris = "urn:ietf:wg:oauth:2.0:oob";
  const app = await anybody().v1.apps.create({ clientName: "Short", redirectUris, scopes: "read write push" });
  const { clientId, clientSecret } = app;
  const asked = { clientId, clientSecret, redirectUri: redirectUris, scope: "read write push" };
  const itself = await oauth.token.create({ ...asked, grantType: "client_credentials" });
  const token = await oauth.token.create({ ...asked, grantType: "password", username: "ana", password });
  say("app", [(await anybody(itself.accessToken).v1.apps.verifyCredentials()).name, token.scope]);
  // Who joins does so by invitation.
  say("joined", await refused(anybody(itself.accessToken).v1.accounts.create({ username: "new", email: "new@mail.example",
    password: "a long password", agreement: true, locale: "en" })));
  const mine = anybody(token.accessToken);
  const { subscription } = mine.v1.push;
  const keys = { p256dh: createECDH("prime256v1").generateKeys("base64url"), auth: randomBytes(16).toString("base64url") };
  const pushed = await subscription.create({ subscription: { endpoint: "https://push.example/1", keys }, data: { alerts: { mention: true } }, policy: "all" });
  say("push", [pushed.alerts.mention, (await subscription.fetch()).endpoint, (await subscription.update({ data: { alerts: { mention: false, poll: true } } })).alerts.poll]);
  await subscription.remove();
  say("no push", await refused(subscription.fetch()));
  await oauth.revoke({ clientId, clientSecret, token: token.accessToken });
  say("revoked", await refused(mine.v1.accounts.verifyCredentials()));
}

async function announcements({ ana }) {
  const { announcements } = ana.v1;
  const [one] = await announcements.list();
  const reaction = announcements.$select(one.id).reactions.$select(encodeURIComponent("👍"));
  await reaction.update();
  const again = async () => (await announcements.list()).find((each) => each.id === one.id);
  say("reaction", (await again()).reactions.map((each) => [each.name, each.me]));
  await reaction.remove();
  await announcements.$select(one.id).dismiss();
  say("announcement", [(await again()).read, (await again()).reactions]);
}

async function moderation({ chief, him }) {
  const { accounts, reports } = chief.v1.admin;
  const [filed] = await reports.list({ resolved: false });
  const report = reports.$select(filed.id);
  say("reports", [(await report.fetch()).comment, (await report.assignToSelf()).assignedAccount.username,
    (await report.unassign()).assignedAccount, (await report.resolve()).actionTaken, (await report.reopen()).actionTaken]);
  say("accounts", ids(await accounts.list({ local: true, username: "luc" })).includes(him.id));
  const account = accounts.$select(him.id);
  await account.action.create({ type: "disable", text: "Enough" });
  say("disabled", [(await account.fetch()).disabled, (await account.enable()).disabled]);
  for (const [type, undo] of [["sensitive", "unsensitive"], ["silence", "unsilence"], ["suspend", "unsuspend"]]) {
    await account.action.create({ type });
    const states = [await account.fetch(), await account[undo]()];
    say(type, states.map((one) => [one.sensitized, one.silenced, one.suspended]));
  }
  // Nobody waits for approval here: there is nobody to let in, or to turn away.
  say("approved", [await refused(account.approve()), await refused(account.reject())]);
}

async function administration({ chief }) {
  const { admin } = chief.v1;
  const made = await admin.domainBlocks.create({ domain: "bad.example", severity: "silence", publicComment: "Noise" });
  const block = admin.domainBlocks.$select(made.id);
  say("blocked", [(await block.update({ severity: "suspend" })).severity, (await block.fetch()).domain, (await admin.domainBlocks.list()).length]);
  await block.remove();
  const allowed = await admin.domainAllows.create({ domain: "good.example" });
  const allow = admin.domainAllows.$select(allowed.id);
  say("allowed", [(await allow.fetch()).domain, ids(await admin.domainAllows.list()).includes(allowed.id)]);
  await allow.remove();
  const span = { startAt: new Date(Date.now() - 172_800_000).toISOString(), endAt: new Date().toISOString() };
  say("figures", [(await admin.measures.create({ keys: ["new_users"], ...span })).map((one) => one.key),
    (await admin.dimensions.create({ keys: ["languages"], ...span })).map((one) => one.key),
    (await admin.retention.create({ frequency: "day", ...span })).length > 0]);
}
