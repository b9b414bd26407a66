// Characters as the node counts them (social/text.py): graphemes, a link for 23, a name without its site.

const URL_LENGTH = 23;
const WORD = String.raw`\p{L}\p{M}\p{Nd}\p{Pc}`;
const NAME = "A-Za-z0-9_À-ÖØ-öø-įĴ-ķĹ-ľŁ-ňŊ-ž";
const CONTROL = String.raw`\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069`;
const LINK =
  String.raw`(?<![A-Za-z0-9@＠$#＃\/])(?<link>[Hh][Tt][Tt][Pp][Ss]?:\/\/(?:[${WORD}][${WORD}.\-]*|\[[0-9A-Fa-f:.]+\])` +
  String.raw`(?::[0-9]{1,5})?(?![${WORD}.\-@])(?:[\/?#][^\s<>"«»“”、。「」『』（）【】${CONTROL}]*)?)`;
const MENTION =
  String.raw`(?<![${WORD}=\/])@(?<mention>[${NAME}]+(?:[.\-]+[${NAME}]+)*` +
  String.raw`(?:@[${WORD}]+(?:[.\-]+[${WORD}]+)*(?::[0-9]{1,5}(?![0-9]))?)?)`;
const TOKEN = new RegExp(`${LINK}|${MENTION}`, "gu");
const TRAILING = new Set([...".,;:!?'’‘*~…"]);
const BRACKETS = { ")": "(", "]": "[", "}": "{" };
const segmenter = new Intl.Segmenter();

const times = (text, sign) => text.split(sign).length - 1;

function withoutEnding(link) {
  let end = link.length;
  const surplus = Object.fromEntries(
    Object.entries(BRACKETS).map(([close, start]) => [close, times(link, close) - times(link, start)]),
  );
  for (; end; end -= 1) {
    const last = link[end - 1];
    if (surplus[last] > 0) surplus[last] -= 1;
    else if (!TRAILING.has(last)) break;
  }
  return link.slice(0, end);
}

export function named(text) {
  return [...text.matchAll(TOKEN)].flatMap((found) => found.groups.mention ?? []);
}

export function length(text, spoiler = "") {
  const pieces = [spoiler];
  let end = 0;
  TOKEN.lastIndex = 0;
  for (let found = TOKEN.exec(text); found; found = TOKEN.exec(text)) {
    const { link, mention } = found.groups;
    const written = link ? withoutEnding(link) : `@${mention}`;
    pieces.push(text.slice(end, found.index), link ? "x".repeat(URL_LENGTH) : `@${mention.split("@")[0]}`);
    end = TOKEN.lastIndex = found.index + written.length;
  }
  return [...segmenter.segment(pieces.join("") + text.slice(end))].length;
}
