// The next page of a feed comes by itself when the end is near; after some pages it is asked for, so that reading has
// pauses. The pages are the plain ones of the link, and the history keeps them with the place: going back returns there,
// to the pixel, and reading goes on.

import { awaken } from "../main.js";
import { hold } from "../holding.js";

const BY_ITSELF = 5;
const EARLY = "800px";
const LOST = 5;

export default (end) => {
  const link = () => end.querySelector("a[rel=next]");
  let pages = 0;
  let unasked = 0;
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
      // The last page has no next one, and its end says so.
      const theirs = page.querySelector("main section.end");
      const parts = [...page.querySelectorAll("main article.post")].filter((post) => !document.getElementById(post.id));
      const posts = parts.map((post) => document.importNode(post, true));
      end.before(...posts);
      for (const post of posts) await awaken(post);
      pages += 1;
      end.replaceChildren(...[...(theirs?.children ?? [])].map((part) => document.importNode(part, true)));
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
    clearTimeout(saving);
    // The browser's own memory of the place knows nothing of pages that came later.
    history.scrollRestoration = pages ? "manual" : "auto";
    history.replaceState({ ...history.state, further: { pages, place: place() } }, "");
  }

  // New posts may have come on top meanwhile: the place is looked for some pages further.
  async function back(kept) {
    const found = () => !kept.place || document.getElementById(kept.place.id);
    while (link() && (pages < kept.pages || (!found() && pages < kept.pages + LOST))) if (!(await more()).length) break;
    if (kept.place && found()) hold(document.getElementById(kept.place.id), kept.place.top);
  }

  const near = async (seen) => {
    if (!seen.some((one) => one.isIntersecting) || unasked >= BY_ITSELF) return;
    unasked += 1;
    if (!(await more()).length) return;
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
    unasked = 0;
    const address = link().href;
    const [first] = await more();
    if (first) first.querySelector("a.when")?.focus({ preventScroll: true });
    else if (link()?.href === address) location.assign(address);
  };

  const watch = new IntersectionObserver(near, { rootMargin: EARLY });
  end.addEventListener("click", clicked);
  (async () => {
    if (history.state?.further) await back(history.state.further);
    addEventListener("scroll", scrolled, { passive: true });
    // Who leaves at once after scrolling leaves from where they are.
    document.addEventListener("click", save, { capture: true });
    addEventListener("pagehide", save);
    watch.observe(end);
  })();
  return () => {
    watch.disconnect();
    clearTimeout(saving);
    removeEventListener("scroll", scrolled);
    document.removeEventListener("click", save, { capture: true });
    removeEventListener("pagehide", save);
  };
};
