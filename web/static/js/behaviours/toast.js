// What was done is said for ten seconds, and once: reloading or going back does not say it again.

import { forgetSent } from "../drafting.js";

export default (toast) => {
  const address = new URL(location.href);
  address.searchParams.delete("done");
  if ("published" in toast.dataset) forgetSent();
  address.searchParams.delete("undo");
  history.replaceState(history.state, "", address);
  const back = document.querySelector("#acts [name=back]");
  if (back) back.value = address.pathname + address.search;
  const timer = setTimeout(() => toast.remove(), 10_000);
  return () => clearTimeout(timer);
};
