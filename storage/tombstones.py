"""What was deleted: answered 410 to peers, and never let in again.

A word counts in its speaker's name alone: everybody of a node may name any id of it as of something that they took
back. `kind` keeps apart what an activity says from what this node notes of its own accord (`Suspension`).
"""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis


class TombstoneRow(Row, frozen=True, kw_only=True):
    """`uri` was a thing of `kind` (`Note`, `Person` …) by `actor`."""

    uri: str
    actor: str
    kind: str
    deleted_at: Millis


_BURY = Query(
    None,
    """
    INSERT INTO tombstones (uri, actor, kind, deleted_at) VALUES (:uri, :actor, :kind, :now)
    ON CONFLICT (uri, actor, kind) DO NOTHING""",
)
_BY_URI = Query(
    TombstoneRow,
    f"""
    SELECT {TombstoneRow.columns("t")} FROM tombstones AS t
    WHERE t.uri = :uri AND t.actor = :actor ORDER BY t.deleted_at, t.kind LIMIT 1""",
    hot=True,
)
_IS_KIND = Query(
    int,
    "SELECT COUNT(*) FROM tombstones AS t WHERE t.uri = :uri AND t.actor = :actor AND t.kind = :kind",
    hot=True,
)
_UNBURY = Query(None, "DELETE FROM tombstones WHERE uri = :uri AND actor = :actor AND kind = :kind")


def bury(tx: Tx, uri: str, kind: str, actor: str, now: Millis) -> None:
    """Remember that `uri` is gone, as `actor` says."""
    tx.run(_BURY, uri=uri, kind=kind, actor=actor, now=now)


def by_uri(tx: Tx, uri: str, actor: str) -> TombstoneRow | None:
    """The tombstone of `uri` by the actor, as they said it first."""
    return tx.row(_BY_URI, uri=uri, actor=actor)


def is_kind(tx: Tx, uri: str, kind: str, actor: str) -> bool:
    """Whether there is one of that kind."""
    return tx.value(_IS_KIND, uri=uri, kind=kind, actor=actor) == 1


def unbury(tx: Tx, uri: str, kind: str, actor: str) -> bool:
    """Forget a tombstone; False if there is none."""
    return tx.run(_UNBURY, uri=uri, kind=kind, actor=actor) == 1
