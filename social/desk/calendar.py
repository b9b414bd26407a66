"""The editorial calendar: slots of all entities by day, and days on which two must-reads would meet."""

from collections import Counter
from collections.abc import Callable, Sequence

from social.clock import DAY
from social.desk import writing
from social.desk.pieces import CHANNELS, self_of
from social.policy import Role, Viewer, require_role
from storage import desk
from storage.desk import PieceId, PieceRow
from storage.engine.database import Tx
from storage.ids import Millis

ARTICLE = CHANNELS[0]


def slots(tx: Tx, viewer: Viewer, start: Millis, until: Millis) -> list[PieceRow]:
    """What is to appear in that time, of all entities. Raises Forbidden for who speaks for none."""
    require_role(viewer, Role.COMMUNICATOR)
    return desk.between(tx, start, until)


def mine(tx: Tx, viewer: Viewer) -> list[PieceRow]:
    """What the viewer owns, writes or is asked to review, the last changed first; no posts that wait elsewhere."""
    return [row for row in desk.naming(tx, self_of(tx, viewer).uri) if row.channel == ARTICLE or _is_planned(row)]


def _is_planned(row: PieceRow) -> bool:
    return row.state not in writing.SETTLED


def clashes(rows: Sequence[PieceRow], day_of: Callable[[Millis], str]) -> set[str]:
    """The days on which more than one must-read is to appear."""
    counted = Counter(day_of(row.slot_at) for row in rows if row.must_read and row.slot_at is not None)
    return {day for day, count in counted.items() if count > 1}


def beside(tx: Tx, row: PieceRow, day_of: Callable[[Millis], str]) -> list[PieceRow]:
    """Other must-reads of the day of a must-read."""
    return _must_reads(tx, row.slot_at, day_of, row.id) if row.must_read and row.slot_at is not None else []


def must_reads_on(
    tx: Tx, viewer: Viewer, at: Millis, day_of: Callable[[Millis], str], but: PieceId | None
) -> list[PieceRow]:
    """Must-reads of any site on the day of a moment, without the piece `but`. Raises Forbidden."""
    require_role(viewer, Role.COMMUNICATOR)
    return _must_reads(tx, at, day_of, but)


def _must_reads(tx: Tx, at: Millis, day_of: Callable[[Millis], str], but: PieceId | None) -> list[PieceRow]:
    near = desk.between(tx, Millis(at - DAY), Millis(at + DAY))
    day = day_of(at)
    return [
        one
        for one in near
        if one.must_read and one.id != but and one.slot_at is not None and day_of(one.slot_at) == day
    ]
