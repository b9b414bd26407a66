"""What a node does with its peers: letters in, one post to a thousand hosts of which some are dead, a long queue."""

import asyncio
import json
import tempfile
import time
from pathlib import Path

from benchmarks import figures, peers
from benchmarks.figures import Line
from benchmarks.load import blast, request
from benchmarks.node import BenchNode, free_port
from benchmarks.world import World, build
from server.config import load
from social.people import keys, received
from storage import accounts
from storage.engine.database import Tx, open_database
from storage.ids import IdMaker, millis

POSTS = 1_000
HOSTS = 1_000
TENTH = 10
"""Every tenth host is dead, and every tenth is slow."""
SLOW = 5.0
QUEUED = 50_000


class Thousand:
    """A thousand hosts at one port, told apart by their names; the dead ones are at a port where nobody listens."""

    def __init__(self, port: int, dead: int) -> None:
        self.names = [f"h{number}.localhost:{dead if number % TENTH == 0 else port}" for number in range(HOSTS)]
        self.seen: dict[str, float] = {}
        self._server: asyncio.Server | None = None
        self._port = port

    @property
    def living(self) -> int:
        """How many there are that answer."""
        return sum(number % TENTH != 0 for number in range(HOSTS))

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def stop(self) -> None:
        """End."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                fields = dict(line.partition(b": ")[::2] for line in head.lower().split(b"\r\n")[1:])
                await reader.readexactly(int(fields.get(b"content-length", b"0")))
                host = fields[b"host"].decode()
                self.seen.setdefault(host, time.perf_counter())
                if int(host[1 : host.index(".")]) % TENTH == 1:
                    await asyncio.sleep(SLOW)
                writer.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def measure() -> list[Line]:
    """All of them, on one node."""
    with tempfile.TemporaryDirectory(prefix="archipel-bench-") as folder:
        port, dead = free_port(), free_port()
        thousand, sink = Thousand(free_port(), dead), peers.Sink()
        node = BenchNode(Path(folder), allow=[f"localhost:{port}", *thousand.names])
        node.run("init")
        settings = load(node.config)
        db = await open_database(settings.database.url)
        try:
            world = await build(db, settings, POSTS)
            writers = await peers.prepare(db, world, f"localhost:{port}")
            await db.write(_followers, world, thousand.names)
            await thousand.start()
            tokens = [node.run("token", "create", world.people[number].username) for number in range(3)]
            await node.start()
            await sink.start(port)
            lines = await peers.activities_in(node, db, writers)
            lines += await peers.activities_in(node, db, writers, rsa=False)
            lines.append(await peers.deliveries_out(node, sink, _post(node, tokens[1])))
            lines += await _one_to_a_thousand(node, thousand, _post(node, tokens[2]))
            lines += await _long_queue(node, sink, port, tokens[1])
            return lines
        finally:
            await node.stop()
            await sink.stop()
            await thousand.stop()
            await db.close()


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
    started = time.perf_counter()
    await blast("127.0.0.1", node.port, iter([ask]), clients=1)
    async with asyncio.timeout(300):
        while len(thousand.seen) < thousand.living:  # noqa: ASYNC110  # sockets fill it
            await asyncio.sleep(0.02)
    waits = sorted(at - started for at in thousand.seen.values())
    return [
        Line(what="one post, half of the 900 living hosts have it", value=waits[len(waits) // 2], budget=15, unit="s",
             less_is_better=True),
        Line(what="… all of them (100 slow, 100 others dead)", value=waits[-1], budget=30, unit="s",
             less_is_better=True),
    ]  # fmt: skip


async def _long_queue(node: BenchNode, sink: peers.Sink, port: int, token: str) -> list[Line]:
    """Posts to a host that hangs up, until 50,000 deliveries wait; then it listens again, and the node starts anew."""
    await sink.stop()
    before = node.memory()
    many = -(-QUEUED // peers.INBOXES)
    await blast("127.0.0.1", node.port, iter([_post(node, token)] * many), clients=1)
    await asyncio.sleep(15)
    held = node.memory()
    await node.stop()
    sink.taken, sink.wanted = 0, many * peers.INBOXES
    sink.enough.clear()
    await sink.start(port)
    started = time.perf_counter()
    await node.start()
    async with asyncio.timeout(600):
        await sink.enough.wait()
    seconds = time.perf_counter() - started
    return [
        Line(what=f"memory more at {many * peers.INBOXES} queued deliveries", value=held - before, budget=60,
             unit="MiB", less_is_better=True),
        Line(what="… to drain them, with the start", value=seconds, budget=90, unit="s", less_is_better=True),
    ]  # fmt: skip


def _post(node: BenchNode, token: str) -> bytes:
    body = json.dumps({"status": "À tous", "visibility": "public"}).encode()
    sent = figures.headers(node, token) | {"Content-Type": "application/json"}
    return request("POST", "/api/v1/statuses", sent, body)
