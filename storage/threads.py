"""Threads: the ids around one post."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.visibility import visible_to, visible_to_host


class KnotRow(Row, frozen=True, kw_only=True):
    """A post's place in its thread."""

    id: PostId
    parent_id: PostId | None
    published_at: Millis


_KNOTS = Query(
    KnotRow,
    f"""
    SELECT p.id, p.parent_id, p.published_at
    FROM posts AS p
    WHERE p.thread_id = (SELECT r.thread_id FROM posts AS r WHERE r.id = :post) AND p.boost_of_id IS NULL
        AND {visible_to("p")}
    ORDER BY p.published_at, p.id
    LIMIT :limit""",
    hot=True,
)
_REPLIES_TO_HOST = Query(
    PostId,
    f"""
    SELECT p.id FROM posts AS p
    WHERE p.parent_id = :post AND p.id > :after AND {visible_to_host("p")}
    ORDER BY p.id
    LIMIT :limit""",
    hot=True,
)


def knots(tx: Tx, post: PostId, viewer: AccountId, limit: int) -> list[KnotRow]:
    """Everything of the post's thread that the viewer may see, by time of writing."""
    return tx.rows(_KNOTS, post=post, viewer=viewer, limit=limit)


def replies_for_host(tx: Tx, post: PostId, host: str, after: PostId, limit: int) -> list[PostId]:
    """Direct answers to the post that may be handed to the node, oldest first."""
    return tx.rows(_REPLIES_TO_HOST, post=post, host=host, after=after, limit=limit)
