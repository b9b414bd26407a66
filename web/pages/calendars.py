"""Calendars: the secret address that other programs subscribe to, and one gathering as a file."""

from starlette.responses import Response

from social import reading
from social.errors import NotFound
from social.gatherings import agenda
from storage.ids import PostId
from web import calendars
from web.forms import Form
from web.visit import Visit


async def feed(visit: Visit) -> Response:
    """GET /calendars/{token}.ics: what its owner takes part in, or what a community holds. Nobody signs in for it."""
    whose, views = await visit.node.db.read(agenda.calendar, visit.request.path_params["token"], now=visit.now)
    title = visit.node.settings.group.name or visit.node.settings.node.title
    return _file(calendars.calendar(f"{whose} ({title})", views, visit.now), "")


async def one(visit: Visit) -> Response:
    """GET /@{acct}/{id}.ics: one gathering."""
    view = await visit.read(reading.post, PostId(visit.request.path_params["id"]))
    if view.gathering is None:
        raise NotFound("gathering")
    return _file(calendars.calendar(view.post.title, [view], visit.now), f"{view.post.id}.ics")


async def renew(visit: Visit, form: Form) -> Response:
    """POST /agenda/calendar: a new address, in place of the former one."""
    await visit.write(agenda.renew, form.number("community") or 0, now=visit.now)
    return visit.back("/agenda/calendar", done="calendar_made")


async def revoke(visit: Visit, form: Form) -> Response:
    """POST /agenda/calendar/revoke: the address opens nothing any more."""
    await visit.write(agenda.revoke, form.number("community") or 0)
    return visit.back("/agenda/calendar", done="calendar_dropped")


def _file(body: bytes, name: str) -> Response:
    headers = {"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(body, media_type=calendars.TYPE, headers=headers)
