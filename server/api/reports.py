"""Reports by people, to the moderators of the site."""

import msgspec

from server.api import reported
from server.api.call import Call, id_of, id_or_none
from server.api.entities.reports import Report
from server.api.routing import Auth, Endpoint, route
from social.errors import Invalid, NotFound
from social.governance import reports
from social.governance.reports import NewReport
from storage.ids import AccountId, PostId


class ReportParams(msgspec.Struct, frozen=True, kw_only=True):
    """Who is reported, for what, and by which posts."""

    account_id: str
    status_ids: tuple[str, ...] = ()
    comment: str = ""
    forward: bool = False
    category: str = "other"
    rule_ids: tuple[str, ...] = ()


async def create(call: Call, params: ReportParams) -> Report:
    """POST /api/v1/reports."""
    rules = [id_or_none(id) for id in params.rule_ids]
    if None in rules:
        raise NotFound("rule")
    if params.category == "violation" and not rules:
        raise Invalid("rule_ids", "blank")
    node = call.node
    new = NewReport(
        target=AccountId(id_of(params.account_id)),
        comment=params.comment,
        category=params.category,
        rules=tuple(id for id in rules if id is not None),
        posts=tuple(PostId(id) for written in params.status_ids if (id := id_or_none(written)) is not None),
        forward=params.forward,
    )
    view = await call.write(reports.file, new, ids=node.ids, urls=node.urls, now=node.clock())
    return reported.report(view, call.rendered.account)


ROUTES: tuple[Endpoint, ...] = (
    route("POST", "/api/v1/reports", create, Auth.USER, "write:reports", params=ReportParams),
)
