"""Accounts as those who administer see them: found by what they are, with login and state."""

from collections.abc import Sequence

import msgspec

from social.governance.reports import ReportView
from social.paging import Page
from social.people import accounts, names
from social.policy import Role, Viewer, require_role
from storage import accounts as account_rows
from storage import members as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.members import Asked
from storage.users import UserRow


class Member(msgspec.Struct, frozen=True, kw_only=True):
    """An account, with its login if it is of here, and who invited it."""

    account: AccountRow
    user: UserRow | None = None
    inviter: AccountId | None = None


def members(tx: Tx, viewer: Viewer, asked: Asked, page: Page) -> list[Member]:
    """Accounts, newest first. Three statements. Raises Forbidden below moderators."""
    require_role(viewer, Role.MODERATOR)
    words = names.words(asked.name)
    asked = msgspec.structs.replace(asked, name=words[0] if words else "")
    return of(tx, rows.found(tx, asked, page.before, page.floor, page.limit, up=page.is_upward))


def member(tx: Tx, viewer: Viewer, id: AccountId) -> Member:
    """One account. Raises Forbidden, NotFound."""
    require_role(viewer, Role.MODERATOR)
    account = accounts.account(tx, viewer, id)
    return _member(account, rows.logins(tx, [account.id]))


def of(tx: Tx, ids: Sequence[AccountId]) -> list[Member]:
    """Accounts by id, in that order: two statements."""
    known = {row.id: row for row in account_rows.by_ids(tx, ids)}
    logins = rows.logins(tx, ids)
    return [_member(known[id], logins) for id in ids if id in known]


def around(tx: Tx, views: Sequence[ReportView]) -> dict[AccountId, Member]:
    """Everybody whom reports name: one statement, what they are is in the reports."""
    people = {row.id: row for view in views for row in _named(view)}
    logins = rows.logins(tx, list(people))
    return {id: _member(row, logins) for id, row in people.items()}


def _named(view: ReportView) -> list[AccountRow]:
    return [row for row in (view.reporter, view.target, view.assigned, view.resolver) if row is not None]


def _member(account: AccountRow, logins: dict[AccountId, rows.InvitedRow]) -> Member:
    login = logins.get(account.id)
    return Member(account=account, user=login.user if login else None, inviter=login.inviter if login else None)
