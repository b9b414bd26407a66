"""Warnings: what moderators did to somebody, and what that person says to it."""

from collections.abc import Sequence
from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.reports import ReportId

WarningId = NewType("WarningId", int)


class WarningRow(Row, frozen=True, kw_only=True):
    """One warning. `posts`: ids with spaces between. `appeal_state`: empty, pending, approved or rejected."""

    id: WarningId
    target_id: AccountId
    by_id: AccountId
    report_id: ReportId | None
    action: str
    text: str
    posts: str
    appeal: str
    appealed_at: Millis | None
    appeal_state: str
    created_at: Millis


_COLUMNS = WarningRow.columns("w")
_INSERT = Query(
    WarningId,
    """
    INSERT INTO warnings (target_id, by_id, report_id, action, text, posts, created_at)
    VALUES (:target, :by, CAST(:report AS BIGINT), :action, :text, :posts, :now)
    RETURNING id""",
)
_BY_IDS = Query(WarningRow, f"SELECT {_COLUMNS} FROM warnings AS w WHERE w.id IN (:ids[])", hot=True)
_OF_TARGET = Query(
    WarningRow,
    f"SELECT {_COLUMNS} FROM warnings AS w WHERE w.target_id = :target ORDER BY w.id DESC LIMIT :limit",
    hot=True,
)
_APPEALED = Query(
    WarningRow, f"SELECT {_COLUMNS} FROM warnings AS w WHERE w.appeal_state = 'pending' ORDER BY w.id", hot=True
)
_APPEAL = Query(
    None,
    """
    UPDATE warnings SET appeal = :text, appealed_at = :now, appeal_state = 'pending'
    WHERE id = :id AND appeal_state = ''""",
)
_ANSWER = Query(None, "UPDATE warnings SET appeal_state = :state WHERE id = :id AND appeal_state = 'pending'")


def insert(
    tx: Tx,
    target: AccountId,
    by: AccountId,
    report: ReportId | None,
    action: str,
    text: str,
    posts: str,
    now: Millis,
) -> WarningId:
    """Keep a warning."""
    return tx.value(_INSERT, target=target, by=by, report=report, action=action, text=text, posts=posts, now=now)


def by_ids(tx: Tx, ids: Sequence[WarningId]) -> list[WarningRow]:
    """Warnings, in any order."""
    return tx.rows(_BY_IDS, ids=ids) if ids else []


def of_target(tx: Tx, target: AccountId, limit: int) -> list[WarningRow]:
    """What was done to somebody, newest first."""
    return tx.rows(_OF_TARGET, target=target, limit=limit)


def appealed(tx: Tx) -> list[WarningRow]:
    """Those that somebody objects to and nobody has answered."""
    return tx.rows(_APPEALED)


def appeal(tx: Tx, id: WarningId, text: str, now: Millis) -> bool:
    """Keep what the person says; False if they said it before."""
    return tx.run(_APPEAL, id=id, text=text, now=now) == 1


def answer(tx: Tx, id: WarningId, state: str) -> bool:
    """Answer the objection; False if none waits."""
    return tx.run(_ANSWER, id=id, state=state) == 1
