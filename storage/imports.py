"""Lists that people bring along: each line waits in a row until a job has done what it says.

A row that is done is deleted; one that failed stays with its trouble, to be shown.
"""

from collections.abc import Sequence
from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis

ImportId = NewType("ImportId", int)


class ImportRow(Row, frozen=True, kw_only=True):
    """A list that was brought. `done` lines were gone through, `failed` of them in vain."""

    id: ImportId
    account_id: AccountId
    kind: str
    total: int
    done: int
    failed: int
    created_at: Millis
    ended_at: Millis | None


class LineRow(Row, frozen=True, kw_only=True):
    """A line of a list. `trouble`: why it failed; None while it waits."""

    import_id: ImportId
    place: int
    line: str
    trouble: str | None


_COLUMNS = ImportRow.columns("i")
_BY_ID = Query(ImportRow, f"SELECT {_COLUMNS} FROM imports AS i WHERE i.id = :id", hot=True)
_OF = Query(
    ImportRow,
    f"SELECT {_COLUMNS} FROM imports AS i WHERE i.account_id = :account ORDER BY i.id DESC LIMIT :limit",
    hot=True,
)
_UNDER_WAY = Query(
    int, "SELECT COUNT(*) FROM imports AS i WHERE i.account_id = :account AND i.ended_at IS NULL", hot=True
)
_INSERT = Query(
    None,
    """
    INSERT INTO imports (id, account_id, kind, total, created_at) VALUES (:id, :account, :kind, :total, :now)""",
)
_PUT = Query(None, "INSERT INTO import_rows (import_id, place, line) VALUES (:id, :place, :line)")
_WAITING = Query(
    LineRow,
    f"""
    SELECT {LineRow.columns("r")} FROM import_rows AS r
    WHERE r.import_id = :id AND r.trouble IS NULL
    ORDER BY r.place
    LIMIT :limit""",
    hot=True,
)
_FAILED = Query(
    LineRow,
    f"""
    SELECT {LineRow.columns("r")} FROM import_rows AS r JOIN imports AS i ON i.id = r.import_id
    WHERE i.account_id = :account AND r.trouble IS NOT NULL
    ORDER BY r.import_id DESC, r.place
    LIMIT :limit""",
    hot=True,
)
_DROP = Query(None, "DELETE FROM import_rows WHERE import_id = :id AND place = :place AND trouble IS NULL")
_FAIL = Query(
    None,
    """
    UPDATE import_rows SET trouble = :trouble
    WHERE import_id = :id AND place = :place AND trouble IS NULL""",
)
_COUNT = Query(None, "UPDATE imports SET done = done + 1, failed = failed + :failed WHERE id = :id")
_END = Query(
    None,
    """
    UPDATE imports SET ended_at = :now
    WHERE id = :id AND ended_at IS NULL AND done >= total""",
)
_PRUNE = Query(None, "DELETE FROM imports WHERE ended_at < :before")


def by_id(tx: Tx, id: ImportId) -> ImportRow | None:
    """The list that was brought."""
    return tx.row(_BY_ID, id=id)


def of(tx: Tx, account: AccountId, limit: int) -> list[ImportRow]:
    """The last lists that somebody brought."""
    return tx.rows(_OF, account=account, limit=limit)


def under_way(tx: Tx, account: AccountId) -> int:
    """How many of somebody's lists are not through."""
    return tx.value(_UNDER_WAY, account=account)


def insert(tx: Tx, id: ImportId, account: AccountId, kind: str, lines: Sequence[str], now: Millis) -> None:
    """Keep a list, line by line."""
    tx.run(_INSERT, id=id, account=account, kind=kind, total=len(lines), now=now)
    for place, line in enumerate(lines):
        tx.run(_PUT, id=id, place=place, line=line)


def waiting(tx: Tx, id: ImportId, limit: int) -> list[LineRow]:
    """The next lines that wait, in their order."""
    return tx.rows(_WAITING, id=id, limit=limit)


def failed(tx: Tx, account: AccountId, limit: int) -> list[LineRow]:
    """Lines of somebody's lists that failed, of the latest list first."""
    return tx.rows(_FAILED, account=account, limit=limit)


def done(tx: Tx, row: LineRow, trouble: str | None, now: Millis) -> bool:
    """A line was gone through, in vain when there is a trouble; False if that was noted before."""
    if trouble is None:
        noted = tx.run(_DROP, id=row.import_id, place=row.place)
    else:
        noted = tx.run(_FAIL, id=row.import_id, place=row.place, trouble=trouble)
    if not noted:
        return False
    tx.run(_COUNT, id=row.import_id, failed=int(trouble is not None))
    tx.run(_END, id=row.import_id, now=now)
    return True


def prune(tx: Tx, before: Millis) -> None:
    """Forget lists that were through before."""
    tx.run(_PRUNE, before=before)
