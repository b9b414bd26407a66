"""Hashtags: how much they are used, who follows them, and who puts them forward."""

from collections.abc import Sequence
from typing import NamedTuple, NewType

from storage import homes
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import SHIFT, AccountId, Millis, TagId
from storage.relations import Bounds

TagFollowId = NewType("TagFollowId", int)
FeaturedTagId = NewType("FeaturedTagId", int)

DAY = 86_400_000


class UseRow(Row, frozen=True, kw_only=True):
    """How often a hashtag was used in public on a day (counted from 1970; None: never since then), and by how many
    people; and what somebody does with it."""

    name: str
    day: int | None
    uses: int
    people: int
    is_followed: bool
    is_featured: bool


class FollowedRow(Row, frozen=True, kw_only=True):
    """A hashtag that somebody follows; `relation` to page by."""

    relation: TagFollowId
    name: str


class FeaturedRow(Row, frozen=True, kw_only=True):
    """A hashtag that somebody puts forward, with what they wrote under it for everybody."""

    id: FeaturedTagId
    account_id: AccountId
    name: str
    display: str
    posts: int
    last_post_at: Millis | None


class UsedRow(Row, frozen=True, kw_only=True):
    """A hashtag that somebody uses."""

    name: str
    uses: int


class _Pages(NamedTuple):
    down: Query[FollowedRow]
    up: Query[FollowedRow]


_PUT = Query(
    TagId,
    """
    INSERT INTO tags (id, name, display, created_at) VALUES (:id, :name, :display, :now)
    ON CONFLICT (name) DO UPDATE SET name = tags.name
    RETURNING id""",
)
_BY_NAME = Query(TagId, "SELECT t.id FROM tags AS t WHERE t.name = :name", hot=True)
_WEEK = Query(
    UseRow,
    f"""
    SELECT t.name, u.day, COALESCE(u.uses, 0) AS uses, COALESCE(u.people, 0) AS people,
        CASE WHEN EXISTS (SELECT 1 FROM followed_tags AS f WHERE f.account_id = :account AND f.tag_id = t.id)
            THEN 1 ELSE 0 END AS is_followed,
        CASE WHEN EXISTS (SELECT 1 FROM featured_tags AS g WHERE g.account_id = :account AND g.tag_id = t.id)
            THEN 1 ELSE 0 END AS is_featured
    FROM tags AS t
    LEFT JOIN (
        SELECT x.tag_id, p.published_at / {DAY} AS day, COUNT(*) AS uses, COUNT(DISTINCT p.author_id) AS people
        FROM post_tags AS x JOIN posts AS p ON p.id = x.post_id
        WHERE x.tag_id IN (SELECT n.id FROM tags AS n WHERE n.name IN (:names[])) AND x.post_id > :floor
            AND p.visibility = 'public' AND p.published_at >= :since
        GROUP BY x.tag_id, p.published_at / {DAY}) AS u ON u.tag_id = t.id
    WHERE t.name IN (:names[])""",
    hot=True,
)
_FOLLOW = Query(
    None,
    """
    INSERT INTO followed_tags (id, account_id, tag_id, created_at) VALUES (:id, :account, :tag, :now)
    ON CONFLICT (account_id, tag_id) DO NOTHING""",
)
_UNFOLLOW = Query(None, "DELETE FROM followed_tags WHERE account_id = :account AND tag_id = :tag")
_FOLLOWED = """
    SELECT f.id AS relation, t.name
    FROM followed_tags AS f JOIN tags AS t ON t.id = f.tag_id
    WHERE f.account_id = :account AND f.id < :before AND f.id > :floor"""
_PAGES = _Pages(
    Query(FollowedRow, f"{_FOLLOWED} ORDER BY f.id DESC LIMIT :limit", hot=True),
    Query(FollowedRow, f"{_FOLLOWED} ORDER BY f.id ASC LIMIT :limit", hot=True),
)
_FEATURE = Query(
    None,
    """
    INSERT INTO featured_tags (id, account_id, tag_id, display, created_at) VALUES (:id, :account, :tag, :display, :now)
    ON CONFLICT (account_id, tag_id) DO NOTHING""",
)
_UNFEATURE = Query(None, "DELETE FROM featured_tags WHERE account_id = :account AND id = :id")
_UNFEATURE_TAG = Query(None, "DELETE FROM featured_tags WHERE account_id = :account AND tag_id = :tag")
_UNFEATURE_ALL = Query(None, "DELETE FROM featured_tags WHERE account_id = :account")
_WRITTEN = """
    FROM posts AS p WHERE p.author_id = g.account_id AND p.visibility IN ('public', 'unlisted')
        AND EXISTS (SELECT 1 FROM post_tags AS x WHERE x.tag_id = g.tag_id AND x.post_id = p.id)"""
_FEATURED = Query(
    FeaturedRow,
    f"""
    SELECT g.id, g.account_id, t.name, g.display,
        (SELECT COUNT(*) {_WRITTEN}) AS posts, (SELECT MAX(p.published_at) {_WRITTEN}) AS last_post_at
    FROM featured_tags AS g JOIN tags AS t ON t.id = g.tag_id
    WHERE g.account_id = :account
    ORDER BY g.id DESC""",
    hot=True,
)
_USED = Query(
    UsedRow,
    """
    SELECT t.name, COUNT(*) AS uses
    FROM posts AS p
    JOIN post_tags AS x ON x.post_id = p.id
    JOIN tags AS t ON t.id = x.tag_id
    WHERE p.author_id = :account AND p.visibility IN ('public', 'unlisted')
        AND NOT EXISTS (SELECT 1 FROM featured_tags AS g WHERE g.account_id = :account AND g.tag_id = t.id)
    GROUP BY t.name
    ORDER BY 2 DESC, t.name
    LIMIT :limit""",
    hot=True,
)


def put(tx: Tx, id: TagId, name: str, display: str, now: Millis) -> TagId:
    """The hashtag of that name, made with `id` if it is new."""
    return tx.value(_PUT, id=id, name=name, display=display, now=now)


def by_name(tx: Tx, name: str) -> TagId | None:
    """The hashtag of that name, if somebody ever used it."""
    return tx.row(_BY_NAME, name=name)


def uses(tx: Tx, account: AccountId, names: Sequence[str], since: Millis) -> list[UseRow]:
    """Public uses of the hashtags that exist by day, from `since` on; and what `account` does with them."""
    # Ids are by time of arrival, which is never before writing: the index is read from there on.
    return tx.rows(_WEEK, account=account, names=names, since=since, floor=since << SHIFT) if names else []


def follow(tx: Tx, id: TagFollowId, account: AccountId, tag: TagId, now: Millis) -> bool:
    """Follow a hashtag; False if it was followed."""
    return tx.run(_FOLLOW, id=id, account=account, tag=tag, now=now) == 1


def unfollow(tx: Tx, account: AccountId, tag: TagId) -> bool:
    """Follow a hashtag no longer, and take out of home what came by it alone; False if it was not followed."""
    if tx.run(_UNFOLLOW, account=account, tag=tag) == 0:
        return False
    homes.release_tagged(tx, account, tag)
    return True


def followed(tx: Tx, account: AccountId, bounds: Bounds) -> list[FollowedRow]:
    """Hashtags that somebody follows, latest first."""
    query = _PAGES.up if bounds.up else _PAGES.down
    found = tx.rows(query, account=account, before=bounds.before, floor=bounds.floor, limit=bounds.limit)
    return found[::-1] if bounds.up else found


def feature(tx: Tx, id: FeaturedTagId, account: AccountId, tag: TagId, display: str, now: Millis) -> bool:
    """Put a hashtag forward; False if it was."""
    return tx.run(_FEATURE, id=id, account=account, tag=tag, display=display, now=now) == 1


def unfeature(tx: Tx, account: AccountId, id: FeaturedTagId) -> bool:
    """Put it forward no longer, by its own id; False if there is none of the account's."""
    return tx.run(_UNFEATURE, account=account, id=id) == 1


def unfeature_tag(tx: Tx, account: AccountId, tag: TagId) -> bool:
    """Put it forward no longer; False if it was not."""
    return tx.run(_UNFEATURE_TAG, account=account, tag=tag) == 1


def unfeature_all(tx: Tx, account: AccountId) -> None:
    """Put none forward."""
    tx.run(_UNFEATURE_ALL, account=account)


def featured(tx: Tx, account: AccountId) -> list[FeaturedRow]:
    """Hashtags that somebody puts forward, latest first."""
    return tx.rows(_FEATURED, account=account)


def used(tx: Tx, account: AccountId, limit: int) -> list[UsedRow]:
    """Hashtags that somebody uses and does not put forward, the most used first."""
    return tx.rows(_USED, account=account, limit=limit)
