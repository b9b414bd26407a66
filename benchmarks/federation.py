"""What a node does with its peers: letters in, one post to a thousand hosts of which some are dead, a long queue."""

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from benchmarks import calls, peers
from benchmarks.figures import Line
from benchmarks.load import blast, request
from benchmarks.node import BenchNode, free_port
from benchmarks.world import World, build
from server.config import load
from server.work.dispatcher import Dispatcher
from social.feeds.subscribers import FEEDS
from social.people import keys, received
from storage import accounts, deliveries
from storage import peers as storage_peers
from storage.engine.database import Database, Tx, open_database
from storage.ids import IdMaker, millis

HOSTS = 1_000
TENTH = 10
"""Every tenth host is dead, and every tenth is slow."""
SLOW = 5.0
QUEUED = 50_000
DRAIN = 240.0
"""Seconds after which a queue that is not empty yet is left: what was sent until then is said."""


class Thousand:
    """A thousand hosts on loopback at one port, told apart by their names.

    Of the dead ones every other refuses the connection, the others take it and never say anything.
    """

    def __init__(self, port: int, dead: int) -> None:
        self.names = [f"h{number}.localhost:{dead if number % (2 * TENTH) == 0 else port}" for number in range(HOSTS)]
        self.seen: dict[str, float] = {}
        self.open = self.most = 0
        self._server: asyncio.Server | None = None
        self._port = port

    def times(self, kind: int) -> list[float]:
        """When each host of a kind (1: slow, from 2: healthy) had the post, in order."""
        return sorted(at for host, at in self.seen.items() if _kind(host) == kind or (kind > 1 and _kind(host) > 1))

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def stop(self) -> None:
        """End."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                fields = dict(line.partition(b": ")[::2] for line in head.lower().split(b"\r\n")[1:])
                await reader.readexactly(int(fields.get(b"content-length", b"0")))
                host = fields[b"host"].decode()
                if _kind(host) == 0:
                    await reader.read()
                    return
                if _kind(host) == 1:
                    await asyncio.sleep(SLOW)
                self.seen.setdefault(host, time.perf_counter())
                writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            self.open -= 1
            writer.close()


def _kind(host: str) -> int:
    return int(host[1 : host.index(".")]) % TENTH


async def measure(posts: int) -> AsyncIterator[Line]:
    """All of them, on one node, each as soon as it is known."""
    with tempfile.TemporaryDirectory(prefix="archipel-bench-") as folder:
        port, dead = free_port(), free_port()
        thousand, sink = Thousand(free_port(), dead), peers.Sink()
        node = BenchNode(Path(folder), allow=[f"localhost:{port}", *thousand.names])
        node.run("init")
        settings = load(node.config)
        db = await open_database(settings.database.url)
        try:
            world = await build(db, settings, posts)
            writers = await peers.prepare(db, world, f"localhost:{port}")
            await db.write(_followers, world, thousand.names)
            # Nobody is told that their follow was accepted: every host is spoken with for the first time.
            await Dispatcher(db, millis, FEEDS).settle()
            await thousand.start()
            tokens = [node.run("token", "create", world.people[number].username) for number in range(3)]
            await node.start()
            await sink.start(port)
            for is_rsa in (True, False):
                taken = node.cpu()
                for line in await peers.activities_in(node, db, writers, rsa=is_rsa):
                    yield line
                yield _cost(node, taken, peers.ACTIVITIES, 600)
            taken = node.cpu()
            yield await peers.deliveries_out(node, sink, _post(node, tokens[1]))
            yield _cost(node, taken, peers.INBOXES, 900)
            for line in await _one_to_a_thousand(node, thousand, _post(node, tokens[2])):
                yield line
            for line in await _long_queue(node, db, sink, port, tokens[1]):
                yield line
        finally:
            await node.stop()
            await sink.stop()
            await thousand.stop()
            await db.close()


def _cost(node: BenchNode, before: float, many: int, budget: int) -> Line:
    """What each took of the processor, which tells more than the rate on a machine that does other things too."""
    milliseconds = (node.cpu() - before) / many * 1_000
    return Line(
        what="… of the node's processor time, each", value=milliseconds, budget=1_000 / budget, unit="ms",
        less_is_better=True,
    )  # fmt: skip


def _followers(tx: Tx, world: World, hosts: list[str]) -> None:
    pair, ids = keys.make_keys(), IdMaker()
    author = accounts.by_id(tx, world.people[2].account)
    assert author is not None
    for host in hosts:
        uri = f"http://{host}/users/reader"
        account = accounts.by_id(tx, peers.actor(tx, uri, host, f"http://{host}/inbox", pair, ids))
        assert account is not None
        received.receive_follow(tx, account, author, f"{uri}#follows/1", ids=ids, now=millis())


async def _one_to_a_thousand(node: BenchNode, thousand: Thousand, ask: bytes) -> list[Line]:
    healthy, slow = HOSTS - 2 * HOSTS // TENTH, HOSTS // TENTH
    started = time.perf_counter()
    await blast("127.0.0.1", node.port, iter([ask]), clients=1)
    async with asyncio.timeout(120):
        while len(thousand.times(2)) < healthy or len(thousand.times(1)) < slow:  # noqa: ASYNC110  # sockets fill it
            await asyncio.sleep(0.05)
    quick, late = ([at - started for at in thousand.times(kind)] for kind in (2, 1))
    return [
        Line(what="one post to 1,000 hosts: half of the 800 healthy", value=quick[healthy // 2], budget=2.5, unit="s",
             less_is_better=True),
        Line(what="… all 800 healthy (100 slow, 100 dead beside)", value=quick[-1], budget=5, unit="s",
             less_is_better=True),
        Line(what="… the 100 that take 5 s to answer", value=late[-1], budget=15, unit="s", less_is_better=True),
        Line(what="… connections open at the same time, at most", value=thousand.most, budget=256, unit="",
             less_is_better=True),
    ]  # fmt: skip


async def _long_queue(node: BenchNode, db: Database, sink: peers.Sink, port: int, token: str) -> list[Line]:
    """Posts to a host that hangs up, until 50,000 deliveries wait; then it listens again, and the node starts anew."""
    await sink.stop()
    before = node.memory()
    many = -(-QUEUED // peers.INBOXES)
    await blast("127.0.0.1", node.port, iter([_post(node, token)] * many), clients=1)
    held = before
    for _ in range(20):
        await asyncio.sleep(0.5)
        held = max(held, node.memory())
    await node.stop()
    await db.write(_spoke, f"localhost:{port}")
    sink.taken, sink.wanted = 0, many * peers.INBOXES
    sink.enough.clear()
    await sink.start(port)
    started = time.perf_counter()
    await node.start()
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN):
            await sink.enough.wait()
    seconds = time.perf_counter() - started
    return [
        Line(what=f"memory, {sink.wanted} deliveries queued", value=held, budget=200, unit="MiB", less_is_better=True),
        Line(what="… more than before", value=held - before, budget=60, unit="MiB", less_is_better=True),
        Line(what="… of them sent after the node's start", value=sink.taken, budget=sink.wanted, unit=""),
        Line(what="… in", value=seconds, budget=QUEUED / 900, unit="s", less_is_better=True),
    ]


def _spoke(tx: Tx, host: str) -> None:
    """As if a message of the host had come: everything that waits for it is due."""
    storage_peers.succeeded(tx, host, millis())
    deliveries.revive(tx, host, millis())


def _post(node: BenchNode, token: str) -> bytes:
    body = json.dumps({"status": "À tous", "visibility": "public"}).encode()
    sent = calls.headers(node, token) | {"Content-Type": "application/json"}
    return request("POST", "/api/v1/statuses", sent, body)
