"""What notifications are about that name no post: reports, warnings, pieces of the desk, what was not published."""

from collections.abc import Iterable, Mapping

import msgspec

from social.desk import pieces
from social.governance import reports, warnings
from social.governance.reports import ReportView
from social.governance.warnings import WarningView
from social.policy import Role, Viewer
from storage import accounts, desk, scheduled
from storage.desk import PieceId, PieceRow
from storage.engine.database import Tx
from storage.ids import ScheduledId
from storage.notifications import Kind
from storage.reports import ReportId
from storage.scheduled import ScheduledRow
from storage.warnings import WarningId

OF_DESK = frozenset({
    Kind.DESK_REVIEW, Kind.DESK_APPROVED, Kind.DESK_CHANGES, Kind.DESK_COMMENT, Kind.DESK_SHARED, Kind.DESK_BESIDE,
    Kind.DESK_CORRECTED,
})  # fmt: skip
"""Kinds about a piece: their subject begins with its id."""
_ABOUT_SOMETHING = OF_DESK | {Kind.ADMIN_REPORT, Kind.MODERATION_WARNING, Kind.SCHEDULED_FAILED}


class Causes(msgspec.Struct, frozen=True, kw_only=True):
    """Reports and warnings by what notifications call them, their `subject`; the others by the id in it."""

    reports: Mapping[str, ReportView] = {}
    warnings: Mapping[str, WarningView] = {}
    pieces: Mapping[int, PieceRow] = {}
    waiting: Mapping[int, ScheduledRow] = {}

    def report(self, kind: Kind, subject: str) -> ReportView | None:
        """The report that a notification is about."""
        return self.reports.get(subject) if kind is Kind.ADMIN_REPORT else None

    def warning(self, kind: Kind, subject: str) -> WarningView | None:
        """The warning that a notification is about."""
        return self.warnings.get(subject) if kind is Kind.MODERATION_WARNING else None

    def piece(self, kind: Kind, subject: str) -> PieceRow | None:
        """The piece of the desk that a notification is about."""
        return self.pieces.get(_id(subject)) if kind in OF_DESK else None

    def failed(self, kind: Kind, subject: str) -> ScheduledRow | None:
        """What was not published at its time, and is kept."""
        return self.waiting.get(_id(subject)) if kind is Kind.SCHEDULED_FAILED else None

    def has(self, kind: Kind, subject: str) -> bool:
        """Whether what the notification is about is there to be shown."""
        if kind not in _ABOUT_SOMETHING:
            return True
        found = (
            self.report(kind, subject),
            self.warning(kind, subject),
            self.piece(kind, subject),
            self.failed(kind, subject),
        )
        return any(one is not None for one in found)


def causes(tx: Tx, viewer: Viewer, told: Iterable[tuple[Kind, str]]) -> Causes:
    """What these notifications, by kind and subject, are about. No statement if all are about posts and people.

    Who moderates no longer reads no reports, and who is not named in a piece any more hears nothing of it.
    Four statements if there are reports, two if there are warnings or pieces, one if something was not published.
    """
    named = list(told)
    asked = [ReportId(int(subject)) for kind, subject in named if kind is Kind.ADMIN_REPORT]
    found = reports.by_ids(tx, asked) if asked and viewer.may(Role.MODERATOR) else []
    warned = [WarningId(int(subject)) for kind, subject in named if kind is Kind.MODERATION_WARNING]
    return Causes(
        reports={str(view.report.id): view for view in found},
        warnings={str(view.warning.id): view for view in (warnings.by_ids(tx, warned) if warned else ())},
        pieces=_pieces(tx, viewer, [_id(subject) for kind, subject in named if kind in OF_DESK]),
        waiting=_waiting(tx, viewer, [_id(subject) for kind, subject in named if kind is Kind.SCHEDULED_FAILED]),
    )


def _pieces(tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, PieceRow]:
    me = accounts.by_id(tx, viewer.account) if ids else None
    if me is None:
        return {}
    found = desk.by_ids(tx, [PieceId(id) for id in ids])
    return {row.id: row for row in found if row.state != pieces.State.DROPPED and pieces.part_of(row, me.uri)}


def _waiting(tx: Tx, viewer: Viewer, ids: list[int]) -> dict[int, ScheduledRow]:
    found = scheduled.by_ids(tx, viewer.account, [ScheduledId(id) for id in ids])
    return {row.id: row for row in found if row.error}


def _id(subject: str) -> int:
    """The id with which the subject begins."""
    return int(subject.partition(":")[0])
