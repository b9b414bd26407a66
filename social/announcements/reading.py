"""« To read »: what somebody is asked to read, what they confirmed, and what is over; each in their own language."""

from collections.abc import Sequence

import msgspec

from social import reading
from social.announcements.statements import UNKNOWN, digests
from social.policy import Viewer, require_person
from social.posts import languages
from social.reading import PostView
from storage import announcements as rows
from storage.announcements import ReaderRow
from storage.engine.database import Tx
from storage.ids import Millis

MOST = 40


class ToRead(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for somebody, and what was before: the posts with their announcement."""

    owed: list[PostView]
    answered: list[PostView]


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked below the text that somebody has before them: `language` and `digest` are of that text."""

    version: int
    language: str
    digest: str


def to_read(tx: Tx, viewer: Viewer, *, now: Millis) -> ToRead:
    """What the viewer has to read, the urgent first, and what they confirmed or what is over. Raises Unauthorized."""
    require_person(viewer)
    listed = rows.of_reader(tx, viewer.account, MOST, now)
    owed = {one.announcement.post_id for one in listed if is_owed(one, now)}
    views = reading.posts(tx, viewer, [one.announcement.post_id for one in listed])
    return ToRead(
        owed=[view for view in views if view.post.id in owed],
        answered=[view for view in views if view.post.id not in owed],
    )


def listed(tx: Tx, viewer: Viewer, *, now: Millis) -> list[ReaderRow]:
    """The same without the posts: for an app, which has them. One statement. Raises Unauthorized."""
    require_person(viewer)
    return rows.of_reader(tx, viewer.account, MOST, now)


def is_owed(one: ReaderRow, now: Millis) -> bool:
    """Whether an answer is still wanted."""
    return one.asked_at is not None and one.confirmed_at is None and one.announcement.is_current(now)


def ask(view: PostView, wanted: Sequence[str]) -> Ask | None:
    """What is asked of whoever reads the post in the language that suits them; None for a plain post."""
    if view.announcement is None:
        return None
    said = digests(view.post, view.article)
    language = languages.chosen(list(said), wanted) if view.post.versions else next(iter(said))
    return Ask(
        version=view.announcement.announcement.version, language=language or UNKNOWN, digest=said[language or UNKNOWN]
    )
