"""What people here are told of a gathering that is no more: its post is gone, so its title stands in what they read."""

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import Millis, PostId
from storage.notifications import Kind
from storage.telling import HOUR, WrittenRow, told_sql

_GONE = Query(
    WrittenRow,
    told_sql(
        Kind.GATHERING_GONE,
        f"""
    SELECT m.account_id AS to_id, n.id AS from_id, CAST(NULL AS BIGINT) AS post_id, CAST(:subject AS TEXT) AS subject
    FROM participations AS m
    JOIN posts AS c ON c.id = m.post_id
    JOIN accounts AS n ON n.domain = '' AND n.username_key = :node
    WHERE m.post_id = :post AND m.account_id <> c.author_id AND m.state IN ('asked', 'going', 'waiting', 'maybe')
        AND NOT EXISTS (
            SELECT 1 FROM notifications AS e
            WHERE e.account_id = m.account_id AND e.kind = '{Kind.GATHERING_GONE}'
                AND e.subject LIKE CAST(:mark AS TEXT) || '%' AND e.created_at > CAST(:at AS BIGINT) - {HOUR})""",
    ),
)


def gone(tx: Tx, post: PostId, mark: str, subject: str, node: str, now: Millis) -> list[WrittenRow]:
    """Tell those of here who wanted to come, before the post goes; it comes from the node's own actor.

    `mark`: how the subjects of one that is repeated begin. Who was told of one of them within the hour is told no more.
    """
    return tx.rows(_GONE, post=post, mark=mark, subject=subject, node=node, at=now, now=now)
