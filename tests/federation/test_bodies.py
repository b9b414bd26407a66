"""Bodies that are too large, too slow, wrongly packed or no HTTP at all."""

import gzip
import zlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from federation.addresses import AddressRules
from federation.client import Client, ClientSettings
from federation.errors import BadAnswer, BadContentType, PeerError, TooLarge, Unreachable
from tests.peer import Peer


def settings(**changes: Any) -> ClientSettings:
    defaults: dict[str, Any] = {"user_agent": "Archipel/test", "addresses": AddressRules(insecure_loopback=True)}
    return ClientSettings(**{**defaults, **changes})


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with Peer() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with Client(settings()) as running:
        yield running


async def test_a_body_is_limited_when_it_is_announced(client: Client, peer: Peer) -> None:
    with pytest.raises(TooLarge, match="announces"):
        await client.fetch(peer.answer("/1", b"x" * 1001), max_bytes=1000)
    assert len((await client.fetch(peer.answer("/2", b"x" * 1000), max_bytes=1000)).body) == 1000


async def test_a_stream_without_end_is_given_up(client: Client, peer: Peer) -> None:
    with pytest.raises(TooLarge):
        await client.fetch(peer.endless("/1"))


@pytest.mark.parametrize("compress", [pytest.param(gzip.compress, id="gzip"), pytest.param(zlib.compress, id="zlib")])
async def test_a_compressed_body_is_inflated(client: Client, peer: Peer, compress: Callable[[bytes], bytes]) -> None:
    name = "gzip" if compress is gzip.compress else "deflate"
    url = peer.answer("/1", compress(b"hello" * 1000), headers={"Content-Encoding": name})
    assert (await client.fetch(url)).body == b"hello" * 1000
    assert peer.requests[0].header("Accept-Encoding") == "gzip"


async def test_a_bomb_is_stopped_while_it_inflates(client: Client, peer: Peer) -> None:
    bomb = gzip.compress(bytes(256 * 1024 * 1024), compresslevel=1)
    url = peer.answer("/1", bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(TooLarge):
        await client.fetch(url, max_bytes=4 * 1024 * 1024)


@pytest.mark.parametrize(
    ("body", "encoding", "error"),
    [
        pytest.param(gzip.compress(b"hello" * 99)[:-9], "gzip", BadAnswer, id="cut off"),
        pytest.param(gzip.compress(b"hello") + b"more", "gzip", BadAnswer, id="bytes after the end"),
        pytest.param(b"hello", "gzip", BadAnswer, id="not compressed"),
        pytest.param(b"", "gzip", BadAnswer, id="empty"),
        pytest.param(b"hello", "br", BadContentType, id="another encoding"),
        pytest.param(gzip.compress(gzip.compress(b"x")), "gzip, gzip", BadContentType, id="twice"),
    ],
)
async def test_a_broken_encoding_is_refused(
    client: Client, peer: Peer, body: bytes, encoding: str, error: type[PeerError]
) -> None:
    with pytest.raises(error):
        await client.fetch(peer.answer("/1", body, headers={"Content-Encoding": encoding}))


async def test_silence_ends(peer: Peer) -> None:
    async with Client(settings(silence_seconds=0.2)) as client:
        with pytest.raises(Unreachable, match="in time"):
            await client.fetch(peer.silent("/1"))


async def test_the_deadline_counts_for_the_whole_chain(peer: Peer) -> None:
    peer.redirect("/1", "/2")
    peer.silent("/2")
    async with Client(settings(total_seconds=0.3)) as client:
        with pytest.raises(Unreachable, match="in time"):
            await client.fetch(peer.url("/1"))
    assert len(peer.requests) == 2


async def test_a_trickle_is_too_slow(peer: Peer) -> None:
    async with Client(settings(minimum_rate=10_000, rate_after_seconds=0.2)) as client:
        with pytest.raises(Unreachable, match="only"):
            await client.fetch(peer.endless("/1", b"x", every=0.02))


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"SSH-2.0-OpenSSH_9\r\n", id="another protocol"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", id="a body cut off"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", id="a length that is none"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n", id="a huge header"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="a broken chunk"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: \xff\xfe\x00\r\n\r\n", id="a garbled header"),
    ],
)
async def test_garbage_is_no_answer(client: Client, peer: Peer, answer: bytes) -> None:
    with pytest.raises(Unreachable):
        await client.fetch(peer.raw("/1", answer))
