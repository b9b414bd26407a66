"""The way out through a company's proxy: what goes there, what does not, and what is refused before."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from federation.addresses import AddressRules
from federation.client import Client, ClientSettings
from federation.errors import NotAllowed, Unreachable
from federation.outbound import WayOut
from tests.federation.test_client_tls import NOTE, make_authority
from tests.peer import Peer

HOST = "usine.armor.example"


class Proxy:
    """A proxy that knows one name, and remembers what it was asked for."""

    def __init__(self, answer: str = "200 Connected") -> None:
        self.asked: list[list[str]] = []
        self._answer = answer
        self._open: list[asyncio.StreamWriter] = []

    async def close(self) -> None:
        """End what is still open."""
        for writer in self._open:
            writer.close()
        for writer in self._open:
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.append(writer)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.asked.append(head)
        writer.write(f"HTTP/1.1 {self._answer}\r\n\r\n".encode())
        if not self._answer.startswith("200"):
            writer.close()
            return
        port = int(head[0].split()[1].partition(":")[2])
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        self._open.append(inner_writer)
        await asyncio.gather(_pipe(reader, inner_writer), _pipe(inner_reader, writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


@asynccontextmanager
async def running(proxy: Proxy) -> AsyncIterator[str]:
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await proxy.close()


async def nowhere(host: str, port: int) -> list[str]:
    raise OSError("no name server outside")


def through(proxy: str, port: int, authority: Path, **changes: Any) -> ClientSettings:
    return ClientSettings(
        user_agent="Archipel/test",
        addresses=AddressRules(ports=frozenset({port})),
        ca_file=str(authority),
        way_out=WayOut(proxy=f"http://{proxy}", **changes),
    )


async def test_a_name_that_is_unknown_here_is_reached_through_the_proxy_and_its_certificate_checked(
    tmp_path: Path,
) -> None:
    authority, context = make_authority(tmp_path, HOST)
    proxy = Proxy()
    async with Peer(HOST, context) as peer, running(proxy) as place:
        url = peer.document("/1", NOTE)
        settings = through(f"node:s%20cret@{place}", peer.port, authority)
        async with Client(settings, lookup=nowhere) as client:
            assert (await client.fetch_document(url)).id == url
        assert proxy.asked[0][0] == f"CONNECT {HOST}:{peer.port} HTTP/1.1"
        assert "Proxy-Authorization: Basic bm9kZTpzIGNyZXQ=" in proxy.asked[0]
        assert peer.requests[0].header("Proxy-Authorization") is None
        other, _ = make_authority(tmp_path, "other.example")
        async with Client(through(place, peer.port, other), lookup=nowhere) as client:
            with pytest.raises(Unreachable, match=r"(?i)certificate"):
                await client.fetch_document(url)


@pytest.mark.parametrize("address", ["10.0.0.8", "127.0.0.1", "169.254.169.254"])
async def test_what_leads_to_a_forbidden_address_is_refused_before_the_proxy_is_asked(
    tmp_path: Path, address: str
) -> None:
    async def lookup(host: str, port: int) -> list[str]:
        return [address]

    authority, _ = make_authority(tmp_path, HOST)
    proxy = Proxy()
    async with running(proxy) as place, Client(through(place, 443, authority), lookup=lookup) as client:
        for url in (f"https://{HOST}/1", f"https://{address}/1"):
            with pytest.raises(NotAllowed):
                await client.fetch(url)
    assert proxy.asked == []


async def test_hosts_that_are_named_are_reached_directly(tmp_path: Path) -> None:
    way = WayOut(proxy="http://proxy.armor.example:3128", direct=("*.armor.example", "Lyon.example"))
    hosts = (HOST, "armor.example", "lyon.example", "usine.localhost", "localhost")
    assert [way.is_by_proxy(host) for host in hosts] == [False] * 5
    assert way.is_by_proxy("notarmor.example")
    assert not WayOut().is_by_proxy("notarmor.example")


async def test_a_proxy_that_refuses_is_a_host_that_is_not_reached(tmp_path: Path) -> None:
    authority, _ = make_authority(tmp_path, HOST)
    proxy = Proxy("407 Proxy Authentication Required")
    async with running(proxy) as place, Client(through(place, 443, authority), lookup=nowhere) as client:
        with pytest.raises(Unreachable, match="407"):
            await client.fetch(f"https://{HOST}/1")
