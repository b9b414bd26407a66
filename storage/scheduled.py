"""Posts that wait for their time: what was written as JSON, and the pictures that wait with it."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, MediaId, Millis, ScheduledId
from storage.media import MediaRow


class ScheduledRow(Row, frozen=True, kw_only=True):
    """A post that waits. `error`: why it was not published when its time came; empty while it waits."""

    id: ScheduledId
    account_id: AccountId
    scheduled_at: Millis
    draft: str
    error: str
    created_at: Millis
    announcement: str = ""
    """What it asks when it is out, if everybody has to read it."""


class HeldRow(Row, frozen=True, kw_only=True):
    """A picture of a post that waits."""

    scheduled_id: ScheduledId
    media: MediaRow


_COLUMNS = ScheduledRow.columns("s")
_OWN = f"SELECT {_COLUMNS} FROM scheduled_posts AS s WHERE s.account_id = :account"
_BOUNDS = "s.id < :before AND s.id > :floor"
_DOWN = Query(ScheduledRow, f"{_OWN} AND {_BOUNDS} ORDER BY s.id DESC LIMIT :limit", hot=True)
_UP = Query(ScheduledRow, f"{_OWN} AND {_BOUNDS} ORDER BY s.id ASC LIMIT :limit", hot=True)
_BY_ID = Query(ScheduledRow, f"{_OWN} AND s.id = :id", hot=True)
_BY_IDS = Query(ScheduledRow, f"{_OWN} AND s.id IN (:ids[])", hot=True)
_COUNT = Query(int, "SELECT COUNT(*) FROM scheduled_posts AS s WHERE s.account_id = :account", hot=True)
_COUNT_BETWEEN = Query(
    int,
    """
    SELECT COUNT(*) FROM scheduled_posts AS s
    WHERE s.account_id = :account AND s.scheduled_at >= :since AND s.scheduled_at < :until AND s.id <> :but""",
    hot=True,
)
_MEDIA = Query(
    HeldRow,
    f"""
    SELECT h.scheduled_id, {MediaRow.columns("m")}
    FROM scheduled_media AS h JOIN media AS m ON m.id = h.media_id
    WHERE h.scheduled_id IN (:ids[])
    ORDER BY h.scheduled_id, h.position""",
    hot=True,
)
_HOLDS = Query(int, "SELECT COUNT(*) FROM scheduled_media AS h WHERE h.media_id = :media", hot=True)
_INSERT = Query(
    None,
    """
    INSERT INTO scheduled_posts (id, account_id, scheduled_at, draft, error, created_at, announcement)
    VALUES (:id, :account_id, :scheduled_at, :draft, :error, :created_at, :announcement)
    ON CONFLICT (id) DO NOTHING""",
)
_HOLD = Query(
    None, "INSERT INTO scheduled_media (media_id, scheduled_id, position) VALUES (:media, :scheduled, :position)"
)
_MOVE = Query(
    None, "UPDATE scheduled_posts SET scheduled_at = :at, error = '' WHERE id = :id AND account_id = :account"
)
_REMOVE = Query(None, "DELETE FROM scheduled_posts WHERE id = :id AND account_id = :account")
_TIME = Query(Millis, "SELECT s.scheduled_at FROM scheduled_posts AS s WHERE s.id = :id AND s.error = ''", hot=True)
_TAKE = Query(
    ScheduledRow,
    f"""
    DELETE FROM scheduled_posts WHERE id = :id AND scheduled_at <= :now AND error = ''
    RETURNING {ScheduledRow.columns()}""",
)
_FAIL = Query(None, "UPDATE scheduled_posts SET error = :error WHERE id = :id AND scheduled_at <= :now")


def page(
    tx: Tx, account: AccountId, before: int, floor: int, limit: int, *, up: bool = False
) -> Sequence[ScheduledRow]:
    """What waits of somebody's, the latest written first."""
    rows = tx.rows(_UP if up else _DOWN, account=account, before=before, floor=floor, limit=limit)
    return rows[::-1] if up else rows


def by_id(tx: Tx, account: AccountId, id: ScheduledId) -> ScheduledRow | None:
    """One of somebody's."""
    return tx.row(_BY_ID, account=account, id=id)


def by_ids(tx: Tx, account: AccountId, ids: Sequence[ScheduledId]) -> list[ScheduledRow]:
    """Those of the ids that are somebody's."""
    return tx.rows(_BY_IDS, account=account, ids=ids) if ids else []


def count(tx: Tx, account: AccountId) -> int:
    """How many wait of somebody's."""
    return tx.value(_COUNT, account=account)


def count_between(tx: Tx, account: AccountId, since: Millis, until: Millis, but: ScheduledId) -> int:
    """How many of them, without `but`, have their time there."""
    return tx.value(_COUNT_BETWEEN, account=account, since=since, until=until, but=but)


def media(tx: Tx, ids: Sequence[ScheduledId]) -> list[HeldRow]:
    """Pictures of the posts that wait, in their order."""
    return tx.rows(_MEDIA, ids=ids)


def holds(tx: Tx, media: MediaId) -> bool:
    """Whether a post that waits is to show the picture."""
    return tx.value(_HOLDS, media=media) > 0


def insert(tx: Tx, row: ScheduledRow, media: Sequence[MediaId]) -> bool:
    """Have a post wait with its pictures; False when another has the id."""
    written = tx.run(
        _INSERT,
        id=row.id,
        account_id=row.account_id,
        scheduled_at=row.scheduled_at,
        draft=row.draft,
        error=row.error,
        created_at=row.created_at,
        announcement=row.announcement,
    )
    if written:
        tx.many(_HOLD, [{"media": id, "scheduled": row.id, "position": place} for place, id in enumerate(media)])
    return written == 1


def move(tx: Tx, account: AccountId, id: ScheduledId, at: Millis) -> bool:
    """Give it another time; False if it is gone. What went wrong at the former one is forgotten."""
    return tx.run(_MOVE, account=account, id=id, at=at) == 1


def remove(tx: Tx, account: AccountId, id: ScheduledId) -> bool:
    """It waits no longer; False if it did not."""
    return tx.run(_REMOVE, account=account, id=id) == 1


def time(tx: Tx, id: ScheduledId) -> Millis | None:
    """Its time, if it waits."""
    return tx.row(_TIME, id=id)


def take(tx: Tx, id: ScheduledId, now: Millis) -> ScheduledRow | None:
    """Take out one whose time has come: only one caller gets it."""
    return tx.row(_TAKE, id=id, now=now)


def fail(tx: Tx, id: ScheduledId, error: str, now: Millis) -> None:
    """It could not be published at its time."""
    tx.run(_FAIL, id=id, error=error, now=now)
