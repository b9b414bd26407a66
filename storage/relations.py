"""Follows, blocks and mutes between accounts."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, NewType

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.visibility import known_to, ties_told

FollowId = NewType("FollowId", int)
BlockId = NewType("BlockId", int)
MuteId = NewType("MuteId", int)


class FollowState(StrEnum):
    """Where a follow stands. Only an accepted one lets posts through."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"


class FollowRow(Row, frozen=True, kw_only=True):
    """One follow. `boosts`: boosts are wanted too; `notify`: each post is to be notified."""

    id: FollowId
    follower_id: AccountId
    followee_id: AccountId
    state: FollowState
    boosts: bool
    notify: bool
    uri: str
    created_at: Millis
    languages: str = ""
    """Those that are wanted, with a space around each; empty: all."""


class BlockRow(Row, frozen=True, kw_only=True):
    """`account_id` blocks `target_id`."""

    id: BlockId
    account_id: AccountId
    target_id: AccountId
    uri: str
    created_at: Millis


class RelatedRow(Row, frozen=True, kw_only=True):
    """An account in a list of relations; `relation` is the relation's id, for paging."""

    relation: int
    account: AccountRow


class RelationshipRow(Row, frozen=True, kw_only=True):
    """Everything between one account and another."""

    id: AccountId
    state: FollowState | None
    boosts: bool | None
    notify: bool | None
    back: FollowState | None
    is_blocking: bool
    is_blocked: bool
    is_muting: bool
    mutes_notifications: bool | None
    muted_until: Millis | None
    languages: str | None
    blocks_domain: bool
    is_endorsed: bool
    note: str


class UntilRow(Row, frozen=True, kw_only=True):
    """Until when an account is muted; None: for good."""

    id: AccountId
    expires_at: Millis | None


class BetweenRow(Row, frozen=True, kw_only=True):
    """Blocks between two accounts."""

    is_blocking: bool
    is_blocked: bool


class _Both(NamedTuple):
    down: Query[RelatedRow]
    up: Query[RelatedRow]


class Bounds(NamedTuple):
    """Relation ids strictly between `floor` and `before`, at most `limit`, counted from above or (`up`) from below."""

    before: int
    floor: int
    limit: int
    up: bool


def _both(tables: str) -> _Both:
    select = f"""
    SELECT r.id AS relation, {AccountRow.columns("a")}
    FROM {tables} AND r.id < :before AND r.id > :floor AND a.suspended_at IS NULL AND a.deleted_at IS NULL"""
    return _Both(
        Query(RelatedRow, f"{select} ORDER BY r.id DESC LIMIT :limit", hot=True),
        Query(RelatedRow, f"{select} ORDER BY r.id ASC LIMIT :limit", hot=True),
    )


_FOLLOWERS = _both(
    "follows AS r JOIN accounts AS a ON a.id = r.follower_id WHERE r.followee_id = :account AND r.state = 'accepted'"
)
_FOLLOWING = _both(
    "follows AS r JOIN accounts AS a ON a.id = r.followee_id WHERE r.follower_id = :account AND r.state = 'accepted'"
    f" AND {known_to('a')} AND {ties_told('a')}"
)
_REQUESTS = _both(
    "follows AS r JOIN accounts AS a ON a.id = r.follower_id WHERE r.followee_id = :account AND r.state = 'requested'"
)
_BLOCKED = _both("blocks AS r JOIN accounts AS a ON a.id = r.target_id WHERE r.account_id = :account")
_MUTED = _both(
    """mutes AS r JOIN accounts AS a ON a.id = r.target_id
    WHERE r.account_id = :account AND (r.expires_at IS NULL OR r.expires_at > :now)"""
)
_FOLLOW = Query(
    None,
    """
    INSERT INTO follows (id, follower_id, followee_id, state, boosts, notify, uri, created_at, languages)
    VALUES (:id, :follower_id, :followee_id, :state, :boosts, :notify, :uri, :created_at, :languages)
    ON CONFLICT (follower_id, followee_id) DO NOTHING""",
)
_ADJUST = Query(
    None,
    """
    UPDATE follows
    SET boosts = COALESCE(CAST(:boosts AS INTEGER), boosts), notify = COALESCE(CAST(:notify AS INTEGER), notify),
        languages = COALESCE(CAST(:languages AS TEXT), languages)
    WHERE id = :id""",
)
_RENAME = Query(None, "UPDATE follows SET uri = :uri WHERE id = :id AND uri <> :uri")
_ACCEPT = Query(None, "UPDATE follows SET state = 'accepted' WHERE id = :id AND state = 'requested'")
_REMOVE = Query(None, "DELETE FROM follows WHERE id = :id AND state = :state")
_BETWEEN = Query(
    FollowRow,
    f"""
    SELECT {FollowRow.columns("f")} FROM follows AS f
    WHERE f.follower_id = :follower AND f.followee_id = :followee""",
    hot=True,
)
_WITH_URI = Query(
    FollowRow,
    f"SELECT {FollowRow.columns('f')} FROM follows AS f WHERE f.followee_id = :followee AND f.uri = :uri",
    hot=True,
)
_BLOCK = Query(
    None,
    """
    INSERT INTO blocks (id, account_id, target_id, uri, created_at) VALUES (:id, :account, :target, :uri, :now)
    ON CONFLICT (account_id, target_id) DO NOTHING""",
)
_UNBLOCK = Query(
    BlockRow, f"DELETE FROM blocks WHERE account_id = :account AND target_id = :target RETURNING {BlockRow.columns()}"
)
_BLOCK_BETWEEN = Query(
    BlockRow,
    f"SELECT {BlockRow.columns('b')} FROM blocks AS b WHERE b.account_id = :account AND b.target_id = :target",
    hot=True,
)
_BLOCKS = Query(
    BetweenRow,
    """
    SELECT
        CASE WHEN EXISTS (SELECT 1 FROM blocks AS b WHERE b.account_id = :account AND b.target_id = :other)
            THEN 1 ELSE 0 END AS is_blocking,
        CASE WHEN EXISTS (SELECT 1 FROM blocks AS b WHERE b.account_id = :other AND b.target_id = :account)
            THEN 1 ELSE 0 END AS is_blocked""",
    hot=True,
)
_MUTE = Query(
    None,
    """
    INSERT INTO mutes (id, account_id, target_id, notifications, expires_at, created_at)
    VALUES (:id, :account, :target, :notifications, CAST(:expires_at AS BIGINT), :now)
    ON CONFLICT (account_id, target_id) DO UPDATE
    SET notifications = excluded.notifications, expires_at = excluded.expires_at""",
)
_PRUNE_MUTES = Query(None, "DELETE FROM mutes WHERE expires_at <= :now")
_UNMUTE = Query(None, "DELETE FROM mutes WHERE account_id = :account AND target_id = :target")
_UNTIL = Query(
    UntilRow,
    """
    SELECT m.target_id AS id, m.expires_at
    FROM mutes AS m WHERE m.account_id = :account AND m.target_id IN (:ids[])""",
    hot=True,
)
_RELATIONSHIPS = Query(
    RelationshipRow,
    f"""
    SELECT a.id, f.state, f.boosts, f.notify, g.state AS back,
        CASE WHEN b.id IS NULL THEN 0 ELSE 1 END AS is_blocking,
        CASE WHEN c.id IS NULL THEN 0 ELSE 1 END AS is_blocked,
        CASE WHEN m.id IS NULL THEN 0 ELSE 1 END AS is_muting,
        m.notifications AS mutes_notifications, m.expires_at AS muted_until, f.languages,
        CASE WHEN d.id IS NULL THEN 0 ELSE 1 END AS blocks_domain,
        CASE WHEN e.id IS NULL THEN 0 ELSE 1 END AS is_endorsed,
        COALESCE(n.comment, '') AS note
    FROM accounts AS a
    LEFT JOIN follows AS f ON f.follower_id = :viewer AND f.followee_id = a.id
    LEFT JOIN follows AS g ON g.followee_id = :viewer AND g.follower_id = a.id
    LEFT JOIN blocks AS b ON b.account_id = :viewer AND b.target_id = a.id
    LEFT JOIN blocks AS c ON c.target_id = :viewer AND c.account_id = a.id
    LEFT JOIN mutes AS m ON m.account_id = :viewer AND m.target_id = a.id
        AND (m.expires_at IS NULL OR m.expires_at > :now)
    LEFT JOIN domain_blocks AS d ON d.account_id = :viewer AND d.domain = a.domain
    LEFT JOIN endorsements AS e ON e.account_id = :viewer AND e.target_id = a.id
    LEFT JOIN account_notes AS n ON n.account_id = :viewer AND n.target_id = a.id
    WHERE a.id IN (:ids[]) AND {known_to("a")}""",
    hot=True,
)


def _page(tx: Tx, both: _Both, bounds: Bounds, **params: object) -> list[RelatedRow]:
    query = both.up if bounds.up else both.down
    found = tx.rows(query, before=bounds.before, floor=bounds.floor, limit=bounds.limit, **params)
    return found[::-1] if bounds.up else found


def followers(tx: Tx, account: AccountId, bounds: Bounds) -> list[RelatedRow]:
    """Accepted followers, latest first."""
    return _page(tx, _FOLLOWERS, bounds, account=account)


def following(tx: Tx, account: AccountId, bounds: Bounds, viewer: AccountId) -> list[RelatedRow]:
    """Whom the account follows with consent, latest first, without communities hidden from or closed to the viewer."""
    return _page(tx, _FOLLOWING, bounds, account=account, viewer=viewer)


def requests(tx: Tx, account: AccountId, bounds: Bounds) -> list[RelatedRow]:
    """Who waits for the account's consent, latest first."""
    return _page(tx, _REQUESTS, bounds, account=account)


def blocked(tx: Tx, account: AccountId, bounds: Bounds) -> list[RelatedRow]:
    """Whom the account blocks, latest first."""
    return _page(tx, _BLOCKED, bounds, account=account)


def muted(tx: Tx, account: AccountId, bounds: Bounds, now: Millis) -> list[RelatedRow]:
    """Whom the account mutes at `now`, latest first."""
    return _page(tx, _MUTED, bounds, account=account, now=now)


def follow(tx: Tx, row: FollowRow) -> bool:
    """Add a follow; False if there is one between the two."""
    return (
        tx.run(
            _FOLLOW,
            id=row.id,
            follower_id=row.follower_id,
            followee_id=row.followee_id,
            state=row.state,
            boosts=row.boosts,
            notify=row.notify,
            uri=row.uri,
            created_at=row.created_at,
            languages=row.languages,
        )
        == 1
    )


def adjust(tx: Tx, id: FollowId, boosts: bool | None, notify: bool | None, languages: str | None = None) -> None:
    """Replace what is wanted of a follow; None leaves it."""
    tx.run(_ADJUST, id=id, boosts=boosts, notify=notify, languages=languages)


def rename(tx: Tx, id: FollowId, uri: str) -> None:
    """The other node calls the follow `uri` from now on."""
    tx.run(_RENAME, id=id, uri=uri)


def accept(tx: Tx, id: FollowId) -> bool:
    """Let a requested follow through; False if somebody was faster."""
    return tx.run(_ACCEPT, id=id) == 1


def remove(tx: Tx, id: FollowId, state: FollowState) -> bool:
    """Remove a follow that is in `state`; False if somebody was faster."""
    return tx.run(_REMOVE, id=id, state=state) == 1


def between(tx: Tx, follower: AccountId, followee: AccountId) -> FollowRow | None:
    """The follow between two accounts."""
    return tx.row(_BETWEEN, follower=follower, followee=followee)


def with_uri(tx: Tx, followee: AccountId, uri: str) -> FollowRow | None:
    """The follow of an account by its activity's id."""
    return tx.row(_WITH_URI, followee=followee, uri=uri)


def block(tx: Tx, id: BlockId, account: AccountId, target: AccountId, uri: str, now: Millis) -> bool:
    """Add a block; False if there was one."""
    return tx.run(_BLOCK, id=id, account=account, target=target, uri=uri, now=now) == 1


def unblock(tx: Tx, account: AccountId, target: AccountId) -> BlockRow | None:
    """Lift a block: the row that was."""
    return tx.row(_UNBLOCK, account=account, target=target)


def block_between(tx: Tx, account: AccountId, target: AccountId) -> BlockRow | None:
    """The block of `target` by `account`."""
    return tx.row(_BLOCK_BETWEEN, account=account, target=target)


def blocks(tx: Tx, account: AccountId, other: AccountId) -> BetweenRow:
    """Blocks between two, seen from `account`."""
    return tx.value(_BLOCKS, account=account, other=other)


def mute(
    tx: Tx,
    id: MuteId,
    account: AccountId,
    target: AccountId,
    notifications: bool,
    expires_at: Millis | None,
    now: Millis,
) -> None:
    """Mute, or change how."""
    tx.run(_MUTE, id=id, account=account, target=target, notifications=notifications, expires_at=expires_at, now=now)


def unmute(tx: Tx, account: AccountId, target: AccountId) -> bool:
    """Hear again; False if there was no mute."""
    return tx.run(_UNMUTE, account=account, target=target) == 1


def prune_mutes(tx: Tx, now: Millis) -> None:
    """Forget mutes that are over."""
    tx.run(_PRUNE_MUTES, now=now)


def until(tx: Tx, account: AccountId, ids: Sequence[AccountId]) -> list[UntilRow]:
    """Until when `account` mutes each of `ids`."""
    return tx.rows(_UNTIL, account=account, ids=ids)


def relationships(tx: Tx, viewer: AccountId, ids: Sequence[AccountId], now: Millis) -> list[RelationshipRow]:
    """Everything between `viewer` and each of `ids`, no order."""
    return tx.rows(_RELATIONSHIPS, viewer=viewer, ids=ids, now=now)
