"""What somebody pastes into an article, made Markdown: from Word, from a page of the web, from a mail.

The HTML is made regular by the parser that cleans everything from elsewhere; of that only structure and words are read.
Fonts, colours, comments, conditional parts and empty wrappers of Word are not even looked at.
"""

from html.parser import HTMLParser

import nh3
import regex

from social import office
from social.sanitise import MAX_HTML, MAX_TAGS, plain
from social.text import clean_text

_KEPT = frozenset(
    str.split("p div br h1 h2 h3 h4 h5 h6 b strong i em s del u a ul ol li blockquote pre code table tr td th hr")
)
_DROPPED = frozenset(str.split("script style head title meta link xml noscript template iframe object svg math form"))
_HEADINGS = {f"h{level}": "#" * min(level, 4) for level in range(1, 7)}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "code": "`"}
_BLOCKS = frozenset(str.split("p div blockquote ul ol table pre hr tr"))
_SPECIAL = regex.compile(r"([\\`*_\[\]<>])")
_SPACES = regex.compile(r"[ \t\r\n\f\u00a0\u202f]+")
_LINES = regex.compile(r"\n{3,}")
_EMPTY_QUOTE = regex.compile(r"(?m)^>[ >]*$")
_TAGGED = regex.compile(r"(?i)<(?:p|div|h[1-6]|ul|ol|li|table|span|br|o:p)(?:\s[^<>]*)?/?>")
_BULLET = regex.compile(r"(?m)^[ \t]*[·•▪◦\uf0b7\u2023][ \t\u00a0]*")


def markdown(html: str) -> str:
    """HTML of a clipboard as Markdown. Never raises; what is too large becomes plain text."""
    if len(html) > MAX_HTML * 5 or html.count("<") > MAX_TAGS:
        return tidy(plain(html[:MAX_HTML]))
    reader = _Reader()
    reader.feed(_REGULAR.clean(office.meant(clean_text(html))))
    reader.close()
    return tidy(reader.written())


def tidy(source: str) -> str:
    """What was typed or pasted as text: bullets as lists, tags of a pasted page as what they mean, no odd spaces."""
    source = clean_text(source)
    if len(_TAGGED.findall(source)) > 1 and "```" not in source:
        return markdown(source)
    source = source.replace("\u00ad", "").replace("\u200b", "").replace("\ufeff", "")
    lines = (line.rstrip() for line in _BULLET.sub("- ", source).split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Regular HTML, read once from left to right."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._lists: list[tuple[str, int]] = []
        self._links: list[str] = []
        self._quotes = 0
        self._is_code = False
        self._cells = 0
        self._rows = 0

    def written(self) -> str:
        """The Markdown of what was read. Two lists that touch are one: Word makes one of each item."""
        return _EMPTY_QUOTE.sub("", "".join(self._out))

    def _started(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HEADINGS:
            self._break(f"{_HEADINGS[tag]} ")
        elif tag in ("ul", "ol"):
            self._lists.append((tag, 0))
        elif tag == "li":
            self._item()
        elif tag == "blockquote":
            self._quotes += 1
            self._break()
        elif tag == "br":
            self._out.append("\n")
        elif tag == "hr":
            self._break("---")
        elif tag == "pre":
            self._break("```\n")
            self._is_code = True
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self._out.append("[")
        else:
            self._open(tag)

    def _ended(self, tag: str) -> None:
        if tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            if not self._lists:
                self._out.append("\n")
        elif tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
            self._break()
        elif tag == "pre":
            self._out.append("\n```\n\n")
            self._is_code = False
        elif tag == "a" and self._links:
            self._close_link(self._links.pop())
        elif tag == "tr":
            self._end_row()
        elif tag in _MARKS and not self._is_code:
            self._mark(_MARKS[tag], is_end=True)
        elif tag in _HEADINGS or (tag in _BLOCKS and not self._lists and not self._cells):
            self._break()

    def _said(self, data: str) -> None:
        if self._is_code:
            self._out.append(data)
            return
        words = _SPACES.sub(" ", data)
        if words == " " and (not self._out or self._out[-1].endswith(("\n", " "))):
            return
        if not self._out or self._out[-1].endswith(("\n", "- ", ". ", "# ")):
            words = words.lstrip()
        self._out.append(_SPECIAL.sub(r"\\\1", words))

    # What the parser calls, by the names that it knows.
    handle_starttag = _started
    handle_endtag = _ended
    handle_data = _said

    def _open(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._out.append(" | " if self._cells else "| ")
            self._cells += 1
        elif tag == "tr":
            self._cells = 0
        elif tag == "table":
            self._break()
            self._rows = 0
        elif tag in _MARKS and not self._is_code:
            self._mark(_MARKS[tag], is_end=False)
        elif tag in ("p", "div") and not self._lists and not self._cells:
            self._break()

    def _break(self, words: str = "") -> None:
        """A blank line, unless one is there, and what the next line begins with."""
        if self._out and not "".join(self._out[-3:]).endswith("\n\n"):
            self._out.append("\n\n")
        self._out.append("> " * self._quotes + words)

    def _item(self) -> None:
        kind, count = self._lists[-1] if self._lists else ("ul", 0)
        if self._lists:
            self._lists[-1] = (kind, count + 1)
        sign = f"{count + 1}. " if kind == "ol" else "- "
        self._out.append(f"\n{'    ' * max(0, len(self._lists) - 1)}{sign}")

    def _mark(self, mark: str, *, is_end: bool) -> None:
        """A mark must touch its words: spaces go outside, and around nothing there is none."""
        if not is_end:
            self._out.append(mark)
            return
        start = next((at for at in range(len(self._out) - 1, -1, -1) if self._out[at] == mark), None)
        if start is None:
            return
        inside = "".join(self._out[start + 1 :])
        del self._out[start:]
        words = inside.strip()
        is_apart = not self._out or self._out[-1].endswith((" ", "\n"))
        lead = "" if is_apart else inside[: len(inside) - len(inside.lstrip())]
        end = inside[len(inside.rstrip()) :]
        self._out.append(f"{lead}{mark}{words}{mark}{end}" if words else inside)

    def _close_link(self, href: str) -> None:
        start = next((at for at in range(len(self._out) - 1, -1, -1) if self._out[at] == "["), None)
        if start is None:
            return
        words = "".join(self._out[start + 1 :])
        del self._out[start:]
        is_kept = href.startswith(("http://", "https://", "mailto:")) and words.strip()
        self._out.append(f"[{words.strip()}]({href.replace(' ', '%20').replace(')', '%29')})" if is_kept else words)

    def _end_row(self) -> None:
        cells, self._cells = self._cells, 0
        self._out.append(" |\n")
        self._rows += 1
        if self._rows == 1 and cells:
            self._out.append("|" + " --- |" * cells + "\n")


_REGULAR = nh3.Cleaner(
    tags=set(_KEPT),
    clean_content_tags=set(_DROPPED),
    attributes={"a": {"href"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel=None,
)
