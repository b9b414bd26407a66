// The next page of a feed comes by itself when the end is near; after some pages it is asked for, so that reading has
// pauses. The pages are the plain ones of the link, and the history keeps them with the place: going back returns there.

import { awaken } from "../main.js";

const BY_ITSELF = 5;
const EARLY = "800px";

export default (end) => {
  const link = () => end.querySelector("a[rel=next]");
  const shown = [];
  let busy = false;
  let saving = 0;

  async function more() {
    const next = link();
    if (!next || busy) return [];
    busy = true;
    end.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(next.href);
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const theirs = page.querySelector("section.end[data-behaviour~=further]");
      const parts = [...page.querySelectorAll("main article.post")].filter((post) => !document.getElementById(post.id));
      const posts = parts.map((post) => document.importNode(post, true));
      end.before(...posts);
      for (const post of posts) await awaken(post);
      shown.push(next.href);
      end.replaceChildren(...[...theirs.children].map((part) => document.importNode(part, true)));
      return posts;
    } catch {
      // The link stays, and leads to the page by itself.
      watch.disconnect();
      return [];
    } finally {
      busy = false;
      end.removeAttribute("aria-busy");
    }
  }

  // The post at the top of the window, and how far it is from there.
  function place() {
    const post = [...document.querySelectorAll("main article.post[id]")].find((one) => one.getBoundingClientRect().bottom > 0);
    return post && { id: post.id, top: post.getBoundingClientRect().top };
  }

  function save() {
    history.replaceState({ ...history.state, further: { pages: shown.length, place: place() } }, "");
  }

  async function back(kept) {
    const former = history.scrollRestoration;
    history.scrollRestoration = "manual";
    for (let page = 0; page < kept.pages; page += 1) await more();
    const post = kept.place && document.getElementById(kept.place.id);
    if (post) scrollTo(0, scrollY + post.getBoundingClientRect().top - kept.place.top);
    history.scrollRestoration = former;
  }

  const near = async (seen) => {
    if (!seen.some((one) => one.isIntersecting) || shown.length >= BY_ITSELF) return;
    await more();
    // Still in sight: looked at anew.
    watch.unobserve(end);
    watch.observe(end);
  };
  const scrolled = () => {
    clearTimeout(saving);
    saving = setTimeout(save, 150);
  };
  const clicked = async (event) => {
    if (!event.target.closest("a[rel=next]") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const address = link().href;
    const [first] = await more();
    if (first) first.querySelector("a.when")?.focus({ preventScroll: true });
    else if (link()?.href === address) location.assign(address);
  };

  const watch = new IntersectionObserver(near, { rootMargin: EARLY });
  end.addEventListener("click", clicked);
  (async () => {
    if (history.state?.further?.pages) await back(history.state.further);
    addEventListener("scroll", scrolled, { passive: true });
    watch.observe(end);
  })();
  return () => {
    watch.disconnect();
    clearTimeout(saving);
    removeEventListener("scroll", scrolled);
  };
};
