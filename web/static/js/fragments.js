// Parts of pages that the node renders, asked for and put in place.

export const LIVE = { "X-Archipel-Live": "1" };

export async function ask(address, options = {}) {
  const response = await fetch(address, { ...options, headers: { ...LIVE, ...options.headers }, redirect: "error" });
  if (!response.ok) throw new Error(await response.text());
  return response.status === 204 ? null : parsed(await response.text());
}

// The page's own components as elements. Scripts in them would not run: the parser marks them as done.
export function parsed(text) {
  const found = new DOMParser().parseFromString(text, "text/html");
  return [...found.body.children].map((element) => document.importNode(element, true));
}

export function say(words) {
  const line = document.createElement("p");
  line.className = "toast";
  line.role = "status";
  line.textContent = words;
  document.querySelector(".toast")?.remove();
  document.body.append(line);
  setTimeout(() => line.remove(), 10_000);
}
