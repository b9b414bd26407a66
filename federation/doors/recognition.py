"""What nodes of the group ask of recognition: the kudos on a page, and what was counted in a week."""

from starlette.requests import Request
from starlette.responses import Response

from federation.doors.answers import PRIVATE, document, problem
from federation.doors.reception import Reception, person
from federation.render import collections
from social.policy import Viewer
from social.recognition import facts, kudos, pulse
from storage.engine.database import Tx
from storage.ids import Millis


class RecognitionDoors:
    """Open to nodes of the group."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._wire = reception.wire

    async def kudos(self, request: Request) -> Response:
        """Ids of the public posts that thank somebody, and stand on their page by their own wish."""
        viewer = await self._reception.viewer(request)
        name = request.path_params["name"]
        found = await self._wire.db.read(_kudos, viewer, name, self._wire.clock())
        if found is None:
            return problem(404, "the page is for nodes of the group")
        return document(collections.whole(self._wire.urls.kudos(name.lower()), found))

    async def pulse(self, request: Request) -> Response:
        """What this node counted in a week (`week=2026-W48`), signed; of fewer than five answers it says only that."""
        viewer = await self._reception.viewer(request)
        week = request.query_params.get("week", "")
        text = await self._wire.db.read(_count, viewer.host, week, self._wire.urls.host, self._wire.clock())
        if text is None:
            return problem(404, "nothing was counted")
        return Response(text, 200, PRIVATE, "application/json")


def _kudos(tx: Tx, viewer: Viewer, name: str, now: Millis) -> list[str] | None:
    account = person(tx, viewer, name)
    return kudos.shown_uris(tx, account.id) if facts.is_of_group(tx, viewer.host, now=now) else None


def _count(tx: Tx, host: str, week: str, own: str, now: Millis) -> str | None:
    if not pulse.is_week(week) or not facts.is_of_group(tx, host, now=now):
        return None
    return pulse.signed_count(tx, week, own)
