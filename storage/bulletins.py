"""Bulletins: short words of the administrators to everybody here, with reactions; announcements in Mastodon's API.

The must-read post with acknowledgement is another thing.
"""

from collections.abc import Sequence
from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis

BulletinId = NewType("BulletinId", int)


class BulletinRow(Row, frozen=True, kw_only=True):
    """One bulletin. `starts_at` and `ends_at` are of what it is about; it is shown until that ends."""

    id: BulletinId
    source: str
    html: str
    starts_at: Millis | None
    ends_at: Millis | None
    all_day: bool
    published_at: Millis | None
    created_at: Millis
    updated_at: Millis


class ShownRow(Row, frozen=True, kw_only=True):
    """A bulletin as somebody has it: whether they put it away."""

    bulletin: BulletinRow
    is_read: bool


class ReactionRow(Row, frozen=True, kw_only=True):
    """How often a sign stands below a bulletin, and whether the viewer put one there."""

    bulletin_id: BulletinId
    name: str
    total: int
    mine: bool


_COLUMNS = BulletinRow.columns("u")
PUT_AWAY = "EXISTS (SELECT 1 FROM bulletin_reads AS r WHERE r.bulletin_id = u.id AND r.account_id = :viewer)"
"""Condition: `:viewer` put the bulletin of alias `u` away."""
_READ = f"CASE WHEN {PUT_AWAY} THEN 1 ELSE 0 END"
IS_SHOWN = "u.published_at IS NOT NULL AND (u.ends_at IS NULL OR u.ends_at > :now)"
"""Condition: the bulletin of alias `u` is shown at `:now`."""
_SHOWN = Query(
    ShownRow,
    f"SELECT {_COLUMNS}, {_READ} AS is_read FROM bulletins AS u WHERE {IS_SHOWN} ORDER BY u.id",
    hot=True,
)
_SHOWN_BY_ID = Query(
    ShownRow, f"SELECT {_COLUMNS}, {_READ} AS is_read FROM bulletins AS u WHERE u.id = :id AND {IS_SHOWN}", hot=True
)
_BY_ID = Query(BulletinRow, f"SELECT {_COLUMNS} FROM bulletins AS u WHERE u.id = :id", hot=True)
_ALL = Query(BulletinRow, f"SELECT {_COLUMNS} FROM bulletins AS u ORDER BY u.id DESC LIMIT :limit")
_REACTIONS = Query(
    ReactionRow,
    """
    SELECT x.bulletin_id, x.name, COUNT(*) AS total, MAX(CASE WHEN x.account_id = :viewer THEN 1 ELSE 0 END) AS mine
    FROM bulletin_reactions AS x
    WHERE x.bulletin_id IN (:ids[])
    GROUP BY x.bulletin_id, x.name
    ORDER BY x.bulletin_id, MIN(x.created_at), x.name""",
    hot=True,
)
_INSERT = Query(
    BulletinId,
    """
    INSERT INTO bulletins (
        source, html, starts_at, ends_at, all_day, published_at, created_by, created_at, updated_at)
    VALUES (
        :source, :html, CAST(:starts_at AS BIGINT), CAST(:ends_at AS BIGINT), :all_day, CAST(:published_at AS BIGINT),
        :by, :now, :now)
    RETURNING id""",
)
_UPDATE = Query(
    None,
    """
    UPDATE bulletins
    SET source = :source, html = :html, starts_at = CAST(:starts_at AS BIGINT), ends_at = CAST(:ends_at AS BIGINT),
        all_day = :all_day, published_at = CAST(:published_at AS BIGINT), updated_at = :now
    WHERE id = :id""",
)
_DELETE = Query(None, "DELETE FROM bulletins WHERE id = :id")
_NOTE_READ = Query(
    None,
    """
    INSERT INTO bulletin_reads (bulletin_id, account_id) VALUES (:id, :account)
    ON CONFLICT (bulletin_id, account_id) DO NOTHING""",
)
_REACT = Query(
    None,
    """
    INSERT INTO bulletin_reactions (bulletin_id, name, account_id, created_at) VALUES (:id, :name, :account, :now)
    ON CONFLICT (bulletin_id, name, account_id) DO NOTHING""",
)
_UNREACT = Query(
    None, "DELETE FROM bulletin_reactions WHERE bulletin_id = :id AND name = :name AND account_id = :account"
)


def shown(tx: Tx, viewer: AccountId, now: Millis) -> list[ShownRow]:
    """What is shown now, oldest first."""
    return tx.rows(_SHOWN, viewer=viewer, now=now)


def shown_by_id(tx: Tx, viewer: AccountId, id: BulletinId, now: Millis) -> ShownRow | None:
    """One that is shown now."""
    return tx.row(_SHOWN_BY_ID, viewer=viewer, id=id, now=now)


def by_id(tx: Tx, id: BulletinId) -> BulletinRow | None:
    """One, shown or not."""
    return tx.row(_BY_ID, id=id)


def latest(tx: Tx, limit: int) -> list[BulletinRow]:
    """The last ones, shown or not, newest first."""
    return tx.rows(_ALL, limit=limit)


def reactions(tx: Tx, viewer: AccountId, ids: Sequence[BulletinId]) -> list[ReactionRow]:
    """What stands below the bulletins, in the order in which each sign came."""
    return tx.rows(_REACTIONS, viewer=viewer, ids=ids) if ids else []


def insert(tx: Tx, row: BulletinRow, by: AccountId) -> BulletinId:
    """Keep a new one; its id is given here."""
    return tx.value(_INSERT, by=by, now=row.created_at, **_written(row))


def update(tx: Tx, row: BulletinRow) -> None:
    """Replace what it says."""
    tx.run(_UPDATE, id=row.id, now=row.updated_at, **_written(row))


def delete(tx: Tx, id: BulletinId) -> bool:
    """Remove it; False if it is gone already."""
    return tx.run(_DELETE, id=id) == 1


def put_away(tx: Tx, account: AccountId, id: BulletinId) -> None:
    """The account does not want to see it any more."""
    tx.run(_NOTE_READ, account=account, id=id)


def react(tx: Tx, account: AccountId, id: BulletinId, name: str, now: Millis) -> bool:
    """Put a sign below it; False if it stands there."""
    return tx.run(_REACT, account=account, id=id, name=name, now=now) == 1


def unreact(tx: Tx, account: AccountId, id: BulletinId, name: str) -> bool:
    """Take a sign away; False if there is none."""
    return tx.run(_UNREACT, account=account, id=id, name=name) == 1


def _written(row: BulletinRow) -> dict[str, object]:
    return {
        "source": row.source,
        "html": row.html,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "all_day": int(row.all_day),
        "published_at": row.published_at,
    }
