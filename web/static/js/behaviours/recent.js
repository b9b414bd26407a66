// What was searched for on this device, by this person, and only here; forgotten on request.

const MOST = 8;

export default (box) => {
  const place = `searches:${box.dataset.person}`;
  const list = box.querySelector("ul");
  const known = JSON.parse(localStorage.getItem(place) ?? "[]");
  const { q } = box.dataset;

  const items = known
    .filter((words) => words !== q)
    .map((words) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = `/search?q=${encodeURIComponent(words)}`;
      link.textContent = words;
      item.append(link);
      return item;
    });
  list.replaceChildren(...items);
  box.hidden = !items.length;
  if (q) localStorage.setItem(place, JSON.stringify([q, ...known.filter((words) => words !== q)].slice(0, MOST)));

  const forget = () => {
    localStorage.removeItem(place);
    box.hidden = true;
  };
  box.querySelector("button").addEventListener("click", forget);
  return undefined;
};
