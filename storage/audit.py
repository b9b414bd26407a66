"""The log of administration: who did what to whom, when, why and from where. Rows are only ever added."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class AuditRow(Row, frozen=True, kw_only=True):
    """One act. `by_id` 0 is the command line. `subject` names what `subject_id` was at that moment."""

    id: int
    at: Millis
    by_id: AccountId
    by_name: str
    act: str
    subject_id: int
    subject: str
    reason: str
    origin: str


_COLUMNS = AuditRow.columns("l")
_INSERT = Query(
    None,
    """
    INSERT INTO audit (at, by_id, by_name, act, subject_id, subject, reason, origin)
    VALUES (:at, :by, :by_name, :act, :subject_id, :subject, :reason, :origin)""",
)
_PAGE = Query(
    AuditRow,
    f"""
    SELECT {_COLUMNS} FROM audit AS l
    WHERE l.id < :before AND (CAST(:act AS TEXT) = '' OR l.act LIKE :act)
        AND (CAST(:by AS TEXT) = '' OR l.by_name = :by) AND (CAST(:of AS TEXT) = '' OR l.subject LIKE :of)
        AND l.at >= :since AND l.at < :until
    ORDER BY l.id DESC LIMIT :limit""",
    hot=True,
)


def insert(
    tx: Tx,
    *,
    at: Millis,
    by: AccountId,
    by_name: str,
    act: str,
    subject_id: int,
    subject: str,
    reason: str,
    origin: str,
) -> None:
    """Add an act."""
    tx.run(
        _INSERT,
        at=at,
        by=by,
        by_name=by_name,
        act=act,
        subject_id=subject_id,
        subject=subject,
        reason=reason,
        origin=origin,
    )


def page(
    tx: Tx, *, act: str, by: str, of: str, since: Millis, until: Millis, before: int, limit: int
) -> list[AuditRow]:
    """Acts before an id, newest first; `act` and `of` are LIKE patterns, empty: all."""
    return tx.rows(_PAGE, act=act, by=by, of=of, since=since, until=until, before=before, limit=limit)
