"""Reports, for moderators. Posts are shown as the moderator may see them; those for a few are read on the page,
where that is written down (`docs/decisions/0013-moderators-eyes.md`)."""

from collections.abc import Callable

import msgspec

from server.api import governed
from server.api.call import Call, id_or_none
from server.api.entities.admin import AdminReport
from server.api.paging import Paged, links
from server.api.params import Empty
from server.api.routing import Answer, Auth, Door, Endpoint, route
from social import reading
from social.errors import NotFound
from social.governance import members, reports
from social.governance.reports import ReportView
from social.paging import Page
from social.policy import Viewer
from storage.engine.database import Tx
from storage.ids import AccountId
from storage.reports import ReportId

REPORTS = 100


class ListParams(Paged, frozen=True, kw_only=True):
    """Which reports: those that wait, unless `resolved`."""

    resolved: bool = False
    account_id: str = ""
    target_account_id: str = ""


class SortParams(msgspec.Struct, frozen=True, kw_only=True):
    """What a report is about."""

    category: str | None = None
    rule_ids: tuple[str, ...] | None = None


async def several(call: Call, params: ListParams) -> Answer:
    """GET /api/v1/admin/reports."""
    page = params.page(REPORTS)

    def found(tx: Tx, viewer: Viewer) -> list[AdminReport]:
        return _drawn(call, tx, viewer, _several(tx, viewer, page, params))

    body = await call.read(found)
    return Answer(body=body, headers=links(call, [int(one.id) for one in body], page, always=False))


async def show(call: Call, _: Empty) -> AdminReport:
    """GET /api/v1/admin/reports/:id."""
    return await call.read(lambda tx, viewer: _one(call, tx, viewer))


async def sort(call: Call, params: SortParams) -> AdminReport:
    """PUT /api/v1/admin/reports/:id."""
    rules = None if params.rule_ids is None else [id_or_none(id) for id in params.rule_ids]
    if rules is not None and None in rules:
        raise NotFound("rule")

    def run(tx: Tx, viewer: Viewer) -> AdminReport:
        named = None if rules is None else [id for id in rules if id is not None]
        reports.sort(tx, viewer, ReportId(call.id()), category=params.category, rules=named, now=call.node.clock())
        return _one(call, tx, viewer)

    return await call.govern(run)


async def assign(call: Call, _: Empty) -> AdminReport:
    """POST /api/v1/admin/reports/:id/assign_to_self."""
    return await _done(call, reports.assign)


async def unassign(call: Call, _: Empty) -> AdminReport:
    """POST /api/v1/admin/reports/:id/unassign."""
    return await _done(call, reports.unassign)


async def resolve(call: Call, _: Empty) -> AdminReport:
    """POST /api/v1/admin/reports/:id/resolve."""
    return await _done(call, reports.close)


async def reopen(call: Call, _: Empty) -> AdminReport:
    """POST /api/v1/admin/reports/:id/reopen."""
    return await _done(call, reports.reopen)


def _several(tx: Tx, viewer: Viewer, page: Page, params: ListParams) -> list[ReportView]:
    account, target = id_or_none(params.account_id), id_or_none(params.target_account_id)
    return reports.reports(
        tx,
        viewer,
        page,
        resolved=params.resolved,
        account=None if account is None else AccountId(account),
        target=None if target is None else AccountId(target),
    )


async def _done(call: Call, command: Callable[..., ReportView]) -> AdminReport:
    def run(tx: Tx, viewer: Viewer) -> AdminReport:
        command(tx, viewer, ReportId(call.id()), now=call.node.clock())
        return _one(call, tx, viewer)

    return await call.govern(run)


def _one(call: Call, tx: Tx, viewer: Viewer) -> AdminReport:
    return _drawn(call, tx, viewer, [reports.report(tx, viewer, ReportId(call.id()))])[0]


def _drawn(call: Call, tx: Tx, viewer: Viewer, views: list[ReportView]) -> list[AdminReport]:
    """Reports with everybody and every post in them, in a number of statements that does not grow with theirs."""
    people = members.around(tx, views) if views else {}
    ids = list(dict.fromkeys(id for view in views for id in view.posts))
    statuses = {view.post.id: call.rendered.status(view) for view in reading.posts(tx, viewer, ids)}
    return [
        governed.report(view, people, [statuses[id] for id in view.posts if id in statuses], call.rendered.account)
        for view in views
    ]


_PATH = "/api/v1/admin/reports"
_READ = "admin:read:reports"
_WRITE = "admin:write:reports"

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, several, Auth.USER, _READ, door=Door.REST, params=ListParams),
    route("GET", f"{_PATH}/:id", show, Auth.USER, _READ, door=Door.REST),
    route("PUT", f"{_PATH}/:id", sort, Auth.USER, _WRITE, door=Door.REST, params=SortParams),
    route("POST", f"{_PATH}/:id/assign_to_self", assign, Auth.USER, _WRITE, door=Door.REST),
    route("POST", f"{_PATH}/:id/unassign", unassign, Auth.USER, _WRITE, door=Door.REST),
    route("POST", f"{_PATH}/:id/resolve", resolve, Auth.USER, _WRITE, door=Door.REST),
    route("POST", f"{_PATH}/:id/reopen", reopen, Auth.USER, _WRITE, door=Door.REST),
)
