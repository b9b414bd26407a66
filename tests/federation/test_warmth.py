"""However many hosts there are, few connections stay open."""

import asyncio
import contextlib

from federation.client import Client
from federation.warmth import HOSTS, SECONDS, Warmth
from tests.federation.test_client import settings
from tests.nodes import eventually


def test_only_so_many_hosts_keep_their_connections() -> None:
    now = [0.0]
    warmth = Warmth(hosts=2, tick=lambda: now[0])
    assert [warmth.keeps(host) for host in ("a", "b", "a", "c")] == [True, True, True, False]
    now[0] = SECONDS / 2
    assert warmth.keeps("a")
    now[0] = SECONDS * 1.2
    assert [warmth.keeps("c"), warmth.keeps("b")] == [True, False]


async def test_whoever_comes_after_these_is_hung_up_on_after_the_answer() -> None:
    is_open: set[int] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_open.add(id(writer))
        with contextlib.suppress(asyncio.IncompleteReadError):
            while await reader.readuntil(b"\r\n\r\n"):
                # It does not hang up by itself.
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok")
        is_open.discard(id(writer))
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, Client(settings()) as client:
        for number in range(HOSTS + 10):
            assert (await client.fetch(f"http://h{number}.localhost:{port}/x")).body == b"ok"
        await eventually(lambda: len(is_open) == HOSTS)
    await eventually(lambda: not is_open)
