"""How far somebody has read."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class MarkerRow(Row, frozen=True, kw_only=True):
    """The last thing read of a timeline; `version` counts the changes."""

    timeline: str
    last_read_id: int
    version: int
    updated_at: Millis


_OF = Query(
    MarkerRow,
    f"""
    SELECT {MarkerRow.columns("k")} FROM markers AS k
    WHERE k.account_id = :account AND k.timeline IN (:timelines[])
    ORDER BY k.timeline""",
    hot=True,
)
_MARK = Query(
    MarkerRow,
    f"""
    INSERT INTO markers (account_id, timeline, last_read_id, version, updated_at)
    VALUES (:account, :timeline, :last_read_id, 1, :now)
    ON CONFLICT (account_id, timeline) DO UPDATE
    SET last_read_id = excluded.last_read_id, version = markers.version + 1, updated_at = excluded.updated_at
    RETURNING {MarkerRow.columns()}""",
)


def of(tx: Tx, account: AccountId, timelines: Sequence[str]) -> list[MarkerRow]:
    """The markers that exist."""
    return tx.rows(_OF, account=account, timelines=timelines)


def mark(tx: Tx, account: AccountId, timeline: str, last_read_id: int, now: Millis) -> MarkerRow:
    """Move a marker."""
    return tx.value(_MARK, account=account, timeline=timeline, last_read_id=last_read_id, now=now)
