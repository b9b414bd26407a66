// Posts that wait for the network, above the page: what they say, why one was refused; and the worker told who is here.

import { forgetSent, hold, placeOf } from "../drafting.js";
import { say } from "../fragments.js";

// A node that was away says nothing when it is back: it is asked.
const PAUSE = 20_000;

export default (strip) => {
  const worker = navigator.serviceWorker;
  if (!worker) return undefined;
  const { person, words, refused, gone, drop, change } = strip.dataset;
  let timer = 0;
  const count = Number(strip.dataset.unread);
  if (count) navigator.setAppBadge?.(count);
  else navigator.clearAppBadge?.();

  function shown(waits) {
    const own = waits.filter((one) => one.person === person);
    if (strip.childElementCount && !own.length) say(gone);
    if (own.length) forgetSent();
    clearTimeout(timer);
    if (own.some((one) => !one.error)) timer = setTimeout(back, PAUSE);
    strip.hidden = !own.length;
    strip.replaceChildren(...own.map(line));
  }

  function line(one) {
    const row = document.createElement("p");
    row.className = one.error ? "wrong" : "later";
    const text = document.createElement("span");
    text.textContent = `${one.error ? `${refused} ${one.error}` : words} « ${one.text.slice(0, 80)} »`;
    row.append(text);
    // What holds files cannot go back into the form: it is forgotten or sent as it is.
    if (!one.hasFiles && !one.hasMedia) row.append(button(change, () => taken(one)));
    row.append(button(drop, () => tell({ ask: "drop", key: one.key })));
    return row;
  }

  function button(words, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button bare";
    made.textContent = words;
    made.addEventListener("click", act);
    return made;
  }

  // Back into the composer, as its draft on this device (draft.js).
  async function taken(one) {
    hold(placeOf(person, one.parent), { text: one.text, spoiler: one.spoiler, at: Date.now() });
    await tell({ ask: "drop", key: one.key });
    location.assign(one.parent ? `/compose?reply=${one.parent}` : "/compose");
  }

  const tell = async (message) => (await worker.ready).active.postMessage(message);
  const heard = (event) => event.data.waits && shown(event.data.waits);
  const back = () => tell({ ask: "queue" });
  worker.addEventListener("message", heard);
  window.addEventListener("online", back);
  worker.register("/worker.js", { updateViaCache: "none" }).then(() => tell({ ask: "hello", person }));
  return () => {
    clearTimeout(timer);
    worker.removeEventListener("message", heard);
    window.removeEventListener("online", back);
  };
};
