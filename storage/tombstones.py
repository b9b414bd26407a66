"""What was deleted: answered 410 to peers, and never let in again."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis


class TombstoneRow(Row, frozen=True, kw_only=True):
    """`uri` was a thing of `kind` (`Note`, `Person` …) by `actor`."""

    uri: str
    kind: str
    actor: str
    deleted_at: Millis


_BURY = Query(
    None,
    """
    INSERT INTO tombstones (uri, kind, actor, deleted_at) VALUES (:uri, :kind, :actor, :now)
    ON CONFLICT (uri) DO NOTHING""",
)
_BY_URI = Query(TombstoneRow, f"SELECT {TombstoneRow.columns('t')} FROM tombstones AS t WHERE t.uri = :uri", hot=True)
_UNBURY = Query(None, "DELETE FROM tombstones WHERE uri = :uri")


def bury(tx: Tx, uri: str, kind: str, actor: str, now: Millis) -> None:
    """Remember that `uri` is gone."""
    tx.run(_BURY, uri=uri, kind=kind, actor=actor, now=now)


def by_uri(tx: Tx, uri: str) -> TombstoneRow | None:
    """The tombstone of `uri`."""
    return tx.row(_BY_URI, uri=uri)


def unbury(tx: Tx, uri: str) -> None:
    """Forget the tombstone."""
    tx.run(_UNBURY, uri=uri)
