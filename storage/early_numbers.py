"""Numbers of posts that were told before the post itself arrived: the two come by different queues."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis


class NumbersRow(Row, frozen=True, kw_only=True):
    """The likes, boosts and answers that the author's node counted."""

    likes: int
    boosts: int
    replies: int


_KEEP = Query(
    None,
    """
    INSERT INTO early_numbers (uri, likes, boosts, replies, told_at) VALUES (:uri, :likes, :boosts, :replies, :now)
    ON CONFLICT (uri) DO UPDATE SET likes = :likes, boosts = :boosts, replies = :replies, told_at = :now""",
    hot=True,
)
_TAKE = Query(NumbersRow, f"DELETE FROM early_numbers WHERE uri = :uri RETURNING {NumbersRow.columns()}", hot=True)
_FORGET = Query(None, "DELETE FROM early_numbers WHERE told_at < :before", hot=True)


def keep(tx: Tx, uri: str, numbers: NumbersRow, now: Millis, before: Millis) -> None:
    """Keep the last word about a post that is not here; those of earlier than `before` are forgotten."""
    tx.run(_FORGET, before=before)
    tx.run(_KEEP, uri=uri, likes=numbers.likes, boosts=numbers.boosts, replies=numbers.replies, now=now)


def take(tx: Tx, uri: str) -> NumbersRow | None:
    """The last word about a post that arrives now; it is kept no longer."""
    return tx.row(_TAKE, uri=uri)
