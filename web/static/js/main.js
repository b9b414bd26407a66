// Finds what a page names with data-behaviour and loads only that. A behaviour is a module whose default export takes
// the element and gives back what undoes it. Everything works without any of this.

const running = new WeakMap();

export async function awaken(root) {
  const named = [...root.querySelectorAll("[data-behaviour]")];
  if (root.matches?.("[data-behaviour]")) named.unshift(root);
  for (const element of named) {
    if (running.has(element)) continue;
    running.set(element, null);
    const ends = [];
    for (const name of element.dataset.behaviour.split(" ")) {
      const { default: behave } = await import(`./behaviours/${name}.js`);
      ends.push(behave(element));
    }
    running.set(element, () => ends.forEach((end) => end?.()));
  }
}

export function rest(root) {
  for (const element of [root, ...root.querySelectorAll("[data-behaviour]")]) running.get(element)?.();
}

// Not awaited: behaviours import this module, and would wait for it while it waits for them.
awaken(document.documentElement).then(() => {
  document.documentElement.dataset.awake = "";
});
