"""What waits in the calendar and whose time has come: published, and its piece says so, in one transaction."""

import msgspec

from social.announcements import planned
from social.desk import writing
from social.desk.pieces import State, moved
from social.errors import SocialError
from social.posts import scheduled
from social.posts.publish import Context, publish
from storage import accounts, desk
from storage.engine.database import Tx
from storage.ids import Millis, PostId, ScheduledId


def publish_due(tx: Tx, id: ScheduledId, *, context: Context, now: Millis) -> PostId | None:
    """Publish or announce what waits if its time has come. Raises what `publish` and `announce` raise."""
    due = scheduled.take_due(tx, id, now=now)
    if due is None:
        return None
    piece = desk.by_scheduled(tx, id)
    if due.announcement:
        known = piece.id if piece is not None else None
        return planned.announce(tx, due.author, due.draft, due.announcement, known, context=context, now=now)
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
