// Rules of WCAG 2.2 that a script can judge. Each finding is a line: the rule, and the element or the words.

const structure = () => {
  const found = [];
  const shown = (element) => {
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    return style.visibility !== "hidden" && style.display !== "none" && box.width > 0 && box.height > 0
      && !element.closest("[hidden], details:not([open]) > :not(summary), dialog:not([open])");
  };
  const named = (element) => (element.getAttribute("aria-label")
    || [...(element.labels ?? [])].map((label) => label.textContent).join(" ")
    || (element.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent).join("")
    || element.textContent
    || [...element.querySelectorAll("img")].map((image) => image.alt).join(" ")
    || element.title || (element.type === "submit" && element.value) || "").trim();
  const say = (rule, element) => found.push(`${rule}: ${element.outerHTML.slice(0, 110)}`);

  if (!document.documentElement.lang) found.push("language: the page does not say its own");
  if (!document.title.trim()) found.push("title: none");
  const headings = [...document.querySelectorAll("h1, h2, h3, h4")].filter(shown);
  if (headings.filter((heading) => heading.tagName === "H1").length !== 1) found.push("h1: not exactly one");
  let level = 0;
  for (const heading of headings) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1 && level) say("heading: a level is left out", heading);
    level = next;
  }
  if (document.querySelectorAll("main").length !== 1) found.push("main: not exactly one");
  const navs = [...document.querySelectorAll("nav")].filter(shown).map((nav) => nav.getAttribute("aria-label"));
  if (new Set(navs).size !== navs.length || navs.includes(null)) found.push(`nav: without a name of its own: ${navs}`);
  const skip = document.querySelector("a.skip");
  if (!skip || !document.querySelector(skip.getAttribute("href"))) found.push("skip link: leads nowhere");
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) found.push(`id: twice: ${id}`);

  for (const element of document.querySelectorAll("a[href], button, summary, input, select, textarea")) {
    if (element.type === "hidden" || element.closest("[aria-hidden=true]") || !shown(element)) continue;
    if (!named(element)) say("name: none", element);
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
    if (!field.labels.length && !field.getAttribute("aria-label")) say("label: none", field);
    for (const id of (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean))
      if (!document.getElementById(id)) say("aria-describedby: leads nowhere", field);
  }
  for (const image of document.querySelectorAll("img"))
    if (!image.hasAttribute("alt")) say("alt: missing", image);
  for (const drawing of document.querySelectorAll("svg"))
    if (drawing.getAttribute("aria-hidden") !== "true") say("svg: read aloud", drawing);
  for (const hidden of document.querySelectorAll("[aria-hidden=true]"))
    if (hidden.matches("a[href]:not([tabindex='-1']), button") ) say("hidden but in the tab order", hidden);
  for (const form of document.querySelectorAll("[form]"))
    if (!document.getElementById(form.getAttribute("form"))) say("form: leads nowhere", form);
  for (const time of document.querySelectorAll("time"))
    if (!time.title && !time.dateTime) say("time: no exact one", time);

  if (innerWidth < 704) {
    for (const element of document.querySelectorAll("a[href], button, summary, select, input:not([type=hidden])")) {
      if (!shown(element) || element.closest("[aria-hidden=true], .words, p, small, .sr") || element.matches(".sr, .skip")) continue;
      const box = (element.closest("label") ?? element).getBoundingClientRect();
      if (box.height < 43.5 && !element.closest(".facts dd, .author")) say(`target: ${Math.round(box.height)} px high`, element);
    }
  }
  const beyond = document.documentElement.scrollWidth - innerWidth;
  if (beyond > 0) found.push(`width: ${beyond} px beyond the window`);
  return found;
};

const contrasts = () => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return [255, 255, 255, 255];
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("svg, script, .sr, details:not([open]) > :not(summary), dialog:not([open])")) continue;
    const box = element.getBoundingClientRect();
    if (!box.width || getComputedStyle(element).visibility === "hidden") continue;
    const [one, other] = [light(rgba(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < 4.5) found.add(`contrast ${contrast.toFixed(2)}: ${element.tagName}.${element.className} ${walker.currentNode.data.trim().slice(0, 40)}`);
  }
  return [...found];
};
