"""Campaigns: listed, begun, changed, and what became of them."""

from collections.abc import Mapping

from starlette.responses import Response

from social.clock import DAY
from social.desk import campaigns
from social.desk.campaigns import CampaignDraft
from social.errors import Invalid
from storage.desk import CampaignId
from storage.ids import Millis
from web import desk
from web.forms import Form
from web.visit import Visit

_FIELDS = ("name", "objective", "hashtag", "starts_at", "ends_at")


async def index(visit: Visit) -> Response:
    """GET /campaigns."""
    return await _index(visit, {})


async def begin(visit: Visit, form: Form) -> Response:
    """POST /campaigns."""
    try:
        row = await visit.write(campaigns.create, _draft(visit, form), context=visit.context, now=visit.now)
    except Invalid as wrong:
        return await _index(visit, _written(form), wrong)
    return visit.back(f"/campaigns/{row.id}", done="saved")


async def show(visit: Visit) -> Response:
    """GET /campaigns/{id}: its pieces, and the report."""
    return await _page(visit)


async def change(visit: Visit, form: Form) -> Response:
    """POST /campaigns/{id}."""
    try:
        await visit.write(campaigns.change, _id(visit), _draft(visit, form), now=visit.now)
    except Invalid as wrong:
        return await _page(visit, form, wrong)
    return visit.back(f"/campaigns/{_id(visit)}", done="saved")


async def _index(visit: Visit, values: Mapping[str, str], wrong: Invalid | None = None) -> Response:
    rows = await visit.read(campaigns.campaigns)
    return visit.form_page("desk/campaigns.html", wrong, rows=rows, values=values)


async def _page(visit: Visit, form: Form | None = None, wrong: Invalid | None = None) -> Response:
    report = await visit.read(campaigns.report, _id(visit))
    row, dates = report.campaign, visit.face.dates[visit.locale]
    values = {
        "name": row.name,
        "objective": row.objective,
        "hashtag": row.hashtag,
        "starts_at": dates.field(row.starts_at)[:10],
        "ends_at": dates.field(row.ends_at)[:10],
    }
    return visit.form_page(
        "desk/campaign.html",
        wrong,
        report=report,
        values=values if form is None else _written(form),
        states=desk.STATES,
        channels=desk.CHANNELS,
    )


def _draft(visit: Visit, form: Form) -> CampaignDraft:
    starts, ends = _day(visit, form, "starts_at"), _day(visit, form, "ends_at")
    return CampaignDraft(
        name=form.line("name"),
        objective=form.text("objective", limit=10_000),
        hashtag=form.line("hashtag"),
        starts_at=starts,
        ends_at=Millis(ends + DAY - 1),
    )


def _day(visit: Visit, form: Form, name: str) -> Millis:
    at = visit.face.dates[visit.locale].moment(f"{form.line(name)}T00:00")
    if at is None:
        raise Invalid(name, "no_time")
    return at


def _written(form: Form) -> dict[str, str]:
    return {name: form.written(name) for name in _FIELDS}


def _id(visit: Visit) -> CampaignId:
    return CampaignId(visit.request.path_params["id"])
