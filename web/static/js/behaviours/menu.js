// A menu that opens by itself closes on Escape, on a click elsewhere, and when the focus leaves it. What is there to be
// copied shows where a script may copy. Where there is more room above than below, the menu opens upwards.

import { say } from "../fragments.js";

export default (menu) => {
  const close = () => {
    menu.open = false;
  };
  const place = () => {
    const list = menu.querySelector(".menu");
    menu.classList.remove("up");
    if (!menu.open || !list) return;
    const { top, bottom } = menu.getBoundingClientRect();
    // The bar of a phone lies over the end of the window.
    const floor = document.querySelector(".tabbar")?.getBoundingClientRect().top || innerHeight;
    menu.classList.toggle("up", bottom + list.offsetHeight > floor && top > floor - bottom);
  };
  const keyed = (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    menu.querySelector("summary").focus();
  };
  const elsewhere = (event) => {
    if (menu.open && !menu.contains(event.target)) close();
  };
  const left = (event) => {
    if (event.relatedTarget && !menu.contains(event.relatedTarget)) close();
  };
  const copied = async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    close();
    menu.querySelector("summary").focus();
    say(button.dataset.done);
  };
  for (const button of menu.querySelectorAll("[data-copy]")) button.hidden = !navigator.clipboard;
  // Not on "toggle", which comes a moment later: the menu would be seen to jump.
  const opening = new MutationObserver(place);
  opening.observe(menu, { attributeFilter: ["open"] });
  place();
  addEventListener("resize", place);
  menu.addEventListener("click", copied);
  menu.addEventListener("keydown", keyed);
  menu.addEventListener("focusout", left);
  document.addEventListener("click", elsewhere);
  return () => {
    opening.disconnect();
    removeEventListener("resize", place);
    menu.removeEventListener("click", copied);
    menu.removeEventListener("keydown", keyed);
    menu.removeEventListener("focusout", left);
    document.removeEventListener("click", elsewhere);
  };
};
