"""What people have begun to write and not sent: the fields of a composer as JSON."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class DraftRow(Row, frozen=True, kw_only=True):
    """A draft. `place`: empty for a new post, the id of the post that it answers."""

    place: str
    fields: str
    updated_at: Millis


_OF = Query(
    DraftRow,
    f"SELECT {DraftRow.columns('d')} FROM drafts AS d WHERE d.account_id = :account AND d.place = :place",
    hot=True,
)
_ALL = Query(
    DraftRow,
    f"SELECT {DraftRow.columns('d')} FROM drafts AS d WHERE d.account_id = :account ORDER BY d.updated_at DESC",
    hot=True,
)
_KEEP = Query(
    None,
    """
    INSERT INTO drafts (account_id, place, fields, updated_at) VALUES (:account, :place, :fields, :now)
    ON CONFLICT (account_id, place) DO UPDATE SET fields = excluded.fields, updated_at = excluded.updated_at""",
)
_FORGET = Query(None, "DELETE FROM drafts WHERE account_id = :account AND place = :place")
_HELD = Query(int, "SELECT COUNT(*) FROM drafts AS d WHERE d.account_id = :account")


def of(tx: Tx, account: AccountId, place: str) -> DraftRow | None:
    """The draft of that place."""
    return tx.row(_OF, account=account, place=place)


def all_of(tx: Tx, account: AccountId) -> list[DraftRow]:
    """All drafts of somebody, the latest first."""
    return tx.rows(_ALL, account=account)


def count(tx: Tx, account: AccountId) -> int:
    """How many somebody has."""
    return tx.value(_HELD, account=account)


def keep(tx: Tx, account: AccountId, place: str, fields: str, now: Millis) -> None:
    """Write the draft of that place."""
    tx.run(_KEEP, account=account, place=place, fields=fields, now=now)


def forget(tx: Tx, account: AccountId, place: str) -> bool:
    """Whether there was one."""
    return tx.run(_FORGET, account=account, place=place) > 0
