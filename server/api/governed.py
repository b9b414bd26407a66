"""Presenters of what those who administer see."""

from collections.abc import Mapping, Sequence

from msgspec import UNSET, Raw

from server.api import present, reported
from server.api.entities.admin import AdminAccount, AdminReport
from server.api.reported import Draw
from social.clock import iso
from social.governance.members import Member
from social.governance.reports import ReportView
from social.policy import Role
from storage.ids import AccountId


def account(member: Member, draw: Draw) -> AdminAccount:
    """An account with its login and states."""
    row, user = member.account, member.user
    return AdminAccount(
        id=str(row.id),
        username=row.username,
        domain=row.domain or None,
        created_at=iso(row.created_at),
        # Clients want an address where there is a login, and nobody needs to have one here.
        email=None if user is None else user.email or "",
        ips=None if user is None else (),
        locale=None if user is None else user.locale or None,
        role=None if user is None else present.ROLES[Role(user.role)],
        confirmed=None if user is None else True,
        approved=None if user is None else True,
        disabled=None if user is None else user.disabled_at is not None,
        sensitized=row.sensitized_at is not None,
        silenced=row.is_limited,
        suspended=row.suspended_at is not None,
        account=draw(row),
        invited_by_account_id=UNSET if member.inviter is None else str(member.inviter),
    )


def report(view: ReportView, people: Mapping[AccountId, Member], statuses: Sequence[Raw], draw: Draw) -> AdminReport:
    """A report with everybody in it."""
    row = view.report
    return AdminReport(
        id=str(row.id),
        action_taken=row.resolved_at is not None,
        action_taken_at=None if row.resolved_at is None else iso(row.resolved_at),
        category=row.category,
        comment=row.comment,
        forwarded=row.is_forwarded,
        created_at=iso(row.created_at),
        updated_at=iso(row.updated_at),
        account=account(people[row.account_id], draw),
        target_account=account(people[row.target_id], draw),
        assigned_account=account(people[view.assigned.id], draw) if view.assigned else None,
        action_taken_by_account=account(people[view.resolver.id], draw) if view.resolver else None,
        statuses=statuses,
        rules=[reported.rule(one) for one in view.rules],
    )
