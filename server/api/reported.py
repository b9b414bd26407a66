"""Presenters of reports, warnings and rules."""

from collections.abc import Callable

from msgspec import Raw

from server.api.entities.reports import AccountWarning, Appeal, Report, Rule, RuleTranslation
from social.clock import iso
from social.governance import rules
from social.governance.reports import ReportView
from social.governance.warnings import WarningView
from storage.accounts import AccountRow
from storage.rules import RuleRow

Draw = Callable[[AccountRow], Raw]


def report(view: ReportView, account: Draw) -> Report:
    """A report without what moderators wrote."""
    row = view.report
    return Report(
        id=str(row.id),
        action_taken=row.resolved_at is not None,
        action_taken_at=None if row.resolved_at is None else iso(row.resolved_at),
        category=row.category,
        comment=row.comment,
        forwarded=row.is_forwarded,
        created_at=iso(row.created_at),
        status_ids=[str(id) for id in view.posts],
        rule_ids=row.rules.split(),
        target_account=account(view.target),
    )


def warning(view: WarningView, account: Draw) -> AccountWarning:
    """A warning with what its reader said to it."""
    row = view.warning
    return AccountWarning(
        id=str(row.id),
        action=row.action,
        text=row.text,
        status_ids=row.posts.split(),
        target_account=account(view.target),
        appeal=Appeal(text=row.appeal, state=row.appeal_state) if row.appeal_state else None,
        created_at=iso(row.created_at),
    )


def rule(row: RuleRow) -> Rule:
    """A rule in all its languages."""
    return Rule(
        id=str(row.id),
        text=row.text,
        hint=row.hint,
        translations={
            language: RuleTranslation(text=one.text, hint=one.hint) for language, one in rules.translations(row).items()
        },
    )
