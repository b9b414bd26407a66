// A form that a passkey answers: asks the node what is to be signed, hands it to the device, and sends what came back.

import { LIVE } from "../fragments.js";

const BINARY = ["challenge", "id"];

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// Challenge and ids are bytes for the browser, and base64url on the way.
function opened(value, name) {
  if (Array.isArray(value)) return value.map((one) => opened(one, name));
  if (value && typeof value === "object") {
    return Object.fromEntries(
      // The host of the site is called id too, and is a text.
      Object.entries(value).map(([key, one]) => [key, name === "rp" ? one : opened(one, key)]),
    );
  }
  return BINARY.includes(name) && typeof value === "string" ? bytes(value) : value;
}

function written({ id, rawId, type, response }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const told = parts.filter((name) => response[name]).map((name) => [name, text(response[name])]);
  return JSON.stringify({ id, rawId: text(rawId), type, response: Object.fromEntries(told) });
}

export default (form) => {
  const alert = form.querySelector("[role=alert]");
  const button = form.querySelector("button");
  const say = (words) => {
    alert.textContent = words;
    alert.hidden = !words;
  };
  if (!window.PublicKeyCredential) {
    button.disabled = true;
    say(form.dataset.unable);
    return undefined;
  }

  async function asked() {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(`${form.getAttribute("action")}/begin`, { method: "POST", headers: LIVE, body, redirect: "error" });
    if (!answer.ok) throw new Error(await answer.text());
    return { publicKey: opened(await answer.json(), "") };
  }

  async function sign(event) {
    event.preventDefault();
    say("");
    button.disabled = true;
    try {
      const made = await navigator.credentials[form.dataset.does](await asked());
      form.elements.passkey.value = written(made);
      form.submit();
    } catch (error) {
      const known = error.name === "InvalidStateError" ? form.dataset.known : form.dataset.refused;
      say(error instanceof DOMException ? known : error.message);
      button.disabled = false;
    }
  }

  const back = () => (button.disabled = false);
  form.addEventListener("submit", sign);
  window.addEventListener("pageshow", back);
  return () => {
    form.removeEventListener("submit", sign);
    window.removeEventListener("pageshow", back);
  };
};
