// Posts that wait for the network, above the page: what they say, why one was refused; and the worker told who is here.

import { say } from "../fragments.js";

export default (strip) => {
  const worker = navigator.serviceWorker;
  if (!worker) return undefined;
  const { person, words, refused, gone, drop, change } = strip.dataset;
  const count = Number(strip.dataset.unread);
  if (count) navigator.setAppBadge?.(count);
  else navigator.clearAppBadge?.();

  function shown(waits) {
    const own = waits.filter((one) => one.person === person);
    if (strip.childElementCount && !own.length) say(gone);
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
    const here = { text: one.text, spoiler: one.spoiler, at: Date.now() };
    localStorage.setItem(`draft:${person}:${one.parent}`, JSON.stringify(here));
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
    worker.removeEventListener("message", heard);
    window.removeEventListener("online", back);
  };
};
