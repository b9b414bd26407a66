"""What administrators changed of the look of the site, part by part; what is not here is as the configuration says."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis


class PartRow(Row, frozen=True, kw_only=True):
    """One part of the look."""

    part: str
    value: str


_PARTS = Query(PartRow, f"SELECT {PartRow.columns('l')} FROM site_look AS l ORDER BY l.part")
_CHANGED = Query(Millis, "SELECT COALESCE(MAX(l.changed_at), 0) FROM site_look AS l")
_SET = Query(
    None,
    """
    INSERT INTO site_look (part, value, changed_at) VALUES (:part, :value, :now)
    ON CONFLICT (part) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at""",
)


def parts(tx: Tx) -> list[PartRow]:
    """All of it."""
    return tx.rows(_PARTS)


def changed_at(tx: Tx) -> Millis:
    """When it was changed last; 0 for never."""
    return tx.value(_CHANGED)


def put(tx: Tx, part: str, value: str, now: Millis) -> None:
    """Change a part; an empty value is what the configuration says."""
    tx.run(_SET, part=part, value=value, now=now)
