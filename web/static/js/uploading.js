// One file on its way to the node, with its row in the composer: a small picture, how far it is, and a way to stop it.

import { LIVE, parsed } from "./fragments.js";

const SIDE = 320;

// The row of a file before the node has it. `words`: what its button says.
export async function row(file, words) {
  const line = document.createElement("div");
  line.className = "shot sending";
  const canvas = document.createElement("canvas");
  const beside = document.createElement("div");
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const name = document.createElement("p");
  name.textContent = file.name;
  beside.append(name, bar, button(words));
  line.append(canvas, beside);
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
  return line;
}

export function button(words) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button bare";
  made.textContent = words;
  return made;
}

// Sends the body; `far` hears how much of it is there. Fails with TypeError without a network or when
// a proxy says that the node is away, AbortError when stopped, Error with the node's words.
export function sent(address, body, far, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    for (const [name, value] of Object.entries(LIVE)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => event.lengthComputable && far(event.loaded / event.total));
    request.addEventListener("load", () => {
      if (request.status === 200) resolve(parsed(request.responseText));
      else if (/^text\/plain/.test(request.getResponseHeader("content-type"))) reject(new Error(request.responseText));
      else reject(new TypeError("the node is away"));
    });
    request.addEventListener("error", () => reject(new TypeError("no network")));
    request.addEventListener("abort", () => reject(signal.reason));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
