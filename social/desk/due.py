"""A planned article whose time has come: published, and its piece says so, in one transaction."""

from social.desk import writing
from social.posts import scheduled
from social.posts.publish import Context
from storage import accounts, articles, desk
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import Millis, PostId, ScheduledId


def publish_due(tx: Tx, id: ScheduledId, *, context: Context, now: Millis) -> PostId | None:
    """Publish what waits if its time has come. Raises what `publish` raises."""
    post = scheduled.publish_due(tx, id, context=context, now=now)
    row = post_rows.by_id(tx, post) if post is not None else None
    article = articles.by_post(tx, row.id) if row is not None and row.minutes else None
    if row is None or article is None:
        return post
    piece, author = desk.by_uri(tx, article.piece_uri), accounts.by_id(tx, row.author_id)
    if piece is not None and author is not None:
        writing.published(tx, piece, row.id, author, now=now)
    return post
