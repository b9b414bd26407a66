// What was done is said for ten seconds, and once: reloading or going back does not say it again.

export default (toast) => {
  const address = new URL(location.href);
  address.searchParams.delete("done");
  history.replaceState(history.state, "", address);
  const back = document.querySelector("#acts [name=back]");
  if (back) back.value = address.pathname + address.search;
  const timer = setTimeout(() => toast.remove(), 10_000);
  return () => clearTimeout(timer);
};
