"""Sessions of browsers, and failed sign-ins."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, SessionId, UserId


class SessionRow(Row, frozen=True, kw_only=True):
    """One signed-in browser."""

    id: SessionId
    user_agent: str
    created_at: Millis
    seen_at: Millis
    token_hash: str
    address: str = ""


class BearerRow(Row, frozen=True, kw_only=True):
    """Who holds a session: everything that a request must know, in one row."""

    id: SessionId
    seen_at: Millis
    user: UserId
    account: AccountId
    role: str
    username: str
    locale: str
    filters: int = 0


class AttemptRow(Row, frozen=True, kw_only=True):
    """Failures of one name or address since the first of them."""

    key: str
    failures: int
    since: Millis


_BEARER = Query(
    BearerRow,
    """
    SELECT s.id, s.seen_at, u.id AS user, u.account_id AS account, u.role, a.username, u.locale,
        u.filters_revision AS filters
    FROM sessions AS s
    JOIN users AS u ON u.id = s.user_id
    JOIN accounts AS a ON a.id = u.account_id
    WHERE s.token_hash = :token_hash AND s.seen_at > :since
        AND u.disabled_at IS NULL AND a.suspended_at IS NULL AND a.deleted_at IS NULL""",
    hot=True,
)
_OF_USER = Query(
    SessionRow,
    f"""
    SELECT {SessionRow.columns("s")} FROM sessions AS s
    WHERE s.user_id = :user
    ORDER BY s.id DESC""",
    hot=True,
)
_INSERT = Query(
    None,
    """
    INSERT INTO sessions (id, user_id, token_hash, user_agent, address, created_at, seen_at)
    VALUES (:id, :user, :token_hash, :user_agent, :address, :now, :now)""",
)
_TOUCH = Query(None, "UPDATE sessions SET seen_at = :now, address = :address WHERE id = :id AND seen_at < :now")
_END = Query(None, "DELETE FROM sessions WHERE token_hash = :token_hash")
_END_ONE = Query(None, "DELETE FROM sessions WHERE id = :id AND user_id = :user")
_END_OTHERS = Query(None, "DELETE FROM sessions WHERE user_id = :user AND token_hash <> :keep")
_PRUNE = Query(None, "DELETE FROM sessions WHERE seen_at <= :before")
_ATTEMPTS = Query(
    AttemptRow,
    "SELECT t.key, t.failures, t.since FROM attempts AS t WHERE t.key IN (:keys[]) AND t.since > :since ORDER BY t.key",
    hot=True,
)
_FAIL = Query(
    AttemptRow,
    """
    INSERT INTO attempts (key, failures, since) VALUES (:key, 1, :now)
    ON CONFLICT (key) DO UPDATE
    SET failures = CASE WHEN attempts.since > :since THEN attempts.failures + 1 ELSE 1 END,
        since = CASE WHEN attempts.since > :since THEN attempts.since ELSE excluded.since END
    RETURNING key, failures, since""",
)
_FORGIVE = Query(None, "DELETE FROM attempts WHERE key IN (:keys[])")
_PRUNE_ATTEMPTS = Query(None, "DELETE FROM attempts WHERE since <= :before")


def bearer(tx: Tx, token_hash: str, since: Millis) -> BearerRow | None:
    """Who holds the session, if it was seen after `since` and its owner may come in."""
    return tx.row(_BEARER, token_hash=token_hash, since=since)


def of_user(tx: Tx, user: UserId) -> list[SessionRow]:
    """The person's sessions, newest first."""
    return tx.rows(_OF_USER, user=user)


def insert(tx: Tx, id: SessionId, user: UserId, token_hash: str, user_agent: str, address: str, now: Millis) -> None:
    """Add a session."""
    tx.run(_INSERT, id=id, user=user, token_hash=token_hash, user_agent=user_agent, address=address, now=now)


def touch(tx: Tx, id: SessionId, address: str, now: Millis) -> None:
    """The session was used, from there."""
    tx.run(_TOUCH, id=id, address=address, now=now)


def end(tx: Tx, token_hash: str) -> bool:
    """End the session; False if there was none."""
    return tx.run(_END, token_hash=token_hash) == 1


def end_one(tx: Tx, user: UserId, id: SessionId) -> bool:
    """End a session of the person; False if it is not theirs."""
    return tx.run(_END_ONE, id=id, user=user) == 1


def end_all(tx: Tx, user: UserId, keep: str = "") -> int:
    """End the person's sessions, but the one whose hash is `keep`; their number."""
    return tx.run(_END_OTHERS, user=user, keep=keep)


def prune(tx: Tx, before: Millis) -> int:
    """Forget sessions that were last seen before; their number."""
    return tx.run(_PRUNE, before=before)


def attempts(tx: Tx, keys: list[str], since: Millis) -> list[AttemptRow]:
    """The failures of the keys whose first one was after `since`."""
    return tx.rows(_ATTEMPTS, keys=keys, since=since)


def fail(tx: Tx, key: str, since: Millis, now: Millis) -> AttemptRow:
    """Count a failure; those whose first one was before `since` are forgotten. What is counted now."""
    return tx.value(_FAIL, key=key, since=since, now=now)


def forgive(tx: Tx, keys: list[str]) -> None:
    """Forget the failures of the keys."""
    tx.run(_FORGIVE, keys=keys)


def prune_attempts(tx: Tx, before: Millis) -> int:
    """Forget failures that count no longer; their number."""
    return tx.run(_PRUNE_ATTEMPTS, before=before)
