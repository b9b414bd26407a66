"""Notifications put together: those of one key are one group, and a group stands on a page once.

A page is a choice of groups by the member that represents them: the newest below `before`, or, on a page that is
counted upwards, the oldest above `floor`. What is told of a group (how many, from whom) goes up to the newest of it.
"""

from collections.abc import Sequence

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, NotificationId, PostId
from storage.notifications import AFTER_MARKER, CHOSEN, SHOWN, Kind, Wanted, chosen, heard

SAMPLE = 8
"""Accounts shown of a group."""
ALONE = "ungrouped-"
"""Before the id: the key of a notification that stands alone."""


class MemberRow(Row, frozen=True, kw_only=True):
    """One of the newest members of a group, with what is told of the whole group in each of its rows."""

    leader: NotificationId
    kind: Kind
    post_id: PostId | None
    group_key: str
    total: int
    newest: NotificationId
    lowest: NotificationId
    newest_at: Millis
    subject: str
    id: NotificationId
    sender: AccountRow


class SenderRow(Row, frozen=True, kw_only=True):
    """Who caused one notification of a group."""

    id: NotificationId
    sender: AccountRow


_IS_GROUP = "n.group_key <> '' AND n.kind IN (:grouped[])"


def _another(edge: str) -> str:
    """Condition: a member of the same group, on the page too, stands nearer to its edge than `n`."""
    nearer = "g.id > n.id AND g.id < :before" if edge == "newest" else "g.id < n.id AND g.id > :floor"
    return f"""EXISTS (
            SELECT 1 FROM notifications AS g JOIN accounts AS ga ON ga.id = g.from_id
            WHERE g.group_key = n.group_key AND {nearer} AND g.filtered <= :filtered
                AND (CAST(:sender AS BIGINT) = 0 OR g.from_id = :sender) AND {heard("g", "ga")})"""


def _leaders(edge: str) -> str:
    """The representatives of a page."""
    return f"""
        SELECT n.id, n.kind, n.post_id, n.group_key, n.created_at, n.subject,
            CASE WHEN {_IS_GROUP} THEN 1 ELSE 0 END AS is_group
        {SHOWN}
            AND {CHOSEN} AND n.id < :before AND n.id > :floor
            AND NOT ({_IS_GROUP} AND {_another(edge)})
        ORDER BY n.id {"DESC" if edge == "newest" else "ASC"} LIMIT :limit"""


def _members(leaders: str) -> str:
    """The groups of these representatives with their newest members, at most `SAMPLE` of each."""
    return f"""
    WITH leaders AS ({leaders}),
    edges AS (
        SELECT COALESCE(MAX(l.id), 0) AS highest,
            CASE WHEN COUNT(*) < :limit THEN CAST(:floor AS BIGINT) + 1 ELSE COALESCE(MIN(l.id), 0) END AS lowest
        FROM leaders AS l),
    members AS (
        SELECT l.id AS leader, l.id, l.created_at, n.from_id
        FROM leaders AS l JOIN notifications AS n ON n.id = l.id
        WHERE l.is_group = 0
        UNION ALL
        SELECT l.id AS leader, g.id, g.created_at, g.from_id
        FROM leaders AS l
        JOIN notifications AS g ON g.account_id = :viewer AND g.group_key = l.group_key AND g.group_key <> ''
        JOIN accounts AS ga ON ga.id = g.from_id
        CROSS JOIN edges AS e
        WHERE l.is_group = 1 AND g.id <= e.highest AND g.filtered <= :filtered
            AND (CAST(:sender AS BIGINT) = 0 OR g.from_id = :sender) AND {heard("g", "ga")}),
    placed AS (
        SELECT x.leader, x.id, x.from_id,
            ROW_NUMBER() OVER (PARTITION BY x.leader ORDER BY x.id DESC) AS place,
            COUNT(*) OVER (PARTITION BY x.leader) AS total,
            MAX(x.id) OVER (PARTITION BY x.leader) AS newest,
            MIN(CASE WHEN x.id >= e.lowest THEN x.id ELSE x.leader END) OVER (PARTITION BY x.leader) AS lowest,
            MAX(x.created_at) OVER (PARTITION BY x.leader) AS newest_at
        FROM members AS x CROSS JOIN edges AS e)
    SELECT q.leader, l.kind, l.post_id, CASE WHEN l.is_group = 1 THEN l.group_key ELSE '' END AS group_key,
        q.total, q.newest, q.lowest, q.newest_at, l.subject, q.id, {AccountRow.columns("a")}
    FROM placed AS q
    JOIN leaders AS l ON l.id = q.leader
    JOIN accounts AS a ON a.id = q.from_id
    WHERE q.place <= {SAMPLE}
    ORDER BY q.leader DESC, q.place"""


_BY_ID, _BY_KEY = "n.id = :alone", "n.group_key = :key AND n.group_key <> ''"


def _of_one(condition: str, is_group: int) -> Query[MemberRow]:
    leader = f"""
        SELECT n.id, n.kind, n.post_id, n.group_key, n.created_at, n.subject, {is_group} AS is_group
        {SHOWN} AND n.filtered <= :filtered AND {condition} AND n.id > :floor
        ORDER BY n.id DESC LIMIT :limit"""
    return Query(MemberRow, _members(leader), hot=True)


def _senders_of(condition: str) -> Query[SenderRow]:
    return Query(
        SenderRow,
        f"""
    SELECT n.id, {AccountRow.columns("a")} {SHOWN}
        AND {condition} AND n.filtered = 0 AND n.id < :before AND n.id > :floor
    ORDER BY n.id DESC LIMIT :limit""",
        hot=True,
    )


_DOWN = Query(MemberRow, _members(_leaders("newest")), hot=True)
_UP = Query(MemberRow, _members(_leaders("oldest")), hot=True)
_ALONE = _of_one(_BY_ID, 0)
_GROUP = _of_one(_BY_KEY, 1)
_UNREAD = Query(
    int,
    f"""
    SELECT COUNT(*) FROM (
        SELECT n.id {SHOWN} AND {CHOSEN} AND {AFTER_MARKER} AND n.id < :before
            AND NOT ({_IS_GROUP} AND {_another("newest")})
        LIMIT :limit) AS x""",
    hot=True,
)
_SENDER = _senders_of(_BY_ID)
_SENDERS = _senders_of(_BY_KEY)
_DISMISS_ALONE = Query(None, "DELETE FROM notifications AS n WHERE n.account_id = :account AND " + _BY_ID)
_DISMISS = Query(None, "DELETE FROM notifications AS n WHERE n.account_id = :account AND " + _BY_KEY)
_ANY = {"sender": 0, "filtered": 0}


def page(
    tx: Tx,
    viewer: AccountId,
    wanted: Wanted,
    grouped: Sequence[Kind],
    before: int,
    floor: int,
    limit: int,
    now: Millis,
    *,
    up: bool,
) -> list[MemberRow]:
    """The groups with a representative strictly between two ids, newest first. Only kinds of `grouped` are groups."""
    bounds = {"before": before, "floor": floor, "limit": limit}
    return tx.rows(_UP if up else _DOWN, viewer=viewer, now=now, grouped=grouped, **bounds, **chosen(wanted))


def one(tx: Tx, viewer: AccountId, key: str, now: Millis) -> list[MemberRow]:
    """The group of a key, or the one notification that stands alone."""
    alone = _id(key)
    rest = {"viewer": viewer, "now": now, "floor": 0, "limit": 1, **_ANY}
    return tx.rows(_GROUP, key=key, **rest) if alone is None else tx.rows(_ALONE, alone=alone, **rest)


def senders(tx: Tx, viewer: AccountId, key: str, before: int, floor: int, limit: int, now: Millis) -> list[SenderRow]:
    """Who caused the notifications of a group, newest first."""
    alone = _id(key)
    rest = {"viewer": viewer, "now": now, "before": before, "floor": floor, "limit": limit}
    return tx.rows(_SENDERS, key=key, **rest) if alone is None else tx.rows(_SENDER, alone=alone, **rest)


def unread(
    tx: Tx, viewer: AccountId, wanted: Wanted, grouped: Sequence[Kind], before: int, limit: int, now: Millis
) -> int:
    """How many groups have a member newer than the marker, at most `limit`."""
    return tx.value(_UNREAD, viewer=viewer, before=before, limit=limit, now=now, grouped=grouped, **chosen(wanted))


def dismiss(tx: Tx, account: AccountId, key: str) -> int:
    """Remove the notifications of a group; their number."""
    alone = _id(key)
    return (
        tx.run(_DISMISS, account=account, key=key) if alone is None
        else tx.run(_DISMISS_ALONE, account=account, alone=alone)
    )  # fmt: skip


def _id(key: str) -> int | None:
    """The id in the key of what stands alone; None for the key of a group."""
    number = key.removeprefix(ALONE)
    is_id = key.startswith(ALONE) and number.isascii() and number.isdecimal() and len(number) < 19
    return int(number) if is_id else None
