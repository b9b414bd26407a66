"""What belongs to the viewer alone: preferences, and how far each timeline was read."""

import msgspec

from server.api import present
from server.api.call import Call, id_or_none
from server.api.entities.personal import Marker, Preferences
from server.api.params import Empty
from server.api.routing import Auth, Endpoint, route
from social.errors import Invalid
from social.feeds import markers
from social.people import users
from social.policy import Viewer
from storage.engine.database import Tx
from storage.markers import MarkerRow

TIMELINES = ("home", "notifications")


class MarkersParams(msgspec.Struct, frozen=True, kw_only=True):
    """Which timelines."""

    timeline: tuple[str, ...] = ()


class ReadParams(msgspec.Struct, frozen=True, kw_only=True):
    """The last item that was read."""

    last_read_id: str = ""


class MarkParams(msgspec.Struct, frozen=True, kw_only=True):
    """How far each timeline was read."""

    home: ReadParams | None = None
    notifications: ReadParams | None = None


async def preferences(call: Call, _: Empty) -> Preferences:
    """GET /api/v1/preferences."""
    return present.preferences(await call.read(users.user))


async def read(call: Call, params: MarkersParams) -> dict[str, Marker]:
    """GET /api/v1/markers: those that exist."""
    wanted = [timeline for timeline in params.timeline if timeline in TIMELINES]
    return present.markers(await call.read(markers.markers, wanted))


async def mark(call: Call, params: MarkParams) -> dict[str, Marker]:
    """POST /api/v1/markers."""
    asked = {"home": params.home, "notifications": params.notifications}
    places = {timeline: _place(timeline, one.last_read_id) for timeline, one in asked.items() if one is not None}

    def write(tx: Tx, viewer: Viewer) -> list[MarkerRow]:
        now = call.node.clock()
        return [markers.mark(tx, viewer, timeline, place, now=now) for timeline, place in places.items()]

    return present.markers(await call.write(write))


def _place(timeline: str, written: str) -> int:
    number = id_or_none(written)
    if number is None:
        raise Invalid(f"{timeline}.last_read_id", "invalid")
    return number


ROUTES: tuple[Endpoint, ...] = (
    route("GET", "/api/v1/preferences", preferences, Auth.USER, "read:accounts"),
    route("GET", "/api/v1/markers", read, Auth.USER, "read:statuses", params=MarkersParams),
    route("POST", "/api/v1/markers", mark, Auth.USER, "write:statuses", params=MarkParams),
)
