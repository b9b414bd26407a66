"""Requests that no client writes, on the bare socket: the node answers, or hangs up, and lives on."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.attacks.foe import asked
from tests.attacks.kept import changed, kept
from tests.doors.askers import Person
from tests.nodes import settled
from tests.sites import LocalNode, Site

pytestmark = pytest.mark.asyncio(loop_scope="module")

MIB = 1024 * 1024


async def spoken(node: Site, request: bytes, *, seconds: float = 10.0) -> bytes:
    """What the node says to these bytes until it hangs up, or until the client does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
    writer.write(request)
    answer = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while piece := await asyncio.wait_for(reader.read(65_536), 0.5 if answer else seconds):
                answer += piece
    except (ConnectionResetError, TimeoutError):
        # Hung up on, or left waiting for more than was promised: what was said until then counts.
        answer += b""
    finally:
        writer.close()
    return bytes(answer)


def request(head: str, body: bytes = b"") -> bytes:
    """A request that asks for the end of the connection."""
    return head.replace("\n", "\r\n").encode("latin-1") + b"\r\nConnection: close\r\n\r\n" + body


STRANGE = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300),
    "an unknown verb": request("BREW / HTTP/1.1\nHost: {host}"),
    "TRACE": request("TRACE / HTTP/1.1\nHost: {host}\nCookie: archipel_session=secret"),
    "CONNECT": request("CONNECT evil.example:443 HTTP/1.1\nHost: evil.example"),
    "an absolute address": request("GET http://evil.example/actor HTTP/1.1\nHost: {host}"),
    "no host": request("GET /sign-in HTTP/1.1"),
    "two hosts": request("GET /sign-in HTTP/1.1\nHost: {host}\nHost: evil.example"),
    "a star": request("OPTIONS * HTTP/1.1\nHost: {host}"),
    "HTTP/0.9": b"GET /\r\n\r\n",
    "HTTP/9.9": request("GET / HTTP/9.9\nHost: {host}"),
    "a NUL in the path": request("GET /\x00 HTTP/1.1\nHost: {host}"),
    "a line end in a header": b"GET / HTTP/1.1\r\nHost: {host}\r\nX: a\rY: b\r\nConnection: close\r\n\r\n",
    "a folded header": request("GET / HTTP/1.1\nHost: {host}\nX: a\n b"),
    "a header of a megabyte": request("GET / HTTP/1.1\nHost: {host}\nX: " + "x" * MIB),
    "ten thousand headers": request("GET / HTTP/1.1\nHost: {host}" + "".join(f"\nX-{n}: x" for n in range(10_000))),
    "an address of a megabyte": request("GET /" + "x" * MIB + " HTTP/1.1\nHost: {host}"),
    "two lengths": request("POST /api/v1/apps HTTP/1.1\nHost: {host}\nContent-Length: 2\nContent-Length: 50", b"{}"),
    "a length and pieces": request(
        "POST /api/v1/apps HTTP/1.1\nHost: {host}\nContent-Length: 4\nTransfer-Encoding: chunked",
        b"0\r\n\r\nGET /admin HTTP/1.1\r\nHost: {host}\r\n\r\n",
    ),
    "a negative length": request("POST /api/v1/apps HTTP/1.1\nHost: {host}\nContent-Length: -1"),
    "a length that is none": request("POST /api/v1/apps HTTP/1.1\nHost: {host}\nContent-Length: +2", b"{}"),
    "pieces of no size": request("POST /api/v1/apps HTTP/1.1\nHost: {host}\nTransfer-Encoding: chunked", b"zz\r\nx"),
    "an upgrade to nothing": request("GET / HTTP/1.1\nHost: {host}\nUpgrade: h2c\nHTTP2-Settings: x"),
    "a socket without a key": request("GET /api/v1/streaming HTTP/1.1\nHost: {host}\nUpgrade: websocket"),
}


@pytest.mark.parametrize("kind", STRANGE)
async def test_a_strange_request_is_answered_or_hung_up_on(usine: LocalNode, amina: Person, kind: str) -> None:
    await settled(usine)
    before = kept(usine)
    answer = await spoken(usine, STRANGE[kind].replace(b"{host}", usine.host.encode()))
    if answer:
        status = int(answer.split(b" ", 2)[1])
        assert status < 500 or status in (501, 505), (kind, answer[:200])
        assert answer.count(b"HTTP/1.1 ") == 1, kind
        assert b"secret" not in answer and b"Traceback" not in answer
    assert not changed(before, kept(usine))
    assert (await amina.ask("GET", "/api/v1/timelines/home")).status == 200


FORMS = {
    "no boundary": ("multipart/form-data", b"--x\r\n\r\n"),
    "another boundary": (
        "multipart/form-data; boundary=x",
        b"--y\r\nContent-Disposition: form-data; name=status\r\n\r\nz",
    ),
    "a boundary of a megabyte": ("multipart/form-data; boundary=" + "x" * 5_000, b"--x--"),
    "no end": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="status"\r\n\r\nz'),
    "no name": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\nz\r\n--x--"),
    "a thousand parts": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nz\r\n' * 2_000 + b"--x--",
    ),
    "a hundred files": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nz\r\n' * 100 + b"--x--",
    ),
    "headers without end": ("multipart/form-data; boundary=x", b"--x\r\n" + b"X: y\r\n" * 20_000),
    "half a character": ("application/x-www-form-urlencoded", b"status=%ff%fe"),
    "a NUL": ("application/x-www-form-urlencoded", b"status=%00&text=%00"),
    "ten thousand fields": ("application/x-www-form-urlencoded", b"&".join([b"a=1"] * 10_000)),
    "a charset that is none": ("application/json; charset=none", b'{"status": "a\x00"}'),
    "two types": ("application/json, multipart/form-data", b"{}"),
}


@pytest.mark.parametrize("kind", FORMS)
async def test_a_broken_form_is_refused_and_does_nothing(usine: LocalNode, mallory: Person, kind: str) -> None:
    content_type, body = FORMS[kind]
    before = kept(usine)
    token = {"Authorization": f"Bearer {mallory.person.token}"}
    for path in ("/api/v1/statuses", "/api/v2/media", "/oauth/token", "/api/v1/accounts/update_credentials"):
        method = "PATCH" if "update" in path else "POST"
        reply = await asked(usine, method, path, headers={**token, "Content-Type": content_type}, body=body)
        assert reply.status < 500 and (reply.status >= 400 or method == "PATCH"), (path, reply.status)
        assert reply.headers["content-type"].startswith("application/json")
    cookie = {"Cookie": f"archipel_session={mallory.cookie}", "Accept": "text/html"}
    for path in ("/compose", "/settings/profile", "/sign-in", "/oauth/authorize"):
        reply = await asked(usine, "POST", path, headers={**cookie, "Content-Type": content_type}, body=body)
        assert 400 <= reply.status < 500, (path, reply.status)
    assert not [name for name in changed(before, kept(usine)) if name in ("posts", "media", "tokens")]


async def test_bodies_without_end_are_cut_off_everywhere(usine: LocalNode, mallory: Person) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        taken = 0
        for _ in range(1_600):
            taken += 65_536
            yield b"x" * 65_536

    headers: dict[str, Any] = {"Authorization": f"Bearer {mallory.person.token}"}
    for path, kind in (
        ("/oauth/token", "application/x-www-form-urlencoded"),
        ("/oauth/token", "multipart/form-data; boundary=x"),
        ("/api/v1/apps", "application/json"),
        ("/api/v1/statuses", "application/json"),
        ("/sign-in", "application/x-www-form-urlencoded"),
        ("/sign-in", "multipart/form-data; boundary=x"),
        ("/inbox", "application/activity+json"),
        ("/nowhere", "text/plain"),
    ):
        reply = await asked(usine, "POST", path, headers={**headers, "Content-Type": kind}, body=endless())
        assert reply.status in (400, 401, 404, 405, 413), (path, kind, reply.status)
        assert taken < 40 * MIB, (path, kind)


async def test_clients_that_never_finish_hold_up_nobody(usine: LocalNode, amina: Person) -> None:
    writers = []
    for head in (b"GET / HT", b"POST /api/v1/apps HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{") * 30:
        _, writer = await asyncio.open_connection("127.0.0.1", usine.port)
        writer.write(head)
        writers.append(writer)
    for _ in range(5):
        async with asyncio.timeout(5):
            assert (await amina.ask("GET", "/api/v1/timelines/home")).status == 200
    for writer in writers:
        writer.close()
