// The composer with help: characters left, whom the text names, Ctrl+Enter sends, and a second press on the button does
// not send twice.

import { length, named } from "../counting.js";

export default (form) => {
  const text = form.elements.text;
  const left = form.querySelector("[data-left]");
  const limit = Number(form.dataset.limit);
  let said = null;

  function count() {
    const rest = limit - length(text.value, form.elements.spoiler.value);
    left.textContent = rest < 0 ? form.dataset.over.replace("{count}", String(-rest)) : String(rest);
    left.parentElement.classList.toggle("over", rest < 0);
    naming();
  }

  // Whom a post for the people named is for, as they are written.
  function naming() {
    const said = form.querySelector("[data-some]");
    const names = [...new Set(named(text.value))].map((name) => `@${name}`).join(", ");
    if (said) said.textContent = names ? said.dataset.some.replace("{names}", () => names) : said.dataset.none;
  }

  const renewed = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16)).join("");
  const keyed = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  };
  const sent = (event) => {
    // A new post waits for the network; the change of a post does not, since another may come before it.
    if (form.dataset.offline && !navigator.onLine) {
      event.preventDefault();
      const notice = form.querySelector("[data-waits]");
      notice.hidden = false;
      notice.textContent = form.dataset.offline;
      return;
    }
    // Back by the browser's history and written anew: that is another post, or the node would take it for the first.
    if (event.defaultPrevented) return;
    if (said !== null && said !== text.value) form.elements.key.value = renewed();
    said = text.value;
    setTimeout(() => (form.querySelector(".foot .button").disabled = true));
  };
  // Coming back by the browser's history: the button works again.
  const back = () => (form.querySelector(".foot .button").disabled = false);

  const heard = [
    [form, "input", count], [text, "keydown", keyed], [form, "submit", sent], [window, "pageshow", back],
  ];
  for (const [target, name, act] of heard) target.addEventListener(name, act);
  count();
  return () => {
    for (const [target, name, act] of heard) target.removeEventListener(name, act);
  };
};
