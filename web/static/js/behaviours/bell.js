// The number on the bell follows what happens, here and on the person's other devices: asked for while the page is
// looked at, when it is looked at again, and when something is pushed to this browser. On the page of what is for the
// person a line says that there is more; nothing moves by itself.

import { ask } from "../fragments.js";

const PAUSE = 30_000;

export default (nav) => {
  const { words } = nav.dataset;
  const bells = () => [...document.querySelectorAll(".nav a[href='/notifications'], .tabbar a[href='/notifications']")];
  const number = (root) => Number.parseInt(root?.querySelector(".count")?.textContent, 10) || 0;
  const first = number(nav);
  let timer = 0;

  function ring(count) {
    for (const bell of bells()) {
      bell.querySelector(".count")?.remove();
      if (count) bell.append(count.cloneNode(true));
    }
    const now = number(nav);
    if (now) navigator.setAppBadge?.(now);
    else navigator.clearAppBadge?.();
    if (location.pathname === "/notifications" && now > first) line();
  }

  function line() {
    if (document.querySelector("main .since.fresh")) return;
    const row = document.createElement("p");
    row.className = "since fresh";
    row.role = "status";
    const more = document.createElement("a");
    more.href = "/notifications";
    more.textContent = words;
    row.append(more);
    document.querySelector("main .head").after(row);
  }

  async function look() {
    clearTimeout(timer);
    try {
      if (!document.hidden) ring((await ask("/live/bell"))?.[0]);
    } catch {
      // The node is away: the number stays as it was.
    }
    timer = setTimeout(look, PAUSE);
  }

  const seen = () => document.hidden || look();
  const told = (event) => event.data.bell && look();
  document.addEventListener("visibilitychange", seen);
  navigator.serviceWorker?.addEventListener("message", told);
  timer = setTimeout(look, PAUSE);
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", seen);
    navigator.serviceWorker?.removeEventListener("message", told);
  };
};
