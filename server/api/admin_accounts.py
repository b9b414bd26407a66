"""Accounts, for those who administer: found, and acted upon. Scope and role are both asked for."""

from collections.abc import Callable

import msgspec

from server.api import governed, present
from server.api.call import Call, id_or_none
from server.api.entities.admin import AdminAccount
from server.api.paging import Paged, links
from server.api.params import Empty
from server.api.routing import Answer, Auth, Endpoint, route
from social.errors import Forbidden, Invalid, NotFound
from social.governance import members, reports, sanctions, states
from social.governance.members import Member
from social.governance.sanctions import Sanction
from social.people import accounts
from social.policy import Role, Viewer
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.members import Asked
from storage.reports import ReportId

ACCOUNTS = 100
_ROLE_OF = {entity.id: role for role, entity in present.ROLES.items()}


class FirstParams(Paged, frozen=True, kw_only=True):
    """Filters of the first form: a truth value for each."""

    local: bool = False
    remote: bool = False
    active: bool = False
    pending: bool = False
    disabled: bool = False
    silenced: bool = False
    suspended: bool = False
    sensitized: bool = False
    username: str = ""
    display_name: str = ""
    by_domain: str = ""
    email: str = ""
    ip: str = ""
    staff: bool = False


class SecondParams(Paged, frozen=True, kw_only=True):
    """Filters of the second form."""

    origin: str = ""
    status: str = ""
    permissions: str = ""
    role_ids: tuple[str, ...] = ()
    invited_by: str = ""
    username: str = ""
    display_name: str = ""
    by_domain: str = ""
    email: str = ""
    ip: str = ""


class ActionParams(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to an account. No mail is sent: the person is told on their page."""

    type: str
    report_id: str = ""
    text: str = ""


async def first(call: Call, params: FirstParams) -> Answer:
    """GET /api/v1/admin/accounts."""
    states = ("pending", "disabled", "silenced", "suspended", "sensitized", "active")
    origin = "local" if params.local and not params.remote else "remote" if params.remote and not params.local else ""
    return await _listed(
        call,
        params,
        SecondParams(
            origin=origin,
            status=next((state for state in states if getattr(params, state)), ""),
            permissions="staff" if params.staff else "",
            username=params.username,
            display_name=params.display_name,
            by_domain=params.by_domain,
            email=params.email,
            ip=params.ip,
        ),
    )


async def second(call: Call, params: SecondParams) -> Answer:
    """GET /api/v2/admin/accounts."""
    return await _listed(call, params, params)


async def show(call: Call, _: Empty) -> AdminAccount:
    """GET /api/v1/admin/accounts/:id."""
    return _drawn(call, await call.read(members.member, AccountId(call.id())))


async def delete(call: Call, _: Empty) -> AdminAccount:
    """DELETE /api/v1/admin/accounts/:id: of a suspended one everything goes for good."""

    def run(tx: Tx, viewer: Viewer) -> Member:
        found = members.member(tx, viewer, AccountId(call.id()))
        if found.account.suspended_at is None:
            raise Forbidden("not_suspended")
        if found.account.is_local:
            states.delete(tx, viewer, found.account.id, now=call.node.clock())
        else:
            accounts.moderated(tx, viewer, found.account.id)
            states.purge(tx, found.account, now=call.node.clock())
        return found

    return _drawn(call, await call.govern(run))


async def act(call: Call, params: ActionParams) -> dict[str, str]:
    """POST /api/v1/admin/accounts/:id/action: upon that account, and no other that a report may name."""
    id, now = AccountId(call.id()), call.node.clock()
    sanction = Sanction(action=params.type, text=params.text)
    if params.type not in ("none", *sanctions.OF_ACCOUNT):
        raise Invalid("type", "not_a_choice")

    def run(tx: Tx, viewer: Viewer) -> None:
        report = id_or_none(params.report_id)
        if report is not None:
            if reports.report(tx, viewer, ReportId(report)).target.id != id:
                raise NotFound("report")
            sanctions.resolve(tx, viewer, ReportId(report), sanction, now=now)
        else:
            sanctions.act(tx, viewer, id, sanction, now=now)

    await call.govern(run)
    return {}


async def settle(call: Call, _: Empty) -> AdminAccount:
    """POST /api/v1/admin/accounts/:id/approve and …/reject: nobody waits to be let in here, so nobody can be."""
    await call.read(members.member, AccountId(call.id()))
    raise Forbidden("nobody_waits")


async def enable(call: Call, _: Empty) -> AdminAccount:
    """POST /api/v1/admin/accounts/:id/enable."""
    return await _undone(call, states.enable)


async def unsensitive(call: Call, _: Empty) -> AdminAccount:
    """POST /api/v1/admin/accounts/:id/unsensitive."""
    return await _undone(call, states.unsensitize)


async def unsilence(call: Call, _: Empty) -> AdminAccount:
    """POST /api/v1/admin/accounts/:id/unsilence."""
    return await _undone(call, states.unsilence)


async def unsuspend(call: Call, _: Empty) -> AdminAccount:
    """POST /api/v1/admin/accounts/:id/unsuspend."""
    return await _undone(call, states.restore)


async def _listed(call: Call, paged: Paged, params: SecondParams) -> Answer:
    page = paged.page(ACCOUNTS)
    asked = _asked(params)
    # Nobody waits for approval here, and no address is kept: such questions have true and empty answers.
    found = [] if asked is None else await call.read(members.members, asked, page)
    if asked is None:
        await call.read(_only_for_moderators)
    cursors = [one.account.id for one in found]
    return Answer(body=[_drawn(call, one) for one in found], headers=links(call, cursors, page, always=False))


def _only_for_moderators(tx: Tx, viewer: Viewer) -> None:
    members.of(tx, [])
    if not viewer.may(Role.MODERATOR):
        raise Forbidden("role_needed", role=Role.MODERATOR.value)


def _asked(params: SecondParams) -> Asked | None:
    role = _ROLE_OF.get(params.role_ids[0]) if params.role_ids else None
    if params.status == "pending" or params.ip or (params.role_ids and role is None):
        return None
    if params.status not in ("", "active", "disabled", "silenced", "suspended", "sensitized"):
        raise Invalid("status", "not_a_choice")
    if params.origin not in ("", "local", "remote"):
        raise Invalid("origin", "not_a_choice")
    return Asked(
        origin=("", "local", "remote").index(params.origin),
        status=params.status,
        staff=params.permissions == "staff",
        role="" if role is None else role.value,
        username=params.username,
        name=params.display_name,
        domain=params.by_domain.lower(),
        email=params.email,
        inviter=AccountId(id_or_none(params.invited_by) or 0),
    )


async def _undone(call: Call, command: Callable[..., None]) -> AdminAccount:
    id, now = AccountId(call.id()), call.node.clock()

    def run(tx: Tx, viewer: Viewer) -> Member:
        command(tx, viewer, id, now=now)
        return members.member(tx, viewer, id)

    return _drawn(call, await call.govern(run))


def _drawn(call: Call, member: Member) -> AdminAccount:
    return governed.account(member, call.rendered.account)


_PATH = "/api/v1/admin/accounts"
_READ = "admin:read:accounts"
_WRITE = "admin:write:accounts"

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, first, Auth.USER, _READ, params=FirstParams),
    route("GET", "/api/v2/admin/accounts", second, Auth.USER, _READ, params=SecondParams),
    route("GET", f"{_PATH}/:id", show, Auth.USER, _READ),
    route("DELETE", f"{_PATH}/:id", delete, Auth.USER, _WRITE),
    route("POST", f"{_PATH}/:id/action", act, Auth.USER, _WRITE, params=ActionParams),
    route("POST", f"{_PATH}/:id/approve", settle, Auth.USER, _WRITE),
    route("POST", f"{_PATH}/:id/reject", settle, Auth.USER, _WRITE),
    route("POST", f"{_PATH}/:id/enable", enable, Auth.USER, _WRITE),
    route("POST", f"{_PATH}/:id/unsensitive", unsensitive, Auth.USER, _WRITE),
    route("POST", f"{_PATH}/:id/unsilence", unsilence, Auth.USER, _WRITE),
    route("POST", f"{_PATH}/:id/unsuspend", unsuspend, Auth.USER, _WRITE),
)
