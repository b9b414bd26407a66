// A web client of another origin than the node: it registers itself, sends people to the node's own pages in a window,
// and shows what it then may read, as it comes.

import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient } from "masto";

const redirectUri = `${location.origin}/app.html`;
const scope = "read write push";
const coded = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const [enter, write, who, home] = ["enter", "write", "who", "home"].map((id) => document.getElementById(id));

const code = new URLSearchParams(location.search).get("code");
if (code && window.opener) {
  window.opener.postMessage({ code }, location.origin);
  window.close();
}

async function asked(url) {
  const metadata = await fetch(new URL("/.well-known/oauth-authorization-server", url)).then((answer) => answer.json());
  const app = await createRestAPIClient({ url }).v1.apps.create({ clientName: "A page", redirectUris: redirectUri, scopes: scope });
  const codeVerifier = coded(crypto.getRandomValues(new Uint8Array(32)));
  const hashed = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier));
  const query = new URLSearchParams({ client_id: app.clientId, redirect_uri: redirectUri, response_type: "code", scope,
    code_challenge: coded(new Uint8Array(hashed)), code_challenge_method: metadata.code_challenge_methods_supported[0] });
  return { app, codeVerifier, address: `${metadata.authorization_endpoint}?${query}` };
}

function answered(popup) {
  return new Promise((resolve, reject) => {
    const timer = setInterval(() => popup.closed && reject(new Error("the window was closed")), 200);
    addEventListener("message", ({ origin, data }) => {
      if (origin !== location.origin) return;
      clearInterval(timer);
      resolve(data.code);
    });
  });
}

function show(post, place = "append") {
  const line = document.createElement("li");
  line.textContent = `${post.account.acct}: ${new DOMParser().parseFromString(post.content, "text/html").body.textContent}`;
  for (const media of post.mediaAttachments) line.append(Object.assign(new Image(), { src: media.previewUrl, alt: media.description }));
  home[place](line);
}

enter.addEventListener("submit", async (event) => {
  event.preventDefault();
  const url = enter.server.value;
  const popup = window.open("about:blank", "sign-in", "popup,width=500,height=600");
  const { app, codeVerifier, address } = await asked(url);
  popup.location = address;
  const token = await createOAuthAPIClient({ url }).token.create({ grantType: "authorization_code", code: await answered(popup),
    clientId: app.clientId, clientSecret: app.clientSecret, redirectUri, codeVerifier });
  const rest = createRestAPIClient({ url, accessToken: token.accessToken });
  const { configuration } = await rest.v2.instance.fetch();
  const streams = createStreamingAPIClient({ streamingApiUrl: configuration.urls.streaming, accessToken: token.accessToken });
  await streams.prepare();
  const live = streams.user.subscribe();
  for (const post of await rest.v1.timelines.home.list()) show(post);
  write.addEventListener("submit", async (again) => {
    again.preventDefault();
    const [file] = write.picture.files;
    const mediaIds = file ? [(await rest.v2.media.create({ file, description: "A picture", skipPolling: true })).id] : undefined;
    await rest.v1.statuses.create({ status: write.status.value, mediaIds });
  });
  who.textContent = (await rest.v1.accounts.verifyCredentials()).acct;
  for await (const told of live) if (told.event === "update") show(told.payload, "prepend");
});
