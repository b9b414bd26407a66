"""Articles as objects: what everybody reads (name, summary, content, image), a preview for feeds (FEP-b2b8), and what
nodes like this one read beside it."""

import html as entities
from collections.abc import Sequence
from typing import Any

from social import prose
from social.articles import words
from social.articles.words import Correction
from social.clock import iso
from social.posts.media import addressed
from social.reading import PostView
from social.urls import Urls
from storage.articles import ArticleRow
from storage.media import MediaRow


def article(view: PostView, urls: Urls) -> dict[str, Any]:
    """What an article says beside what every post does; nothing of a post that is none."""
    row = view.article
    if row is None:
        return {}
    pictures = addressed(view, urls, for_peers=True)
    document: dict[str, Any] = {
        "summary": row.teaser,
        "content": prose.placed(row.html, lambda place, alt: _picture(pictures, urls, place, alt)),
        "source": {"content": row.source, "mediaType": "text/markdown"},
        "preview": {
            "type": "Note",
            "attributedTo": view.author.uri,
            "content": view.post.html,
            "published": iso(view.post.published_at),
        },
        "longForm": _long_form(row, view.post.minutes),
    }
    if view.post.language:
        document["contentMap"] = {view.post.language: document["content"]}
    if pictures:
        cover = pictures[0]
        document["image"] = {
            "type": "Image",
            "mediaType": cover.mime,
            "url": urls.media(cover.token),
            "name": cover.description or None,
        }
    return document


def _long_form(row: ArticleRow, minutes: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "readingMinutes": minutes,
        "coAuthors": [{"id": one.uri, "name": one.name} for one in words.authors(row)],
        "corrections": [_correction(one) for one in words.corrections(row)],
    }
    return said | ({"series": row.series, "part": row.part} if row.series else {})


def _correction(one: Correction) -> dict[str, str]:
    said = {"published": iso(one.at), "content": one.note}
    return said | ({"attributedTo": one.by} if one.by else {})


def _picture(pictures: Sequence[MediaRow], urls: Urls, place: int, alt: str) -> str:
    if not 0 < place <= len(pictures):
        return entities.escape(alt)
    shown = pictures[place - 1]
    words_of = entities.escape(alt or shown.description)
    return f'<img src="{entities.escape(urls.media(shown.token))}" alt="{words_of}" />'
