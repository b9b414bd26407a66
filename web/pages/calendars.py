"""Calendars: the secret address that other programs subscribe to, and one gathering as a file."""

import msgspec
from starlette.responses import Response

from social import reading
from social.communities import reading as communities
from social.communities.reading import Own
from social.errors import NotFound
from social.gatherings import agenda
from social.policy import Viewer
from storage.calendars import CalendarRow
from storage.engine.database import Tx
from storage.ids import PostId
from web import calendars
from web.forms import Form
from web.visit import Visit


async def feed(visit: Visit) -> Response:
    """GET /calendars/{token}.ics: what its owner takes part in, or what a community holds. Nobody signs in for it."""
    whose, views = await visit.node.db.read(agenda.calendar, visit.request.path_params["token"], now=visit.now)
    title = visit.node.settings.group.name or visit.node.settings.node.title
    written = await visit.node.crunched(lambda: calendars.calendar(f"{whose} ({title})", views))
    return _file(written, "")


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar that one may subscribe to; without an address until one is made."""

    community: int
    name: str
    address: str

    @property
    def subscribe(self) -> str:
        """The address by which a device opens its own calendar; many know it under this scheme alone."""
        return f"webcal:{self.address.partition(':')[2]}"


async def show(visit: Visit) -> Response:
    """GET /agenda/calendar: the addresses of one's own calendar and of those of one's communities."""

    def found(tx: Tx, viewer: Viewer) -> tuple[dict[int, CalendarRow], list[Own]]:
        return agenda.addresses(tx, viewer), communities.mine(tx, viewer)

    held, own = await visit.read(found)
    named = [(0, visit.say("What I take part in")), *((int(one.account.id), one.account.name) for one in own)]
    base = visit.node.urls.base
    shown = [
        Address(community=id, name=name, address=f"{base}/calendars/{held[id].token}.ics" if id in held else "")
        for id, name in named
    ]
    return visit.page("agenda/calendar.html", calendars=shown)


async def one(visit: Visit) -> Response:
    """GET /@{acct}/{id}.ics: one gathering."""
    view = await visit.read(reading.post, PostId(visit.request.path_params["id"]))
    if view.gathering is None:
        raise NotFound("gathering")
    return _file(calendars.calendar(view.post.title, [view]), f"{view.post.id}.ics")


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
