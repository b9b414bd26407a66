// Where one waits for an answer: the page is asked for again while it is looked at, less often the longer it takes, and
// this part of it turns when its state is another one. Without a script a link in it does the same.

import { awaken } from "../main.js";
import { say } from "../fragments.js";

const PAUSE = 3_000;
const LONGEST = 60_000;

export default (part) => {
  const { source, state, words, anew } = part.dataset;
  let pause = PAUSE;
  let timer = 0;

  async function asked() {
    const answer = await fetch(source, { redirect: "error" });
    if (!answer.ok) throw new Error(answer.statusText);
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
    return found && document.importNode(found, true);
  }

  function turn(fresh) {
    const held = part.contains(document.activeElement);
    // The rest of the page is as it was: nothing moves that is being read.
    const more = document.createElement("a");
    more.className = "button line";
    more.href = source;
    more.textContent = anew;
    fresh.append(more);
    part.replaceWith(fresh);
    if (held) more.focus({ preventScroll: true });
    awaken(fresh);
    say(words);
  }

  async function look() {
    clearTimeout(timer);
    try {
      const fresh = document.hidden ? null : await asked();
      if (fresh && fresh.dataset.state !== state) {
        turn(fresh);
        return;
      }
      pause = Math.min(pause * 1.2, LONGEST);
    } catch {
      // The node is away: asked again later, less often.
      pause = LONGEST;
    }
    timer = setTimeout(look, pause);
  }

  function seen() {
    if (document.hidden) return;
    pause = PAUSE;
    look();
  }
  const told = (event) => event.data.bell && look();

  document.addEventListener("visibilitychange", seen);
  navigator.serviceWorker?.addEventListener("message", told);
  timer = setTimeout(look, pause);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
    navigator.serviceWorker?.removeEventListener("message", told);
  };
};
