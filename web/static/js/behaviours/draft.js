// What is written is kept: on this device at once, on the node a moment later, so that another device or a lost session
// takes it up. The form of the composer names its place; sending or emptying it forgets the draft.

import { forget, held, hold, placeOf } from "../drafting.js";
import { ask } from "../fragments.js";

const PAUSE = 1_500;

export default (form) => {
  const place = placeOf(form.dataset.person, form.elements.parent?.value);
  const text = form.elements.text;
  let timer = 0;

  const made = Number(form.dataset.made);

  // The device knows better than the page what it could not tell the node. Of what the node knew it knows nothing new,
  // unless the page itself is an old one: read without a network, or kept by the worker while the node is slow or away.
  function takenUp() {
    const here = held(place);
    if (!here) return;
    if (here.sent && document.querySelector("[data-published]")) return forget(place);
    const goesOn = text.value && here.text.startsWith(text.value);
    // Its words: of files that the node never had it knows nothing.
    if (here.kept && navigator.onLine && made > (here.made ?? 0) && !goesOn) return hold(place, {});
    if (text.value !== text.defaultValue) return;
    text.value = here.text;
    form.elements.spoiler.value = here.spoiler ?? "";
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function keep(options = {}) {
    timer = 0;
    const body = new FormData(form);
    for (const name of ["pictures", "camera"]) body.delete(name);
    const told = text.value;
    try {
      await ask("/drafts", { method: "POST", body, ...options });
      form.dataset.kept = "";
      const here = held(place);
      if (here?.text === told && !here.sent) hold(place, { ...here, kept: true });
    } catch {
      // No network or no session: the device has it.
      delete form.dataset.kept;
    }
  }

  function written() {
    hold(place, { text: text.value, spoiler: form.elements.spoiler.value, at: Date.now(), made });
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  // Forgotten only when the node says that it is published (toast.js): a lost session or network loses no word.
  const sent = (event) => {
    if (event.submitter?.formAction.endsWith("/drafts")) return hold(place, {});
    clearTimeout(timer);
    timer = 0;
    hold(place, { text: text.value, spoiler: form.elements.spoiler.value, at: Date.now(), made, sent: true });
  };
  // Whoever closes the page within that moment finds the words on the next device all the same.
  const left = () => {
    if (!timer) return;
    clearTimeout(timer);
    // Nobody will be here to hear the answer: where the node answered a moment ago, it hears this too.
    if ("kept" in form.dataset) hold(place, { ...held(place), kept: true });
    keep({ keepalive: true });
  };

  takenUp();
  form.addEventListener("input", written);
  form.addEventListener("submit", sent);
  window.addEventListener("pagehide", left);
  return () => {
    clearTimeout(timer);
    form.removeEventListener("input", written);
    form.removeEventListener("submit", sent);
    window.removeEventListener("pagehide", left);
  };
};
