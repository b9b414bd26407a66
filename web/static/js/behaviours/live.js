// New posts wait behind one line on top of the feed and nothing moves under the finger. They are asked for while the page
// is looked at; the answer is the posts themselves.

import { awaken } from "../main.js";
import { ask } from "../fragments.js";
import { still } from "../holding.js";

const PAUSE = 5_000;
const LONGEST = 60_000;

export default (feed) => {
  const waiting = [];
  let newest = feed.dataset.since;
  let pause = PAUSE;
  let timer = 0;
  let line = null;

  function shown() {
    if (!line) {
      line = document.createElement("button");
      line.type = "button";
      line.className = "since";
      line.setAttribute("aria-live", "polite");
      line.addEventListener("click", open);
      still(() => feed.prepend(line));
    }
    const words = waiting.length === 1 ? feed.dataset.one : feed.dataset.many;
    line.textContent = words.replace("{count}", String(waiting.length));
  }

  async function open() {
    line.remove();
    line = null;
    const posts = waiting.splice(0);
    feed.prepend(...posts);
    for (const post of posts) await awaken(post);
    // Who asks for them goes to them.
    if (feed.getBoundingClientRect().top < 0) feed.scrollIntoView({ behavior: "instant" });
    posts[0]?.querySelector("a.when")?.focus({ preventScroll: true });
  }

  async function look() {
    try {
      const posts = document.hidden ? null : await ask(`${feed.dataset.source}?since=${newest}`);
      const fresh = posts?.filter((post) => post.id && !document.getElementById(post.id)) ?? [];
      pause = fresh.length ? PAUSE : Math.min(pause * 1.2, LONGEST);
      if (fresh.length) {
        waiting.unshift(...fresh);
        newest = fresh[0].id.slice(1);
        shown();
      }
    } catch {
      // The node is away: asked again later, less often.
      pause = LONGEST;
    }
    timer = setTimeout(look, pause);
  }

  function seen() {
    if (document.hidden) return;
    clearTimeout(timer);
    pause = PAUSE;
    look();
  }

  document.addEventListener("visibilitychange", seen);
  timer = setTimeout(look, pause);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
  };
};
