"""Making the node ask for what it must not: another service beside it, private addresses, answers without end."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio

from tests.attacks.foe import DOCUMENT, PUBLIC, Foe, asked
from tests.doors.askers import Person
from tests.nodes import eventually, settled
from tests.peer import Peer, Seen, response
from tests.sites import LocalNode, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

KEPT = "the sluice opens at four"
"""What that service says: no address and no post of a test has these words."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def beside() -> AsyncIterator[Peer]:
    """A service on the same machine that is nobody's peer: it must never hear from the node."""
    async with Peer("beside.localhost") as service:
        service.document("/secret", {"type": "Note", "content": KEPT})
        yield service


def places(beside: Peer) -> list[str]:
    """The ways to write where that service is."""
    port = beside.port
    return [
        beside.url("/secret"), f"http://127.0.0.1:{port}/secret", f"http://localhost:{port}/secret",
        f"http://127.1:{port}/secret", f"http://2130706433:{port}/secret", f"http://0x7f000001:{port}/secret",
        f"http://0.0.0.0:{port}/secret", f"http://[::1]:{port}/secret", f"http://[::ffff:127.0.0.1]:{port}/secret",
        f"http://foe.localhost@127.0.0.1:{port}/secret", f"http://foe.localhost#@127.0.0.1:{port}/secret",
        f"http://BESIDE.localhost:{port}/secret", f"http://beside.localhost.:{port}/secret", f"http://①②⑦.⓪.⓪.①:{port}/secret",
        f"http:\\\\127.0.0.1:{port}\\secret", f"http://127.0.0.1:{port}/secret\r\nX: y",
        "http://169.254.169.254/latest/meta-data", "http://10.0.0.1/secret", "file:///etc/passwd", "gopher://127.0.0.1/x",
    ]  # fmt: skip


Vector = Callable[[Foe, Site, str], dict[str, Any]]
_number = iter(range(10_000))


def _actor(foe: Foe, **fields: Any) -> str:
    return foe.actor(f"lure{next(_number)}", **fields)


def _follow(**of: Callable[[str], Any]) -> Vector:
    """A Follow by an actor whose document points there: the answer and a look at its posts go where it says."""
    return lambda foe, node, there: foe.activity(
        _actor(foe, **{name: at(there) for name, at in of.items()}), "Follow", node.urls.actor("amina")
    )


def _post(**of: Callable[[str], Any]) -> Vector:
    """A post to amina that points there."""
    return lambda foe, node, there: foe.create(
        _actor(foe), "voyez", to=[PUBLIC, node.urls.actor("amina")], **{name: at(there) for name, at in of.items()}
    )


def _redirected(foe: Foe, there: str) -> str:
    return foe.peer.redirect(f"/hop{next(_number)}", there.splitlines()[0])


VECTORS: dict[str, Vector] = {
    "inbox": _follow(inbox=str, endpoints=lambda there: {}),
    "shared inbox": _follow(endpoints=lambda there: {"sharedInbox": there}),
    "outbox": _follow(outbox=str),
    "avatar": _follow(icon=lambda there: {"type": "Image", "mediaType": "image/png", "url": there}),
    "picture": _post(attachment=lambda there: [{"type": "Document", "mediaType": "image/png", "url": there}]),
    "what is answered": _post(inReplyTo=str),
    "somebody named": _post(tag=lambda there: [{"type": "Mention", "href": there, "name": "@x"}]),
    "a boost": lambda foe, node, there: foe.activity(_actor(foe), "Announce", there, to=[PUBLIC]),
    "a post by its id": lambda foe, node, there: foe.activity(_actor(foe), "Create", there, to=[PUBLIC]),
    "a post by an id that leads there": lambda foe, node, there: foe.activity(
        _actor(foe), "Create", _redirected(foe, there), to=[PUBLIC, node.urls.actor("amina")]
    ),
    "a picture that leads there": lambda foe, node, there: _post(
        attachment=lambda _: [{"type": "Document", "mediaType": "image/png", "url": _redirected(foe, there)}]
    )(foe, node, there),
}


@pytest.mark.parametrize("vector", VECTORS)
async def test_no_document_makes_the_node_ask_a_stranger(
    usine: LocalNode, foe: Foe, beside: Peer, amina: Person, vector: str
) -> None:
    for there in places(beside):
        activity = VECTORS[vector](foe, usine, there)
        assert await foe.tell(usine, activity) in (202, 400, 401)
    await settled(usine)
    for one in (await amina.ask("GET", "/api/v1/notifications?limit=80")).json:
        for picture in one.get("status", {}).get("media_attachments", []):
            await asked(usine, "GET", picture["url"].removeprefix(usine.base_url))
    assert beside.connections == 0


async def test_no_key_makes_the_node_ask_a_stranger(usine: LocalNode, foe: Foe, beside: Peer) -> None:
    rita = foe.actor("rita")
    for there in [*places(beside), _redirected(foe, beside.url("/secret")), _redirected(foe, "http://10.0.0.1/")]:
        if not re.fullmatch(r"[\x21-\x7e]+", there) or "\\" in there:
            continue
        headers = foe.signed(usine, "GET", "/users/amina/outbox", rita, key_id=there)
        reply = await asked(usine, "GET", "/users/amina/outbox", headers={**headers, "Accept": DOCUMENT})
        assert reply.status in (400, 401, 403, 503), there
    assert beside.connections == 0


async def test_nobody_makes_the_node_ask_a_stranger_by_searching(
    usine: LocalNode, foe: Foe, beside: Peer, mallory: Person
) -> None:
    handles = [f"@x@{beside.authority}", f"@x@127.0.0.1:{beside.port}", f"@x@localhost:{beside.port}", "@x@10.0.0.1"]
    lured = foe.actor("lured")
    foe.point(f"acct:lured@{foe.authority}", beside.url("/secret"))
    for q in [*places(beside), *handles, f"@lured@{foe.authority}", _redirected(foe, beside.url("/secret"))]:
        coded = quote(q, safe="")
        for path in (
            f"/api/v2/search?resolve=true&q={coded}", f"/search?q={coded}",
            f"/api/v1/accounts/search?resolve=true&q={coded}", f"/api/v1/accounts/lookup?acct={coded}",
        ):  # fmt: skip
            reply = await mallory.ask("GET", path)
            assert reply.status in (200, 404, 422), (path, reply.status)
            assert KEPT not in reply.text
    assert lured and beside.connections == 0


async def test_no_name_in_a_post_makes_the_node_ask_a_stranger(usine: LocalNode, beside: Peer, mallory: Person) -> None:
    text = f"@x@{beside.authority} @y@127.0.0.1:{beside.port} {beside.url('/elsewhere')}"
    await usine.say(mallory.person, text)
    await mallory.ask("POST", "/compose", {"text": text})
    await settled(usine)
    assert beside.connections == 0


async def test_a_picture_without_end_is_given_up(usine: LocalNode, foe: Foe, amina: Person) -> None:
    url = foe.peer.endless("/endless", headers="Content-Type: image/png\r\n")
    picture = {"type": "Document", "mediaType": "image/png", "url": url}
    mention = {"type": "Mention", "href": usine.urls.actor("amina"), "name": "@amina"}
    activity = foe.create(
        foe.actor("generous"), "voyez", to=[PUBLIC, usine.urls.actor("amina")], attachment=[picture], tag=[mention]
    )
    await foe.tell(usine, activity)

    async def arrived() -> str:
        told = (await amina.ask("GET", "/api/v1/notifications?types[]=mention")).json
        return next((one["status"]["id"] for one in told if one["status"]["uri"] == activity["object"]["id"]), "")

    status = await usine.api("GET", f"/api/v1/statuses/{await eventually(arrived)}", amina.person)
    path = status["media_attachments"][0]["url"].removeprefix(usine.base_url)
    assert (await asked(usine, "GET", path)).status in (404, 503)


async def test_peers_that_keep_silent_hold_up_nobody_else(usine: LocalNode, foe: Foe, amina: Person) -> None:
    """Forty requests wait for keys that do not come; whoever else asks is answered as ever."""
    body, enough = b"{}", asyncio.Event()

    async def silence(seen: Seen, writer: asyncio.StreamWriter) -> None:
        await enough.wait()
        writer.write(response(404, b"", {}))

    async def stuck(number: int) -> int:
        key = foe.peer.on(f"/silent{number}", silence)
        headers = foe.signed(usine, "POST", "/inbox", key, body, key_id=key)
        return (await asked(usine, "POST", "/inbox", headers=headers, body=body)).status

    waiting = [asyncio.create_task(stuck(number)) for number in range(40)]
    # Whichever comes first: of one host only so many are asked at once.
    await eventually(lambda: any(seen.target.startswith("/silent") for seen in foe.peer.requests))
    began = time.monotonic()
    for _ in range(5):
        assert (await amina.ask("GET", "/api/v1/timelines/home")).status == 200
        assert (await amina.ask("GET", "/")).status == 200
        said = await usine.say(amina.person, "pendant ce temps")
        assert said["id"]
    assert time.monotonic() - began < 5
    assert not any(task.done() for task in waiting)
    enough.set()
    assert set(await asyncio.gather(*waiting)) == {401}
