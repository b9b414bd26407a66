"""What the pages of articles and of the desk share: an article as its form holds it, and the states in words."""

from collections.abc import Mapping, Sequence

import msgspec
from markupsafe import Markup

from social.desk.pieces import Words
from social.policy import Viewer
from social.posts import media
from social.settings import MediaSettings
from storage import accounts, posts
from storage.engine.database import Tx
from storage.ids import MediaId
from storage.media import MediaRow
from web import articles, writing
from web.forms import Form
from web.i18n import N_
from web.pictures import stored
from web.visit import Errors, Visit

MAX_PICTURES = 16
STATES: Mapping[str, str] = {
    "idea": N_("Idea"),
    "writing": N_("Being written"),
    "review": N_("In review"),
    "changes": N_("Changes asked for"),
    "approved": N_("Approved"),
    "scheduled": N_("Scheduled"),
    "failed": N_("Not published"),
    "published": N_("Published"),
}
CHANNELS: Mapping[str, str] = {
    "article": N_("Article"),
    "announcement": N_("Must-read"),
    "post": N_("Post"),
    "event": N_("Event"),
}


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """An article while it is written. `shown`: what it would look like, if that was asked for."""

    action: str
    words: Words = Words()
    base: int = 0
    media: Sequence[MediaRow] = ()
    note: str = ""
    notice: str = ""
    shown: Markup | None = None
    languages: Sequence[tuple[str, str]] = ()
    places: Sequence[tuple[str, str]] = ()
    errors: Errors


def sheet(visit: Visit, action: str, words: Words, media_rows: Sequence[MediaRow], base: int, **more: object) -> Sheet:
    """The form with these words."""
    language = words.language or visit.locale
    start: dict[str, object] = {
        "action": action,
        "words": msgspec.structs.replace(words, language=language),
        "media": media_rows,
        "base": base,
        "languages": writing.languages(language),
        "places": places(visit),
        "errors": visit.errors(),
    }
    return Sheet(**(start | more))  # type: ignore[arg-type]  # the names are Sheet's own


def places(visit: Visit) -> list[tuple[str, str]]:
    """Whom an article may be for: the group, followers, a community of the reader's."""
    common = [
        ("public", visit.say("The whole group")),
        ("unlisted", visit.say("The whole group, quietly")),
        ("followers", visit.say("Your followers")),
    ]
    return [*common, *((f"community-{one.id}", one.name) for one in visit.frame.communities)]


def words_of(form: Form, media: Sequence[int]) -> Words:
    """The words of a form. Raises Invalid."""
    place = form.line("place") or "public"
    community = place.removeprefix("community-") if place.startswith("community-") else ""
    part = form.line("part")
    return Words(
        title=form.text("title", limit=1_000),
        teaser=form.text("teaser", limit=2_000),
        source=form.text("source", limit=200_000),
        language=writing.language_of(form) or "",
        series=form.line("series"),
        part=int(part) if part.isascii() and part.isdigit() and len(part) < 4 else 0,
        visibility="public" if community else place,
        community=int(community) if community.isascii() and community.isdigit() and len(community) < 20 else 0,
        media=tuple(media),
    )


def filled(form: Form, media: Sequence[int]) -> Words:
    """The words of a form as they came, to be shown again."""
    part = form.written("part")
    return Words(
        title=form.written("title"),
        teaser=form.written("teaser"),
        source=form.written("source"),
        language=form.written("language"),
        series=form.written("series"),
        part=int(part) if part.isascii() and part.isdigit() and len(part) < 4 else 0,
        media=tuple(media),
    )


async def pictures(visit: Visit, form: Form) -> list[MediaRow]:
    """The pictures of a form in their order, those that came with it last, each with its words. Raises Invalid."""
    without = set(form.numbers("without"))
    held = [id for id in form.numbers("media") if id not in without]
    settings, ids = visit.node.settings.media, visit.node.ids
    uploads = [await stored(visit.node, file) for file in form.files("pictures")[: MAX_PICTURES - len(held)]]
    added = [await visit.write(media.add, one, settings=settings, ids=ids, now=visit.now) for one in uploads]
    for id in held:
        if form.has(f"words-{id}"):
            words = form.line(f"words-{id}", limit=10_000)
            await visit.write(described, MediaId(id), words, settings)
    rows = [*await visit.read(writing.own_media, held), *added]
    return _earlier(rows, form.number("earlier"))


def described(tx: Tx, viewer: Viewer, id: MediaId, words: str, settings: MediaSettings) -> None:
    """Words for a picture that no post shows yet; of one that a post shows, its own page changes them."""
    row = media.own(tx, viewer, id)
    if row.post_id is None and row.description != words:
        media.describe(tx, viewer, id, description=words, settings=settings)


def looked_at(visit: Visit, words: Words, rows: Sequence[MediaRow]) -> Markup:
    """The article as it would be read."""
    return articles.preview(words.source, rows, visit.node.urls)


def read_at(tx: Tx, url: str) -> str:
    """Where the readers of this site read the post of that address: on it if the post arrived, else where it says."""
    post = posts.by_url(tx, url) if url else None
    author = accounts.by_id(tx, post.author_id) if post is not None else None
    return url if post is None or author is None else f"/@{author.acct}/{post.id}"


def _earlier(rows: list[MediaRow], id: int | None) -> list[MediaRow]:
    place = next((at for at, row in enumerate(rows) if row.id == id), 0)
    if place:
        rows.insert(place - 1, rows.pop(place))
    return rows
