"""Numbers of posts of elsewhere, as the authors' nodes say them.

A node of the group tells them in order whenever they change. Documents bring them too, frozen when they were written:
an edit that was held up would put back what was told since. So of a post whose numbers are told, only that counts.
"""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis, PostId


class NumbersRow(Row, frozen=True, kw_only=True):
    """The likes, boosts and answers that the author's node counted."""

    likes: int
    boosts: int
    replies: int


_SET = """
    UPDATE posts
    SET claimed_likes = :likes, claimed_boosts = :boosts, claimed_replies = :replies, revision = revision + 1"""
_DIFFERS = "(claimed_likes <> :likes OR claimed_boosts <> :boosts OR claimed_replies <> :replies)"
_TELL = Query(None, f"{_SET}, numbers_told = 1 WHERE id = :id AND is_local = 0 AND (numbers_told = 0 OR {_DIFFERS})")
_MENTION = Query(None, f"{_SET} WHERE id = :id AND is_local = 0 AND numbers_told = 0 AND {_DIFFERS}")
_KEEP = Query(
    None,
    """
    INSERT INTO early_numbers (uri, likes, boosts, replies, told_at) VALUES (:uri, :likes, :boosts, :replies, :now)
    ON CONFLICT (uri) DO UPDATE SET likes = :likes, boosts = :boosts, replies = :replies, told_at = :now""",
    hot=True,
)
_TAKE = Query(NumbersRow, f"DELETE FROM early_numbers WHERE uri = :uri RETURNING {NumbersRow.columns()}", hot=True)
_FORGET = Query(None, "DELETE FROM early_numbers WHERE told_at < :before", hot=True)


def tell(tx: Tx, post: PostId, said: NumbersRow) -> bool:
    """Keep what the author's node tells of a post; False if it said so before."""
    return tx.run(_TELL, id=post, likes=said.likes, boosts=said.boosts, replies=said.replies) == 1


def mention(tx: Tx, post: PostId, said: NumbersRow) -> bool:
    """Keep what a document says of a post, unless its numbers are told; False if that changes nothing."""
    return tx.run(_MENTION, id=post, likes=said.likes, boosts=said.boosts, replies=said.replies) == 1


def keep_early(tx: Tx, uri: str, said: NumbersRow, now: Millis, before: Millis) -> None:
    """Keep the last word about a post that is not here yet; those of earlier than `before` are forgotten."""
    tx.run(_FORGET, before=before)
    tx.run(_KEEP, uri=uri, likes=said.likes, boosts=said.boosts, replies=said.replies, now=now)


def take_early(tx: Tx, uri: str) -> NumbersRow | None:
    """The last word about a post that arrives now; it is kept no longer."""
    return tx.row(_TAKE, uri=uri)
