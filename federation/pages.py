"""Pages of the web as text: what they say of themselves in their head (Open Graph, `<title>`), and oEmbed.

Nothing of a page's HTML is ever shown: what is taken are plain words and addresses.
"""

import codecs
import re
from html.parser import HTMLParser
from typing import Any

import msgspec

from federation.document import time_of
from federation.names import BadName, join_url, parse_url
from social.posts.cards import PageSaid
from social.text import is_language
from storage.ids import Millis

MAX_HEAD = 512 * 1024
MAX_TITLE = 300
MAX_TEXT = 1_000
MAX_NAME = 200
MAX_URL = 2_048
_SNIFFED = 2_048
_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_OEMBED = "application/json+oembed"


class _Head(HTMLParser):
    """Meta elements, title and links of a page, the first of each."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.meta: dict[str, str] = {}
        self.title = ""
        self.language = ""
        self.oembed = ""
        self._is_title = False

    def _opened(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in reversed(attrs)}
        if tag == "html":
            self.language = self.language or said.get("lang", "")
        elif tag == "title" and not self.title:
            self._is_title = True
        elif tag == "meta":
            name = (said.get("property") or said.get("name", "")).strip().lower()
            if name and said.get("content", "").strip():
                self.meta.setdefault(name[:100], said["content"].strip()[:MAX_URL])
        elif tag == "link" and said.get("type", "").lower() == _OEMBED:
            self.oembed = self.oembed or said.get("href", "")

    def _closed(self, tag: str) -> None:
        if tag == "title":
            self._is_title = False

    def _said(self, data: str) -> None:
        if self._is_title and len(self.title) < MAX_TEXT:
            self.title += data

    # The parser's own names for the three.
    handle_starttag = _opened
    handle_endtag = _closed
    handle_data = _said


class OEmbed(msgspec.Struct, frozen=True, kw_only=True):
    """An answer of oEmbed, of which only words and addresses are read: never `html`."""

    type: str = ""
    title: Any = None
    author_name: Any = None
    author_url: Any = None
    provider_name: Any = None
    provider_url: Any = None
    thumbnail_url: Any = None
    url: Any = None


def decoded(body: bytes, content_type: str) -> str:
    """The beginning of a page as text, by the charset that it names; UTF-8 if it names none that is one."""
    head = body[:MAX_HEAD]
    named = _CHARSET.search(content_type.encode("latin-1", "replace")) or _CHARSET.search(head[:_SNIFFED])
    return head.decode(_codec(named[1].decode("ascii")) if named else "utf-8", "replace").replace("\0", "")


def read_page(body: bytes, content_type: str, url: str, came_from: str) -> PageSaid:
    """What the page behind `url` says of itself; addresses in it are of `came_from`, where it was in the end."""
    head = _Head()
    head.feed(decoded(body, content_type))
    meta = head.meta
    image = meta.get("og:image:secure_url") or meta.get("og:image") or meta.get("twitter:image", "")
    language = head.language.strip().replace("_", "-")
    return PageSaid(
        url=url,
        title=_line(meta.get("og:title") or meta.get("twitter:title") or head.title, MAX_TITLE),
        description=_line(meta.get("og:description") or meta.get("description", ""), MAX_TEXT),
        language=language if is_language(language) else None,
        author_name=_line(meta.get("author", ""), MAX_NAME),
        provider_name=_line(meta.get("og:site_name", ""), MAX_NAME),
        published_at=_time(meta.get("article:published_time", "")),
        image_url=_address(image, came_from),
        image_description=_line(meta.get("og:image:alt", ""), MAX_TEXT),
        oembed_url=_address(head.oembed, came_from),
    )


def with_oembed(page: PageSaid, body: bytes) -> PageSaid:
    """What oEmbed adds: a photo is one, everything else stays a link. What cannot be read adds nothing."""
    try:
        said = msgspec.json.decode(body, type=OEmbed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return page
    is_photo = said.type == "photo" and bool(_address(said.url, page.url))
    image = _address(said.url if is_photo else said.thumbnail_url, page.url)
    return msgspec.structs.replace(
        page,
        kind="photo" if is_photo else "link",
        title=page.title or _line(said.title, MAX_TITLE),
        author_name=_line(said.author_name, MAX_NAME) or page.author_name,
        author_url=_address(said.author_url, page.url),
        provider_name=_line(said.provider_name, MAX_NAME) or page.provider_name,
        provider_url=_address(said.provider_url, page.url),
        image_url=image if is_photo else page.image_url or image,
    )


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name)
        "".encode(found.name)
    except (LookupError, ValueError):
        return "utf-8"
    return found.name


def _line(value: Any, length: int) -> str:
    return " ".join(value.split())[:length] if isinstance(value, str) else ""


def _address(value: Any, base: str) -> str:
    if not isinstance(value, str) or not value.strip():
        return ""
    try:
        url = join_url(parse_url(base), value.strip()).text
    except BadName:
        return ""
    return url if len(url) <= MAX_URL and url.startswith(("https://", "http://")) else ""


def _time(value: str) -> Millis | None:
    found = time_of(value)
    return None if found is None or found < 0 else Millis(found)
