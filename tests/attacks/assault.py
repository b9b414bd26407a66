"""The hostile peer: a program that plays every attack of a neighbour against a node that runs as a process.

async with assaulted(folder) as assault:        the node, the hostile peer, an honest one, a service beside the node
plays = attacks(assault)                        by name; each raises AssertionError if it was not refused
"""

import asyncio
import gzip
import io
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import msgspec

from social.people.keys import make_keys
from social.settings import FederationSettings, LimitSettings
from tests.attacks import common_ground
from tests.attacks.common_ground import Ground
from tests.attacks.foe import PUBLIC, Foe, asked
from tests.attacks.stage import Stage, staged
from tests.attacks.test_activities import BODIES, LIES
from tests.attacks.test_outward import VECTORS, places
from tests.attacks.test_signatures import FORGED, Letter
from tests.attacks.test_sockets import STRANGE, spoken
from tests.nodes import eventually, served_node
from tests.peer import Peer
from tests.sites import Person, ProcessNode

LIMITS = LimitSettings(per_user=0, per_token=0, per_address=0, paging=0)
"""Those of peers are as on any node."""
MIB = 1024 * 1024
HUNG_UP = 413
FLOOD = 60
"""Letters at the same time in each flood."""
LURES = 3
"""Addresses of the service beside the node that each way to make the node ask is tried with."""


class Assault(msgspec.Struct, frozen=True, kw_only=True):
    """The node and everybody around it."""

    node: ProcessNode
    foe: Foe
    honest: Foe
    writer: str
    beside: Peer
    amina: Person
    stage: Stage
    letter: Letter
    ground: Ground


Play = Callable[[], Awaitable[None]]


@asynccontextmanager
async def assaulted(folder: Path) -> AsyncIterator[Assault]:
    """A node with amina, who follows rita of the hostile peer and is written to by an honest one."""
    async with Foe() as foe, Foe("honest.localhost") as honest, Peer("beside.localhost") as beside:
        beside.document("/secret", {"type": "Note", "content": "secret"})
        federation = FederationSettings(insecure_loopback=True, allow=(foe.authority, honest.authority))
        async with served_node(folder, federation=federation, limits=LIMITS) as node:
            amina = await node.person("amina")
            stage = await staged(node, foe, amina)
            yield Assault(
                node=node,
                foe=foe,
                honest=honest,
                writer=honest.actor("honest"),
                beside=beside,
                amina=amina,
                stage=stage,
                letter=Letter(foe, node, stage.rita, make_keys()),
                ground=await common_ground.laid(node, foe, stage, amina),
            )


def attacks(on: Assault) -> dict[str, Play]:
    """All of them, by name."""
    return {
        **{f"a letter {how}": _letter(on, how) for how in FORGED},
        **{f"a lie: {lie}": _lie(on, lie) for lie in LIES},
        **{f"a body: {kind}": _body(on, kind) for kind in BODIES},
        **{f"a request: {kind}": _request(on, kind) for kind in STRANGE},
        **{f"a lure: {vector}": _lure(on, vector) for vector in VECTORS},
        **{name: _bound(play, on) for name, play in FLOODS.items()},
        **common_ground.attacks(on.ground),
    }


def _bound(play: Callable[[Assault], Awaitable[None]], on: Assault) -> Play:
    return lambda: play(on)


def _letter(on: Assault, how: str) -> Play:
    async def play() -> None:
        reply = await on.letter.send(FORGED[how](on.letter))
        assert reply.status in (400, 401, 403, 503), reply.status

    return play


def _lie(on: Assault, lie: str) -> Play:
    async def play() -> None:
        # Some of them are taken in and then come to nothing: what is kept afterwards shows it.
        status = await on.foe.tell(on.node, LIES[lie](on.stage), by=on.stage.eve)
        assert status in (202, 400, 403), status

    return play


def _body(on: Assault, kind: str) -> Play:
    async def play() -> None:
        assert await _posted(on, BODIES[kind]) in (400, 403)

    return play


def _request(on: Assault, kind: str) -> Play:
    async def play() -> None:
        answer = await spoken(on.node, STRANGE[kind].replace(b"{host}", on.node.host.encode()))
        assert not answer or int(answer.split(b" ", 2)[1]) < 500 or b" 50" in answer[:14], answer[:200]
        assert b"secret" not in answer and b"Traceback" not in answer

    return play


def _lure(on: Assault, vector: str) -> Play:
    async def play() -> None:
        for there in places(on.beside)[:LURES]:
            assert await on.foe.tell(on.node, VECTORS[vector](on.foe, on.node, there)) in (202, 400, 401)

    return play


async def _posted(on: Assault, body: bytes, **headers: str) -> int:
    """Eve's own letter with any body."""
    signed = on.foe.signed(on.node, "POST", "/inbox", on.stage.eve, body)
    try:
        return (await asked(on.node, "POST", "/inbox", headers=signed | headers, body=io.BytesIO(body))).status
    except aiohttp.ClientOSError:
        # Answered and hung up on before all was sent.
        return HUNG_UP


async def _replayed(on: Assault) -> None:
    """One good letter, sixty times at once: it counts once."""
    mention = {"type": "Mention", "href": on.stage.amina, "name": "@amina"}
    body = json.dumps(on.foe.create(on.stage.rita, "<p>une fois</p>", to=on.stage.names(), tag=[mention])).encode()
    headers = on.foe.signed(on.node, "POST", "/inbox", on.stage.rita, body)
    sent = (asked(on.node, "POST", "/inbox", headers=headers, body=body) for _ in range(FLOOD))
    assert {reply.status for reply in await asyncio.gather(*sent)} <= {202, 401, 429}

    async def told() -> bool:
        return await _mentions(on, "une fois") == 1

    await eventually(told, seconds=60)


async def _mentions(on: Assault, words: str) -> int:
    told = await on.node.api("GET", "/api/v1/notifications", on.amina, limit=80, types=["mention"])
    return sum(words in one["status"]["content"] for one in told)


async def _keys_in_a_storm(on: Assault) -> None:
    """Sixty bad signatures by one key have it asked for again once, not sixty times."""
    stormy = on.foe.actor("stormy")
    body = json.dumps(on.foe.create(stormy, "faux")).encode()
    headers = on.foe.signed(on.node, "POST", "/inbox", stormy, body, pair=on.letter.other)
    sent = (asked(on.node, "POST", "/inbox", headers=headers, body=body) for _ in range(FLOOD))
    assert {reply.status for reply in await asyncio.gather(*sent)} <= {401, 429, 503}
    assert sum(seen.path == "/users/stormy" for seen in on.foe.peer.requests) <= 4


async def _ends_of_strangers(on: Assault) -> None:
    """The everyday flood of Deletes: nothing is fetched for them."""
    ghosts = [on.foe.peer.url(f"/users/ghost{number}") for number in range(FLOOD)]
    sent = (on.foe.tell(on.node, on.foe.activity(ghost, "Delete", ghost)) for ghost in ghosts)
    assert set(await asyncio.gather(*sent)) <= {202, 429}
    assert not [seen for seen in on.foe.peer.requests if "/users/ghost" in seen.path]


async def _actors_in_masses(on: Assault) -> None:
    """Sixty actors made for the purpose name amina, each beside three hundred others."""

    async def one(number: int) -> int:
        others = [{"type": "Mention", "href": f"https://e{n}.example/u", "name": f"@u{n}"} for n in range(300)]
        tag = [*others, *({"type": "Hashtag", "name": f"#t{n}", "href": "https://e.example/t"} for n in range(2_000))]
        activity = on.foe.create(on.foe.actor(f"lure_mass{number}"), "faux" * 10_000, to=on.stage.names(), tag=tag)
        return await on.foe.tell(on.node, activity)

    assert set(await asyncio.gather(*(one(number) for number in range(FLOOD // 3)))) <= {202, 400, 429}


async def _great_letters(on: Assault) -> None:
    """Letters of a mebibyte and more, told and not told, and packed ones."""
    great = b'{"x":"' + b"x" * (MIB + MIB // 10) + b'"}'
    assert set(await asyncio.gather(*(_posted(on, great) for _ in range(20)))) <= {413, 429}
    bomb = gzip.compress(b'{"x":"' + b" " * 64 * MIB + b'"}')
    assert await _posted(on, bomb, **{"Content-Encoding": "gzip"}) in (400, 413, 415)


async def _worst_letters(on: Assault) -> None:
    """The largest letters that are still read, at the same time, all of brackets or of long names."""
    deep = b'{"type":"Create","x":' + b"[" * 400_000 + b"]" * 400_000 + b"}"
    names = b"{" + b",".join(b'"%d":{"a":[]}' % number for number in range(50_000)) + b"}"
    assert set(await asyncio.gather(*(_posted(on, body) for body in (deep, names) * 8))) <= {400, 403, 413, 429}


async def _silent_clients(on: Assault) -> None:
    """A hundred connections that begin and never finish, held for three seconds."""
    writers = []
    begun = b"POST /inbox HTTP/1.1\r\nHost: %s\r\nContent-Length: 900000\r\n\r\n{" % on.node.host.encode()
    for _ in range(100):
        _, writer = await asyncio.open_connection("127.0.0.1", on.node.port)
        writer.write(begun)
        writers.append(writer)
    await asyncio.sleep(3)
    for writer in writers:
        writer.close()


async def _endless_key(on: Assault) -> None:
    """Keys that never end, or never begin: the letters are refused, and others are served meanwhile."""
    keys = [on.foe.peer.endless(f"/endless{n}", every=0.2) for n in range(5)]
    keys += [on.foe.peer.silent(f"/silent{n}") for n in range(15)]

    async def stuck(key: str) -> int:
        headers = on.foe.signed(on.node, "POST", "/inbox", key, b"{}", key_id=key)
        return (await asked(on.node, "POST", "/inbox", headers=headers, body=b"{}")).status

    assert set(await asyncio.gather(*(stuck(key) for key in keys))) <= {400, 401, 403, 429, 503}


async def _circles(on: Assault) -> None:
    """Answers to answers without end, pages without end, redirections in a circle."""
    peer = on.foe.peer
    author = on.foe.actor("lure_circle", outbox=peer.url("/turn"))
    page = {"type": "OrderedCollectionPage", "orderedItems": [], "next": peer.url("/turn")}
    peer.document("/turn", page)
    notes = [on.foe.note(author, "faux") for _ in range(40)]
    for note, parent in zip(notes, [*notes[1:], notes[0]], strict=True):
        path = note["id"].removeprefix(peer.url(""))
        peer.document(path, {**note, "inReplyTo": parent["id"], "replies": peer.url("/turn")})
    peer.redirect("/round", peer.url("/round"))
    before = len(peer.requests)
    for object in (notes[0]["id"], peer.url("/round")):
        await on.foe.tell(on.node, on.foe.activity(author, "Announce", object, to=on.stage.names()))
    answer = on.foe.create(author, "faux", to=on.stage.names(), inReplyTo=notes[0]["id"])
    status = await on.foe.tell(on.node, answer)
    assert status in (202, 429, 503), (
        status
    )  # 503: other attacks hold what reads the foe's keys; an honest peer retries
    await asyncio.sleep(1)
    turns = [seen.path for seen in peer.requests[before:] if seen.path in ("/turn", "/round")]
    assert len(turns) < 60, len(turns)


REFUSED = (401, 403, 404, 429, 503)
"""Nothing is shown: to nobody of that name, or to nobody while so much is asked."""


async def _readers(on: Assault) -> None:
    """Whoever may ask nothing asks for everything that is not public."""
    path = on.stage.closed.removeprefix(on.node.base_url)
    for by in ("", on.stage.eve, on.foe.node):
        assert (await on.foe.ask(on.node, path, by=by)).status in REFUSED
    for page in ("followers", "outbox?page=true"):
        reply = await on.foe.ask(on.node, f"/users/amina/{page}", by=on.stage.eve)
        assert on.stage.closed not in reply.text and "aux miens" not in reply.text
    digest = {
        "Collection-Synchronization": f'collectionId="{on.stage.amina}/followers", url="{on.stage.amina}", digest="0"'
    }
    assert await _posted(on, b"{}", **digest) in (400, *REFUSED)


async def _scripts(on: Assault) -> None:
    """A post of rita's, whom amina follows, with whatever might run."""
    dangers = "".join(
        f"<p>dangers</p>{html}"
        for html in ("<script>x</script>", "<img src=x onerror=x>", '<a href="javascript:x">x</a>', "<svg onload=x>",
                     "<math><mtext></form><form><mglyph><style></math><img src onerror=x>", "<iframe src=x></iframe>")
    )  # fmt: skip
    assert await on.foe.tell(on.node, on.foe.create(on.stage.rita, dangers)) == 202

    async def shown() -> str:
        home = await on.node.api("GET", "/api/v1/timelines/home", on.amina, limit=40)
        return next((one["content"] for one in home if "dangers" in one["content"]), "")

    html = await eventually(shown, seconds=60)
    assert not [word for word in ("<script", "onerror", "javascript:", "<svg", "<iframe", "onload") if word in html]


FLOODS: dict[str, Callable[[Assault], Awaitable[None]]] = {
    "a letter again and again": _replayed,
    "bad signatures in a storm": _keys_in_a_storm,
    "ends of actors whom nobody knows": _ends_of_strangers,
    "actors made for the purpose": _actors_in_masses,
    "great letters and bombs": _great_letters,
    "the worst letters that are read": _worst_letters,
    "clients that never finish": _silent_clients,
    "keys that never come": _endless_key,
    "circles": _circles,
    "readers who may not read": _readers,
    "scripts": _scripts,
}


async def honest_letter(on: Assault, number: int) -> float:
    """The seconds until a letter of the honest peer to amina is taken."""
    mention = {"type": "Mention", "href": on.stage.amina, "name": "@amina"}
    activity = on.honest.create(on.writer, f"<p>honnête {number}</p>", to=[PUBLIC, on.stage.amina], tag=[mention])
    began = time.monotonic()
    status = await on.honest.tell(on.node, activity)
    assert status == 202, status
    return time.monotonic() - began
