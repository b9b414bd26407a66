// What is written is kept: on this device at once, on the node a moment later, so that another device or a lost session
// takes it up. The form of the composer names its place; sending or emptying it forgets the draft.

import { ask } from "../fragments.js";

const PAUSE = 1_500;

export default (form) => {
  const place = `draft:${form.dataset.person}:${form.elements.parent?.value ?? ""}`;
  const text = form.elements.text;
  let timer = 0;

  function held() {
    try {
      return JSON.parse(localStorage.getItem(place));
    } catch {
      return null;
    }
  }

  // The device knows better than the page only what it could not send.
  function takenUp() {
    const here = held();
    if (here?.sent && document.querySelector("[data-published]")) return localStorage.removeItem(place);
    const isNewer = here && here.at > Number(form.dataset.draft || 0);
    if (isNewer && here.text && (text.value === text.defaultValue || !text.value)) {
      text.value = here.text;
      form.elements.spoiler.value = here.spoiler ?? "";
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  async function keep() {
    const body = new FormData(form);
    body.delete("pictures");
    try {
      await ask("/drafts", { method: "POST", body });
      form.dataset.kept = "";
    } catch {
      // No network or no session: the device has it.
      delete form.dataset.kept;
    }
  }

  function written() {
    const here = { text: text.value, spoiler: form.elements.spoiler.value, at: Date.now() };
    if (here.text || here.spoiler) localStorage.setItem(place, JSON.stringify(here));
    else localStorage.removeItem(place);
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  // Forgotten only when the node says that it is published (toast.js): a lost session or network loses no word.
  const sent = () => {
    clearTimeout(timer);
    localStorage.setItem(place, JSON.stringify({ ...held(), text: text.value, at: Date.now(), sent: true }));
  };
  const left = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
  };

  takenUp();
  form.addEventListener("input", written);
  form.addEventListener("submit", sent);
  window.addEventListener("pagehide", left);
  return () => {
    form.removeEventListener("input", written);
    form.removeEventListener("submit", sent);
    window.removeEventListener("pagehide", left);
  };
};
