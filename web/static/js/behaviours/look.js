// The look of the site while it is chosen: words, colour and picture are shown before they are kept.

export default (form) => {
  const mock = form.querySelector("[data-mock]");
  const canvas = mock.querySelector("canvas");
  const { title, welcome, colour, logo } = form.elements;
  let ground = colour.value;

  function worded() {
    for (const [name, field] of Object.entries({ title, welcome })) {
      const place = mock.querySelector(`[data-shows="${name}"]`);
      place.textContent = field.value.trim() || place.dataset.else;
    }
  }

  function coloured() {
    for (const part of mock.querySelectorAll(`[fill="${ground}"]`)) part.setAttribute("fill", colour.value);
    ground = colour.value;
    mock.style.borderBlockStartColor = ground;
  }

  async function pictured() {
    const [file] = logo.files;
    const drawn = file && (await createImageBitmap(file).catch(() => null));
    canvas.hidden = !drawn;
    for (const other of mock.querySelectorAll(".logo, [data-flag]")) other.hidden = Boolean(drawn);
    if (!drawn) return;
    const shrink = Math.min(1, 360 / drawn.width, 128 / drawn.height);
    canvas.width = drawn.width * shrink;
    canvas.height = drawn.height * shrink;
    canvas.getContext("2d").drawImage(drawn, 0, 0, canvas.width, canvas.height);
  }

  const heard = [[title, "input", worded], [welcome, "input", worded], [colour, "input", coloured], [logo, "change", pictured]];
  for (const [field, name, act] of heard) field.addEventListener(name, act);
  coloured();
  return () => {
    for (const [field, name, act] of heard) field.removeEventListener(name, act);
  };
};
