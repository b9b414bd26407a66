"""Lists: people whom somebody reads together, and the materialised timeline of each list."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, NewType

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.relations import Bounds, RelatedRow
from storage.visibility import visible_to, wanted_by

ListId = NewType("ListId", int)
MemberId = NewType("MemberId", int)


class Replies(StrEnum):
    """Which answers to others a list shows: to whom its owner follows, to its members, none."""

    FOLLOWED = "followed"
    MEMBERS = "list"
    NONE = "none"


class ListRow(Row, frozen=True, kw_only=True):
    """One list. `exclusive`: its members stay out of the owner's home."""

    id: ListId
    account_id: AccountId
    title: str
    replies: Replies
    exclusive: bool
    created_at: Millis


class _Pages(NamedTuple):
    down: Query[RelatedRow]
    up: Query[RelatedRow]


class _Timeline(NamedTuple):
    down: Query[PostId]
    up: Query[PostId]


_COLUMNS = ListRow.columns("l")
_BY_ID = Query(ListRow, f"SELECT {_COLUMNS} FROM lists AS l WHERE l.id = :id", hot=True)
_OF_ACCOUNT = Query(ListRow, f"SELECT {_COLUMNS} FROM lists AS l WHERE l.account_id = :account ORDER BY l.id", hot=True)
_WITH_MEMBER = Query(
    ListRow,
    f"""
    SELECT {_COLUMNS} FROM lists AS l
    WHERE l.account_id = :account AND EXISTS (
        SELECT 1 FROM list_members AS m WHERE m.list_id = l.id AND m.account_id = :member)
    ORDER BY l.id""",
    hot=True,
)
_INSERT = Query(
    None,
    """
    INSERT INTO lists (id, account_id, title, replies, exclusive, created_at)
    VALUES (:id, :account_id, :title, :replies, :exclusive, :created_at)""",
)
_REWRITE = Query(None, "UPDATE lists SET title = :title, replies = :replies, exclusive = :exclusive WHERE id = :id")
_DELETE = Query(None, "DELETE FROM lists WHERE id = :id")
_COUNT = Query(int, "SELECT COUNT(*) FROM lists WHERE account_id = :account")
_ADD = Query(
    None,
    """
    INSERT INTO list_members (id, list_id, account_id) VALUES (:id, :list, :account)
    ON CONFLICT (list_id, account_id) DO NOTHING""",
)
_REMOVE = Query(None, "DELETE FROM list_members WHERE list_id = :list AND account_id IN (:accounts[])")
_MAY_JOIN = Query(
    AccountId,
    """
    SELECT a.id FROM accounts AS a
    WHERE a.id IN (:ids[]) AND a.deleted_at IS NULL AND (a.id = :owner OR EXISTS (
        SELECT 1 FROM follows AS f WHERE f.follower_id = :owner AND f.followee_id = a.id))""",
    hot=True,
)
_MEMBERS = f"""
    SELECT m.id AS relation, {AccountRow.columns("a")}
    FROM list_members AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.list_id = :list AND m.id < :before AND m.id > :floor
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL"""
_PAGES = _Pages(
    Query(RelatedRow, f"{_MEMBERS} ORDER BY m.id DESC LIMIT :limit", hot=True),
    Query(RelatedRow, f"{_MEMBERS} ORDER BY m.id ASC LIMIT :limit", hot=True),
)
_LEAVE = Query(
    None,
    """
    DELETE FROM list_members
    WHERE account_id = :member AND list_id IN (SELECT l.id FROM lists AS l WHERE l.account_id = :owner)""",
)
_ENTRIES = f"""
    SELECT e.post_id
    FROM list_entries AS e JOIN posts AS p ON p.id = e.post_id
    WHERE e.list_id = :list AND EXISTS (SELECT 1 FROM lists AS l WHERE l.id = e.list_id AND l.account_id = :viewer)
        AND e.post_id < :before AND e.post_id > :floor
        AND {visible_to("p")} AND {wanted_by("p")}"""
_TIMELINE = _Timeline(
    Query(PostId, f"{_ENTRIES} ORDER BY e.post_id DESC LIMIT :limit", hot=True),
    Query(PostId, f"{_ENTRIES} ORDER BY e.post_id ASC LIMIT :limit", hot=True),
)
_ENTER = Query(
    None,
    """
    INSERT INTO list_entries (list_id, post_id, shows_id, author_id)
    SELECT l.id, :post, :shows, :author
    FROM list_members AS m JOIN lists AS l ON l.id = m.list_id
    LEFT JOIN follows AS f ON f.follower_id = l.account_id AND f.followee_id = :author AND f.state = 'accepted'
    WHERE m.account_id = :author AND (l.account_id = :author OR f.id IS NOT NULL)
        AND (:is_boost = 0 OR f.id IS NULL OR f.boosts = 1)
        AND (:is_boost = 0 OR NOT EXISTS (
            SELECT 1 FROM list_entries AS e WHERE e.list_id = l.id AND e.shows_id = :shows))
        AND (f.id IS NULL OR f.languages = '' OR CAST(:language AS TEXT) = ''
            OR f.languages LIKE '% ' || CAST(:language AS TEXT) || ' %')
        AND (:parent_author = 0 OR :parent_author = :author OR :parent_author = l.account_id
            OR (l.replies = 'followed' AND EXISTS (
                SELECT 1 FROM follows AS g
                WHERE g.follower_id = l.account_id AND g.followee_id = :parent_author AND g.state = 'accepted'))
            OR (l.replies = 'list' AND EXISTS (
                SELECT 1 FROM list_members AS n WHERE n.list_id = l.id AND n.account_id = :parent_author)))
        AND (:is_direct = 0 OR l.account_id = :author OR EXISTS (
            SELECT 1 FROM mentions AS x WHERE x.post_id = :post AND x.account_id = l.account_id))
    ON CONFLICT (list_id, post_id) DO NOTHING""",
)
_FILL = Query(
    None,
    f"""
    INSERT INTO list_entries (list_id, post_id, shows_id, author_id)
    SELECT :list, p.id, COALESCE(p.boost_of_id, p.id), p.author_id
    FROM posts AS p
    WHERE p.author_id = :author AND p.visibility <> 'direct'
        AND (p.parent_uri IS NULL OR p.parent_author_id = p.author_id) AND {visible_to("p")}
        AND NOT EXISTS (
            SELECT 1 FROM list_entries AS e WHERE e.list_id = :list AND e.shows_id = COALESCE(p.boost_of_id, p.id))
        AND NOT EXISTS (SELECT 1 FROM posts AS o WHERE o.id = p.boost_of_id AND o.author_id = :author)
    ORDER BY p.id DESC
    LIMIT :limit
    ON CONFLICT (list_id, post_id) DO NOTHING""",
)
_ENTER_OF_COMMUNITY = Query(
    None,
    """
    INSERT INTO list_entries (list_id, post_id, shows_id, author_id)
    SELECT l.id, :post, :post, :author
    FROM list_members AS m
    JOIN lists AS l ON l.id = m.list_id
    JOIN follows AS f ON f.follower_id = l.account_id AND f.followee_id = :community AND f.state = 'accepted'
    WHERE m.account_id = :community
    ON CONFLICT (list_id, post_id) DO NOTHING""",
)
_FILL_OF_COMMUNITY = Query(
    None,
    f"""
    INSERT INTO list_entries (list_id, post_id, shows_id, author_id)
    SELECT :list, p.id, p.id, p.author_id
    FROM posts AS p
    WHERE p.community_id = :community AND p.parent_uri IS NULL AND {visible_to("p")}
    ORDER BY p.id DESC
    LIMIT :limit
    ON CONFLICT (list_id, post_id) DO NOTHING""",
)
_EMPTY_OF_COMMUNITIES = Query(
    None,
    """
    DELETE FROM list_entries
    WHERE list_id = :list AND post_id IN (SELECT p.id FROM posts AS p WHERE p.community_id IN (:communities[]))
        AND author_id NOT IN (SELECT m.account_id FROM list_members AS m WHERE m.list_id = :list)""",
)
_BY_COMMUNITY = """EXISTS (
        SELECT 1 FROM posts AS cp JOIN list_members AS cm ON cm.account_id = cp.community_id
        WHERE cp.id = list_entries.post_id AND cp.parent_uri IS NULL AND cm.list_id = list_entries.list_id)"""
"""Condition: the entry stands there for its community too, which is on the list."""
_EMPTY = Query(
    None, f"DELETE FROM list_entries WHERE list_id = :list AND author_id IN (:authors[]) AND NOT {_BY_COMMUNITY}"
)
_EMPTY_ALL = Query(
    None,
    f"""
    DELETE FROM list_entries
    WHERE author_id = :author AND list_id IN (SELECT l.id FROM lists AS l WHERE l.account_id = :owner)
        AND NOT {_BY_COMMUNITY}""",
)
_RENAME_SHOWN = Query(None, "UPDATE list_entries SET shows_id = :id WHERE shows_id = :former")


def enter_of_community(tx: Tx, post: PostId, author: AccountId, community: AccountId) -> int:
    """Put a thread of a community into the lists of its members that hold the community; their number."""
    return tx.run(_ENTER_OF_COMMUNITY, post=post, author=author, community=community)


def fill_of_community(tx: Tx, list: ListId, viewer: AccountId, community: AccountId, limit: int) -> int:
    """Put the last threads of a community into a list; nothing for an account that is none."""
    return tx.run(_FILL_OF_COMMUNITY, list=list, viewer=viewer, community=community, limit=limit)


def empty_of_communities(tx: Tx, list: ListId, communities: Sequence[AccountId]) -> int:
    """Take the threads of communities out of a list, but those by people who are on it."""
    return tx.run(_EMPTY_OF_COMMUNITIES, list=list, communities=communities)


def by_id(tx: Tx, id: ListId) -> ListRow | None:
    """The list, whosever it is."""
    return tx.row(_BY_ID, id=id)


def of_account(tx: Tx, account: AccountId) -> list[ListRow]:
    """All lists of somebody, in the order of making."""
    return tx.rows(_OF_ACCOUNT, account=account)


def with_member(tx: Tx, account: AccountId, member: AccountId) -> list[ListRow]:
    """The lists of somebody that hold the member."""
    return tx.rows(_WITH_MEMBER, account=account, member=member)


def count(tx: Tx, account: AccountId) -> int:
    """How many lists somebody has."""
    return tx.value(_COUNT, account=account)


def insert(tx: Tx, row: ListRow) -> None:
    """Add a list."""
    tx.run(
        _INSERT,
        id=row.id,
        account_id=row.account_id,
        title=row.title,
        replies=row.replies,
        exclusive=row.exclusive,
        created_at=row.created_at,
    )


def rewrite(tx: Tx, row: ListRow) -> None:
    """Replace what the list says of itself."""
    tx.run(_REWRITE, id=row.id, title=row.title, replies=row.replies, exclusive=row.exclusive)


def delete(tx: Tx, id: ListId) -> None:
    """Remove the list with its members and its timeline."""
    tx.run(_DELETE, id=id)


def add(tx: Tx, id: MemberId, list: ListId, account: AccountId) -> bool:
    """Put somebody on the list; False if they are."""
    return tx.run(_ADD, id=id, list=list, account=account) == 1


def remove(tx: Tx, list: ListId, accounts: Sequence[AccountId]) -> int:
    """Take members off the list; how many were on it."""
    return tx.run(_REMOVE, list=list, accounts=accounts)


def leave(tx: Tx, owner: AccountId, member: AccountId) -> None:
    """Take somebody off all lists of the owner, and their posts out of them."""
    tx.run(_LEAVE, owner=owner, member=member)
    tx.run(_EMPTY_ALL, owner=owner, author=member)


def may_join(tx: Tx, owner: AccountId, ids: Sequence[AccountId]) -> set[AccountId]:
    """Those of `ids` whom the owner follows or asked to follow, and the owner."""
    return set(tx.rows(_MAY_JOIN, owner=owner, ids=ids)) if ids else set()


def members(tx: Tx, list: ListId, bounds: Bounds) -> list[RelatedRow]:
    """Members, latest first, each with the id of the membership to page by."""
    query = _PAGES.up if bounds.up else _PAGES.down
    found = tx.rows(query, list=list, before=bounds.before, floor=bounds.floor, limit=bounds.limit)
    return found[::-1] if bounds.up else found


def timeline(tx: Tx, list: ListId, viewer: AccountId, bounds: Bounds, now: Millis) -> list[PostId]:
    """Posts of the list that the viewer, its owner, may see and wants to, newest first; none for anybody else."""
    query = _TIMELINE.up if bounds.up else _TIMELINE.down
    found = tx.rows(
        query, list=list, viewer=viewer, now=now, before=bounds.before, floor=bounds.floor, limit=bounds.limit
    )
    return found[::-1] if bounds.up else found


def enter(
    tx: Tx,
    post: PostId,
    shows: PostId,
    author: AccountId,
    *,
    is_boost: bool,
    is_direct: bool,
    parent_author: AccountId | None,
    language: str,
) -> int:
    """Put the post into the timeline of each list that its author is on and that wants it; their number."""
    return tx.run(
        _ENTER,
        post=post,
        shows=shows,
        author=author,
        is_boost=is_boost,
        is_direct=is_direct,
        parent_author=parent_author or 0,
        language=language,
    )


def fill(tx: Tx, list: ListId, owner: AccountId, author: AccountId, limit: int) -> int:
    """Put the last posts of a new member into the timeline; their number."""
    return tx.run(_FILL, list=list, viewer=owner, author=author, limit=limit)


def empty(tx: Tx, list: ListId, authors: Sequence[AccountId]) -> int:
    """Take everything by the authors out of the timeline, but their threads in communities on the list."""
    return tx.run(_EMPTY, list=list, authors=authors)


def rename_shown(tx: Tx, former: PostId, id: PostId) -> None:
    """A post surfaced under a new id: entries that show it (boosts) follow."""
    tx.run(_RENAME_SHOWN, former=former, id=id)
