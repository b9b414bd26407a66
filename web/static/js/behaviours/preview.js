// Who somebody is, before one goes there: a card after resting on a name, with a pointer or by the keyboard; never by
// touch. It stays while the pointer is on it, and Escape puts it away.

import { awaken } from "../main.js";
import { ask } from "../fragments.js";

const REST = 450;
const GRACE = 250;
const NAMES = ".author > a:not(.when), article .avatar[href], article .words a.mention[href]";

export default (page) => {
  const hovers = matchMedia("(hover: hover) and (pointer: fine)");
  const held = new Map();
  let card = null;
  let timer = 0;
  let quiet = 0;

  const path = (link) => {
    const address = new URL(link.href, location.href);
    const found = /^\/@[^/]+$/.exec(address.pathname);
    if (!found) return "";
    if (address.origin === location.origin) return found[0];
    return `${found[0]}@${address.host}`;
  };

  function shut() {
    clearTimeout(timer);
    card?.remove();
    card = null;
  }

  async function show(link) {
    const name = path(link);
    if (!name || !link.isConnected) return;
    try {
      if (!held.has(name)) held.set(name, await ask(`/live/person/${name.slice(2)}`));
    } catch {
      // Not known here, or the node is away: the link still leads there.
      held.set(name, null);
    }
    const [fresh] = held.get(name) ?? [];
    if (!fresh || !(link.matches(":hover") || link.matches(":focus-visible"))) return;
    shut();
    card = fresh.cloneNode(true);
    const post = link.closest("article");
    post.append(card);
    const around = link.getBoundingClientRect();
    const inside = post.getBoundingClientRect();
    const above = around.bottom + card.offsetHeight > innerHeight && around.top > card.offsetHeight;
    card.style.insetBlockStart = `${(above ? around.top - card.offsetHeight : around.bottom) - inside.top}px`;
    card.style.insetInlineStart = `${Math.max(8, Math.min(around.left - inside.left, inside.width - card.offsetWidth - 8))}px`;
    await awaken(card);
  }

  function rest(link) {
    clearTimeout(timer);
    timer = setTimeout(show, REST, link);
  }

  const over = (event) => {
    if (event.pointerType === "touch" || !hovers.matches || performance.now() < quiet) return;
    const link = event.target.closest?.(NAMES);
    if (link) rest(link);
    else if (card?.contains(event.target)) clearTimeout(timer);
    else if (card) leave();
    else clearTimeout(timer);
  };
  function leave() {
    clearTimeout(timer);
    timer = setTimeout(shut, GRACE);
  }
  const focused = (event) => {
    if (card?.contains(event.target)) return;
    const link = event.target.closest?.(NAMES);
    if (link?.matches(":focus-visible") && hovers.matches) rest(link);
    else shut();
  };
  const keyed = (event) => {
    if (event.key !== "Escape" || !card) return;
    // What comes to lie under the resting pointer when the card goes asks for nothing.
    quiet = performance.now() + GRACE * 2;
    shut();
  };

  page.addEventListener("pointerover", over);
  page.addEventListener("focusin", focused);
  document.addEventListener("keydown", keyed);
  return () => {
    shut();
    page.removeEventListener("pointerover", over);
    page.removeEventListener("focusin", focused);
    document.removeEventListener("keydown", keyed);
  };
};
