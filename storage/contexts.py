"""Threads as other nodes ask for them, when they were last read as a whole, and posts whose numbers are to be told."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import Millis, PostId
from storage.posts import PostRow
from storage.visibility import visible_to_host

_OF_THREAD = Query(
    PostRow,
    f"""
    SELECT {PostRow.columns("p")} FROM posts AS p
    WHERE p.thread_id = :thread AND p.id > :after AND p.boost_of_id IS NULL
        AND p.visibility IN ('public', 'unlisted') AND {visible_to_host("p")}
    ORDER BY p.id
    LIMIT :limit""",
    hot=True,
)
_COUNT = Query(
    int,
    f"""
    SELECT COUNT(*) FROM posts AS p
    WHERE p.thread_id = :thread AND p.boost_of_id IS NULL AND p.visibility IN ('public', 'unlisted')
        AND {visible_to_host("p")}""",
    hot=True,
)
_CLAIM_READ = Query(
    None,
    """
    INSERT INTO thread_reads (thread_id, read_at) VALUES (:thread, :now)
    ON CONFLICT (thread_id) DO UPDATE SET read_at = :now WHERE thread_reads.read_at < :before""",
)
_PRUNE_READS = Query(None, "DELETE FROM thread_reads WHERE read_at < :before")
_MARK = Query(None, "INSERT INTO tallies (post_id, since) VALUES (:post, :now) ON CONFLICT (post_id) DO NOTHING")
_MARKED = Query(
    PostRow,
    f"""
    SELECT {PostRow.columns("p")} FROM tallies AS t JOIN posts AS p ON p.id = t.post_id
    ORDER BY t.since, t.post_id
    LIMIT :limit""",
)
_UNMARK = Query(None, "DELETE FROM tallies WHERE post_id IN (:ids[])")
_SWEEP = Query(None, "DELETE FROM tallies WHERE NOT EXISTS (SELECT 1 FROM posts AS p WHERE p.id = tallies.post_id)")


def of_thread(tx: Tx, thread: PostId, host: str, after: PostId, limit: int) -> list[PostRow]:
    """Open posts of the thread that may be handed to the node, oldest first."""
    return tx.rows(_OF_THREAD, thread=thread, host=host, after=after, limit=limit)


def count(tx: Tx, thread: PostId, host: str) -> int:
    """How many those are."""
    return tx.value(_COUNT, thread=thread, host=host)


def claim_read(tx: Tx, thread: PostId, now: Millis, before: Millis) -> bool:
    """Note that the thread is read now; False if it was read after `before`."""
    return tx.run(_CLAIM_READ, thread=thread, now=now, before=before) == 1


def prune_reads(tx: Tx, before: Millis) -> int:
    """Forget the reads that were before; their number."""
    return tx.run(_PRUNE_READS, before=before)


def mark(tx: Tx, post: PostId, now: Millis) -> None:
    """The numbers of the post are to be told."""
    tx.run(_MARK, post=post, now=now)


def marked(tx: Tx, limit: int) -> list[PostRow]:
    """Posts whose numbers are to be told, those that wait longest first."""
    return tx.rows(_MARKED, limit=limit)


def unmark(tx: Tx, ids: Sequence[PostId]) -> None:
    """They are told; of posts that are gone there is nothing to tell."""
    if ids:
        tx.run(_UNMARK, ids=ids)
    else:
        tx.run(_SWEEP)
