// On a phone the composer takes the whole screen while one writes: a dialog, closed by its button, Escape or the gesture
// back; the words stay in it. Without this it is written where it stands.

const PHONE = matchMedia("(width < 44rem)");

export default (place) => {
  const sheet = place.querySelector("dialog");
  const form = place.querySelector("form");
  const text = form.elements.text;
  let isClosing = false;

  function open(event) {
    if (event.target !== text || !PHONE.matches || sheet.open || isClosing) return;
    sheet.append(form);
    sheet.showModal();
    text.focus();
  }

  function closed() {
    isClosing = true;
    sheet.before(form);
    if (place.matches("details")) {
      place.open = false;
      place.querySelector("summary").focus();
    }
    isClosing = false;
  }

  const close = () => sheet.close();
  const button = sheet.querySelector("button");
  place.addEventListener("focusin", open);
  sheet.addEventListener("close", closed);
  button.addEventListener("click", close);
  return () => {
    place.removeEventListener("focusin", open);
    sheet.removeEventListener("close", closed);
    button.removeEventListener("click", close);
  };
};
