// The drafts on this device, by their place: `{ text, spoiler, at, made, kept, sent }`. `made`: when, by the node's
// clock, the page was made on which it was written. `kept`: the node has these words too, and knows better on a newer
// page; `sent`: they are on their way. Files that the node does not have are beside it (unsent.js).

import { keepUnsent } from "./unsent.js";

const BEGINS = "draft:";

export const placeOf = (person, parent) => `${BEGINS}${person}:${parent ?? ""}`;

export function held(place) {
  try {
    return JSON.parse(localStorage.getItem(place));
  } catch {
    return null;
  }
}

export function hold(place, draft) {
  if (draft.text || draft.spoiler || draft.sent) localStorage.setItem(place, JSON.stringify(draft));
  else localStorage.removeItem(place);
}

export function forget(place) {
  localStorage.removeItem(place);
  keepUnsent(place, []);
}

// What was sent is published, or waits for its time or the network: it is no draft any more.
export function forgetSent() {
  for (const place of Object.keys(localStorage).filter((name) => name.startsWith(BEGINS))) {
    if (held(place)?.sent) forget(place);
  }
}
