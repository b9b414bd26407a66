"""Timelines as lists of post ids: the materialised home, and scans of indexes for the others.

Every list has two statements: from the top down (max_id, since_id) and from a cursor upwards (min_id). They are put
together here, at import.
"""

from collections.abc import Sequence
from typing import NamedTuple

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.homes import NO_REPETITION
from storage.ids import AccountId, Millis, PostId
from storage.visibility import at_home, heard_by, visible_to, wanted_by


class _Both(NamedTuple):
    down: Query[PostId]
    up: Query[PostId]


def _both(select: str, key: str) -> _Both:
    bounds = f"{key} < :before AND {key} > :floor"
    return _Both(
        Query(PostId, f"{select} AND {bounds} ORDER BY {key} DESC LIMIT :limit", hot=True),
        Query(PostId, f"{select} AND {bounds} ORDER BY {key} ASC LIMIT :limit", hot=True),
    )


class Bounds(NamedTuple):
    """Ids strictly between `floor` and `before`, at most `limit`, counted from above or (`up`) from below."""

    before: int
    floor: int
    limit: int
    up: bool


_HOME = _both(
    f"""
    SELECT h.post_id
    FROM home_entries AS h JOIN posts AS p ON p.id = h.post_id
    WHERE h.owner_id = :viewer AND {at_home(":viewer", "h")} AND {visible_to("p")} AND {wanted_by("p")}""",
    "h.post_id",
)
_HAS_MEDIA = "EXISTS (SELECT 1 FROM media AS md WHERE md.post_id = p.id AND md.is_former = 0)"
_OPEN = "p.visibility = 'public' AND p.boost_of_id IS NULL AND p.parent_uri IS NULL"
_GROUP = _both(
    f"""
    SELECT p.id FROM posts AS p
    WHERE {_OPEN} AND {NO_REPETITION} AND (:remote = 0 OR p.is_local = 0) AND (:pictures = 0 OR {_HAS_MEDIA})
        AND {visible_to("p")} AND {wanted_by("p")} AND {heard_by("p")}""",
    "p.id",
)
_SITE = _both(
    f"""
    SELECT p.id FROM posts AS p
    WHERE {_OPEN} AND {NO_REPETITION} AND p.is_local = 1 AND (:pictures = 0 OR {_HAS_MEDIA})
        AND {visible_to("p")} AND {wanted_by("p")} AND {heard_by("p")}""",
    "p.id",
)
_TAGGED = _both(
    f"""
    SELECT pt.post_id
    FROM post_tags AS pt JOIN posts AS p ON p.id = pt.post_id
    WHERE pt.tag_id = (SELECT t.id FROM tags AS t WHERE t.name = :tag)
        AND p.visibility = 'public' AND (:here = 0 OR p.is_local = 1) AND (:pictures = 0 OR {_HAS_MEDIA})
        AND {visible_to("p")} AND {wanted_by("p")} AND {heard_by("p")}""",
    "pt.post_id",
)
_UNDER = "SELECT {what} FROM post_tags AS x JOIN tags AS t ON t.id = x.tag_id"
_COMBINED = _both(
    f"""
    SELECT p.id FROM posts AS p
    WHERE p.id IN ({_UNDER.format(what="x.post_id")} WHERE t.name IN (:any[]))
        AND (:most = 0 OR :most = (
            {_UNDER.format(what="COUNT(*)")} WHERE x.post_id = p.id AND t.name IN (:all[])))
        AND NOT EXISTS ({_UNDER.format(what="1")} WHERE x.post_id = p.id AND t.name IN (:none[]))
        AND p.visibility = 'public' AND (:here = 0 OR p.is_local = 1) AND (:pictures = 0 OR {_HAS_MEDIA})
        AND {visible_to("p")} AND {wanted_by("p")} AND {heard_by("p")}""",
    "p.id",
)
_PROFILE_FILTERS = f"""
        AND {NO_REPETITION}
        AND (:replies = 1 OR p.parent_uri IS NULL OR p.parent_author_id = p.author_id)
        AND (:boosts = 1 OR p.boost_of_id IS NULL)
        AND (:pictures = 0 OR {_HAS_MEDIA})
        AND (CAST(:tag AS TEXT) = '' OR EXISTS (
            SELECT 1 FROM post_tags AS pt JOIN tags AS t ON t.id = pt.tag_id
            WHERE pt.post_id = p.id AND t.name = :tag))"""


def _profile(order: str) -> Query[PostId]:
    """What an account wrote; of a community the threads there. Two index scans that meet in order."""
    bounds = "p.id < :before AND p.id > :floor"
    return Query(
        PostId,
        f"""
    SELECT p.id FROM posts AS p
    WHERE p.author_id = :author {_PROFILE_FILTERS} AND {visible_to("p")} AND {bounds}
    UNION ALL
    SELECT p.id FROM posts AS p
    WHERE p.community_id = :author AND p.parent_uri IS NULL {_PROFILE_FILTERS} AND {visible_to("p")} AND {bounds}
    ORDER BY 1 {order} LIMIT :limit""",
        hot=True,
    )


_PROFILE = _Both(_profile("DESC"), _profile("ASC"))


def _ids(tx: Tx, both: _Both, bounds: Bounds, **params: object) -> list[PostId]:
    query = both.up if bounds.up else both.down
    found = tx.rows(query, before=bounds.before, floor=bounds.floor, limit=bounds.limit, **params)
    return found[::-1] if bounds.up else found


def home(tx: Tx, viewer: AccountId, bounds: Bounds, now: Millis) -> list[PostId]:
    """Home of the account, newest first."""
    return _ids(tx, _HOME, bounds, viewer=viewer, now=now)


def group(tx: Tx, viewer: AccountId, bounds: Bounds, now: Millis, *, remote: bool, pictures: bool) -> list[PostId]:
    """Public posts of the whole group, newest first; `remote`: only those of other nodes."""
    return _ids(tx, _GROUP, bounds, viewer=viewer, now=now, remote=remote, pictures=pictures)


def site(tx: Tx, viewer: AccountId, bounds: Bounds, now: Millis, *, pictures: bool) -> list[PostId]:
    """Public posts of this node, newest first."""
    return _ids(tx, _SITE, bounds, viewer=viewer, now=now, pictures=pictures)


def tagged(
    tx: Tx, viewer: AccountId, tag: str, bounds: Bounds, now: Millis, *, here: bool, pictures: bool
) -> list[PostId]:
    """Public posts under the tag, newest first; `here`: only of this node."""
    return _ids(tx, _TAGGED, bounds, viewer=viewer, tag=tag, now=now, here=here, pictures=pictures)


def combined(
    tx: Tx,
    viewer: AccountId,
    any: Sequence[str],
    all: Sequence[str],
    none: Sequence[str],
    bounds: Bounds,
    now: Millis,
    *,
    here: bool,
    pictures: bool,
) -> list[PostId]:
    """Public posts under any of the tags and under all of the others and none of the last, newest first."""
    return _ids(
        tx,
        _COMBINED,
        bounds,
        viewer=viewer,
        any=any,
        all=all,
        most=len(all),
        none=none,
        now=now,
        here=here,
        pictures=pictures,
    )


def profile(
    tx: Tx,
    viewer: AccountId,
    author: AccountId,
    bounds: Bounds,
    *,
    replies: bool,
    boosts: bool,
    pictures: bool,
    tag: str,
) -> list[PostId]:
    """Posts of one account that the viewer may see, newest first."""
    return _ids(
        tx, _PROFILE, bounds, viewer=viewer, author=author, replies=replies, boosts=boosts, pictures=pictures, tag=tag
    )
