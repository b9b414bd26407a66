"""Posts in communities: where they stand in the host's order, and what moderators did with them."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.visibility import visible_to, wanted_by


class PlacementRow(Row, frozen=True, kw_only=True):
    """One post in one community. `place` None: the host has not seen it yet; `shown` is what lists are sorted by."""

    post_id: PostId
    community_id: AccountId
    is_root: bool
    place: Millis | None = None
    shown: Millis
    locked: bool = False
    sticky: bool = False
    topic: str = ""
    removed_at: Millis | None = None
    removed_by: AccountId | None = None
    removed_reason: str = ""
    arrived_at: Millis = Millis(0)
    """When it came here: by that it is unread or not, however late its host places it."""
    by_guest: bool = False
    """Its author was a guest of the community when they wrote it."""


_COLUMNS = PlacementRow.columns("s")
_ONE = Query(PlacementRow, f"SELECT {_COLUMNS} FROM placements AS s WHERE s.post_id = :post", hot=True)
_MANY = Query(PlacementRow, f"SELECT {_COLUMNS} FROM placements AS s WHERE s.post_id IN (:posts[])", hot=True)
_PUT = Query(
    None,
    """
    INSERT INTO placements (post_id, community_id, is_root, place, shown, topic, arrived_at, by_guest)
    VALUES (:post, :community, :is_root, CAST(:place AS BIGINT), :shown, :topic, :arrived, :by_guest)
    ON CONFLICT (post_id) DO NOTHING""",
)
_PLACE = Query(
    None,
    """
    UPDATE placements SET place = :place, shown = :place
    WHERE post_id = :post AND community_id = :community AND (place IS NULL OR place <> :place)""",
)
_IN = f"""
    SELECT s.post_id
    FROM placements AS s JOIN posts AS p ON p.id = s.post_id
    WHERE s.community_id = :community AND s.is_root = 1 AND s.sticky = :sticky
        AND (CAST(:topic AS TEXT) = '' OR s.topic = :topic)
        AND {visible_to("p")} AND {wanted_by("p")}
        AND s.shown < :before AND s.shown > :floor"""
_DOWN = Query(PostId, f"{_IN} ORDER BY s.shown DESC, p.uri DESC LIMIT :limit", hot=True)
_UP = Query(PostId, f"{_IN} ORDER BY s.shown, p.uri LIMIT :limit", hot=True)
_LOCK = Query(None, "UPDATE placements SET locked = :locked WHERE post_id = :post AND locked <> :locked")
_STICK = Query(None, "UPDATE placements SET sticky = :sticky WHERE post_id = :post AND sticky <> :sticky")
_HAND_OVER = Query(None, "UPDATE placements SET community_id = :to WHERE community_id = :by")
_HAND_OVER_POSTS = Query(None, "UPDATE posts SET community_id = :to, revision = revision + 1 WHERE community_id = :by")
_BEGUN_AS = Query(
    PostId,
    """
    SELECT s.post_id FROM placements AS s JOIN posts AS p ON p.id = s.post_id
    WHERE s.community_id = :community AND s.is_root = 1 AND (p.conversation = :name OR p.uri = :name)
    ORDER BY s.post_id""",
)
_OF_THREAD = "community_id = :by AND post_id IN (SELECT p.id FROM posts AS p WHERE p.thread_id = :thread)"
_MOVE_THREAD = Query(None, f"UPDATE placements SET community_id = :to, topic = '', sticky = 0 WHERE {_OF_THREAD}")
_DROP_THREAD = Query(None, f"DELETE FROM placements WHERE {_OF_THREAD}")
_MOVE_POSTS = Query(
    None,
    """
    UPDATE posts SET community_id = CAST(:to AS BIGINT), revision = revision + 1
    WHERE community_id = :by AND thread_id = :thread""",
)
_STICKY = Query(
    PostId,
    "SELECT s.post_id FROM placements AS s WHERE s.community_id = :community AND s.sticky = 1 ORDER BY s.shown DESC",
    hot=True,
)
_BY_GUEST = Query(None, "UPDATE placements SET by_guest = 1 WHERE post_id = :post AND by_guest = 0")
_TOPIC = Query(None, "UPDATE placements SET topic = :topic WHERE post_id = :post AND topic <> :topic")
_REMOVE = Query(
    None,
    """
    UPDATE placements SET removed_at = CAST(:at AS BIGINT), removed_by = CAST(:by AS BIGINT), removed_reason = :reason
    WHERE post_id = :post""",
)
_HIDE = Query(None, "UPDATE posts SET removed_at = CAST(:at AS BIGINT), revision = revision + 1 WHERE id = :post")
_REMOVED = Query(
    PlacementRow,
    f"""
    SELECT {_COLUMNS} FROM placements AS s
    WHERE s.community_id = :community AND s.removed_at IS NOT NULL AND s.post_id < :before
    ORDER BY s.post_id DESC LIMIT :limit""",
)
_BY_AUTHOR = Query(
    PlacementRow,
    f"""
    SELECT {_COLUMNS} FROM placements AS s JOIN posts AS p ON p.id = s.post_id
    WHERE s.community_id = :community AND p.author_id = :author AND s.removed_at IS NULL
    ORDER BY s.post_id DESC LIMIT :limit""",
)
# A post of a community beside every other one that its author wrote there.
_BESIDE = """FROM placements AS s
        JOIN posts AS c ON c.id = s.post_id
        JOIN posts AS e ON e.author_id = c.author_id AND e.community_id = s.community_id
        JOIN placements AS f ON f.post_id = e.id
        WHERE s.post_id = :post"""
_IS_FIRST = Query(
    int,
    f"""
    SELECT CASE WHEN EXISTS (
        SELECT 1
        {_BESIDE} AND f.place < s.place) THEN 0 ELSE 1 END""",
    hot=True,
)
_IS_LATE = Query(
    int,
    f"""
    SELECT CASE WHEN EXISTS (
        SELECT 1
        {_BESIDE} AND f.post_id <> s.post_id AND f.arrived_at < s.arrived_at - CAST(:rest AS BIGINT)
    ) THEN 1 ELSE 0 END""",
    hot=True,
)
_STUCK = Query(
    int,
    """
    SELECT COUNT(*) FROM placements AS s
    WHERE s.community_id = :community AND s.is_root = 1 AND s.sticky = 1 AND s.removed_at IS NULL""",
)
_ROOT_OF = Query(
    PlacementRow,
    f"""
    SELECT {_COLUMNS} FROM posts AS p JOIN placements AS s ON s.post_id = p.thread_id WHERE p.id = :post""",
    hot=True,
)


def one(tx: Tx, post: PostId) -> PlacementRow | None:
    """Where the post stands; None for one in no community."""
    return tx.row(_ONE, post=post)


def many(tx: Tx, posts: Sequence[PostId]) -> dict[PostId, PlacementRow]:
    """Where each of the posts stands; those in no community are left out."""
    return {row.post_id: row for row in tx.rows(_MANY, posts=posts)} if posts else {}


def root_of(tx: Tx, post: PostId) -> PlacementRow | None:
    """Where the root of the post's thread stands."""
    return tx.row(_ROOT_OF, post=post)


def put(tx: Tx, row: PlacementRow) -> bool:
    """The post is in the community; False if it has its place."""
    written = {"post": row.post_id, "community": row.community_id, "is_root": row.is_root}
    told = {"place": row.place, "shown": row.shown, "topic": row.topic, "arrived": row.arrived_at}
    return tx.run(_PUT, **written, **told, by_guest=row.by_guest) == 1


def place(tx: Tx, post: PostId, community: AccountId, place: Millis) -> bool:
    """The host's word on where the post stands; False if it stood there."""
    return tx.run(_PLACE, post=post, community=community, place=place) == 1


def mark_guest(tx: Tx, post: PostId) -> None:
    """The post is by a guest of its community."""
    tx.run(_BY_GUEST, post=post)


def roots(
    tx: Tx,
    community: AccountId,
    viewer: AccountId,
    before: int,
    floor: int,
    limit: int,
    *,
    up: bool = False,
    sticky: bool = False,
    topic: str = "",
    now: Millis,
) -> list[PostId]:
    """Threads of the community that the viewer may see, the last first, paged by `shown`."""
    found = tx.rows(
        _UP if up else _DOWN,
        community=community,
        viewer=viewer,
        before=before,
        floor=floor,
        limit=limit,
        sticky=sticky,
        topic=topic,
        now=now,
    )
    return found[::-1] if up else found


def lock(tx: Tx, post: PostId, *, locked: bool) -> bool:
    """Nobody answers any more, or they may again; False if it was so."""
    return tx.run(_LOCK, post=post, locked=locked) == 1


def stick(tx: Tx, post: PostId, *, sticky: bool) -> bool:
    """On top of the community, or no longer; False if it was so."""
    return tx.run(_STICK, post=post, sticky=sticky) == 1


def hand_over(tx: Tx, by: AccountId, to: AccountId) -> None:
    """Everything that is in a community is in another one from now on, at the same place."""
    tx.run(_HAND_OVER, by=by, to=to)
    tx.run(_HAND_OVER_POSTS, by=by, to=to)


def begun_as(tx: Tx, community: AccountId, name: str) -> list[PostId]:
    """Threads of the community that have this name (FEP-7888), or whose first post has this id."""
    return tx.rows(_BEGUN_AS, community=community, name=name)


def move_thread(tx: Tx, thread: PostId, by: AccountId, to: AccountId | None) -> None:
    """What is of a thread in one community is in another one, at the same place, or (`to` None) in none."""
    if to is None:
        tx.run(_DROP_THREAD, by=by, thread=thread)
    else:
        tx.run(_MOVE_THREAD, by=by, thread=thread, to=to)
    tx.run(_MOVE_POSTS, by=by, thread=thread, to=to)


def sticky(tx: Tx, community: AccountId) -> list[PostId]:
    """What stands on top of the community."""
    return tx.rows(_STICKY, community=community)


def set_topic(tx: Tx, post: PostId, topic: str) -> bool:
    """Under that topic of the community, or under none; False if it was so."""
    return tx.run(_TOPIC, post=post, topic=topic) == 1


def remove(tx: Tx, post: PostId, at: Millis | None, by: AccountId | None, reason: str) -> None:
    """Taken out by a moderator, or (`at` None) put back."""
    tx.run(_REMOVE, post=post, at=at, by=by, reason=reason)
    tx.run(_HIDE, post=post, at=at)


def removed(tx: Tx, community: AccountId, before: int, limit: int) -> list[PlacementRow]:
    """What moderators took out, newest posts first."""
    return tx.rows(_REMOVED, community=community, before=before, limit=limit)


def by_author(tx: Tx, community: AccountId, author: AccountId, limit: int) -> list[PlacementRow]:
    """What somebody wrote in the community and nobody took out, newest posts first."""
    return tx.rows(_BY_AUTHOR, community=community, author=author, limit=limit)


def is_first(tx: Tx, post: PostId) -> bool:
    """Whether no post of the same author has a place before it in its community, as far as is known here."""
    return tx.value(_IS_FIRST, post=post) == 1


def is_late(tx: Tx, post: PostId, rest: int) -> bool:
    """Whether something else of the same author has been in its community, here, for `rest` milliseconds before it."""
    return tx.value(_IS_LATE, post=post, rest=rest) == 1


def stuck(tx: Tx, community: AccountId) -> int:
    """How many threads stand on top."""
    return tx.value(_STUCK, community=community)
