// Pushes to this device, on and off: the browser is asked when the person presses the button, never before. Without a
// browser that can, the part stays hidden.

import { LIVE, say } from "../fragments.js";

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));

export default (form) => {
  if (!navigator.serviceWorker || !window.PushManager || !window.Notification) return undefined;
  const [on, off] = [form.querySelector("[name=on]"), form.querySelector("[name=off]")];
  const state = form.querySelector("[role=status]");
  const { is, not, refused, away } = form.dataset;

  async function show() {
    const push = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    const rings = Boolean(push) && form.dataset.here === "1";
    state.textContent = Notification.permission === "denied" ? refused : rings ? is : not;
    on.hidden = Notification.permission === "denied";
    on.textContent = rings ? on.dataset.change : on.dataset.words;
    off.hidden = !rings;
    form.hidden = false;
  }

  async function send(path, body) {
    body.set("csrf", form.elements.csrf.value);
    const answer = await fetch(path, { method: "POST", headers: LIVE, body: new URLSearchParams(body) });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async function subscribe() {
    if ((await Notification.requestPermission()) !== "granted") return;
    const key = bytes(await (await fetch("/push/key")).text());
    const { pushManager } = await navigator.serviceWorker.ready;
    const push = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { endpoint, keys } = push.toJSON();
    const body = new FormData(form);
    for (const [name, value] of Object.entries({ endpoint, ...keys })) body.set(name, value);
    await send("/push/subscribe", body);
    form.dataset.here = "1";
  }

  async function unsubscribe() {
    await send("/push/unsubscribe", new FormData());
    const push = await (await navigator.serviceWorker.ready).pushManager.getSubscription();
    await push?.unsubscribe();
    form.dataset.here = "";
  }

  const sent = async (event) => {
    event.preventDefault();
    try {
      await (event.submitter === off ? unsubscribe() : subscribe());
      await show();
    } catch (error) {
      say(error.message || away);
    }
  };
  form.addEventListener("submit", sent);
  show();
  return () => form.removeEventListener("submit", sent);
};
