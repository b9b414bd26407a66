// Pictures open in a dialog with their description: arrows and swipes walk through those of the post, Escape closes.
// A click with a modifier opens the picture by itself, as without a script.

const FAR = 48;

export default (dialog) => {
  const picture = dialog.querySelector("img");
  const words = dialog.querySelector("figcaption");
  const place = dialog.querySelector("[role=status]");
  let links = [];
  let at = 0;
  let start = null;

  function show(index) {
    at = (index + links.length) % links.length;
    const own = links[at].querySelector("img");
    picture.src = links[at].href;
    picture.alt = own.alt;
    words.textContent = own.alt;
    place.textContent = links.length > 1 ? `${at + 1} / ${links.length}` : "";
  }

  const opened = (event) => {
    const link = event.target.closest?.(".media a:has(> img)");
    if (!link || new URL(link.href).origin !== location.origin) return;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    links = [...link.closest(".media").querySelectorAll("a:has(> img)")].filter((one) => new URL(one.href).origin === location.origin);
    show(links.indexOf(link));
    dialog.showModal();
  };
  const keyed = (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) show(at + step);
  };
  const pressed = (event) => {
    start = event.isPrimary ? { x: event.clientX, y: event.clientY } : null;
  };
  const left = (event) => {
    if (!start) return;
    const [across, down] = [event.clientX - start.x, event.clientY - start.y];
    start = null;
    if (down > 2 * FAR && down > Math.abs(across)) dialog.close();
    else if (Math.abs(across) > FAR && Math.abs(across) > Math.abs(down)) show(at + (across < 0 ? 1 : -1));
  };
  const clicked = (event) => {
    if (event.target.closest(".close")) dialog.close();
    else if (event.target.closest(".back")) show(at - 1);
    else if (event.target.closest(".next")) show(at + 1);
  };
  const shut = () => {
    picture.removeAttribute("src");
    links[at]?.focus();
  };
  picture.draggable = false;
  document.addEventListener("click", opened);
  dialog.addEventListener("keydown", keyed);
  dialog.addEventListener("pointerdown", pressed);
  dialog.addEventListener("pointerup", left);
  dialog.addEventListener("click", clicked);
  dialog.addEventListener("close", shut);
  return () => document.removeEventListener("click", opened);
};
