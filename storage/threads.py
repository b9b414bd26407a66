"""Threads: the ids around one post, and how late parents and surfacing posts find their place."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.posts import PostRow
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
_ORPHANS = Query(
    PostRow,
    f"SELECT {PostRow.columns('p')} FROM posts AS p WHERE p.parent_uri = :uri AND p.parent_id IS NULL",
    hot=True,
)
_ADOPT = Query(
    None,
    """
    UPDATE posts SET parent_id = :parent, parent_author_id = :author, revision = revision + 1
    WHERE parent_uri = :uri AND parent_id IS NULL""",
)
_JOIN_THREADS = Query(None, "UPDATE posts SET thread_id = :thread WHERE thread_id = :former", hot=True)
_SURFACE = Query(
    None,
    """
    UPDATE posts SET id = :id, is_history = 0, received_at = :now, revision = revision + 1 WHERE id = :former""",
)
_KEEP_FORMER = Query(None, "INSERT INTO former_ids (former, post_id) VALUES (:former, :id)")
_SUCCESSOR = Query(PostId, "SELECT f.post_id FROM former_ids AS f WHERE f.former = :former", hot=True)
_RENAME_THREAD = Query(None, "UPDATE posts SET thread_id = :id WHERE thread_id = :former")
# Whoever is tired of a thread stays so when it gets another beginning.
_LEAD_MUTES = Query(
    None,
    """
    INSERT INTO thread_mutes (account_id, thread_id, created_at)
    SELECT tm.account_id, :id, tm.created_at FROM thread_mutes AS tm WHERE tm.thread_id = :former
    ON CONFLICT (account_id, thread_id) DO NOTHING""",
)
_FORGET_MUTES = Query(None, "DELETE FROM thread_mutes WHERE thread_id = :former")
_RENAME_MEDIA = Query(None, "UPDATE media SET post_id = :id WHERE post_id = :former")


def knots(tx: Tx, post: PostId, viewer: AccountId, limit: int) -> list[KnotRow]:
    """Everything of the post's thread that the viewer may see, by time of writing."""
    return tx.rows(_KNOTS, post=post, viewer=viewer, limit=limit)


def replies_for_host(tx: Tx, post: PostId, host: str, after: PostId, limit: int) -> list[PostId]:
    """Direct answers to the post that may be handed to the node, oldest first."""
    return tx.rows(_REPLIES_TO_HOST, post=post, host=host, after=after, limit=limit)


def orphans(tx: Tx, uri: str) -> list[PostRow]:
    """Answers to the post `uri` that arrived before it."""
    return tx.rows(_ORPHANS, uri=uri)


def adopt(tx: Tx, uri: str, parent: PostId, author: AccountId) -> int:
    """Hang the waiting answers below the post that has come; their number."""
    return tx.run(_ADOPT, uri=uri, parent=parent, author=author)


def join_threads(tx: Tx, former: PostId, thread: PostId) -> None:
    """Everything of the thread `former` belongs to `thread` from now on."""
    tx.run(_JOIN_THREADS, former=former, thread=thread)
    _lead_mutes(tx, former, thread)


def surface(tx: Tx, former: PostId, id: PostId, now: Millis) -> None:
    """Give a post known as history the id of its arrival."""
    tx.run(_SURFACE, former=former, id=id, now=now)
    tx.run(_RENAME_THREAD, former=former, id=id)
    _lead_mutes(tx, former, id)
    tx.run(_RENAME_MEDIA, former=former, id=id)
    tx.run(_KEEP_FORMER, former=former, id=id)


def successor(tx: Tx, former: PostId) -> PostId | None:
    """The id of the post that surfaced and had the id `former` before."""
    return tx.row(_SUCCESSOR, former=former)


def _lead_mutes(tx: Tx, former: PostId, id: PostId) -> None:
    if former != id:
        tx.run(_LEAD_MUTES, former=former, id=id)
        tx.run(_FORGET_MUTES, former=former)
