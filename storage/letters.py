"""Letters by mail: how often somebody wants them, and up to which notification they were told."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, NotificationId, PostId, UserId


class LetterRow(Row, frozen=True, kw_only=True):
    """Somebody's wish. `token`: the secret of the way out, which stands in each letter."""

    user_id: UserId
    rhythm: str
    token: str
    told_id: NotificationId
    sent_at: Millis
    calendar: bool = True
    """What they take part in is sent for their calendar too."""


_OF = Query(LetterRow, f"SELECT {LetterRow.columns('l')} FROM letters AS l WHERE l.user_id = :user", hot=True)
_BY_TOKEN = Query(LetterRow, f"SELECT {LetterRow.columns('l')} FROM letters AS l WHERE l.token = :token", hot=True)
_SET = Query(
    None,
    """
    INSERT INTO letters (user_id, rhythm, token, told_id, sent_at)
    SELECT u.id, CAST(:rhythm AS TEXT), CAST(:token AS TEXT), COALESCE((
        SELECT MAX(n.id) FROM notifications AS n WHERE n.account_id = u.account_id), 0), CAST(:now AS BIGINT)
    FROM users AS u WHERE u.id = :user
    ON CONFLICT (user_id) DO UPDATE SET rhythm = excluded.rhythm""",
)
_KEEP_CALENDAR = Query(None, "UPDATE letters SET calendar = :wanted WHERE user_id = :user")
_KEEPING_CALENDAR = Query(
    UserId,
    """
    SELECT l.user_id
    FROM participations AS m
    JOIN users AS u ON u.account_id = m.account_id
    JOIN letters AS l ON l.user_id = u.id
    WHERE m.post_id = :post AND (:account = 0 OR m.account_id = :account) AND l.rhythm <> 'off' AND l.calendar = 1
        AND u.email IS NOT NULL AND u.disabled_at IS NULL""",
    hot=True,
)
_HOLDING = Query(
    UserId,
    """
    SELECT l.user_id
    FROM participations AS m
    JOIN users AS u ON u.account_id = m.account_id
    JOIN letters AS l ON l.user_id = u.id
    WHERE m.post_id = :post AND m.mailed > 0 AND l.rhythm <> 'off' AND l.calendar = 1
        AND u.email IS NOT NULL AND u.disabled_at IS NULL""",
    hot=True,
)
_STOP = Query(None, "UPDATE letters SET rhythm = 'off' WHERE token = :token")
_TOLD = Query(
    None,
    """
    UPDATE letters SET told_id = CASE WHEN told_id < :told THEN :told ELSE told_id END, sent_at = :now
    WHERE user_id = :user""",
)
_DUE = Query(
    UserId,
    """
    SELECT l.user_id
    FROM letters AS l
    JOIN users AS u ON u.id = l.user_id
    JOIN accounts AS o ON o.id = u.account_id
    WHERE l.rhythm = :rhythm AND l.sent_at <= :before AND u.email IS NOT NULL AND u.disabled_at IS NULL
        AND o.suspended_at IS NULL AND o.deleted_at IS NULL
    ORDER BY l.sent_at LIMIT :limit""",
    hot=True,
)
_AT_ONCE = Query(
    UserId,
    """
    SELECT l.user_id
    FROM users AS u JOIN letters AS l ON l.user_id = u.id
    JOIN notifications AS n ON n.account_id = u.account_id
    WHERE u.account_id = :account AND n.id = :notification AND l.rhythm = 'immediate' AND (
            n.kind IN (:kinds[]) OR (n.kind = 'status' AND n.subject LIKE 'read:%'))
        AND u.email IS NOT NULL""",
    hot=True,
)


def keep_calendar(tx: Tx, user: UserId, *, wanted: bool) -> None:
    """Whether what the person takes part in is sent for their calendar."""
    tx.run(_KEEP_CALENDAR, user=user, wanted=int(wanted))


def keeping_calendar(tx: Tx, post: PostId, account: AccountId | None) -> list[UserId]:
    """Who answered to a gathering and wants it in their calendar by mail; of one account, or None: all of them."""
    return tx.rows(_KEEPING_CALENDAR, post=post, account=account or 0)


def holding(tx: Tx, post: PostId) -> list[UserId]:
    """Who has a gathering in their calendar by mail, and wants such letters."""
    return tx.rows(_HOLDING, post=post)


def of(tx: Tx, user: UserId) -> LetterRow | None:
    """What the person wants; None: they never said."""
    return tx.row(_OF, user=user)


def by_token(tx: Tx, token: str) -> LetterRow | None:
    """Whose the way out is."""
    return tx.row(_BY_TOKEN, token=token)


def choose(tx: Tx, user: UserId, rhythm: str, token: str, now: Millis) -> None:
    """Set the rhythm; `token` is for whoever has none yet. What happened before is not told."""
    tx.run(_SET, user=user, rhythm=rhythm, token=token, now=now)


def stop(tx: Tx, token: str) -> bool:
    """No more letters to whom the token belongs; False if it is nobody's."""
    return tx.run(_STOP, token=token) == 1


def told(tx: Tx, user: UserId, told: NotificationId, now: Millis) -> None:
    """The person was written to, up to this notification."""
    tx.run(_TOLD, user=user, told=told, now=now)


def due(tx: Tx, rhythm: str, before: Millis, limit: int) -> list[UserId]:
    """Who has a letter coming: the last one is as old as that."""
    return tx.rows(_DUE, rhythm=rhythm, before=before, limit=limit)


def at_once(tx: Tx, account: AccountId, notification: int, kinds: Sequence[str]) -> list[UserId]:
    """The account's login, if it wants to be written to at once of a notification of these kinds,
    or that asks to read something."""
    return tx.rows(_AT_ONCE, account=account, notification=notification, kinds=kinds)
