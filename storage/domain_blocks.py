"""Whole nodes that somebody wants to hear nothing of."""

from typing import NamedTuple, NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.relations import Bounds, FollowRow

DomainBlockId = NewType("DomainBlockId", int)


class BlockedRow(Row, frozen=True, kw_only=True):
    """A node that somebody blocks; `relation` to page by."""

    relation: DomainBlockId
    domain: str


class TiesRow(Row, frozen=True, kw_only=True):
    """How many of a node somebody follows, and how many of there follow them."""

    following: int
    followers: int


class _Pages(NamedTuple):
    down: Query[BlockedRow]
    up: Query[BlockedRow]


_LISTED = """
    SELECT d.id AS relation, d.domain FROM domain_blocks AS d
    WHERE d.account_id = :account AND d.id < :before AND d.id > :floor"""
_PAGES = _Pages(
    Query(BlockedRow, f"{_LISTED} ORDER BY d.id DESC LIMIT :limit", hot=True),
    Query(BlockedRow, f"{_LISTED} ORDER BY d.id ASC LIMIT :limit", hot=True),
)
_INSERT = Query(
    None,
    """
    INSERT INTO domain_blocks (id, account_id, domain, created_at) VALUES (:id, :account, :domain, :now)
    ON CONFLICT (account_id, domain) DO NOTHING""",
)
_DELETE = Query(None, "DELETE FROM domain_blocks WHERE account_id = :account AND domain = :domain")
_IS_BLOCKED = Query(
    int, "SELECT COUNT(*) FROM domain_blocks WHERE account_id = :account AND domain = :domain", hot=True
)
_FOLLOWED = "f.follower_id = :account AND f.followee_id IN (SELECT a.id FROM accounts AS a WHERE a.domain = :domain)"
_FOLLOWERS = "f.followee_id = :account AND f.follower_id IN (SELECT a.id FROM accounts AS a WHERE a.domain = :domain)"
_TIES = Query(
    TiesRow,
    f"""
    SELECT (SELECT COUNT(*) FROM follows AS f WHERE {_FOLLOWED}) AS following,
        (SELECT COUNT(*) FROM follows AS f WHERE {_FOLLOWERS}) AS followers""",
    hot=True,
)
_FOLLOWS = Query(
    FollowRow, f"SELECT {FollowRow.columns('f')} FROM follows AS f WHERE {_FOLLOWED} OR ({_FOLLOWERS}) ORDER BY f.id"
)
_FORGET = Query(
    None,
    """
    DELETE FROM notifications
    WHERE account_id = :account AND from_id IN (SELECT a.id FROM accounts AS a WHERE a.domain = :domain)""",
)


def page(tx: Tx, account: AccountId, bounds: Bounds) -> list[BlockedRow]:
    """Nodes that somebody blocks, latest first."""
    query = _PAGES.up if bounds.up else _PAGES.down
    found = tx.rows(query, account=account, before=bounds.before, floor=bounds.floor, limit=bounds.limit)
    return found[::-1] if bounds.up else found


def block(tx: Tx, id: DomainBlockId, account: AccountId, domain: str, now: Millis) -> bool:
    """Block a node; False if it was."""
    return tx.run(_INSERT, id=id, account=account, domain=domain, now=now) == 1


def unblock(tx: Tx, account: AccountId, domain: str) -> bool:
    """Block it no longer; False if it was not."""
    return tx.run(_DELETE, account=account, domain=domain) == 1


def is_blocked(tx: Tx, account: AccountId, domain: str) -> bool:
    """Whether somebody blocks the node."""
    return bool(domain) and tx.value(_IS_BLOCKED, account=account, domain=domain) > 0


def ties(tx: Tx, account: AccountId, domain: str) -> TiesRow:
    """How many follow whom between somebody and a node."""
    return tx.value(_TIES, account=account, domain=domain)


def follows(tx: Tx, account: AccountId, domain: str) -> list[FollowRow]:
    """Follows and requests between somebody and the people of a node, both ways."""
    return tx.rows(_FOLLOWS, account=account, domain=domain)


def forget_notifications(tx: Tx, account: AccountId, domain: str) -> None:
    """Remove what came from the node."""
    tx.run(_FORGET, account=account, domain=domain)
