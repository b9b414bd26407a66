"""Uploads that are no pictures, and addresses that climb out of their folders."""

import asyncio
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.attacks.foe import Reply, asked
from tests.attacks.kept import changed, kept
from tests.doors.askers import Person, picture
from tests.sites import LocalNode
from tests.social.pictures import huge_gif, many_pixels, png_of_size

pytestmark = pytest.mark.asyncio(loop_scope="module")

SCRIPT = b"<script>alert(document.domain)</script>"
NO_PICTURES: dict[str, Callable[[], bytes]] = {
    "HTML": lambda: b"<!doctype html><html>" + SCRIPT,
    "SVG": lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "an actor": lambda: (
        b'{"@context":"https://www.w3.org/ns/activitystreams","type":"Person","id":"https://x.example"}'
    ),
    "PHP": lambda: b"GIF89a<?php system($_GET[1]); ?>",
    "PDF": lambda: b"%PDF-1.7\n" + SCRIPT,
    "a program": lambda: b"\x7fELF\x02\x01\x01" + bytes(200),
    "a hundred megapixels": lambda: png_of_size(10_000, 10_000, many_pixels()),
    "a header of many": lambda: png_of_size(60_000, 60_000, zlib.compress(bytes(100))),
    "a GIF of four thousand megapixels": huge_gif,
    "nothing": lambda: b"",
}
NAMES = {"SVG": "image/svg+xml", "HTML": "text/html"}


async def uploaded(person: Person, data: bytes, name: str, mime: str, path: str = "/api/v2/media") -> Reply:
    """An upload by the API or by the composer."""
    is_page = not path.startswith("/api/")
    fields = {"csrf": await person.csrf(), "text": "x"} if is_page else {}
    form = aiohttp.FormData(fields)
    form.add_field("pictures" if is_page else "file", BytesIO(data), filename=name, content_type=mime)
    headers = {"Authorization": f"Bearer {person.person.token}"}
    if is_page:
        headers = {"Cookie": f"archipel_session={person.cookie}", "Accept": "text/html"}
    return await asked(person.node, "POST", path, headers=headers, body=form)


@pytest.mark.parametrize("kind", NO_PICTURES)
async def test_what_is_no_picture_or_too_much_of_one_is_refused_and_not_kept(
    usine: LocalNode, mallory: Person, kind: str
) -> None:
    data = NO_PICTURES[kind]()
    before, files = kept(usine), _files(usine)
    for name, mime in (("a.png", "image/png"), ("../../a.html", NAMES.get(kind, "text/html"))):
        reply = await uploaded(mallory, data, name, mime)
        assert (reply.status, "error" in reply.json) == (422, True), (name, reply.status)
    if data:
        page = await uploaded(mallory, data, "a.png", "image/png", "/compose")
        assert page.status == 422
        assert SCRIPT.decode() not in page.text
    assert not changed(before, kept(usine))
    assert _files(usine) == files


async def test_a_picture_that_is_also_a_page_is_kept_as_a_picture_alone(usine: LocalNode, mallory: Person) -> None:
    for name, mime in (("a.html", "text/html"), ("a.svg", "image/svg+xml"), ("a.png.html;x", "image/png")):
        reply = await uploaded(mallory, picture() + SCRIPT, name, mime)
        assert reply.status == 200, reply.text
        found: Any = reply.json
        for url in (found["url"], found["preview_url"]):
            shown = await asked(usine, "GET", url.removeprefix(usine.base_url))
            assert SCRIPT not in shown.body
            assert shown.headers["content-type"] in ("image/png", "image/webp", "image/jpeg")
            assert shown.headers["x-content-type-options"] == "nosniff"


CLIMBS = [
    "/static/x/../../../etc/passwd", "/static/x/..%2f..%2f..%2fetc%2fpasswd", "/static/x/%2e%2e/%2e%2e/pyproject.toml",
    "/static/x/..%5c..%5cetc",
    "/static/x//etc/passwd", "/static/../web/doors.py", "/static/x/%00", "/theme/../doors.py",
    "/theme/..%2f..%2fpyproject.toml", "/media/..%2f..%2f/original", "/media/../../original", "/media/x/../../y",
    "/avatars/..%2f..%2fetc%2fpasswd", "/avatars/%2e%2e.png", "/media/{token}/..%2foriginal",
    "/media/{token}/original%00",
    "/media/{token}/../original", "//etc/passwd", "/..%2f..%2fetc/passwd", "/static/x/css/%2e%2e/%2e%2e/templates",
]  # fmt: skip


@pytest.mark.parametrize("path", CLIMBS)
async def test_no_address_climbs_out_of_its_folder(usine: LocalNode, mallory: Person, path: str) -> None:
    reply = await uploaded(mallory, picture(), "a.png", "image/png")
    token = reply.json["url"].split("/")[-2]
    raw = path.replace("{token}", token)
    answer = await _raw(usine, raw)
    status = int(answer.split(b" ", 2)[1])
    assert status in (303, 400, 404), answer[:300]
    for secret in (b"root:", b"import ", b"[project]", b"{% "):
        assert secret not in answer


async def test_files_are_kept_under_names_of_our_own(usine: LocalNode, mallory: Person) -> None:
    await uploaded(mallory, picture(), "../../../../tmp/evil.png", "image/png")
    assert _files(usine)
    assert not [path for path in _files(usine) if "evil" in path.name]
    assert not Path("/tmp/evil.png").exists()  # noqa: S108, ASYNC240  # where it would have gone


def _files(node: LocalNode) -> list[Path]:
    return sorted(path for path in Path(node.settings.media.root).rglob("*") if path.is_file())


async def _raw(node: LocalNode, target: str) -> bytes:
    """A request whose path no client tidies up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
    writer.write(f"GET {target} HTTP/1.1\r\nHost: {node.host}\r\nConnection: close\r\n\r\n".encode())
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer
