"""Timelines as lists of post ids: the materialised home, and scans of indexes for the others.

Every list has two statements: from the top down (max_id, since_id) and from a cursor upwards (min_id). They are put
together here, at import.
"""

from collections.abc import Sequence
from typing import NamedTuple

from storage.engine.database import Tx
from storage.engine.query import Query
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
_NO_REPETITION = """(p.kind <> 'Event' OR NOT EXISTS (
        SELECT 1 FROM gatherings AS lg WHERE lg.post_id = p.id AND lg.occurrence > 1))"""
"""Condition: the post is not a further occurrence of a gathering: those stand in agendas."""
_OPEN = "p.visibility = 'public' AND p.boost_of_id IS NULL AND p.parent_uri IS NULL"
_GROUP = _both(
    f"""
    SELECT p.id FROM posts AS p
    WHERE {_OPEN} AND {_NO_REPETITION} AND (:remote = 0 OR p.is_local = 0) AND (:pictures = 0 OR {_HAS_MEDIA})
        AND {visible_to("p")} AND {wanted_by("p")} AND {heard_by("p")}""",
    "p.id",
)
_SITE = _both(
    f"""
    SELECT p.id FROM posts AS p
    WHERE {_OPEN} AND {_NO_REPETITION} AND p.is_local = 1 AND (:pictures = 0 OR {_HAS_MEDIA})
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
        AND {_NO_REPETITION}
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
_OUTBOX = _both(
    """
    SELECT p.id FROM posts AS p
    WHERE p.author_id = :author AND p.visibility IN ('public', 'unlisted')""",
    "p.id",
)
_ENTER_FOLLOWERS = Query(
    None,
    """
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id)
    SELECT f.follower_id, :post, :shows, :author
    FROM follows AS f JOIN accounts AS o ON o.id = f.follower_id
    WHERE f.followee_id = :author AND f.state = 'accepted' AND o.domain = ''
        AND (:is_boost = 0 OR f.boosts = 1)
        AND (f.languages = '' OR CAST(:language AS TEXT) = ''
            OR f.languages LIKE '% ' || CAST(:language AS TEXT) || ' %')
        AND (:is_boost = 0 OR NOT EXISTS (
            SELECT 1 FROM home_entries AS e WHERE e.owner_id = f.follower_id AND e.shows_id = :shows))
        AND (:parent_author = 0 OR :parent_author = :author OR :parent_author = f.follower_id OR EXISTS (
            SELECT 1 FROM follows AS g
            WHERE g.follower_id = f.follower_id AND g.followee_id = :parent_author AND g.state = 'accepted'))
        AND (:is_direct = 0 OR EXISTS (
            SELECT 1 FROM mentions AS m WHERE m.post_id = :post AND m.account_id = f.follower_id))
        AND (:community = 0 OR (
            NOT EXISTS (
                SELECT 1 FROM memberships AS u
                WHERE u.community_id = :community AND u.account_id = f.follower_id
                    AND (u.muted = 1 OR u.level IN ('mentions', 'none')))
            AND (:is_closed = 0 OR EXISTS (
                SELECT 1 FROM follows AS c
                WHERE c.follower_id = f.follower_id AND c.followee_id = :community AND c.state = 'accepted'))))
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_ENTER_MEMBERS = Query(
    None,
    """
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id)
    SELECT u.account_id, :post, :post, :author
    FROM memberships AS u JOIN accounts AS o ON o.id = u.account_id
    WHERE u.community_id = :community AND u.state = 'member' AND o.domain = '' AND u.account_id <> :author
        AND u.muted = 0 AND u.level IN ('all', 'posts') AND (u.topic_only = '' OR u.topic_only = :topic)
        AND (:parent_author = 0 OR :parent_author = u.account_id)
        AND NOT EXISTS (
            SELECT 1 FROM mutes AS w
            WHERE w.account_id = u.account_id AND w.target_id = :community
                AND (w.expires_at IS NULL OR w.expires_at > :now))
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_FILL_COMMUNITY = Query(
    None,
    f"""
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id)
    SELECT u.account_id, p.id, p.id, p.author_id
    FROM memberships AS u
    JOIN accounts AS o ON o.id = u.account_id
    JOIN posts AS p ON p.community_id = u.community_id
    LEFT JOIN placements AS s ON s.post_id = p.id
    WHERE u.community_id = :community AND u.account_id = :viewer AND u.state = 'member' AND o.domain = ''
        AND p.community_id = :community AND p.parent_uri IS NULL
        AND (u.topic_only = '' OR u.topic_only = s.topic) AND {visible_to("p")}
    ORDER BY p.id DESC
    LIMIT :limit
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_EMPTY_COMMUNITY = Query(
    None,
    """
    DELETE FROM home_entries
    WHERE owner_id = :owner AND author_id <> :owner AND post_id IN (
        SELECT p.id FROM posts AS p
        WHERE p.community_id = :community AND (p.visibility = 'followers' OR NOT EXISTS (
            SELECT 1 FROM follows AS f
            WHERE f.follower_id = :owner AND f.followee_id = p.author_id AND f.state = 'accepted')))""",
)
_ENTER = Query(
    None,
    """
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id) VALUES (:owner, :post, :shows, :author)
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_FILL = Query(
    None,
    f"""
    INSERT INTO home_entries (owner_id, post_id, shows_id, author_id)
    SELECT :viewer, p.id, COALESCE(p.boost_of_id, p.id), p.author_id
    FROM posts AS p
    WHERE p.author_id = :author AND p.visibility <> 'direct'
        AND (p.parent_uri IS NULL OR p.parent_author_id = p.author_id) AND {_NO_REPETITION} AND {visible_to("p")}
    ORDER BY p.id DESC
    LIMIT :limit
    ON CONFLICT (owner_id, post_id) DO NOTHING""",
)
_EMPTY = Query(
    None,
    """
    DELETE FROM home_entries
    WHERE owner_id = :owner AND (author_id = :author OR shows_id IN (
        SELECT p.id FROM posts AS p WHERE p.author_id = :author AND p.id IN (
            SELECT e.shows_id FROM home_entries AS e WHERE e.owner_id = :owner)))""",
)
_RENAME_SHOWN = Query(None, "UPDATE home_entries SET shows_id = :id WHERE shows_id = :former")


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


def outbox(tx: Tx, author: AccountId, bounds: Bounds) -> list[PostId]:
    """Public and unlisted posts and boosts of a local account, newest first."""
    return _ids(tx, _OUTBOX, bounds, author=author)


def enter_followers(
    tx: Tx,
    post: PostId,
    shows: PostId,
    author: AccountId,
    *,
    is_boost: bool,
    is_direct: bool,
    parent_author: AccountId | None,
    language: str,
    community: AccountId | None = None,
    is_closed: bool = False,
) -> int:
    """Put the post into the home of each local follower who wants its language: an answer only for those who follow
    both, a boost only for those who want boosts and have not what it shows, what was written in a community not for
    those who want to hear nothing of it, in a closed one only for members. Their number."""
    return tx.run(
        _ENTER_FOLLOWERS,
        post=post,
        shows=shows,
        author=author,
        is_boost=is_boost,
        is_direct=is_direct,
        parent_author=parent_author or 0,
        language=language,
        community=community or 0,
        is_closed=is_closed,
    )


def enter_members(
    tx: Tx,
    post: PostId,
    author: AccountId,
    community: AccountId,
    *,
    parent_author: AccountId | None,
    topic: str,
    now: Millis,
) -> int:
    """Put a post of a community into the home of each member here who wants it: an answer only for whom it answers.

    Their number.
    """
    return tx.run(
        _ENTER_MEMBERS,
        post=post,
        author=author,
        community=community,
        parent_author=parent_author or 0,
        topic=topic,
        now=now,
    )


def fill_community(tx: Tx, owner: AccountId, community: AccountId, limit: int) -> int:
    """Put the last threads of a newly joined community into a home; their number."""
    return tx.run(_FILL_COMMUNITY, viewer=owner, community=community, limit=limit)


def empty_community(tx: Tx, owner: AccountId, community: AccountId) -> int:
    """Take what was written in a community out of a home: all that is for members, else what others brought."""
    return tx.run(_EMPTY_COMMUNITY, owner=owner, community=community)


def enter(tx: Tx, owner: AccountId, post: PostId, shows: PostId, author: AccountId) -> None:
    """Put the post into one home."""
    tx.run(_ENTER, owner=owner, post=post, shows=shows, author=author)


def fill(tx: Tx, owner: AccountId, author: AccountId, limit: int) -> int:
    """Put the last posts of a newly followed account into a home; their number."""
    return tx.run(_FILL, viewer=owner, author=author, limit=limit)


def empty(tx: Tx, owner: AccountId, author: AccountId) -> int:
    """Take everything by the author, and boosts of it, out of a home."""
    return tx.run(_EMPTY, owner=owner, author=author)


def rename_shown(tx: Tx, former: PostId, id: PostId) -> None:
    """A post surfaced under a new id: entries that show it (boosts) follow."""
    tx.run(_RENAME_SHOWN, former=former, id=id)
