"""What nodes of the group ask of one another: the manifest, and the directory of people."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from federation import desk
from federation.directory import statement
from federation.doors.answers import PRIVATE, problem
from federation.doors.reception import Reception
from federation.group import take_newer
from social.desk.parts import Place
from social.trust import manifests, node_keys
from social.trust.manifest import MAX_BYTES, BadManifest
from storage import manifests as rows

MAX_ONCE = 64
"""Signs of what marks one question."""


class GroupDoors:
    """Open to nodes that are let in."""

    def __init__(self, reception: Reception) -> None:
        self._reception = reception
        self._wire = reception.wire

    async def manifest(self, request: Request) -> Response:
        """The highest version that this node has taken, as it was signed."""
        await self._reception.viewer(request)
        row = await self._wire.db.read(rows.latest)
        if row is None:
            return problem(404, "no manifest was taken here")
        return Response(row.body, 200, PRIVATE, "application/json")

    async def directory(self, request: Request) -> Response:
        """People of this node who want to be found, as far as that changed after `since`, signed by the node."""
        viewer = await self._reception.viewer(request)
        now = self._wire.clock()
        manifest = await self._wire.db.read(manifests.active, now=now)
        if manifest is None or manifest.entity_at(viewer.host) is None:
            return problem(404, "the directory is for nodes of the group")
        since = _number(request, "since")
        key = await self._wire.db.read(node_keys.known)
        if key is None:
            key = await self._wire.db.write(node_keys.node_key, now=now)
        signed = await self._wire.db.read(statement, self._wire.urls, since, key)
        return Response(msgspec.json.encode(signed), 200, PRIVATE, "application/json")

    async def desk(self, request: Request) -> Response:
        """What changed at the editorial desk after `since` and is for the node that asks, signed by this one."""
        viewer = await self._reception.viewer(request)
        now = self._wire.clock()
        manifest = await self._wire.db.read(manifests.active, now=now)
        if manifest is None or manifest.entity_at(viewer.host) is None:
            return problem(404, "the desk is for nodes of the group")
        place = Place(since=_number(request, "since"), within=_number(request, "within"), skip=_number(request, "skip"))
        once = request.query_params.get("once", "")[:MAX_ONCE]
        key = await self._wire.db.read(node_keys.known)
        if key is None:
            key = await self._wire.db.write(node_keys.node_key, now=now)
        signed = await self._wire.db.read(desk.statement, self._wire.urls, viewer.host, place, once, key)
        return Response(msgspec.json.encode(signed), 200, PRIVATE, "application/json")

    async def desk_changed(self, request: Request) -> Response:
        """A node of the group says that its desk changed: it is read soon. Anybody else is not listened to."""
        sender, _ = await self._reception.sender(request, 1_024)
        now = self._wire.clock()
        manifest = await self._wire.db.read(manifests.active, now=now)
        if manifest is None or manifest.entity_at(sender.host) is None:
            return problem(404, "the desk is for nodes of the group")
        await self._wire.db.write(desk.follow_up, sender.host, now)
        return Response(status_code=202)

    async def announced(self, request: Request) -> Response:
        """Takes a newer version; what is here already is answered like it. Who brings it does not matter."""
        _, body = await self._reception.sender(request, MAX_BYTES)
        try:
            await self._wire.db.write(take_newer, body.decode(), now=self._wire.clock())
        except (BadManifest, UnicodeDecodeError) as cause:
            return problem(422, f"the manifest is refused: {cause}")
        return Response(status_code=202)


def _number(request: Request, name: str) -> int:
    """A place in what is read; 0 for none."""
    asked = request.query_params.get(name, "0")
    return int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= 15 else 0
