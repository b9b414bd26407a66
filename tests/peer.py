"""Another server, scripted: real HTTP on a real loopback socket, with every bad habit that a peer can have.

`async with Peer() as peer:` listens at `http://peer.localhost:<port>`. What it answers is told beforehand, path by
path; what it was asked is in `peer.requests`. A path that nobody told it about is 404.
"""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Self

import msgspec

REASONS = {200: "OK", 202: "Accepted", 301: "Moved", 302: "Found", 404: "Not Found", 410: "Gone"}


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it arrived: raw target, raw header lines, raw body."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    def header(self, name: str) -> str | None:
        """The value of one header line, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def json(self) -> Any:
        return json.loads(self.body)


Script = Callable[[Seen, asyncio.StreamWriter], Awaitable[None]]


class Peer:
    """A scripted server. `host` must be a loopback name, or one that the client's name server leads here."""

    def __init__(self, host: str = "peer.localhost", tls: ssl.SSLContext | None = None) -> None:
        self.host = host
        self.port = 0
        self.requests: list[Seen] = []
        self.connections = 0
        self.most_at_once = 0
        self._tls = tls
        self._scripts: dict[str, Script] = {}
        self._open: set[asyncio.Task[None]] = set()
        self._arrived = asyncio.Condition()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    @property
    def authority(self) -> str:
        """`host:port`, as the Host header has it."""
        return f"{self.host}:{self.port}"

    def url(self, path: str) -> str:
        """The absolute URL of a path here."""
        return f"{'https' if self._tls else 'http'}://{self.authority}{path}"

    def on(self, path: str, script: Script) -> str:
        """Run a script for every request to this path, whatever its query. Gives the URL."""
        self._scripts[path] = script
        return self.url(path)

    def answer(
        self, path: str, body: bytes = b"", *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> str:
        """Always give this answer."""

        async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
            writer.write(response(status, body, headers or {}))

        return self.on(path, script)

    def document(self, path: str, fields: Mapping[str, Any], content_type: str = "application/activity+json") -> str:
        """Serve an object; without an `id` of its own it gets its URL."""
        body = json.dumps({"id": self.url(path), **fields}).encode()
        return self.answer(path, body, headers={"Content-Type": content_type})

    def redirect(self, path: str, location: str, status: int = 302) -> str:
        """Send everybody elsewhere."""
        return self.answer(path, status=status, headers={"Location": location})

    def silent(self, path: str) -> str:
        """Read the request and never say anything."""

        async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
            await asyncio.Event().wait()

        return self.on(path, script)

    def endless(self, path: str, chunk: bytes = b"x" * 65536, every: float = 0.0, headers: str = "") -> str:
        """Begin a body that never ends: as fast as it is read, or one chunk `every` so many seconds."""

        async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
            writer.write(f"HTTP/1.1 200 OK\r\n{headers}Connection: close\r\n\r\n".encode())
            while True:
                writer.write(chunk)
                await writer.drain()
                await asyncio.sleep(every)

        return self.on(path, script)

    def raw(self, path: str, answer: bytes) -> str:
        """Write these bytes, whatever they are, and close."""

        async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
            writer.write(answer)
            writer.close()

        return self.on(path, script)

    async def asked(self, count: int, path: str | None = None, seconds: float = 10.0) -> list[Seen]:
        """The requests (to this path), as soon as there are so many."""

        def found() -> list[Seen]:
            return [seen for seen in self.requests if path is None or seen.path == path]

        async with asyncio.timeout(seconds), self._arrived:
            await self._arrived.wait_for(lambda: len(found()) >= count)
        return found()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self.connections += 1
        self.most_at_once = max(self.most_at_once, len(self._open))
        # A client that hangs up, and the end of the test, are no errors of the peer.
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            async for seen in _requests(reader):
                async with self._arrived:
                    self.requests.append(seen)
                    self._arrived.notify_all()
                await self._scripts.get(seen.path, _not_found)(seen, writer)
                if writer.is_closing():
                    break
                await writer.drain()
        self._open.discard(task)
        writer.close()
        with contextlib.suppress(ConnectionError, ssl.SSLError, asyncio.CancelledError):
            await writer.wait_closed()


def response(status: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    """The bytes of a plain answer that keeps the connection."""
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _not_found(seen: Seen, writer: asyncio.StreamWriter) -> None:
    writer.write(response(404, b"", {}))


async def _requests(reader: asyncio.StreamReader) -> AsyncIterator[Seen]:
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head[:-4].decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
        yield Seen(method=method, target=target, headers=headers, body=await reader.readexactly(length))
