// What was done is said for ten seconds, and once: reloading or going back does not say it again.

// What was sent is published: the device forgets its draft (draft.js).
function published() {
  for (const place of Object.keys(localStorage).filter((name) => name.startsWith("draft:"))) {
    if (JSON.parse(localStorage.getItem(place)).sent) localStorage.removeItem(place);
  }
}

export default (toast) => {
  const address = new URL(location.href);
  address.searchParams.delete("done");
  if ("published" in toast.dataset) published();
  address.searchParams.delete("undo");
  history.replaceState(history.state, "", address);
  const back = document.querySelector("#acts [name=back]");
  if (back) back.value = address.pathname + address.search;
  const timer = setTimeout(() => toast.remove(), 10_000);
  return () => clearTimeout(timer);
};
