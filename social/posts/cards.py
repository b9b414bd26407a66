"""Cards of links: which link of a post gets one, and what is kept of a page. The pages are fetched by `federation`."""

import html as entities
from urllib.parse import unquote, urlsplit

import msgspec
import regex

from social import jobs, text
from social.clock import DAY, HOUR, SECOND
from social.paging import Page
from social.people import accounts as people
from social.policy import Viewer
from social.posts import media
from social.posts.media import Upload
from social.settings import CardSettings
from social.urls import Urls
from storage import cards as rows
from storage import media as media_rows
from storage import posts as post_rows
from storage import quotes as quote_rows
from storage.cards import CardRow
from storage.engine.database import Tx
from storage.ids import IdMaker, MediaId, Millis, PostId
from storage.posts import PostRow
from storage.visibility import OPEN, Visibility

FRESH = 7 * DAY
"""A page is read again by the first post that links to it after so long."""
EMPTY_FRESH = HOUR
SPREAD = 60 * SECOND
"""Within so long all nodes that got a post read its page: not all in the same moment."""
MAX_URL = 2_048
MAX_NAME = 200
FILES = frozenset({
    "pdf", "doc", "docx", "odt", "rtf", "xls", "xlsx", "ods", "csv", "ppt", "pptx", "odp", "odg", "vsdx", "dwg", "dxf",
    "step", "stp", "zip",
})  # fmt: skip
"""Endings of addresses that are files, and no pages."""

_LINK = regex.compile(r"<a (?P<attributes>[^>]*+)>")
_HREF = regex.compile(r'(?:^|\s)href="(?P<url>https?://[^"]++)"')
_NAMED = regex.compile(r'(?:^|\s)(?:class="[^"]*\b(?:mention|hashtag)\b|rel="[^"]*\btag\b)')
_QUOTED = regex.compile(r'<p class="quote-inline">.*?</p>', regex.DOTALL)


class PageSaid(msgspec.Struct, frozen=True, kw_only=True):
    """What a page says of itself; plain text, addresses of the web."""

    url: str
    kind: str = "link"
    title: str = ""
    description: str = ""
    language: str | None = None
    author_name: str = ""
    author_url: str = ""
    provider_name: str = ""
    provider_url: str = ""
    published_at: Millis | None = None
    image_url: str = ""
    image_description: str = ""
    oembed_url: str = ""


def wish(tx: Tx, post: PostRow, *, now: Millis) -> None:
    """Have the post's card looked for: of what is for everybody, and of local posts that are for more than a few."""
    if post.visibility is Visibility.DIRECT or post.minutes:
        return  # what an article leads to is itself
    url = link_of(post.html)
    # An edit may also take the link away.
    if (url is not None and _has_card(post, url)) or post.edited_at is not None:
        spread = 0 if post.is_local else post.id % SPREAD
        jobs.enqueue(tx, jobs.FetchCard(post=post.id), key=str(post.id), due=Millis(now + spread))


def link_of(html: str, own: str = "") -> str | None:
    """The first link that is neither a name, a subject, a quote nor a page of this node, whose address is `own`."""
    for found in _LINK.finditer(_QUOTED.sub("", html)):
        attributes = found["attributes"]
        href = _HREF.search(attributes)
        if href is None or _NAMED.search(attributes):
            continue
        url = entities.unescape(href["url"]).partition("#")[0]
        is_own = bool(own) and (url == own or url.startswith((f"{own}/", f"{own}?")))
        if len(url) <= MAX_URL and not is_own:
            return url
    return None


def file_of(url: str) -> PageSaid | None:
    """What is shown of a link to a file: its name, as the address says it, and where it lies; None for a page.

    Nobody asks for it: the document tool would show its own door, to the node and not to who may come in.
    """
    try:
        parts = urlsplit(url)
        name = unquote(parts.path.rpartition("/")[2]).strip()
        host = parts.hostname or ""
    except ValueError:
        return None
    stem, _, ending = name.rpartition(".")
    if not stem or ending.lower() not in FILES:
        return None
    return PageSaid(url=url, title=text.shortened(name, MAX_NAME), provider_name=host)


def _has_card(post: PostRow, url: str) -> bool:
    """Whether the link is shown: of what is for few, and came from elsewhere, no page is asked for."""
    return post.visibility in OPEN or post.is_local or file_of(url) is not None


def allows(settings: CardSettings, host: str) -> bool:
    """Whether pages of the host may be read. A name stands for all below it."""
    name = host.partition(":")[0].lower()

    def among(names: tuple[str, ...]) -> bool:
        return any(name == one.lower() or name.endswith(f".{one.lower()}") for one in names)

    return settings.enabled and not among(settings.deny) and (not settings.allow or among(settings.allow))


def wanted(tx: Tx, post: PostId, urls: Urls, *, now: Millis) -> str | None:
    """The address of which a card has to be fetched for the post; None if there is none to fetch.

    One that is kept and fresh is shown at once; pictures and quotes of a post leave no room for a card.
    """
    row = post_rows.by_id(tx, post)
    if row is None:
        return None
    has_room = quote_rows.of_post(tx, post) is None and not media_rows.of_posts(tx, [post])
    url = link_of(row.html, urls.base) if has_room else None
    if url is None or not _has_card(row, url):
        if rows.hide(tx, post):
            post_rows.touch(tx, post)
        return None
    known = rows.by_url(tx, url)
    if known is None or known.fetched_at + (FRESH if known.title else EMPTY_FRESH) <= now:
        return url
    rows.show(tx, post, known.id)
    post_rows.touch(tx, post)
    return None


def keep(tx: Tx, post: PostId, said: PageSaid, picture: Upload | None, *, ids: IdMaker, now: Millis) -> None:
    """Keep what a page says, and show it with the post and with all others that link to it."""
    former = rows.by_url(tx, said.url)
    if former is not None and former.media_id is not None:
        media.forget_by_id(tx, former.media_id, now=now)
    row = CardRow(
        id=ids.make(),
        url=said.url,
        kind=said.kind,
        title=text.clean_line(said.title),
        description=text.clean_text(said.description),
        language=said.language,
        author_name=text.clean_line(said.author_name),
        author_url=said.author_url,
        provider_name=text.clean_line(said.provider_name),
        provider_url=said.provider_url,
        published_at=said.published_at,
        media_id=None if picture is None else _picture(tx, said, picture, ids, now),
        fetched_at=now,
    )
    card = rows.keep(tx, row)
    rows.show(tx, post, card)
    rows.touch(tx, card)


def timeline(tx: Tx, viewer: Viewer, url: str, page: Page) -> list[PostId]:
    """Public posts that link to the page, newest first."""
    return list(rows.timeline(tx, url, viewer.account, page.before, page.floor, page.limit, up=page.is_upward))


def _picture(tx: Tx, said: PageSaid, made: Upload, ids: IdMaker, now: Millis) -> MediaId:
    """The picture belongs to the node: it is nobody's post."""
    row = media.elsewhere(MediaId(ids.make()), people.instance_actor(tx).id, "card", said.image_url, now)
    media_rows.insert(
        tx,
        msgspec.structs.replace(
            row,
            mime=made.mime,
            file_key=made.file_key,
            small_key=made.small_key,
            small_mime=made.small_mime,
            width=made.width,
            height=made.height,
            small_width=made.small_width,
            small_height=made.small_height,
            bytes=made.bytes,
            blurhash=made.blurhash,
            description=said.image_description,
        ),
    )
    return row.id
