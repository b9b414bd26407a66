"""What an article is made of, as it is written and as it is said of: pure, and known by everything that keeps posts."""

import html as entities

import msgspec

from social import pasting, prose, text
from social.errors import Invalid
from social.prose import Heading, Prose
from social.sanitise import plain
from social.text import shortened
from storage.articles import ArticleRow
from storage.ids import Millis

KIND = "Article"
MAX_TITLE = 200
MAX_TEASER = 500
MAX_NOTE = 500
MAX_AUTHORS = 10
MAX_PICTURES = 16
_TEASER = 240
_BEGINNING = 8_000
"""Characters in which the first paragraph is looked for."""

_encode = msgspec.json.Encoder().encode


class CoAuthor(msgspec.Struct, frozen=True):
    """Who wrote with the author: actor, name, page."""

    uri: str
    name: str
    url: str = ""


class Correction(msgspec.Struct, frozen=True):
    """What was put right in an article, said to its readers. `by`, `name`: who did it, if not its author."""

    at: Millis
    note: str
    by: str = ""
    name: str = ""


class ArticleDraft(msgspec.Struct, frozen=True, kw_only=True):
    """An article as somebody means it. `note`: what this edit puts right; `base`: the version that it began with."""

    title: str
    teaser: str = ""
    source: str
    authors: tuple[CoAuthor, ...] = ()
    series: str = ""
    part: int = 0
    note: str = ""
    base: int = 0
    piece_uri: str = ""


class ReceivedArticle(msgspec.Struct, frozen=True, kw_only=True):
    """An article of another node of ours: its words, and the HTML that was made of them here."""

    teaser: str
    source: str
    prose: Prose
    authors: tuple[CoAuthor, ...] = ()
    corrections: tuple[Correction, ...] = ()
    series: str = ""
    part: int = 0


_AUTHORS = msgspec.json.Decoder(tuple[CoAuthor, ...])
_CORRECTIONS = msgspec.json.Decoder(tuple[Correction, ...])
_CONTENTS = msgspec.json.Decoder(tuple[Heading, ...])


def settled(draft: ArticleDraft) -> ArticleDraft:
    """The draft with its words made clean; without a teaser the beginning of the article is it."""
    source = pasting.tidy(draft.source)
    teaser = text.clean_text(" ".join(draft.teaser.split()))
    return msgspec.structs.replace(
        draft,
        title=text.clean_line(draft.title),
        source=source,
        teaser=teaser or beginning(source),
        series=text.clean_line(draft.series),
        note=text.clean_text(" ".join(draft.note.split())),
    )


def beginning(source: str) -> str:
    """The first words of an article, as plain text: of its first paragraph that is no heading."""
    ready = prose.render(source[:_BEGINNING], {}, lambda name: name).html
    start = ready.find("<p>")
    return shortened(" ".join(plain(ready[start:].partition("</p>")[0]).split()), _TEASER) if start >= 0 else ""


def problems(draft: ArticleDraft) -> list[Invalid]:
    """What keeps it from being an article."""
    found = []
    if "\0" in draft.title + draft.teaser + draft.source + draft.series + draft.note:
        found.append(Invalid("text", "nul"))
    if not draft.title.strip():
        found.append(Invalid("title", "blank"))
    if not draft.source.strip():
        found.append(Invalid("source", "blank"))
    sized = [("title", draft.title, MAX_TITLE), ("teaser", draft.teaser, MAX_TEASER), ("note", draft.note, MAX_NOTE)]
    sized += [("source", draft.source, prose.MAX_SOURCE), ("series", draft.series, MAX_TITLE)]
    for field, words, limit in sized:
        if len(words) > limit:
            found.append(Invalid(field, "too_long", limit=limit, length=len(words)))
    if len(draft.source) <= prose.MAX_SOURCE and prose.is_too_intricate(draft.source):
        found.append(Invalid("source", "too_intricate"))
    if len(draft.authors) > MAX_AUTHORS:
        found.append(Invalid("authors", "too_many", limit=MAX_AUTHORS))
    return found


def face(teaser_html: str, url: str) -> str:
    """What the article is in a feed of those who know no articles: its teaser and where to read on."""
    address = entities.escape(url)
    shown = entities.escape(url.split("://", 1)[-1])
    return f'{teaser_html}<p><a href="{address}" target="_blank" rel="nofollow noopener">{shown}</a></p>'


def authors(row: ArticleRow) -> tuple[CoAuthor, ...]:
    """Who wrote with the author."""
    return _AUTHORS.decode(row.authors) if row.authors else ()


def corrections(row: ArticleRow) -> tuple[Correction, ...]:
    """What was put right, oldest first."""
    return _CORRECTIONS.decode(row.corrections) if row.corrections else ()


def contents(row: ArticleRow) -> tuple[Heading, ...]:
    """The headings."""
    return _CONTENTS.decode(row.contents) if row.contents else ()


def kept(parts: tuple[CoAuthor, ...] | tuple[Correction, ...] | tuple[Heading, ...]) -> str:
    """A part as it is stored; empty for none."""
    return _encode(parts).decode() if parts else ""
