"""Articles of nodes like this one: what their `longForm` says beside the words that everybody reads.

Articles of others (WordPress, WriteFreely, Ghost, PieFed) have none of it, and are shown by title, text and link.
"""

from typing import Any

from federation.article_words import Author, LongForm, Remark
from federation.document import count_of, fields_of, text_of, time_of
from federation.read.values import gathered, optional_id
from federation.vocabulary import MAX_TITLE
from social.articles.words import MAX_AUTHORS, MAX_NOTE, MAX_TEASER
from social.prose import MAX_SOURCE

MAX_REMARKS = 50
MARKDOWN = "text/markdown"


def article_of(fields: dict[str, Any], kind: str, insecure: bool) -> LongForm | None:
    """The article that a document describes in our words; None if it says nothing of it, or without its source."""
    said, source = fields_of(fields.get("longForm")), fields_of(fields.get("source"))
    if kind != "Article" or said is None or source is None or source.get("mediaType") != MARKDOWN:
        return None
    words = text_of(source.get("content"))
    if not words or len(words) > MAX_SOURCE:
        return None
    return LongForm(
        source=words,
        teaser=(text_of(fields.get("summary")) or "")[:MAX_TEASER],
        authors=gathered(said.get("coAuthors"), lambda one: _author(one, insecure), MAX_AUTHORS),
        corrections=gathered(said.get("corrections"), lambda one: _remark(one, insecure), MAX_REMARKS),
        series=(text_of(said.get("series")) or "")[:MAX_TITLE],
        part=min(count_of(said.get("part")) or 0, 1_000),
    )


def _author(value: Any, insecure: bool) -> Author | None:
    entry = fields_of(value)
    id = optional_id(entry, insecure) if entry else None
    name = text_of(entry.get("name")) if entry else None
    return Author(id=id, name=name[:MAX_TITLE]) if id and name else None


def _remark(value: Any, insecure: bool) -> Remark | None:
    entry = fields_of(value)
    at = time_of(entry.get("published")) if entry else None
    note = text_of(entry.get("content")) if entry else None
    by = optional_id(entry.get("attributedTo"), insecure) if entry else None
    if at is None or at < 0 or not (note or by):
        return None
    return Remark(at=at, note=(note or "")[:MAX_NOTE], by=by or "")
