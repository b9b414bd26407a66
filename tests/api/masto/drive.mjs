// What apps made with masto.js do, by people of one node and somebody of another.
// node drive.mjs '{"base": …, "far": …, "password": …, "tokens": {"ana": …}}'

import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";
import feeds from "./feeds.mjs";
import people from "./people.mjs";
import posts from "./posts.mjs";
import { watched } from "./recorder.mjs";
import site from "./site.mjs";
import streams from "./streams.mjs";

const { base: url, far, password, tokens } = JSON.parse(process.argv[2]);
const anybody = (accessToken, at = url) => watched(createRestAPIClient({ url: at, accessToken }));
const who = Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, anybody(token, name === "far" ? far : url)]));
const [me, him, her] = await Promise.all([who.ana, who.luc, who.shy].map((one) => one.v1.accounts.verifyCredentials()));
const { configuration } = await who.ana.v2.instance.fetch();
const oauth = watched(createOAuthAPIClient({ url }), "oauth");
const streaming = watched(
  createStreamingAPIClient({ streamingApiUrl: configuration.urls.streaming, accessToken: tokens.ana }), "streaming");
const all = { ...who, me, him, her, anybody, oauth, password, streaming };

for (const part of [people, posts, feeds, streams, site]) await part(all);
