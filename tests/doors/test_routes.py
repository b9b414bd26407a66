"""The walk over the whole application: every route says through which door it shows posts, and every door is tried."""

import re
from collections.abc import Iterator

import pytest
from starlette.routing import BaseRoute

from federation.routes import PeerRoute
from server.api.application import Api
from server.errors import PEER_PATHS
from social.visibility import Door
from tests.doors.askers import Peer
from tests.doors.scene import Scene
from tests.doors.table import ELSEWHERE, PROBES
from tests.doors.test_streaming import EVENTS
from web.doors import PageRoute
from web.render import face

pytestmark = pytest.mark.asyncio(loop_scope="module")

MISSING = "the id"
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}|:(\w+)")
LISTS = "GET /api/v1/streaming/list"
"""A list is its owner's: `tests/api/test_streaming.py` listens to one, and to another's in vain."""
UNUSED: dict[Door, str] = {}
"""Doors that no route has. Feeds for readers of RSS will be `Door.FEEDS`, and need a probe each."""


def declared(routes: list[BaseRoute]) -> Iterator[tuple[str, Door]]:
    """`METHOD path` of every route with its door. Fails for a kind of route that names none."""
    for route in routes:
        if isinstance(route, Api):
            for endpoint in route.routes:
                yield from ((f"{method} {endpoint.path}", endpoint.door) for method in endpoint.methods)
        else:
            assert isinstance(route, PeerRoute | PageRoute), f"{route!r} names no door"
            yield from ((f"{method} {route.path}", route.door) for method in sorted(route.methods or ()))


def doors_of(scene: Scene) -> dict[str, Door]:
    """All routes of the assembled node. HEAD is answered as GET."""
    found = declared(scene.node.running.app.routes)
    return {route: door for route, door in found if not route.startswith("HEAD ")}


async def test_every_route_that_shows_posts_is_tried(scene: Scene) -> None:
    tried = {probe.route for probe in PROBES} | set(ELSEWHERE)
    untried = [
        f"{route} ({door})"
        for route, door in doors_of(scene).items()
        if door not in (Door.NONE, Door.STREAMING) and route not in tried
    ]
    assert not untried


async def test_every_probe_is_of_a_route_with_its_door(scene: Scene) -> None:
    doors = doors_of(scene)
    assert not [probe.name for probe in PROBES if doors.get(probe.route) is not probe.door]
    assert not [route for route in ELSEWHERE if doors.get(route) in (None, Door.NONE)]


async def test_every_stream_is_listened_to(scene: Scene) -> None:
    live = {route for route, door in doors_of(scene).items() if door is Door.STREAMING}
    heard = {f"GET /api/v1/streaming/{path.partition('?')[0]}" for path in EVENTS.values()}
    assert live == heard | {LISTS}


async def test_every_door_is_used_or_said_to_be_unused(scene: Scene) -> None:
    used = set(doors_of(scene).values())
    assert {door for door in Door if door not in used} == set(UNUSED)


async def test_a_route_that_names_no_door_shows_no_post(scene: Scene) -> None:
    words = [subject.word.encode() for subject in scene.subjects.values()]
    askers = [scene.askers[name] for name in ("author", "follower", "admin", "anonymous", "follower's node")]
    for route, door in doors_of(scene).items():
        method, _, path = route.partition(" ")
        if door is not Door.NONE or method != "GET":
            continue
        for filled in _filled(path, scene):
            for asker in askers:
                if isinstance(asker, Peer) == path.startswith((*PEER_PATHS, "/@{name}")):
                    reply = await asker.ask("GET", filled)
                    assert reply.status < 500, (filled, reply.body)
                    assert not [word for word in words if word in reply.body], f"{route} as {asker.relation}"


async def test_a_closed_node_shows_nobody_anything_but_the_way_in(scene: Scene) -> None:
    nobody = scene.askers["anonymous"]
    shown = set()
    for route in doors_of(scene):
        method, _, path = route.partition(" ")
        if method != "GET":
            continue
        for filled in _filled(path, scene):
            reply = await nobody.ask("GET", filled)
            if reply.status < 300:
                shown.add(path)
    assert shown == WAY_IN


WAY_IN = {
    "/worker.js",
    "/.well-known/host-meta",
    "/.well-known/nodeinfo",
    "/.well-known/oauth-authorization-server",
    "/.well-known/webfinger",
    "/actor",
    "/app-icon/{size:int}.png",
    "/app.webmanifest",
    "/api/v1/custom_emojis",
    "/api/v1/instance",
    "/api/v1/instance/extended_description",
    "/api/v1/instance/rules",
    "/api/v1/streaming/health",
    "/api/v2/instance",
    "/avatars/:name",
    "/health",
    "/media/:token/:variant",
    "/nodeinfo/2.0",
    "/nodeinfo/2.1",
    "/sign-in",
    "/static/{version}/{path:path}",
    "/theme/{name}",
}
"""Signing in, what apps and nodes need before they can ask, and pictures behind addresses that nobody guesses."""


def _filled(path: str, scene: Scene) -> Iterator[str]:
    """The path with ids of posts and of people, names and the other things that may stand in it."""
    author = scene.person("author").account
    subject = scene.subjects["public"]
    values = {
        "acct": "amina", "hashtag": "armor", "name": "amina", "token": subject.token, "variant": "small",
        "version": "x", "act": "like",
    }  # fmt: skip
    assets = face(scene.node.settings).assets
    ids = (subject.id, str(author)) if re.search(r":id|\{id", path) else (subject.id,)
    for id in ids:
        filled = _PARAMETER.sub(lambda found: values.get(found[1] or found[2], MISSING), path).replace(MISSING, id)
        if path == "/.well-known/webfinger":
            filled += f"?resource=acct:amina@{scene.node.host}"
        if path.startswith("/avatars"):
            filled = f"/avatars/{author}.png"
        if path.startswith("/theme"):
            filled = f"/theme/{next(iter(assets.theme))}"
        if path.startswith("/static"):
            filled = f"/static/x/{next(iter(assets.static))}"
        yield filled
