"""Quiet hours: when somebody is reached by pushes and letters, that they are not at work, and the hours of the site."""

from datetime import datetime, timedelta
from http import HTTPStatus

from starlette.responses import Response

from social.errors import Invalid
from social.gatherings import times
from social.push import hours, week
from social.push.hours import Hours
from storage.ids import Millis
from web import weeks
from web.forms import Form
from web.gatherings import zones
from web.visit import Visit

PAGE, SITE = "/settings/quiet", "/admin/quiet"


async def show(visit: Visit) -> Response:
    """GET /settings/quiet."""
    found = await _hours(visit)
    own = found.own or found.site
    return _page(visit, found, "own" if found.own else "site", weeks.fields(own), found.timezone)


async def save(visit: Visit, form: Form) -> Response:
    """POST /settings/quiet: the hours of the site, or one's own."""
    whose, written, zone = form.written("whose"), _written(form), form.line("timezone", limit=100)
    try:
        own = week.parsed(written) if form.chosen("whose", ("site", "own"), "site") == "own" else None
        await visit.write(hours.choose, own, zone, now=visit.now)
    except Invalid as wrong:
        return _page(visit, await _hours(visit), whose, written, zone, wrong)
    return visit.back(PAGE, done="saved")


async def away(visit: Visit, form: Form) -> Response:
    """POST /settings/quiet/away: not at work until a day (`until`), not before tomorrow (`tomorrow`), or `back`."""
    found = await _hours(visit)
    try:
        until = None if form.has("back") else _until(visit, form, found.timezone)
        await visit.write(hours.go_away, until, now=visit.now)
    except Invalid as wrong:
        own = found.own or found.site
        return _page(visit, found, "own" if found.own else "site", weeks.fields(own), found.timezone, wrong)
    return visit.back(PAGE, done="saved")


async def show_site(visit: Visit) -> Response:
    """GET /admin/quiet."""
    return _site_page(visit, weeks.fields(await visit.read(hours.site)))


async def save_site(visit: Visit, form: Form) -> Response:
    """POST /admin/quiet: the hours of whoever chose none."""
    try:
        chosen = week.ALWAYS if form.has("never") else week.parsed(_written(form))
        await visit.write(hours.change_site, chosen, now=visit.now)
    except Invalid as wrong:
        await visit.read_frame()
        return _site_page(visit, _written(form), wrong)
    return visit.back(SITE, done="saved")


async def _hours(visit: Visit) -> Hours:
    return await visit.read(hours.hours, timezone=visit.node.settings.node.timezone, now=visit.now)


def _written(form: Form) -> list[tuple[str, str]]:
    return list(zip(form.kept("from"), form.kept("until"), strict=False))


def _until(visit: Visit, form: Form, timezone: str) -> Millis:
    """The beginning of the day on which somebody is back. Raises Invalid(`until`)."""
    try:
        if form.has("tomorrow"):
            day = times.local(visit.now, timezone).date() + timedelta(days=1)
        else:
            day = datetime.strptime(form.line("until"), "%Y-%m-%d").date()
    except ValueError as trouble:
        raise Invalid("until", "no_time") from trouble
    until = times.moment(datetime(day.year, day.month, day.day), timezone)
    if until is None:
        raise Invalid("until", "out_of_range")
    return until


def _page(
    visit: Visit,
    found: Hours,
    whose: str,
    written: list[tuple[str, str]],
    zone: str,
    wrong: Invalid | None = None,
) -> Response:
    own = visit.node.settings.node.timezone
    return visit.page(
        "settings/quiet.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        part="quiet",
        found=found,
        whose=whose,
        site=weeks.spoken(visit, found.site),
        days=weeks.days(visit.locale, written),
        zone=zone,
        zones=[(one, one.replace("_", " ")) for one in zones(own, zone)],
        errors=visit.errors(wrong),
    )


def _site_page(visit: Visit, written: list[tuple[str, str]], wrong: Invalid | None = None) -> Response:
    return visit.page(
        "admin/quiet.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        part="quiet",
        days=weeks.days(visit.locale, written),
        errors=visit.errors(wrong),
    )
