"""How often somebody asked, counted by all processes of a node together."""

from collections.abc import Mapping, Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis


class CountRow(Row, frozen=True, kw_only=True):
    """What all processes counted of a key."""

    key: str
    used: int


_ADD = Query(
    None,
    """
    INSERT INTO limit_counts (key, ends_at, used) VALUES (:key, :ends_at, :used)
    ON CONFLICT (key, ends_at) DO UPDATE SET used = limit_counts.used + excluded.used""",
    hot=True,
)
_COUNTS = Query(
    CountRow,
    "SELECT c.key, c.used FROM limit_counts AS c WHERE c.key IN (:keys[]) AND c.ends_at = :ends_at",
    hot=True,
)
_PRUNE = Query(None, "DELETE FROM limit_counts WHERE ends_at <= :now", hot=True)


def add(tx: Tx, counted: Mapping[str, int], ends_at: Millis) -> None:
    """Add what this process counted since the last time. In order of the keys, so that two processes never deadlock."""
    tx.many(_ADD, [{"key": key, "ends_at": ends_at, "used": counted[key]} for key in sorted(counted)])


def counts(tx: Tx, keys: Sequence[str], ends_at: Millis) -> dict[str, int]:
    """What all counted of these keys."""
    return {row.key: row.used for row in tx.rows(_COUNTS, keys=keys, ends_at=ends_at)} if keys else {}


def prune(tx: Tx, now: Millis) -> None:
    """Forget windows that have ended."""
    tx.run(_PRUNE, now=now)
