// Pictures, video and sound of a composer: sent as soon as they are chosen, taken, pasted or dropped, each with its bar,
// stopped and tried again; put into order. A post with a video that is being made ready is sent when it is.

import { ask } from "../fragments.js";
import { button, row, sent } from "../uploading.js";

const PAUSE = 3_000;

export default (form) => {
  const files = form.elements.pictures;
  const camera = form.elements.camera;
  const shots = form.querySelector(".shots");
  const { words, stop, again, waits } = form.dataset;
  const publish = form.querySelector(".foot .button");
  const held = new DataTransfer();
  const stops = new Set();
  let timer = 0;
  let isAsked = false;

  async function send(file) {
    const line = await row(file, stop);
    shots.append(line);
    const stopping = new AbortController();
    stops.add(stopping);
    line.querySelector("button").addEventListener("click", () => stopping.abort());
    const body = new FormData();
    body.append("csrf", form.elements.csrf.value);
    for (const one of shots.querySelectorAll("[name=media]")) body.append("media", one.value);
    body.append("pictures", file);
    try {
      const far = (part) => (line.querySelector("progress").value = part);
      line.replaceWith(...(await sent("/compose/pictures", body, far, stopping.signal)));
    } catch (error) {
      failed(error, file, line);
    }
    stops.delete(stopping);
  }

  function failed(error, file, line) {
    if (error.name === "AbortError") return line.remove();
    // No network: the file goes with the form, when it goes; it may be tried again before.
    if (error instanceof TypeError) return hold(file, line);
    line.className = "wrong";
    line.role = "alert";
    line.replaceChildren(error.message, " ", ...choices(file, line, () => line.remove()));
  }

  // Try again, or leave it out; `gone`: how the row goes.
  function choices(file, line, gone) {
    const retry = button(again);
    const drop = button(stop);
    retry.addEventListener("click", () => {
      gone();
      take([file]);
    });
    drop.addEventListener("click", gone);
    return [retry, drop];
  }

  function hold(file, line) {
    held.items.add(file);
    const gone = () => {
      held.items.remove([...held.files].indexOf(file));
      files.files = held.files;
      line.remove();
    };
    const field = document.createElement("div");
    field.className = "field";
    const label = document.createElement("label");
    const written = document.createElement("input");
    written.name = "words";
    written.id = `words-held-${held.items.length}`;
    label.htmlFor = written.id;
    label.textContent = words;
    field.append(label, written);
    line.className = "shot";
    line.querySelector("progress").remove();
    line.lastElementChild.lastElementChild.replaceWith(field, ...choices(file, line, gone));
  }

  async function take(list) {
    const fit = [...list].filter((file) => /^(image|video|audio)\//.test(file.type));
    publish.disabled = true;
    for (const file of fit) await send(file);
    files.files = held.files;
    publish.disabled = false;
    shots.querySelector(".shot:last-child input[id]")?.focus();
    follow();
  }

  // A video is looked at until it is ready; then what was to be sent is sent.
  function follow() {
    clearTimeout(timer);
    const open = [...shots.querySelectorAll("[data-unready]")];
    if (open.length) timer = setTimeout(() => look(open), PAUSE);
    else if (isAsked) form.requestSubmit();
  }

  async function look(open) {
    for (const line of open) {
      const [fresh] = (await ask(`/compose/pictures?id=${line.dataset.unready}`).catch(() => null)) ?? [];
      if (!fresh || "unready" in fresh.dataset) continue;
      line.firstElementChild.replaceWith(fresh.firstElementChild);
      delete line.dataset.unready;
    }
    follow();
  }

  const submitted = (event) => {
    if (event.submitter?.name || event.submitter?.formAction.endsWith("/drafts")) return;
    if (!shots.querySelector("[data-unready]")) return;
    event.preventDefault();
    isAsked = true;
    publish.disabled = true;
    const said = form.querySelector("[data-waits]");
    said.hidden = false;
    said.textContent = waits;
    follow();
  };
  const chosen = (event) => {
    const list = [...event.target.files];
    event.target.value = "";
    form.querySelector(".for-pics").checked = false;
    take(list);
  };
  const toggled = (event) => {
    if (event.target.matches(".for-pics") && event.target.checked) files.click();
    if (event.target.name === "without") event.target.closest(".shot").classList.toggle("sending", event.target.checked);
  };
  const moved = (event) => {
    const mover = event.target.closest("[name=earlier]");
    const line = mover?.closest(".shot");
    if (!line) return;
    event.preventDefault();
    line.previousElementSibling?.before(line);
    mover.focus();
  };
  const pasted = (event) => event.clipboardData.files.length && take(event.clipboardData.files);
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

  const heard = [
    [files, "change", chosen], [camera, "change", chosen], [form, "change", toggled], [shots, "click", moved],
    [form.elements.text, "paste", pasted], [form, "dragover", over], [form, "dragleave", out], [form, "drop", dropped],
    [form, "submit", submitted],
  ];
  for (const [target, name, act] of heard) target.addEventListener(name, act);
  follow();
  return () => {
    clearTimeout(timer);
    for (const stopping of stops) stopping.abort();
    for (const [target, name, act] of heard) target.removeEventListener(name, act);
  };
};
