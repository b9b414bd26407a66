"""Nodes of our kind on loopback, in this process: each says by NodeInfo what it is, and takes what it is sent.

They listen at one port and are told apart by their names.
"""

import asyncio
import time

import msgspec

from federation.discovery import NODEINFO_SCHEMA, SOFTWARE

_ABOUT = "/nodeinfo/2.1"
_NODEINFO = {"version": "2.1", "software": {"name": SOFTWARE, "version": "1"}, "metadata": {"nodeName": "Neighbour"}}


class _Object(msgspec.Struct, frozen=True):
    id: str = ""


class _Inner(msgspec.Struct, frozen=True):
    object: _Object | str = ""


class _Letter(msgspec.Struct, frozen=True):
    type: str = ""
    object: _Inner | str = ""


class Neighbours:
    """All of them, and what each was announced when."""

    def __init__(self, port: int, many: int) -> None:
        self.hosts = [f"n{number}.localhost:{port}" for number in range(1, many + 1)]
        self.letters = 0
        self.bodies: dict[str, bytes] = {}
        """The first Announce of each post, as it came."""
        self._seen: dict[str, dict[str, float]] = {}
        self._whole: dict[str, asyncio.Event] = {}
        self._server: asyncio.Server | None = None
        self._port = port

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)

    async def stop(self) -> None:
        """End."""
        if self._server is not None:
            self._server.close()

    async def all_have(self, post: str) -> float:
        """When the last of them was announced a post. Raises TimeoutError."""
        async with asyncio.timeout(60):
            await self._whole.setdefault(post, asyncio.Event()).wait()
        return max(self._seen[post].values())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.decode("latin-1").split("\r\n")
                fields = dict(line.lower().partition(": ")[::2] for line in lines)
                body = await reader.readexactly(int(fields.get("content-length", "0")))
                method, target = first.split(" ")[:2]
                if method == "POST":
                    self._take(fields["host"], body)
                writer.write(_answer(method, fields["host"], target))
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            return
        finally:
            writer.close()

    def _take(self, host: str, body: bytes) -> None:
        now = time.perf_counter()
        self.letters += 1
        letter = msgspec.json.decode(body, type=_Letter)
        if letter.type != "Announce" or isinstance(letter.object, str) or isinstance(letter.object.object, str):
            return
        post = letter.object.object.id
        self.bodies.setdefault(post, body)
        seen = self._seen.setdefault(post, {})
        seen.setdefault(host, now)
        if len(seen) == len(self.hosts):
            self._whole.setdefault(post, asyncio.Event()).set()


def _answer(method: str, host: str, target: str) -> bytes:
    if method == "POST":
        return b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
    if target == "/.well-known/nodeinfo":
        said: object = {"links": [{"rel": f"{NODEINFO_SCHEMA}2.1", "href": f"http://{host}{_ABOUT}"}]}
    elif target == _ABOUT:
        said = _NODEINFO
    else:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    body = msgspec.json.encode(said)
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
