// Joined with worker.js by the node: what is pushed to this browser, and words to the pages that are open.

async function pages(message) {
  for (const client of await self.clients.matchAll()) client.postMessage(message);
}

self.addEventListener("push", (event) => {
  const said = event.data?.json() ?? {};
  const options = { body: said.body, icon: said.icon, tag: said.tag ?? String(said.notification_id ?? ""), data: said };
  event.waitUntil(Promise.all([self.registration.showNotification(said.title ?? "", options), pages({ bell: true })]));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data?.url ?? "/notifications"));
});
