"""How far somebody has read."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class MarkerRow(Row, frozen=True, kw_only=True):
    """The last thing read of a timeline; `version` counts the changes.

    `left_at` and `back_at`: an absence, from the last move of the marker to the one that came after days. 0: none.
    """

    timeline: str
    last_read_id: int
    version: int
    updated_at: Millis
    left_at: Millis = Millis(0)
    back_at: Millis = Millis(0)


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
    SET last_read_id = excluded.last_read_id, version = markers.version + 1, updated_at = excluded.updated_at,
        left_at = CASE WHEN markers.updated_at < :away THEN markers.updated_at ELSE markers.left_at END,
        back_at = CASE WHEN markers.updated_at < :away THEN excluded.updated_at ELSE markers.back_at END
    RETURNING {MarkerRow.columns()}""",
)
_CAUGHT_UP = Query(
    None, "UPDATE markers SET left_at = 0, back_at = 0 WHERE account_id = :account AND timeline = :timeline"
)


def of(tx: Tx, account: AccountId, timelines: Sequence[str]) -> list[MarkerRow]:
    """The markers that exist."""
    return tx.rows(_OF, account=account, timelines=timelines)


def mark(tx: Tx, account: AccountId, timeline: str, last_read_id: int, now: Millis, *, away: Millis) -> MarkerRow:
    """Move a marker; one that did not move since `away` remembers how long it stood."""
    return tx.value(_MARK, account=account, timeline=timeline, last_read_id=last_read_id, now=now, away=away)


def caught_up(tx: Tx, account: AccountId, timeline: str) -> None:
    """The absence is told."""
    tx.run(_CAUGHT_UP, account=account, timeline=timeline)
