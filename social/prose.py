"""The words of an article: Markdown as HTML, with a table of contents and captions, the same on every node.

Nothing of what is written comes through as HTML: a tag in the source is text. Pictures are named by their place among
those of the article (`![what it shows](photo:1 "caption")`), and stand in the HTML as `src="photo:1"` until a face
gives them the address of today. People and hashtags become links as in every other post.
"""

import html as entities
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import msgspec
import regex
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from social import text
from social.text import Mentioned, Scanned

MAX_SOURCE = 100_000
"""Characters of an article."""
MAX_EFFORT = 25_000
"""What reading the marks of an article may cost: each sign that may begin something, each line, each cell of a table.

A long article has some five thousand. 100 KB of nothing but brackets, cells or links held up every writing of a node
for seconds, and are no article: they are shown as they stand.
"""
WORDS_A_MINUTE = 220
_HIGHEST, _LOWEST = 2, 4
_LISTED = frozenset({"h2", "h3"})
_PHOTO = regex.compile(r"photo:([1-9][0-9]?)")
_PLACED = regex.compile(r'<img src="photo:([0-9]{1,2})" alt="([^"]*)" />')
_SCHEMES = ("http://", "https://", "mailto:", "tel:")
_WORD = regex.compile(r"[\p{L}\p{N}]+(?:['’\-][\p{L}\p{N}]+)*")
_MARKS = "[]()!*_`~<>&\\#@-+."
_BLANK_LINE = regex.compile(r"\n[ \t]*+\n")
_NOT_SLUG = regex.compile(r"[^a-z0-9]+")


class Heading(msgspec.Struct, frozen=True):
    """A line of the table of contents: its level (2 or 3), where it leads, and its words."""

    level: int
    anchor: str
    words: str


class Prose(msgspec.Struct, frozen=True, kw_only=True):
    """An article made ready: HTML, headings, and about how long one reads it."""

    html: str
    contents: tuple[Heading, ...]
    minutes: int


def render(source: str, mentions: Mapping[str, Mentioned], tag_url: Callable[[str], str]) -> Prose:
    """Markdown as HTML. Never raises: what is no Markdown is text, and so is what is too intricate."""
    if is_too_intricate(source):
        return _as_it_stands(source)
    markdown = _markdown()
    tokens = _with_figures(markdown.parse(text.clean_text(source)))
    headings = _named(tokens)
    env: dict[str, Any] = {"mentions": mentions, "tag_url": tag_url, "links": []}
    words = sum(len(_WORD.findall(token.content)) for token in tokens if token.type == "inline")
    return Prose(
        html=str(markdown.renderer.render(tokens, markdown.options, env)).strip(),
        contents=tuple(headings),
        minutes=max(1, round(words / WORDS_A_MINUTE)),
    )


def scan(source: str) -> Scanned:
    """Whom and what the words name; what stands in code names nobody, nor does what is too intricate."""
    if is_too_intricate(source):
        return text.scan("")
    tokens = _markdown().parse(text.clean_text(source))
    parts = [
        child.content
        for token in tokens
        if token.type == "inline"
        for child in token.children or ()
        if child.type == "text"
    ]
    return text.scan("\n".join(parts))


def effort(source: str) -> int:
    """How much there is to read in the marks, counted without reading them; more than the limit is not counted on."""
    found = 2 * source.count("\n") + sum(source.count(mark) for mark in _MARKS)
    if found > MAX_EFFORT:
        return found
    for block in _BLANK_LINE.split(source):
        # A row is filled up to the columns of its table, however short it is.
        lines = block.split("\n")
        found += len(lines) * max(line.count("|") for line in lines)
    return found


def is_too_intricate(source: str) -> bool:
    """Whether it is more marks than words, and nothing that anybody has to read."""
    return effort(source) > MAX_EFFORT


def photos(source: str) -> tuple[int, ...]:
    """The places of the pictures that the words show, each once."""
    return tuple(dict.fromkeys(int(found[1]) for found in _PHOTO.finditer(source)))


def placed(html: str, address: Callable[[int, str], str]) -> str:
    """The HTML with its pictures: `address` gives the element for a place and its words, empty for none."""
    return _PLACED.sub(lambda found: address(int(found[1]), entities.unescape(found[2])), html)


class _Renderer(RendererHTML):
    """HTML of CommonMark, with what makes it ours: links that say nothing of us, pictures by place, names as links."""

    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return text.linked(tokens[idx].content, env["mentions"], None if env["links"] else env["tag_url"])

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        href = str(tokens[idx].attrs.get("href", ""))
        env["links"].append(href.lower().startswith(_SCHEMES))
        if not env["links"][-1]:
            return "<span>"
        return f'<a href="{entities.escape(href)}" rel="nofollow noopener" target="_blank">'

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</a>" if env["links"].pop() else "</span>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        alt = entities.escape(self.renderInlineAsText(token.children, options, env))
        found = _PHOTO.fullmatch(str(token.attrs.get("src", "")))
        # A picture of elsewhere would tell its server who reads: its words stand for it.
        return f'<img src="photo:{found[1]}" alt="{alt}" />' if found else alt

    def figure(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        children = tokens[idx].children or []
        caption = text.linked(str(children[0].attrs.get("title", "")), env["mentions"], env["tag_url"])
        below = f"<figcaption>{caption}</figcaption>" if caption else ""
        return f"<figure>{self.image(children, 0, options, env)}{below}</figure>\n"


def _as_it_stands(source: str) -> Prose:
    words = len(_WORD.findall(source))
    shown = entities.escape(text.clean_text(source))
    return Prose(html=f"<p>{shown}</p>", contents=(), minutes=max(1, round(words / WORDS_A_MINUTE)))


def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable(["table", "strikethrough"])


def _with_figures(tokens: list[Token]) -> list[Token]:
    """A paragraph that is one picture becomes a figure; headings begin at the second level, below the title."""
    lower = 1 if any(token.tag == "h1" for token in tokens) else 0
    made: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type == "paragraph_open" and _is_picture(tokens[index + 1]):
            made.append(Token("figure", "figure", 0, children=tokens[index + 1].children))
            index += 3
            continue
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(_LOWEST, max(_HIGHEST, int(token.tag[1]) + lower))}"
        made.append(token)
        index += 1
    return made


def _is_picture(token: Token) -> bool:
    children = token.children or []
    return (
        len(children) == 1
        and children[0].type == "image"
        and _PHOTO.fullmatch(str(children[0].attrs.get("src", ""))) is not None
    )


def _named(tokens: Sequence[Token]) -> list[Heading]:
    """The headings, each given an anchor of its own."""
    found: list[Heading] = []
    taken: set[str] = set()
    counts: dict[str, int] = {}
    for token, inside in pairwise(tokens):
        if token.type != "heading_open":
            continue
        words = "".join(child.content for child in inside.children or () if child.type in ("text", "code_inline"))
        anchor = base = f"s-{_slug(words)}"
        while anchor in taken:
            # Counted on, not anew: an article of nothing but headings has thousands of one name.
            counts[base] = counts.get(base, 1) + 1
            anchor = f"{base}-{counts[base]}"
        taken.add(anchor)
        token.attrs["id"] = anchor
        if token.tag in _LISTED:
            found.append(Heading(int(token.tag[1]), anchor, words))
    return found


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return _NOT_SLUG.sub("-", plain).strip("-")[:60] or "part"
