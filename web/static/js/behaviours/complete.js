// While one writes `@`, `#` or `:`, the names that begin so are offered below the text: chosen with the arrows and Enter
// or by touch. The textbox keeps the focus; the list is told to screen readers by aria-activedescendant.

import { ask } from "../fragments.js";

const PAUSE = 150;
const BEGUN = /(?<![\p{L}\p{N}_/@.:])(@[\p{L}\p{N}_.:@-]+|#[\p{L}\p{N}_]+|:\w{2,})$/u;

export default (form) => {
  const text = form.elements.text;
  const list = form.querySelector(".offers");
  let timer = 0;
  let asked = "";

  const begun = () => (text.selectionStart === text.selectionEnd ? BEGUN.exec(text.value.slice(0, text.selectionStart))?.[0] : "");
  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function close() {
    asked = "";
    list.hidden = true;
    list.replaceChildren();
    text.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    text.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function take(option) {
    const end = text.selectionStart;
    text.setRangeText(`${option.dataset.insert} `, end - (begun()?.length ?? 0), end, "end");
    close();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  }

  async function offer(words) {
    let found;
    try {
      found = await ask(`/compose/offers?q=${encodeURIComponent(words)}`);
    } catch {
      // No network: one writes the name oneself.
      return close();
    }
    if (words !== asked) return;
    if (!found?.length) return close();
    list.replaceChildren(...found);
    list.hidden = false;
    choose(options()[0]);
  }

  function written(event) {
    const words = begun();
    clearTimeout(timer);
    if (!words || event.isComposing) return close();
    asked = words;
    timer = setTimeout(() => offer(words), PAUSE);
  }

  function keyed(event) {
    if (list.hidden || event.isComposing) return;
    const all = options();
    const at = all.indexOf(chosen());
    const acts = {
      ArrowDown: () => choose(all[(at + 1) % all.length]),
      ArrowUp: () => choose(all[(at - 1 + all.length) % all.length]),
      Enter: () => take(all[at]),
      Tab: () => take(all[at]),
      Escape: close,
    };
    if (!(event.key in acts) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    acts[event.key]();
  }

  // The finger must not take the focus from the text, or the keyboard of the phone goes away.
  const pressed = (event) => event.preventDefault();
  const touched = (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  };
  const left = () => {
    clearTimeout(timer);
    close();
  };

  const heard = [
    [text, "input", written], [text, "keydown", keyed], [text, "blur", left],
    [list, "pointerdown", pressed], [list, "click", touched],
  ];
  for (const [target, name, act] of heard) target.addEventListener(name, act);
  return () => {
    for (const [target, name, act] of heard) target.removeEventListener(name, act);
  };
};
