// The screen in the canteen turns from post to post in place, and stays at what it shows while the node is away: nobody
// stands beside it to leave the browser's page of an error. Without this the page turns by its header `Refresh`.

const PATIENCE = 30_000;

export default (board) => {
  let timer = 0;

  function wait() {
    timer = setTimeout(turn, Number(board.dataset.seconds) * 1_000);
  }

  async function turn() {
    try {
      const answer = await fetch(board.dataset.next, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) });
      if (answer.status === 404) location.replace(board.dataset.next);
      else if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The node is away: asked again after the next turn.
    }
    wait();
  }

  function show(page) {
    const fresh = page.getElementById(board.id);
    if (!fresh) return;
    // Another release of the node has other styles: such a page is loaded whole.
    if (styles(page) !== styles(document)) location.replace(board.dataset.next);
    Object.assign(board.dataset, fresh.dataset);
    board.replaceChildren(...fresh.childNodes);
  }

  // The header's turn is taken over, as soon as nothing is left to be loaded.
  const stop = () => window.stop();
  if (document.readyState === "complete") stop();
  else window.addEventListener("load", stop, { once: true });
  wait();
  return () => clearTimeout(timer);
};

function styles(page) {
  return [...page.querySelectorAll("link[rel=stylesheet]")].map((link) => link.getAttribute("href")).join(" ");
}
