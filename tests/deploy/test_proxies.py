"""What a node relies on from the proxy in front of it, asked of nginx and Caddy with the files of `deploy/`."""

import contextlib
import io
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from tests.deploy import proxies
from tests.deploy.proxies import Proxy

MEBIBYTE = 1024 * 1024


@pytest.fixture(params=[pytest.param(proxies.nginx, id="nginx"), pytest.param(proxies.caddy, id="caddy")])
async def proxy(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Proxy]:
    """Each proxy in turn, before an upstream that says what it was asked."""
    async with proxies.upstream() as port, request.param(tmp_path, port) as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    """A client that takes the certificates of these tests."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=proxies.trusting())) as session:
        yield session


async def _asked(client: aiohttp.ClientSession, url: str | URL, **options: Any) -> dict[str, Any]:
    async with client.get(url, **options) as answer:
        assert answer.status == 200
        seen: dict[str, Any] = await answer.json()
        return seen


async def test_a_forged_client_address_is_thrown_away(proxy: Proxy, client: aiohttp.ClientSession) -> None:
    forged = {"X-Forwarded-For": "10.66.66.66", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "evil.example"}
    seen = (await _asked(client, f"{proxy.url}/about", headers=forged))["headers"]
    assert seen["x-forwarded-for"] == "127.0.0.1"
    assert seen["x-forwarded-proto"] == "https"
    assert seen.get("x-forwarded-host", "") in ("", f"localhost:{proxy.port}")


async def test_what_a_signature_covers_arrives_as_it_was_sent(proxy: Proxy, client: aiohttp.ClientSession) -> None:
    signed = {"Date": "Tue, 24 Nov 2026 10:00:00 GMT", "Digest": "SHA-256=abc=", "Signature": 'keyId="k",signature="s"'}
    path = "/users/amina/outbox?page=true&x=%2Fa%20b"
    seen = await _asked(client, URL(f"{proxy.url}{path}", encoded=True), headers=signed)
    assert seen["path"] == path
    assert seen["headers"]["host"] == f"localhost:{proxy.port}"
    assert {name: seen["headers"][name.lower()] for name in signed} == signed


async def test_a_live_stream_passes_through(proxy: Proxy, client: aiohttp.ClientSession) -> None:
    async with client.ws_connect(f"{proxy.url}/api/v1/streaming?stream=user") as stream:
        await stream.send_str("salut")
        assert await stream.receive_str(timeout=5) == "heard: salut"


@pytest.mark.parametrize(
    ("path", "size", "passes"),
    [
        pytest.param("/api/v2/media", 17 * MEBIBYTE, True, id="a picture of the greatest size"),
        pytest.param("/publish", 65 * MEBIBYTE, True, id="a post with four pictures"),
        pytest.param("/api/v2/media", 170 * MEBIBYTE, False, id="more than a post may carry"),
        pytest.param("/inbox", MEBIBYTE // 2, True, id="an activity"),
        pytest.param("/inbox", 2 * MEBIBYTE, False, id="an activity above 1 MiB"),
        pytest.param("/users/amina/inbox", 2 * MEBIBYTE, False, id="the same to one person"),
    ],
)
async def test_a_body_passes_up_to_the_limit_of_its_kind(
    proxy: Proxy, client: aiohttp.ClientSession, path: str, size: int, passes: bool
) -> None:
    # A proxy may answer and close while the body is still on its way: that is a refusal too.
    with contextlib.suppress(ConnectionError, aiohttp.ClientOSError):
        async with client.post(f"{proxy.url}{path}", data=io.BytesIO(bytes(size))) as answer:
            assert (answer.status == 200) is passes
            assert answer.status in (200, 413, 502)
            return
    assert not passes


async def test_nginx_sends_plain_http_to_tls(tmp_path: Path, client: aiohttp.ClientSession) -> None:
    async with (
        proxies.upstream() as port,
        proxies.nginx(tmp_path, port) as proxy,
        client.get(f"http://127.0.0.1:{proxy.plain_port}/@amina", allow_redirects=False) as answer,
    ):
        assert answer.status == 308
        assert answer.headers["Location"] == "https://127.0.0.1/@amina"


def test_nginx_finds_no_fault_in_the_file(tmp_path: Path) -> None:
    proxy = Proxy(port=proxies.free_port(), plain_port=proxies.free_port())
    whole = proxies.nginx_configuration(tmp_path, 8400, proxy)
    done = subprocess.run(["nginx", "-t", "-p", tmp_path, "-c", whole], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


@pytest.mark.parametrize("name", ["Caddyfile", "compose/Caddyfile"])
def test_caddy_finds_no_fault_in_the_file(name: str) -> None:
    path = proxies.DEPLOY / name
    tidy = subprocess.run(["caddy", "fmt", path], capture_output=True, text=True, check=True)
    assert tidy.stdout == path.read_text()
    done = subprocess.run(
        ["caddy", "adapt", "--adapter", "caddyfile", "--config", path],
        capture_output=True,
        text=True,
        check=False,
        env={"ARCHIPEL_DOMAIN": "siege.armor.example", "PATH": "/usr/bin:/bin", "HOME": str(path.parent)},
    )
    assert done.returncode == 0, done.stderr
