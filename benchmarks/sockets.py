"""`python -m benchmarks sockets [how many]`: what idle WebSockets of one node cost, and how long a post takes to all.

Every socket listens to the public timeline with a token of its own account. The budget is that of a plant: 5,000 people
with the app open on one small machine.
"""

import asyncio
import base64
import json
import os
import resource
import secrets
import tempfile
import time
from pathlib import Path

from benchmarks.figures import Line
from benchmarks.load import request
from benchmarks.node import BenchNode
from server.config import load
from social.people import grants, keys, users
from social.urls import Urls
from storage.engine.database import Tx, open_database
from storage.ids import IdMaker, Millis

SOCKETS = 5_000
AT_ONCE = 64
PEOPLE = 1_000
BUDGET_MIB = 130.0
SETTLE_SECONDS = 3.0

Socket = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def measure(sockets: int) -> list[Line]:
    """Open them all, look at the memory, say something, count who heard."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory(prefix="archipel-bench-") as folder:
        node = BenchNode(Path(folder), allow=[])
        node.run("init")
        db = await open_database(load(node.config).database.url)
        try:
            tokens = await db.write(_people, Urls(load(node.config).base_url))
        finally:
            await db.close()
        await node.start()
        try:
            return await _opened(node, [tokens[number % len(tokens)] for number in range(sockets)])
        finally:
            await node.stop()


async def _opened(node: BenchNode, tokens: list[str]) -> list[Line]:
    await asyncio.sleep(SETTLE_SECONDS)
    before = node.memory()
    slots = asyncio.Semaphore(AT_ONCE)
    began = time.perf_counter()
    opened = await asyncio.gather(*(_open(node, token, slots) for token in tokens))
    opening = time.perf_counter() - began
    await asyncio.sleep(SETTLE_SECONDS)
    after = node.memory()
    hearing = asyncio.gather(*(_hear(reader) for reader, _ in opened))
    began = time.perf_counter()
    await _say(node, tokens[0])
    async with asyncio.timeout(60):
        await hearing
    heard = time.perf_counter() - began
    last = node.memory()
    for _, writer in opened:
        writer.close()
    many = len(tokens)
    return [
        Line(what="memory without a socket", value=before, budget=110, unit="MiB", less_is_better=True),
        Line(what=f"memory with {many} idle sockets", value=after, budget=BUDGET_MIB, unit="MiB", less_is_better=True),
        Line(what="a socket", value=(after - before) * 1024 / many, budget=10, unit="KiB", less_is_better=True),
        Line(what=f"memory after a post to all {many}", value=last, budget=200, unit="MiB", less_is_better=True),
        Line(what="a post until the last has it", value=heard, budget=5, unit="s", less_is_better=True),
        Line(what="opening", value=many / opening, budget=200),
    ]


async def _open(node: BenchNode, token: str, slots: asyncio.Semaphore) -> Socket:
    async with slots:
        reader, writer = await asyncio.open_connection("127.0.0.1", node.port, limit=2**14)
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET /api/v1/streaming?stream=public HTTP/1.1\r\nHost: {node.host}\r\nAuthorization: Bearer {token}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"no WebSocket: {head[:200]!r}")
        return reader, writer


async def _hear(reader: asyncio.StreamReader) -> None:
    """Until a text frame has come; pings before it are passed over."""
    while True:
        first, size = await reader.readexactly(2)
        length = size & 0x7F
        if length == 126:
            length = int.from_bytes(await reader.readexactly(2), "big")
        await reader.readexactly(length)
        if first & 0x0F == 1:
            return


async def _say(node: BenchNode, token: str) -> None:
    body = json.dumps({"status": f"À tous {secrets.token_hex(2)}", "visibility": "public"}).encode()
    sent = {"Host": node.host, "Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
    writer.write(request("POST", "/api/v1/statuses", sent, body))
    head = await reader.readline()
    writer.close()
    if b" 200 " not in head:
        raise RuntimeError(f"not published: {head!r}")


def _people(tx: Tx, urls: Urls) -> list[str]:
    ids, now, pair = IdMaker(), Millis(int(time.time() * 1000)), keys.make_keys()
    app = grants.node_app(tx, "benchmark", ids=ids, now=now)
    tokens = []
    for number in range(PEOPLE):
        new = users.NewUser(username=f"person{number}", password_hash="!", keys=pair)  # nobody signs in
        user = users.create(tx, None, new, ids=ids, urls=urls, now=now)
        tokens.append(grants.issue(tx, app, user, "read write", ids=ids, now=now))
    return tokens
