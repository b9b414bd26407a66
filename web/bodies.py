"""The words of a post on a page of this node: people and hashtags lead to their pages here, whoever's server wrote it.

The HTML comes from `social/text.py` or `social/sanitise.py`: only its links are changed, nothing is added.
"""

import re
from collections.abc import Sequence
from html import escape, unescape
from urllib.parse import quote, unquote, urlsplit

import msgspec
from markupsafe import Markup

from social.posts import languages
from social.reading import PostView
from social.sanitise import plain
from social.text import shortened
from social.urls import Urls
from storage.posts import MentionRow
from web.emojis import pictured

_LINK = re.compile(r'<a((?: [a-z-]+="[^"]*")*)>')
_ADDRESS = re.compile(r' href="([^"]*)"')
_AWAY = re.compile(r' (?:target|rel)="[^"]*"')
_FULL_STOP = re.compile(r"[.,;:!?\s]+…$")
_EXCERPT = 140


def said(view: PostView, locale: str) -> PostView:
    """The post in the language of the page, if it was written in that one too."""
    return msgspec.structs.replace(view, post=languages.for_reader(view.post, [locale])) if view.post.versions else view


def words(view: PostView, urls: Urls) -> Markup:
    """The HTML of a post, ready for a page."""
    return Markup(pictured(linked(view.post.html, view.mentions), view.post.emojis, urls))  # noqa: S704 — sanitised


def linked(html: str, mentions: Sequence[MentionRow]) -> str:
    """HTML that was made safe, with people and hashtags leading to their pages here."""
    named = ((f"/@{_acct(one.username, one.domain)}", address) for one in mentions for address in (one.url, one.uri))
    people = {address: page for page, address in named}
    return _LINK.sub(lambda found: _led(found[0], found[1], people), html)


def sanitised(html: str) -> Markup:
    """HTML that `social` made or made harmless, marked as such."""
    return Markup(html)  # noqa: S704 — what is kept in the database went through the sanitiser


def excerpt(view: PostView) -> str:
    """The beginning of a post as plain text."""
    shown = view.shown.post
    words_of = " ".join((shown.spoiler or shown.title or plain(shown.html)).split())
    return _FULL_STOP.sub("…", shortened(words_of, _EXCERPT))


def _led(link: str, attributes: str, people: dict[str, str]) -> str:
    """One link: of a known person or of a hashtag it leads to the page here, any other stays as it is."""
    address = _ADDRESS.search(attributes)
    if address is None:
        return link
    target = people.get(unescape(address[1]))
    if target is None and "hashtag" in attributes:
        name = unquote(urlsplit(unescape(address[1])).path.rstrip("/").rsplit("/", 1)[-1])
        target = f"/tags/{quote(name)}" if name else None
    if target is None:
        return link
    kept = _AWAY.sub("", attributes.replace(address[0], ""))
    return f'<a href="{escape(quote(target, safe="/@:%"))}"{kept}>'


def _acct(username: str, domain: str) -> str:
    return f"{username}@{domain}" if domain else username
