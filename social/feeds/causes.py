"""What notifications of governance are about: reports for moderators, warnings for whom they are to."""

from collections.abc import Iterable, Mapping

import msgspec

from social.governance import reports, warnings
from social.governance.reports import ReportView
from social.governance.warnings import WarningView
from social.policy import Role, Viewer
from storage.engine.database import Tx
from storage.notifications import Kind
from storage.reports import ReportId
from storage.warnings import WarningId


class Causes(msgspec.Struct, frozen=True, kw_only=True):
    """Reports and warnings by what notifications call them: their `subject`."""

    reports: Mapping[str, ReportView]
    warnings: Mapping[str, WarningView]

    def report(self, kind: Kind, subject: str) -> ReportView | None:
        """The report that a notification is about."""
        return self.reports.get(subject) if kind is Kind.ADMIN_REPORT else None

    def warning(self, kind: Kind, subject: str) -> WarningView | None:
        """The warning that a notification is about."""
        return self.warnings.get(subject) if kind is Kind.MODERATION_WARNING else None

    def has(self, kind: Kind, subject: str) -> bool:
        """Whether what the notification is about is there to be shown."""
        if kind is Kind.ADMIN_REPORT:
            return subject in self.reports
        return kind is not Kind.MODERATION_WARNING or subject in self.warnings


def causes(tx: Tx, viewer: Viewer, told: Iterable[tuple[Kind, str]]) -> Causes:
    """What these notifications, by kind and subject, are about. No statement if none is of governance.

    Who moderates no longer reads no reports. Four statements if there are reports, two if there are warnings.
    """
    named = list(told)
    asked = [ReportId(int(subject)) for kind, subject in named if kind is Kind.ADMIN_REPORT]
    found = reports.by_ids(tx, asked) if asked and viewer.may(Role.MODERATOR) else []
    warned = [WarningId(int(subject)) for kind, subject in named if kind is Kind.MODERATION_WARNING]
    return Causes(
        reports={str(view.report.id): view for view in found},
        warnings={str(view.warning.id): view for view in (warnings.by_ids(tx, warned) if warned else ())},
    )
