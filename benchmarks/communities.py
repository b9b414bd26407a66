"""`python -m benchmarks communities [posts [members of a node]]`: a community on 20 nodes, at the node that keeps it.

One real node hosts an open community. Members live on it and on 19 nodes of our kind, which listen on loopback in this
process. A member of one of those writes, then one of the host: each post when the one before is everywhere. Announces
that arrived are looked at afterwards: the community's proof must hold, and the activity in it be the one that was sent.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from benchmarks import calls, peers
from benchmarks.figures import Line, memory_under_load
from benchmarks.load import blast, request
from benchmarks.neighbours import Neighbours
from benchmarks.node import BenchNode, free_port
from federation.context import CONTEXT
from federation.signing import message
from federation.signing.keys import SigningKey, signing_key, verify_key
from federation.signing.knocking import Manner
from federation.signing.proofs import check, read_proof, with_proof
from federation.vocabulary import PUBLIC
from server.config import load
from server.work.dispatcher import Dispatcher
from social.clock import DAY, iso
from social.communities import communities, membership, nodes
from social.communities.communities import NewCommunity
from social.feeds.subscribers import FEEDS
from social.people import keys, received, users
from social.policy import Viewer
from social.urls import Urls
from storage import accounts
from storage import peers as storage_peers
from storage.accounts import AccountRow
from storage.engine.database import Database, Tx, open_database
from storage.engine.query import Query
from storage.ids import IdMaker, Millis, millis
from storage.memberships import Level

NEIGHBOURS = 19
MEMBERS = 500
"""On each of the 20 nodes."""
POSTS = 50
TENTH = 10
"""Every tenth member of the host is told of each thread by a notification."""
LOOK_SECONDS = 0.005

IN_HOMES = Query(int, "SELECT COUNT(*) FROM home_entries AS h JOIN posts AS p ON p.id = h.post_id WHERE p.uri = :uri")
TOLD = Query(
    int,
    """
    SELECT COUNT(*) FROM notifications AS n JOIN posts AS p ON p.id = n.post_id
    WHERE p.uri = :uri AND n.kind = 'status'""",
)


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured: the node with its community, the other nodes, and how many live on each."""

    node: BenchNode
    db: Database
    others: Neighbours
    pair: keys.KeyPair
    community: AccountRow
    people: list[Viewer]
    sent: dict[str, dict[str, Any]] = {}
    """What members of elsewhere wrote, by the id of the post."""

    @property
    def told(self) -> int:
        """How many people of the host are notified of a thread that one of elsewhere begins."""
        return -(-len(self.people) // TENTH)


class Times(msgspec.Struct, kw_only=True):
    """What posts of one kind took, in milliseconds; `each` of the host's processor."""

    everywhere: list[float] = []
    at_home: list[float] = []
    each: float = 0.0
    letters: float = 0.0


async def measure(posts: int = POSTS, members: int = MEMBERS) -> AsyncIterator[Line]:
    """Each figure as soon as it is known."""
    with tempfile.TemporaryDirectory(prefix="archipel-bench-") as folder:
        others = Neighbours(free_port(), NEIGHBOURS)
        node = BenchNode(Path(folder), allow=others.hosts)
        node.run("init")
        settings = load(node.config)
        db = await open_database(settings.database.url)
        try:
            scene = await _build(node, db, others, members)
            token = node.run("token", "create", scene.people[1].username)
            await others.start()
            await node.start()
            await node.rest()
            await _require_list(scene, members)
            yield Line(what="memory at rest", value=node.memory(), budget=110, unit="MiB", less_is_better=True)
            away = await _all(scene, posts, lambda number: _from_elsewhere(scene, number))
            for line in _lines("a post of a member elsewhere", away):
                yield line
            here = await _all(scene, posts, lambda number: _from_here(scene, token, number))
            for line in _lines("a post of a member here", here):
                yield line
            yield memory_under_load(node)
        finally:
            await node.stop()
            await others.stop()
            await db.close()


def _lines(what: str, times: Times) -> list[Line]:
    figures = (
        (f"{what}: all 19 have it, p50", median(times.everywhere), 500.0, "ms"),
        ("… p95", _late(times.everywhere), 1_000.0, "ms"),
        ("… in the homes of the host, and told: p50", median(times.at_home), 500.0, "ms"),
        ("… p95", _late(times.at_home), 1_000.0, "ms"),
        # One activity in and 19 out, by the budgets of federation, and as much again for homes and notifications.
        ("… of the host's processor time, each", times.each, 2 * (1_000 / 600 + NEIGHBOURS * 1_000 / 900), "ms"),
        ("… letters that the host sent, each", times.letters, float(NEIGHBOURS), ""),
    )
    return [
        Line(what=name, value=value, budget=budget, unit=unit, less_is_better=True)
        for name, value, budget, unit in figures
    ]


def _late(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.95))]


async def _build(node: BenchNode, db: Database, others: Neighbours, members: int) -> Scene:
    """The community and its members by the network's own commands, while the node is down."""
    pair, ids, urls = keys.make_keys(), IdMaker(), Urls(f"http://{node.host}")
    people = await db.write(_people, range(members), pair, ids, urls)
    new = NewCommunity(username="football", keys=pair)
    community = await db.write(communities.create, people[0], new, ids=ids, urls=urls, now=millis())
    await db.write(_join, people, community, ids, urls)
    for host in others.hosts:
        await db.write(_live, host, members, community, pair, ids)
    await db.write(nodes.recount, community.id, now=millis())
    # Nobody is told that their follow was accepted: what is measured begins after that.
    await Dispatcher(db, millis, FEEDS).settle()
    return Scene(node=node, db=db, others=others, pair=pair, community=community, people=people)


def _people(tx: Tx, numbers: range, pair: keys.KeyPair, ids: IdMaker, urls: Urls) -> list[Viewer]:
    made = []
    for number in numbers:
        name = f"person{number}"
        new = users.NewUser(username=name, password_hash="!", keys=pair, display_name=f"Person {number}")
        user = users.create(tx, None, new, ids=ids, urls=urls, now=millis())
        made.append(Viewer(account=users.account_of(tx, user), user=user, username=name, locale="fr"))
    return made


def _join(tx: Tx, people: list[Viewer], community: AccountRow, ids: IdMaker, urls: Urls) -> None:
    for number, person in enumerate(people):
        if number:  # the first made it
            membership.join(tx, person, community.id, ids=ids, urls=urls, now=millis())
        if number % TENTH == 0:
            membership.prefer(tx, person, community.id, level=Level.ALL, now=millis())


def _live(tx: Tx, host: str, members: int, community: AccountRow, pair: keys.KeyPair, ids: IdMaker) -> None:
    """A node of our kind, already spoken with, and its members."""
    now = millis()
    storage_peers.describe(tx, host, "archipel 1", "Neighbour", now)
    storage_peers.reads(tx, host, Manner.ED25519, Millis(now + DAY), now)
    for number in range(members):
        uri = _member(host, number)
        account = accounts.by_id(tx, peers.actor(tx, uri, host, f"http://{host}/inbox", pair, ids))
        assert account is not None
        received.receive_follow(tx, account, community, f"{uri}#follows/1", ids=ids, now=now)


def _member(host: str, number: int) -> str:
    return f"http://{host}/users/member{number}"


async def _require_list(scene: Scene, members: int) -> None:
    """The signed list of member nodes is what it should be, before anything is measured by it."""
    rows = await scene.db.read(nodes.of, scene.community.id)
    if sorted(row.members for row in rows) != [members] * (NEIGHBOURS + 1):
        raise RuntimeError(f"the list of member nodes is {rows}")
    asker = _member(scene.others.hosts[0], 0)
    key = signing_key(f"{asker}#ed25519-key", scene.pair.ed25519_private_pem)
    url = f"{scene.community.uri}/nodes"
    signed = message.sign(key, "GET", url, None, millis()) | {"Host": scene.node.host}
    asked = request("GET", url.removeprefix(f"http://{scene.node.host}"), signed)
    rate = await blast("127.0.0.1", scene.node.port, iter([asked]), clients=1)
    if rate.bad:
        raise RuntimeError(f"the list of member nodes was not served: {rate.statuses}")


async def _all(scene: Scene, posts: int, say: Callable[[int], Awaitable[str]]) -> Times:
    """Posts one after the other; `say` sends one and gives its id."""
    await scene.node.rest()
    times = Times(everywhere=[], at_home=[])
    letters, taken = scene.others.letters, scene.node.cpu()
    for number in range(posts):
        started = time.perf_counter()
        uri = await say(number)
        arrived, told = await asyncio.gather(scene.others.all_have(uri), _at_home(scene, uri))
        times.everywhere.append((arrived - started) * 1_000)
        times.at_home.append((told - started) * 1_000)
    await scene.node.rest()  # what is done after the last post is part of what they cost
    times.each = (scene.node.cpu() - taken) / posts * 1_000
    times.letters = (scene.others.letters - letters) / posts
    for uri, activity in scene.sent.items():
        _require_whole(scene, uri, activity)
    scene.sent.clear()
    return times


async def _at_home(scene: Scene, uri: str) -> float:
    """When the post is in every home of the host, and whoever wants to be told is. Raises TimeoutError."""
    async with asyncio.timeout(60):
        while not await scene.db.read(_is_everywhere, uri, len(scene.people), scene.told):  # noqa: ASYNC110  # the node does it
            await asyncio.sleep(LOOK_SECONDS)
    return time.perf_counter()


def _is_everywhere(tx: Tx, uri: str, homes: int, told: int) -> bool:
    return tx.value(IN_HOMES, uri=uri) >= homes and tx.value(TOLD, uri=uri) >= told


async def _from_elsewhere(scene: Scene, number: int) -> str:
    """A member of another node writes: its node sends the Create with the author's proof, signed by RFC 9421."""
    host = scene.others.hosts[number % NEIGHBOURS]
    author = _member(host, number // NEIGHBOURS)
    key = signing_key(f"{author}#ed25519-key", scene.pair.ed25519_private_pem)
    activity = _create(scene.community, author, f"{author}/notes/{number}", key)
    body = msgspec.json.encode(activity)
    signed = message.sign(key, "POST", f"http://{scene.node.host}/inbox", body, millis())
    rate = await blast("127.0.0.1", scene.node.port, iter([request("POST", "/inbox", signed, body)]), clients=1)
    if rate.bad:
        raise RuntimeError(f"the post was not taken: {rate.statuses}")
    uri = str(activity["object"]["id"])
    scene.sent[uri] = activity
    return uri


def _create(community: AccountRow, author: str, uri: str, key: SigningKey) -> dict[str, Any]:
    """A thread in an open community, as our nodes write it."""
    addressed = {"to": [PUBLIC], "cc": [f"{author}/followers", community.uri], "audience": community.uri}
    note = {
        "id": uri,
        "type": "Note",
        "attributedTo": author,
        "content": "<p>Qui vient jouer jeudi soir ? Il manque deux personnes.</p>",
        "published": iso(millis()),
        "tag": [{"type": "Mention", "href": community.uri, "name": "@football"}],
        **addressed,
    }
    activity = {
        "@context": CONTEXT,
        "id": f"{uri}/activity",
        "type": "Create",
        "actor": author,
        "object": note,
        **addressed,
    }
    return with_proof(activity, key, millis())


def _require_whole(scene: Scene, uri: str, sent: dict[str, Any]) -> None:
    """What was announced is what was sent, with the community's proof. Raises BadProof."""
    announced = json.loads(scene.others.bodies[uri])
    proof = read_proof(announced)
    if announced["object"] != sent or proof is None:
        raise RuntimeError("what was announced is not what was sent")
    public = verify_key(proof.key_id, scene.community.uri, scene.pair.ed25519_public_pem)
    check(proof, public, scene.community.uri, millis())


async def _from_here(scene: Scene, token: str, number: int) -> str:
    """A member of the host writes with an app, which names the community."""
    body = json.dumps({"status": f"@football Qui vient jouer jeudi soir ? Essai {number}."}).encode()
    sent = calls.headers(scene.node, token) | {"Content-Type": "application/json", "Connection": "close"}
    reader, writer = await asyncio.open_connection("127.0.0.1", scene.node.port)
    writer.write(request("POST", "/api/v1/statuses", sent, body))
    head, _, answer = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise RuntimeError(f"the post was not taken: {answer!r}")
    return str(json.loads(answer)["uri"])
