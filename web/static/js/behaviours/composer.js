// The composer with help: characters left, pictures sent as soon as they are chosen, pasted or dropped, Ctrl+Enter sends,
// and a second press on the button does not send twice.

import { length, named } from "../counting.js";
import { ask } from "../fragments.js";

const SIDE = 320;

export default (form) => {
  const text = form.elements.text;
  const left = form.querySelector("[data-left]");
  const files = form.elements.pictures;
  const shots = form.querySelector(".shots");
  const limit = Number(form.dataset.limit);
  const held = new DataTransfer();

  function count() {
    const rest = limit - length(text.value, form.elements.spoiler.value);
    left.textContent = rest < 0 ? form.dataset.over.replace("{count}", String(-rest)) : String(rest);
    left.parentElement.classList.toggle("over", rest < 0);
    naming();
  }

  // Whom a post for the people named is for, as they are written.
  function naming() {
    const said = form.querySelector("[data-some]");
    const names = [...new Set(named(text.value))].map((name) => `@${name}`).join(", ");
    if (said) said.textContent = names ? said.dataset.some.replace("{names}", () => names) : said.dataset.none;
  }

  async function preview(file) {
    const row = document.createElement("div");
    row.className = "shot sending";
    const canvas = document.createElement("canvas");
    row.append(canvas);
    shots.append(row);
    try {
      const bitmap = await createImageBitmap(file);
      const shrink = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
      canvas.width = bitmap.width * shrink;
      canvas.height = bitmap.height * shrink;
      canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      bitmap.close();
    } catch {
      // No picture that the browser knows: the node says what is wrong with it.
      canvas.hidden = true;
    }
    return row;
  }

  async function send(file) {
    const row = await preview(file);
    const body = new FormData();
    body.append("csrf", form.elements.csrf.value);
    for (const held of shots.querySelectorAll("[name=media]")) body.append("media", held.value);
    body.append("pictures", file);
    try {
      row.replaceWith(...((await ask("/compose/pictures", { method: "POST", body })) ?? []));
    } catch (error) {
      // No network: the picture goes with the form, when it goes.
      if (error instanceof TypeError) return hold(file, row);
      row.className = "wrong";
      row.role = "alert";
      row.textContent = error.message;
    }
  }

  function hold(file, row) {
    held.items.add(file);
    const field = document.createElement("div");
    field.className = "field";
    const label = document.createElement("label");
    const words = document.createElement("input");
    words.name = "words";
    words.id = `words-held-${held.items.length}`;
    label.htmlFor = words.id;
    label.textContent = form.dataset.words;
    field.append(label, words);
    row.className = "shot";
    row.append(field);
  }

  async function take(list) {
    const pictures = [...list].filter((file) => /^(image|video|audio)\//.test(file.type));
    const button = form.querySelector(".foot .button");
    button.disabled = true;
    for (const file of pictures) await send(file);
    files.files = held.files;
    button.disabled = false;
    shots.querySelector(".shot:last-child input[id]")?.focus();
  }

  const chosen = async () => {
    const list = [...files.files];
    files.value = "";
    form.querySelector(".for-pics").checked = false;
    await take(list);
  };
  const toggled = (event) => {
    if (event.target.matches(".for-pics") && event.target.checked) files.click();
  };
  const pasted = (event) => {
    if (event.clipboardData.files.length) take(event.clipboardData.files);
  };
  const over = (event) => {
    event.preventDefault();
    form.classList.add("dropping");
  };
  const out = () => form.classList.remove("dropping");
  const dropped = (event) => {
    event.preventDefault();
    out();
    take(event.dataTransfer.files);
  };
  const keyed = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  };
  const leftOut = (event) => {
    if (event.target.name === "without") event.target.closest(".shot").classList.toggle("sending", event.target.checked);
  };
  const sent = () => setTimeout(() => (form.querySelector(".foot .button").disabled = true));
  // Coming back by the browser's history: the button works again.
  const back = () => (form.querySelector(".foot .button").disabled = false);

  const heard = [
    [form, "input", count], [form, "change", toggled], [form, "change", leftOut], [files, "change", chosen],
    [text, "paste", pasted], [form, "dragover", over], [form, "dragleave", out], [form, "drop", dropped],
    [text, "keydown", keyed], [form, "submit", sent], [window, "pageshow", back],
  ];
  for (const [target, name, act] of heard) target.addEventListener(name, act);
  count();
  return () => {
    for (const [target, name, act] of heard) target.removeEventListener(name, act);
  };
};
