// Keys for those who read with them: j and k walk through the posts, r answers, b boosts, f likes, n writes, / searches,
// ? tells all this. Never inside a field, never with a modifier.

const ACTS = { r: "[data-key=r]", b: ".actions .boost", f: ".actions .like" };

export default () => {
  const posts = () => [...document.querySelectorAll("main article.post")];

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

  const keyed = (event) => {
    const inField = event.target.closest("input, textarea, select, [contenteditable]");
    if (inField || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
    else if (event.key in ACTS) document.querySelector(`article.chosen ${ACTS[event.key]}`)?.click();
    else if (event.key === "n") location.assign("/compose");
    else if (event.key === "/") find();
    else if (event.key === "?") document.getElementById("keys")?.showModal();
    else return;
    event.preventDefault();
  };

  function find() {
    const field = document.querySelector("[data-key='/']");
    if (field) field.focus();
    else location.assign("/search");
  }

  document.addEventListener("keydown", keyed);
  return () => document.removeEventListener("keydown", keyed);
};
