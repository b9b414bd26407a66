"""HTML from elsewhere, made safe; and HTML as plain text.

The allow list is Mastodon's (`lib/sanitize_ext/sanitize_config.rb`, published in its `spec/activitypub`), because
peers and apps write and read for that one. The last word has always the HTML5 parser (nh3): it is run once to make
the input regular, then headings, formulas and links are rewritten, then it is run again with the strict list.
Whatever goes wrong on the way, or is too large, becomes plain text: a sanitiser that raises is a queue that retries
for ever (GHSA-qrgq-9fx2-vf2r).
"""

import html as entities

import nh3
import regex

from social.text import clean_text, shortened

MAX_HTML = 100_000
"""Characters of HTML that are parsed; what is longer is cut and shown as plain text."""
MAX_TAGS = 10_000
"""Tags that are parsed: the cost of deep nesting is quadratic (20,000 nested elements took 0.5 s)."""

TAGS = frozenset(str.split("p br span a del s pre blockquote code b strong u i em ul ol li ruby rt rp"))
SCHEMES = frozenset(str.split("http https dat dweb ipfs ipns ssb gopher xmpp magnet gemini"))
LINK_REL = "nofollow noopener"

_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"lang"},
    "a": {"href", "class", "translate"},
    "span": {"class", "translate"},
    "p": {"class"},
    "ol": {"start", "reversed"},
    "li": {"value"},
}
_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
# What stands apart on a page: when the tag goes, a space keeps the words apart.
_BLOCKS = frozenset(
    str.split("address article aside dd div dl dt figcaption figure footer header hr main nav section table td th tr")
)
_DROPPED_WITH_CONTENT = {"script", "style"}

_CLASS = regex.compile(r"(?:h|p|u|dt|e)-[\w-]*|mention|hashtag|ellipsis|invisible|quote-inline")
_LANG = regex.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,8}")
_NUMBER = regex.compile(r"-?[0-9]{1,9}")

# The parser opens formatting elements again in every paragraph, one for each different list of attributes: 13 KB of
# `<p><b id=1><p><b id=2>…` became 3.5 MB, 100 KB would become 200 MB. Without attributes it keeps three of a name.
_FORMATTING = regex.compile(r"(?i)<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/])[^>]*+>")
_ANY_TAG = regex.compile(r"<[^<>]*+>")

# Only for what nh3 has written: there a `<` or `>` that is not a tag's is escaped, attributes are in double quotes.
_TOKEN = regex.compile(r'<(?P<end>/?)(?P<name>[a-z0-9]+)(?P<attributes>(?:[^">]|"[^"]*")*+)>')
_FORMULA = regex.compile(r"<math(?P<attributes>[^>]*)>(?P<inside>.*?)</math>", regex.DOTALL)
_TEX = regex.compile(r'<annotation encoding="application/x-tex">([^<]*)</annotation>')
_SPOKEN = regex.compile(r'<annotation encoding="text/plain">([^<]*)</annotation>')

_BREAKS = (
    dict.fromkeys(_BLOCKS | {"br", "li"}, "\n")
    | dict.fromkeys(["p", "blockquote", "pre", "ul", "ol", *_HEADINGS], "\n\n")
    | {"td": " ", "th": " "}
)
_BLANK_LINES = regex.compile(r"\n(?:[^\S\n]*+\n){2,}+")


def sanitise(html: str, *, limit: int = MAX_HTML) -> str:
    """HTML of somebody elsewhere as HTML that may be shown as it is. Never raises.

    Elements, attributes, classes and schemes outside the list are unwrapped or dropped, a link that may not stand
    becomes its text, a heading a bold paragraph, a formula its TeX. `limit` is in characters of the input.
    """
    regular = _parsed(_REGULAR, html, limit)
    safe = None if regular is None else _parsed(_STRICT, _rewritten(regular), 4 * limit)
    return _as_paragraph(html, limit) if safe is None else safe


def plain(html: str) -> str:
    """HTML as text for notifications, search and previews: paragraphs parted by blank lines. Never raises."""
    regular = _parsed(_STRUCTURE, html, MAX_HTML)
    if regular is None:
        return _untagged(html, MAX_HTML)
    text = entities.unescape(_TOKEN.sub(_as_break, regular.replace("\n", " ")))
    lines = (" ".join(line.split(" ")).strip() for line in clean_text(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def excerpt(html: str, length: int) -> str:
    """The beginning of HTML as one line of at most `length` grapheme clusters, with an ellipsis if it was cut."""
    return shortened(" ".join(plain(html).split()), length)


def _parsed(cleaner: nh3.Cleaner, html: str, limit: int) -> str | None:
    """What `cleaner` makes of `html`, or None if it is too much or the parser gives up."""
    if len(html) > limit or html.count("<") > MAX_TAGS:
        return None
    # Only what stands before the last `>` can be a tag: so the pattern never runs to the end in vain.
    head, end, tail = clean_text(html).rpartition(">")
    try:
        cleaned = cleaner.clean(_FORMATTING.sub(r"<\1>", head + end) + tail)
    except BaseException as trouble:
        # A panic inside the parser comes as a BaseException whose class cannot be imported.
        if isinstance(trouble, Exception) or type(trouble).__name__ == "PanicException":
            return None
        raise
    return cleaned if len(cleaned) <= 4 * limit else None


def _rewritten(html: str) -> str:
    """Regular HTML with formulas as text, headings as bold paragraphs, links with their `rel` or without their tag."""
    html = _FORMULA.sub(_as_formula, html)
    pieces: list[str] = []
    links: list[bool] = []
    end = 0
    for tag in _TOKEN.finditer(html):
        pieces += [html[end : tag.start()], _as_tag(tag, links)]
        end = tag.end()
    return "".join([*pieces, html[end:]])


def _as_tag(tag: "regex.Match[str]", links: list[bool]) -> str:
    name, closes = tag["name"], bool(tag["end"])
    if name in _HEADINGS:
        return "</strong></p>" if closes else "<p><strong>"
    if name in _BLOCKS:
        return " "
    if name != "a":
        return tag[0]
    if closes:
        return tag[0] if links and links.pop() else ""
    links.append(' href="' in tag["attributes"])
    return f'<a{tag["attributes"]} rel="{LINK_REL}" target="_blank">' if links[-1] else ""


def _as_formula(formula: "regex.Match[str]") -> str:
    """FEP-dc88: a formula brings its own text."""
    if tex := _TEX.search(formula["inside"]):
        fence = "$$" if 'display="block"' in formula["attributes"] else "$"
        return f"{fence}{tex[1]}{fence}"
    spoken = _SPOKEN.search(formula["inside"])
    return spoken[1] if spoken else formula["inside"]


def _as_break(tag: "regex.Match[str]") -> str:
    return _BREAKS.get(tag["name"], "") if tag["end"] or tag["name"] in ("br", "hr") else ""


def _as_paragraph(html: str, limit: int) -> str:
    text = entities.escape(_untagged(html, limit))
    return f"<p>{text}</p>" if text else ""


def _untagged(html: str, limit: int) -> str:
    """Text without anything that looks like a tag, for what no parser may see."""
    return " ".join(entities.unescape(_ANY_TAG.sub(" ", clean_text(html[:limit]))).split())


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value that an attribute keeps; None takes the attribute away."""
    if name == "class":
        return " ".join(word for word in value.split() if _CLASS.fullmatch(word)) or None
    if name == "translate":
        return "no" if value == "no" else None
    if name == "lang":
        return value if _LANG.fullmatch(value) else None
    if name in ("start", "value"):
        return value if _NUMBER.fullmatch(value) else None
    return value


_REGULAR = nh3.Cleaner(
    tags=TAGS | _HEADINGS | _BLOCKS | {"math", "semantics", "annotation"},
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES | {"math": {"display"}, "annotation": {"encoding"}},
    attribute_filter=_attribute,
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel=None,
)
_STRICT = nh3.Cleaner(
    tags=TAGS,
    clean_content_tags=_DROPPED_WITH_CONTENT,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    tag_attribute_values={"a": {"rel": {LINK_REL}, "target": {"_blank"}}},
    url_schemes=SCHEMES,
    url_relative="deny",
    link_rel=None,
)
_STRUCTURE = nh3.Cleaner(tags=set(_BREAKS), clean_content_tags=_DROPPED_WITH_CONTENT, attributes={}, link_rel=None)
