// Keys for those who read with them: j and k walk through the posts, o opens, r answers, b boosts, f likes, n writes,
// / searches, g and a letter goes somewhere, . leads to the top, ? tells all this. Never inside a field or a dialog,
// never with a modifier; the settings of reading switch all of it off.

const ACTS = { r: "[data-key=r]", b: ".actions .boost", f: ".actions .like", o: "a.when, a.plain" };
const PLACES = { h: ".nav [href='/']", n: ".nav [href='/notifications']", p: ".nav [href^='/@']" };
const PATIENCE = 1_500;

export default () => {
  const posts = () => [...document.querySelectorAll("main article.post")].filter((post) => post.checkVisibility());
  let going = 0;

  function walk(step) {
    const all = posts();
    const at = all.findIndex((post) => post.classList.contains("chosen"));
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    if (!next) return;
    all[at]?.classList.remove("chosen");
    next.classList.add("chosen");
    (next.querySelector("a.when") ?? next.querySelector("a"))?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function find() {
    const field = document.querySelector("[data-key='/']");
    if (field) field.focus();
    else location.assign("/search");
  }

  function top() {
    document.querySelector("article.chosen")?.classList.remove("chosen");
    scrollTo(0, 0);
    const line = document.querySelector("button.since") ?? document.querySelector("main h1");
    line?.setAttribute("tabindex", line.tabIndex < 0 ? "-1" : "0");
    line?.focus({ preventScroll: true });
  }

  const SINGLE = {
    j: () => walk(1),
    k: () => walk(-1),
    n: () => location.assign("/compose"),
    g: () => (going = Date.now()),
    "/": find,
    ".": top,
    "?": () => document.getElementById("keys")?.showModal(),
  };

  function act(key) {
    const isGoing = Date.now() - going < PATIENCE;
    going = 0;
    if (isGoing && key in PLACES) document.querySelector(PLACES[key])?.click();
    else if (key in ACTS) document.querySelector("article.chosen")?.querySelector(ACTS[key])?.click();
    else if (key in SINGLE) SINGLE[key]();
    else return false;
    return true;
  }

  const keyed = (event) => {
    const elsewhere = event.target.closest("input, textarea, select, [contenteditable], audio, video, dialog");
    if (elsewhere || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (act(event.key)) event.preventDefault();
  };

  document.addEventListener("keydown", keyed);
  return () => document.removeEventListener("keydown", keyed);
};
