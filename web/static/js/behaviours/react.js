// Like, boost and keep without leaving the page: the buttons of a post's foot are sent by the script, and the foot comes
// back as the node now shows it.

import { awaken, rest } from "../main.js";
import { ask, say } from "../fragments.js";

export default (foot) => {
  const form = document.getElementById("acts");
  if (!form) return undefined;

  async function react(event) {
    const button = event.target.closest("button[aria-pressed]");
    if (!button) return;
    event.preventDefault();
    const index = [...foot.querySelectorAll("button[aria-pressed]")].indexOf(button);
    button.disabled = true;
    try {
      const [fresh] = await ask(button.formAction, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      rest(foot);
      foot.replaceWith(fresh);
      await awaken(fresh);
      fresh.querySelectorAll("button[aria-pressed]")[index]?.focus();
    } catch (error) {
      button.disabled = false;
      say(error.message);
    }
  }

  foot.addEventListener("click", react);
  return () => foot.removeEventListener("click", react);
};
