"""Whose notifications somebody wants: a policy by category, who is let through in spite of it, and who waits."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NewType

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, NotificationId, PostId

RequestId = NewType("RequestId", int)


class Answer(StrEnum):
    """What becomes of notifications of a category: shown, kept among the requests, or never written."""

    ACCEPT = "accept"
    FILTER = "filter"
    DROP = "drop"


class PolicyRow(Row, frozen=True, kw_only=True):
    """The answer for each category of senders; a sender may fall into several."""

    not_following: Answer = Answer.ACCEPT
    not_followers: Answer = Answer.ACCEPT
    new_accounts: Answer = Answer.ACCEPT
    private_mentions: Answer = Answer.ACCEPT
    limited_accounts: Answer = Answer.FILTER
    bots: Answer = Answer.ACCEPT


class SummaryRow(Row, frozen=True, kw_only=True):
    """How much waits."""

    requests: int
    notifications: int


class RequestRow(Row, frozen=True, kw_only=True):
    """Somebody whose notifications wait, how many there are, and the last post that one is about."""

    id: RequestId
    created_at: Millis
    updated_at: Millis
    total: int
    last_post_id: PostId | None
    sender: AccountRow


_POLICY = Query(
    PolicyRow,
    f"SELECT {PolicyRow.columns('y')} FROM notification_policies AS y WHERE y.account_id = :account",
    hot=True,
)
_SET_POLICY = Query(
    None,
    """
    INSERT INTO notification_policies (
        account_id, not_following, not_followers, new_accounts, private_mentions, limited_accounts, bots)
    VALUES (:account, :not_following, :not_followers, :new_accounts, :private_mentions, :limited_accounts, :bots)
    ON CONFLICT (account_id) DO UPDATE
    SET not_following = excluded.not_following, not_followers = excluded.not_followers,
        new_accounts = excluded.new_accounts, private_mentions = excluded.private_mentions,
        limited_accounts = excluded.limited_accounts, bots = excluded.bots""",
)
_NOTE = Query(
    None,
    """
    INSERT INTO notification_requests (account_id, from_id, created_at, updated_at)
    SELECT DISTINCT n.account_id, n.from_id, CAST(:at AS BIGINT), CAST(:at AS BIGINT)
    FROM notifications AS n
    WHERE n.id IN (:ids[]) AND n.filtered = 1 AND n.kind IN ('mention', 'quote')
    ON CONFLICT (account_id, from_id) DO UPDATE SET updated_at = excluded.updated_at""",
)
_WAITING = "n.account_id = r.account_id AND n.from_id = r.from_id AND n.filtered = 1 AND n.kind IN ('mention', 'quote')"
_SHOWN = f"""
    SELECT r.id, r.created_at, r.updated_at,
        (SELECT COUNT(*) FROM notifications AS n WHERE {_WAITING}) AS total,
        (SELECT MAX(n.post_id) FROM notifications AS n WHERE {_WAITING}) AS last_post_id,
        {AccountRow.columns("a")}
    FROM notification_requests AS r JOIN accounts AS a ON a.id = r.from_id
    WHERE r.account_id = :account AND a.suspended_at IS NULL AND a.deleted_at IS NULL
        AND EXISTS (SELECT 1 FROM notifications AS n WHERE {_WAITING})"""
_DOWN = Query(RequestRow, f"{_SHOWN} AND r.id < :before AND r.id > :floor ORDER BY r.id DESC LIMIT :limit", hot=True)
_UP = Query(RequestRow, f"{_SHOWN} AND r.id < :before AND r.id > :floor ORDER BY r.id ASC LIMIT :limit", hot=True)
_BY_ID = Query(RequestRow, f"{_SHOWN} AND r.id = :id", hot=True)
_SUMMARY = Query(
    SummaryRow,
    """
    SELECT COUNT(DISTINCT r.id) AS requests, COUNT(*) AS notifications
    FROM notification_requests AS r
    JOIN accounts AS a ON a.id = r.from_id
    JOIN notifications AS n ON n.account_id = r.account_id AND n.from_id = r.from_id
    WHERE r.account_id = :account AND n.filtered = 1 AND n.kind IN ('mention', 'quote')
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL""",
    hot=True,
)
_SENDERS = Query(
    AccountId,
    "SELECT r.from_id FROM notification_requests AS r WHERE r.account_id = :account AND r.id IN (:ids[])",
    hot=True,
)
_PERMIT = Query(
    None,
    """
    INSERT INTO notification_permissions (account_id, from_id, created_at)
    SELECT r.account_id, r.from_id, CAST(:now AS BIGINT) FROM notification_requests AS r
    WHERE r.account_id = :account AND r.from_id IN (:senders[])
    ON CONFLICT (account_id, from_id) DO NOTHING""",
)
_MERGE = Query(
    None,
    """
    UPDATE notifications SET filtered = 0
    WHERE account_id = :account AND from_id IN (:senders[]) AND filtered = 1""",
)
_DISCARD = Query(
    None, "DELETE FROM notifications WHERE account_id = :account AND from_id IN (:senders[]) AND filtered = 1"
)
_FORGET = Query(None, "DELETE FROM notification_requests WHERE account_id = :account AND from_id IN (:senders[])")


def policy(tx: Tx, account: AccountId) -> PolicyRow | None:
    """What the account decided; None: nothing yet."""
    return tx.row(_POLICY, account=account)


def set_policy(tx: Tx, account: AccountId, policy: PolicyRow) -> None:
    """Replace the policy."""
    tx.run(
        _SET_POLICY,
        account=account,
        not_following=policy.not_following,
        not_followers=policy.not_followers,
        new_accounts=policy.new_accounts,
        private_mentions=policy.private_mentions,
        limited_accounts=policy.limited_accounts,
        bots=policy.bots,
    )


def note(tx: Tx, ids: Sequence[NotificationId], at: Millis) -> None:
    """Let the senders of these filtered notifications wait: those who said something."""
    tx.run(_NOTE, ids=ids, at=at)


def page(tx: Tx, account: AccountId, before: int, floor: int, limit: int, *, up: bool) -> list[RequestRow]:
    """Who waits, strictly between two ids, newest first; `up`: the page directly above `floor`."""
    found = tx.rows(_UP if up else _DOWN, account=account, before=before, floor=floor, limit=limit)
    return found[::-1] if up else found


def by_id(tx: Tx, account: AccountId, id: RequestId) -> RequestRow | None:
    """One of the account's."""
    return tx.row(_BY_ID, account=account, id=id)


def summary(tx: Tx, account: AccountId) -> SummaryRow:
    """How many wait, and with how many notifications."""
    return tx.value(_SUMMARY, account=account)


def senders(tx: Tx, account: AccountId, ids: Sequence[RequestId]) -> list[AccountId]:
    """Who waits with these requests of the account."""
    return tx.rows(_SENDERS, account=account, ids=ids)


def accept(tx: Tx, account: AccountId, senders: Sequence[AccountId], now: Millis) -> None:
    """Let these senders through from now on, and show what waits."""
    tx.run(_PERMIT, account=account, senders=senders, now=now)
    tx.run(_MERGE, account=account, senders=senders)
    tx.run(_FORGET, account=account, senders=senders)


def dismiss(tx: Tx, account: AccountId, senders: Sequence[AccountId]) -> None:
    """Remove what waits of these senders; more may come."""
    tx.run(_DISCARD, account=account, senders=senders)
    tx.run(_FORGET, account=account, senders=senders)
