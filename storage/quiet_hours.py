"""When people are left in peace: their own hours, those of the site, and until when somebody is away."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis, NotificationId, UserId


class HoursRow(Row, frozen=True, kw_only=True):
    """What decides for somebody. `week` and `timezone` are empty for who keeps the hours of the site."""

    user_id: UserId
    week: str
    timezone: str
    away_until: Millis | None


_OF = Query(
    HoursRow,
    """
    SELECT u.id AS user_id, COALESCE(q.week, '') AS week, COALESCE(q.timezone, '') AS timezone, l.until AS away_until
    FROM users AS u
    LEFT JOIN quiet_hours AS q ON q.user_id = u.id
    LEFT JOIN leaves AS l ON l.account_id = u.account_id AND l.until > :now
    WHERE u.id IN (:users[])""",
    hot=True,
)
_PUT = Query(
    None,
    """
    INSERT INTO quiet_hours (user_id, week, timezone) VALUES (:user, :week, :timezone)
    ON CONFLICT (user_id) DO UPDATE SET week = excluded.week, timezone = excluded.timezone""",
)
_DROP = Query(None, "DELETE FROM quiet_hours WHERE user_id = :user")
_SITE = Query(str, "SELECT s.week FROM site_quiet_hours AS s WHERE s.id = 1")
_PUT_SITE = Query(
    None,
    """
    INSERT INTO site_quiet_hours (id, week, changed_at) VALUES (1, :week, :now)
    ON CONFLICT (id) DO UPDATE SET week = excluded.week, changed_at = excluded.changed_at""",
)
_URGENT = Query(
    int,
    """
    SELECT COUNT(*)
    FROM notifications AS n LEFT JOIN announcements AS w ON w.post_id = n.post_id
    WHERE n.id IN (:notifications[])
        AND (n.kind = 'roll.call' OR (n.kind = 'status' AND n.subject LIKE 'read:%' AND w.urgent = 1))""",
    hot=True,
)


def of(tx: Tx, users: Sequence[UserId], now: Millis) -> list[HoursRow]:
    """What decides for each of these."""
    return tx.rows(_OF, users=users, now=now) if users else []


def put(tx: Tx, user: UserId, week: str, timezone: str) -> None:
    """Somebody keeps hours of their own."""
    tx.run(_PUT, user=user, week=week, timezone=timezone)


def drop(tx: Tx, user: UserId) -> None:
    """Somebody keeps those of the site."""
    tx.run(_DROP, user=user)


def site(tx: Tx) -> str | None:
    """What administrators chose; None: nothing."""
    return tx.row(_SITE)


def put_site(tx: Tx, week: str, now: Millis) -> None:
    """What administrators choose."""
    tx.run(_PUT_SITE, week=week, now=now)


def is_urgent(tx: Tx, notifications: Sequence[NotificationId]) -> bool:
    """Whether one of them goes out at any hour: it asks to read something urgent, or whether one is safe."""
    return bool(notifications) and tx.value(_URGENT, notifications=notifications) > 0
