// Keeps an element where it was in the window while pictures and letters around it come in, until the reader moves.

const LONGEST = 3_000;
const MOVES = ["wheel", "touchstart", "pointerdown", "keydown"];

export function hold(element, top) {
  const pull = () => {
    const away = element.getBoundingClientRect().top - top;
    if (Math.abs(away) >= 1) scrollBy({ top: away, behavior: "instant" });
  };
  const watch = new ResizeObserver(pull);
  function free() {
    watch.disconnect();
    clearTimeout(timer);
    for (const move of MOVES) removeEventListener(move, free);
  }
  const timer = setTimeout(free, LONGEST);
  for (const move of MOVES) addEventListener(move, free, { passive: true });
  pull();
  watch.observe(document.querySelector("main"));
}

// Changes what is above, and what is read stays under the eye: also at the very top, and in browsers that do not see to it.
export function still(change) {
  const read = [...document.querySelectorAll("main article.post")].find((post) => post.getBoundingClientRect().bottom > 0);
  const top = read?.getBoundingClientRect().top;
  change();
  const pull = () => scrollBy({ top: read.getBoundingClientRect().top - top, behavior: "instant" });
  if (!read) return;
  pull();
  // Where the browser saw to it too, once was enough.
  requestAnimationFrame(pull);
}
