// Pictures, video and sound of a composer: sent as soon as they are chosen, taken, pasted or dropped, each with its bar,
// stopped and tried again; put into order. What cannot be sent is kept with the draft, and is here after a reload.
// A post with a video that is being made ready is sent when it is.

import { held as drafted, placeOf } from "../drafting.js";
import { ask } from "../fragments.js";
import { keepUnsent, unsent } from "../unsent.js";
import { button, row, sent } from "../uploading.js";

const PAUSE = 3_000;

export default (form) => {
  const files = form.elements.pictures;
  const camera = form.elements.camera;
  const shots = form.querySelector(".shots");
  const { words, stop, again, waits } = form.dataset;
  const publish = form.querySelector(".foot .button");
  const place = form.dataset.behaviour.includes("draft") && placeOf(form.dataset.person, form.elements.parent?.value);
  const held = new DataTransfer();
  const stops = new Set();
  let timer = 0;
  let isAsked = false;

  async function send(file, said = "") {
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
      const rows = await sent("/compose/pictures", body, far, stopping.signal);
      line.replaceWith(...rows);
      if (said) for (const one of rows) one.querySelector?.("[name^=words]")?.setAttribute("value", said);
    } catch (error) {
      failed(error, file, line, said);
    }
    stops.delete(stopping);
  }

  function failed(error, file, line, said) {
    if (error.name === "AbortError") return line.remove();
    // No network: the file goes with the form, when it goes; it may be tried again before.
    if (error instanceof TypeError) return hold(file, line, said);
    line.className = "wrong";
    line.role = "alert";
    line.replaceChildren(error.message, " ", ...choices(file, () => line.remove()));
  }

  // Try again, or leave it out; `gone`: how the row goes; `words`: what describes it by then.
  function choices(file, gone, words = () => "") {
    const retry = button(again);
    const drop = button(stop);
    retry.addEventListener("click", () => {
      const said = words();
      gone();
      take([file], [said]);
    });
    drop.addEventListener("click", gone);
    return [retry, drop];
  }

  function hold(file, line, said) {
    held.items.add(file);
    const gone = () => {
      held.items.remove([...held.files].indexOf(file));
      files.files = held.files;
      line.remove();
      keep();
    };
    const field = document.createElement("div");
    field.className = "field";
    const label = document.createElement("label");
    const written = document.createElement("input");
    written.name = "words";
    written.value = said;
    written.addEventListener("input", keep);
    written.id = `words-held-${held.items.length}`;
    label.htmlFor = written.id;
    label.textContent = words;
    field.append(label, written);
    line.className = "shot";
    line.querySelector("progress").remove();
    line.lastElementChild.lastElementChild.replaceWith(field, ...choices(file, gone, () => written.value));
    keep();
  }

  // On this device, with what describes them: the rows stand in the order of the files.
  function keep() {
    const said = [...shots.querySelectorAll("input[name=words]")].map((one) => one.value);
    if (place) keepUnsent(place, [...held.files].map((file, number) => ({ file, words: said[number] ?? "" })));
  }

  // What could not be sent before the page was left: tried again, and held again if there is still no network.
  async function restore() {
    if (!place || (drafted(place)?.sent && document.querySelector("[data-published]"))) return;
    const kept = await unsent(place);
    if (!kept.length) return;
    await take(kept.map((one) => one.file), kept.map((one) => one.words), true);
    keep();
    // The draft on the node has them now.
    form.elements.text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  async function take(list, words = [], isRestored = false) {
    publish.disabled = true;
    for (const [number, file] of [...list].entries()) {
      if (/^(image|video|audio)\//.test(file.type)) await send(file, words[number]);
    }
    files.files = held.files;
    publish.disabled = false;
    if (!isRestored) shots.querySelector(".shot:last-child input[id]")?.focus();
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
  restore();
  return () => {
    clearTimeout(timer);
    for (const stopping of stops) stopping.abort();
    for (const [target, name, act] of heard) target.removeEventListener(name, act);
  };
};
