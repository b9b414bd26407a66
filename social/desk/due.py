"""What is published as it was planned, now or when its time has come, and its piece says so, in one transaction.

An article that must be read is announced: it is the must-read, and who is asked confirms it.
"""

import msgspec

from social.announcements import planned
from social.announcements import publish as announcing
from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.desk import writing
from social.desk.pieces import State, moved
from social.errors import SocialError
from social.policy import Viewer
from social.posts import scheduled
from social.posts.publish import Context, Draft, publish
from storage import accounts, desk
from storage.desk import PieceId, PieceRow
from storage.engine.database import Tx
from storage.ids import Millis, PostId, ScheduledId


def publish_now(tx: Tx, viewer: Viewer, id: PieceId, *, context: Context, now: Millis) -> PostId:
    """Publish an article that is ready. Raises as `writing.publish` and, for a must-read, `announce` do."""
    piece = desk.by_id(tx, id)
    if piece is None or not writing.asks_everybody(piece):
        return writing.publish(tx, viewer, id, context=context, now=now)
    row, _ = writing.ready(tx, viewer, id, now=now)
    return _ask_everybody(tx, viewer, row, writing.draft_of(row), context, now)


def announce(
    tx: Tx, viewer: Viewer, id: PieceId, asks: NewAnnouncement, *, context: Context, now: Millis
) -> PostId | None:
    """Have an article read by whom `asks` says, from when and until when; its words are the piece's.

    None: it waits for its time. Raises as `publish_now` does.
    """
    row, _ = writing.ready(tx, viewer, id, now=now)
    writing.require_everybody(msgspec.structs.replace(row, must_read=True))
    new = msgspec.structs.replace(asks, draft=writing.draft_of(row), piece=id)
    if planned.is_to_come(new, now):
        planned.plan(tx, viewer, new, context=context, now=now)
        return None
    return announcing.announce(tx, viewer, new, context=context, now=now)


def publish_due(tx: Tx, id: ScheduledId, *, context: Context, now: Millis) -> PostId | None:
    """Publish or announce what waits if its time has come. Raises what `publish` and `announce` raise."""
    due = scheduled.take_due(tx, id, now=now)
    if due is None:
        return None
    piece = desk.by_scheduled(tx, id)
    if due.announcement:
        known = piece.id if piece is not None else None
        return planned.announce(tx, due.author, due.draft, due.announcement, known, context=context, now=now)
    if piece is not None and writing.asks_everybody(piece):
        return _ask_everybody(tx, due.author, piece, due.draft, context, now)
    post = publish(tx, due.author, due.draft, context=context, now=now)
    author = accounts.by_id(tx, due.author.account)
    if piece is not None and author is not None:
        writing.published(tx, piece, post, author, now=now)
    return post


def fail(tx: Tx, id: ScheduledId, error: SocialError, *, now: Millis) -> None:
    """It cannot be published: its author is told, and the calendar says so. Nothing is lost."""
    scheduled.fail(tx, id, error, now=now)
    piece = desk.by_scheduled(tx, id)
    owner = accounts.by_uri(tx, piece.owner_uri) if piece is not None else None
    if piece is not None and owner is not None and piece.state == State.SCHEDULED:
        failed = msgspec.structs.replace(piece, state=moved(piece.state, "fail"))
        writing.store(tx, failed, owner, now=now)


def _ask_everybody(tx: Tx, author: Viewer, piece: PieceRow, draft: Draft, context: Context, now: Millis) -> PostId:
    new = NewAnnouncement(draft=draft, waves=(Wave(at=0),), piece=piece.id)
    return announcing.announce(tx, author, new, context=context, now=now)
