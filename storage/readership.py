"""How many people of this node opened articles of others: numbers that are told to the nodes of their authors."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import PostId


class ReadershipRow(Row, frozen=True, kw_only=True):
    """A number to be told, with its place among the changes of the desk."""

    uri: str
    readers: int
    seq: int


_MARK = Query(
    None,
    """
    INSERT INTO readership (post_id, seq) VALUES (:post, :seq)
    ON CONFLICT (post_id) DO UPDATE SET seq = excluded.seq""",
)
_CHANGES = Query(
    ReadershipRow,
    """
    SELECT p.uri, CAST((SELECT COUNT(*) FROM article_readers AS r WHERE r.post_id = w.post_id) AS BIGINT) AS readers,
        w.seq
    FROM readership AS w
    JOIN posts AS p ON p.id = w.post_id
    JOIN accounts AS a ON a.id = p.author_id
    WHERE w.seq > :since AND a.domain = :host ORDER BY w.seq LIMIT :limit""",
    hot=True,
)


def mark(tx: Tx, post: PostId, seq: int) -> None:
    """One more read the post."""
    tx.run(_MARK, post=post, seq=seq)


def changes(tx: Tx, host: str, since: int, limit: int) -> list[ReadershipRow]:
    """How many read articles of `host`, where that changed after `since`."""
    return tx.rows(_CHANGES, host=host, since=since, limit=limit)
