"""A load generator: keep-alive HTTP/1.1 over plain sockets, in a process of its own, cheap enough not to be the limit.

    rate = await blast("127.0.0.1", 8400, requests, clients=16, seconds=5)

Each client sends its next request when the answer to the last one is whole.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median

import msgspec

Request = bytes


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it. Times in ms; `statuses` counts answers by status."""

    per_second: float
    median_ms: float
    p95_ms: float
    p99_ms: float
    statuses: dict[int, int]
    seconds: float

    @property
    def bad(self) -> int:
        """Answers that are not 2xx."""
        return sum(count for status, count in self.statuses.items() if not 200 <= status < 300)


class _Client(asyncio.Protocol):
    def __init__(self, requests: Iterator[Request], until: Callable[[], bool], done: asyncio.Future[None]) -> None:
        self.requests = requests
        self.until = until
        self.done = done
        self.times: list[float] = []
        self.statuses: dict[int, int] = {}
        self.buffer = b""
        self.expected = -1
        self.sent_at = 0.0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self.buffer = self.buffer + data if self.buffer else data
        if self.expected < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            self.expected = end + 4 + _length(self.buffer[:end])
        if len(self.buffer) >= self.expected:
            self._answered()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(ConnectionError(f"the server closed the connection: {error}"))

    def _answered(self) -> None:
        self.times.append(time.perf_counter() - self.sent_at)
        status = int(self.buffer[9:12])
        self.statuses[status] = self.statuses.get(status, 0) + 1
        self.buffer, self.expected = b"", -1
        self._next()

    def _next(self) -> None:
        request = None if self.until() else next(self.requests, None)
        assert self.transport is not None
        if request is None:
            if not self.done.done():
                self.done.set_result(None)
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(request)


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def blast(
    host: str, port: int, requests: Iterator[Request], *, clients: int, seconds: float | None = None
) -> Rate:
    """Send `requests`, shared by the clients, until they end or `seconds` are over."""
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    deadline = None if seconds is None else started + seconds

    def until() -> bool:
        return deadline is not None and time.perf_counter() >= deadline

    made: list[_Client] = []
    for _ in range(clients):
        done: asyncio.Future[None] = loop.create_future()
        _, client = await loop.create_connection(lambda d=done: _Client(requests, until, d), host, port)  # type: ignore[misc]
        made.append(client)
    await asyncio.gather(*(client.done for client in made))
    return _rate(made, time.perf_counter() - started)


def _rate(clients: Sequence[_Client], seconds: float) -> Rate:
    times = sorted(itertools.chain.from_iterable(client.times for client in clients))
    statuses: dict[int, int] = {}
    for client in clients:
        for status, count in client.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return Rate(
        per_second=len(times) / seconds,
        median_ms=median(times) * 1000 if times else 0.0,
        p95_ms=_share(times, 0.95),
        p99_ms=_share(times, 0.99),
        statuses=statuses,
        seconds=seconds,
    )


def _share(times: Sequence[float], part: float) -> float:
    """The time in ms that so great a part of the answers did not take."""
    return times[int(len(times) * part)] * 1000 if times else 0.0


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Request:
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
