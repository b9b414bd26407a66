"""What waits in the calendar and whose time has come: published, and its piece says so, in one transaction."""

import msgspec

from social.desk import writing
from social.desk.pieces import State, moved
from social.errors import SocialError
from social.posts import scheduled
from social.posts.publish import Context
from storage import accounts, desk
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import Millis, PostId, ScheduledId


def publish_due(tx: Tx, id: ScheduledId, *, context: Context, now: Millis) -> PostId | None:
    """Publish what waits if its time has come. Raises what `publish` raises."""
    post = scheduled.publish_due(tx, id, context=context, now=now)
    row = post_rows.by_id(tx, post) if post is not None else None
    piece = desk.by_scheduled(tx, id) if row is not None else None
    author = accounts.by_id(tx, row.author_id) if row is not None else None
    if row is not None and piece is not None and author is not None:
        writing.published(tx, piece, row.id, author, now=now)
    return post


def fail(tx: Tx, id: ScheduledId, error: SocialError, *, now: Millis) -> None:
    """It cannot be published: its author is told, and the calendar says so. Nothing is lost."""
    scheduled.fail(tx, id, error, now=now)
    piece = desk.by_scheduled(tx, id)
    owner = accounts.by_uri(tx, piece.owner_uri) if piece is not None else None
    if piece is not None and owner is not None and piece.state == State.SCHEDULED:
        failed = msgspec.structs.replace(piece, state=moved(piece.state, "fail"))
        writing.store(tx, failed, owner, now=now)
