"""A proxy before each node, on sockets: what other nodes send comes late, in another order, twice, or not at all."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from random import Random

from social.settings import Settings

LATE = 0.05
"""Seconds that a request waits at most: requests of different connections overtake one another."""
TWICE = 0.15
UNHEARD = 0.05
BROKEN = 0.05
PIECE = 65_536


class Proxies:
    """Between all nodes; each request has a connection of its own to the node that it is for."""

    def __init__(self) -> None:
        self.stutter: Random | None = None
        """While there is one: requests are late, come twice, are cut on the way there or on the way back."""
        self.cut: set[tuple[str, str]] = set()
        """From and to which host nothing goes. One does not see who sends: nothing reaches the second."""
        self.heard: list[bytes] | None = None
        """While there is one: every byte that goes from one node to another, and back."""
        self.happened: Counter[str] = Counter()
        self._passing: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def between(self, nodes: Sequence[Settings]) -> AsyncIterator[None]:
        """Listen where the names of the nodes lead."""
        async with contextlib.AsyncExitStack() as stack:
            for node in nodes:
                port = int(node.node.domain.rpartition(":")[2])
                before = _Before(self, node.node.domain, node.listen.port)
                await stack.enter_async_context(await asyncio.start_server(before.connected, "127.0.0.1", port))
            yield
            # What is still on its way when all is over goes nowhere.
            for one in self._passing:
                one.cancel()
            await asyncio.gather(*self._passing, return_exceptions=True)

    @contextlib.contextmanager
    def passing(self) -> Iterator[None]:
        """The present task passes something on."""
        task = asyncio.current_task()
        assert task is not None
        self._passing.add(task)
        try:
            yield
        finally:
            self._passing.discard(task)


class _Before:
    """The proxy of one node."""

    def __init__(self, proxies: Proxies, host: str, port: int) -> None:
        self._proxies = proxies
        self._host = host
        self._port = port

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one request on and its answer back, or not."""
        # Whoever hangs up on either side, and a node that is down, end the connection of the other side too.
        with (
            contextlib.closing(writer),
            self._proxies.passing(),
            contextlib.suppress(ConnectionError, asyncio.IncompleteReadError),
        ):
            request = await _request(reader)
            answer = await self._passed(request)
            if self._proxies.heard is not None:
                self._proxies.heard += [request, answer]
            writer.write(answer)
            await writer.drain()

    async def _passed(self, request: bytes) -> bytes:
        proxies, stutter = self._proxies, self._proxies.stutter
        if any(to == self._host for _, to in proxies.cut):
            proxies.happened["cut"] += 1
            return b""
        if stutter is None:
            return await self._asked(request)
        chance = stutter.random()
        await asyncio.sleep(stutter.random() * LATE)
        if chance < BROKEN:
            proxies.happened["broken"] += 1
            return b""
        answer = await self._asked(request)
        if chance < BROKEN + UNHEARD:
            proxies.happened["unheard"] += 1
            return b""
        if chance < BROKEN + UNHEARD + TWICE and request.startswith(b"POST"):
            proxies.happened["twice"] += 1
            await self._asked(request)
        proxies.happened["passed"] += 1
        return answer

    async def _asked(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            answer = bytearray()
            while piece := await reader.read(PIECE):
                answer += piece
            return bytes(answer)
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    """A whole request that ends its connection."""
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head[:-4].split(b"\r\n")
    fields = {name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
    kept = [line for line in lines if not line.lower().startswith(b"connection:")]
    body = await reader.readexactly(int(fields.get(b"content-length", b"0")))
    return b"\r\n".join([*kept, b"Connection: close", b"", b""]) + body
