"""What readers answer: « I have read and understood », or « I have a question ». Each on the own node, by one act."""

import msgspec

from social.announcements import asking
from social.errors import Conflict, Invalid, NotFound
from social.policy import Viewer, require_person
from storage import acknowledgements, asked
from storage import announcements as rows
from storage.announcements import AnnouncementRow, ReaderRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What was on the screen: the version, in which language, and the digest of the text."""

    version: int
    language: str
    digest: str


def confirm(tx: Tx, viewer: Viewer, id: PostId, shown: Shown, *, question: bool = False, now: Millis) -> ReaderRow:
    """The viewer has read what was shown, or has a question about it. Twice is once, and late is not too late.

    Raises Unauthorized, NotFound for what the viewer is not asked, Conflict `changed_meanwhile` for a version that
    was replaced while it was read, Invalid for a text that was never shown.
    """
    require_person(viewer)
    row = _asked(tx, viewer, id)
    if shown.version != row.version:
        if not rows.has_version(tx, row.post_id, shown.version):
            raise Invalid("version", "invalid")
        raise Conflict("changed_meanwhile")
    if not rows.was_shown(tx, row.post_id, shown.version, shown.language, shown.digest):
        raise Invalid("digest", "invalid")
    if acknowledgements.confirm(
        tx, row.post_id, shown.version, viewer.account, shown.language, shown.digest, now, question=question
    ):
        asking.tell_later(tx, row.post_id, now=now)
    return rows.of_posts(tx, [row.post_id], viewer.account)[0]


def see(tx: Tx, viewer: Viewer, posts: list[PostId], *, now: Millis) -> None:
    """What is asked of the viewer stands before their eyes."""
    require_person(viewer)
    for post in asked.seen(tx, viewer.account, posts, now):
        asking.tell_later(tx, post, now=now)


def _asked(tx: Tx, viewer: Viewer, id: PostId) -> AnnouncementRow:
    row = rows.by_post(tx, id)
    if row is None or not asked.is_asked(tx, id, viewer.account):
        raise NotFound("post")
    return row
