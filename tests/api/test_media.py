"""Pictures through the API, and their bytes."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from tests.api.site import Site


def picture(size: tuple[int, int] = (800, 600), kind: str = "JPEG") -> bytes:
    """A picture of one colour."""
    out = BytesIO()
    Image.new("RGB", size, "#863").save(out, kind)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A small PNG that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


async def upload(site: Site, content: bytes, path: str = "/api/v2/media", **form: str) -> dict[str, object]:
    """An uploaded picture."""
    files = {"file": ("photo", content)}
    made: dict[str, object] = (await site.post(path, "MediaAttachment", by="amina", form=form, files=files)).json
    return made


@pytest.mark.parametrize("path", ["/api/v1/media", "/api/v2/media"])
async def test_a_picture_is_ready_at_once(site: Site, path: str) -> None:
    made = await upload(site, picture(), path, description="A crane at night", focus="0.5,-0.25")
    assert (made["type"], made["description"]) == ("image", "A crane at night")
    meta = made["meta"]
    assert isinstance(meta, dict)
    assert (meta["original"]["size"], meta["focus"]) == ("800x600", {"x": 0.5, "y": -0.25})
    again = await site.get(f"/api/v1/media/{made['id']}", "MediaAttachment", by="amina")
    assert again.json == made
    changed = await site.call(
        "PUT", f"/api/v1/media/{made['id']}", "MediaAttachment", by="amina", body={"description": "By day"}
    )
    assert (changed.json["description"], changed.json["meta"]["focus"]) == ("By day", {"x": 0.5, "y": -0.25})


async def test_a_picture_goes_with_a_post_and_cannot_go_with_two(site: Site) -> None:
    made = await upload(site, picture())
    body = {"status": "", "media_ids": [made["id"]], "visibility": "private"}
    post = (await site.post("/api/v1/statuses", "Status", by="amina", body=body)).json
    assert post["content"] == ""
    assert [one["id"] for one in post["media_attachments"]] == [made["id"]]
    await site.post("/api/v1/statuses", by="amina", body=body, status=422)
    await site.post("/api/v1/statuses", by="amina", body={"status": "x", "media_ids": ["what"]}, status=422)


async def test_the_bytes_are_harmless_and_kept_by_the_browser(site: Site) -> None:
    made = await upload(site, picture())
    for variant in ("url", "preview_url"):
        shown = await site.get(str(made[variant]))
        assert shown.headers["Content-Type"] in ("image/jpeg", "image/png", "image/webp")
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert shown.headers["Cache-Control"].startswith("private, max-age=31536000")
        assert shown.headers["Access-Control-Allow-Origin"] == "*"
        assert Image.open(BytesIO(shown.body)).size[0] <= 800
    await site.get(str(made["url"]), headers={"Accept": "application/activity+json"}, status=406)
    await site.get(str(made["url"]).replace("/original", "/huge"), status=404)
    await site.get("/media/guess/original", status=404)


async def test_a_deleted_post_leaves_its_picture_under_another_address(site: Site) -> None:
    made = await upload(site, picture())
    body = {"status": "", "media_ids": [made["id"]]}
    post = (await site.post("/api/v1/statuses", "Status", by="amina", body=body)).json
    gone = (await site.call("DELETE", f"/api/v1/statuses/{post['id']}", "DeletedStatus", by="amina")).json
    await site.get(str(made["url"]), status=404)
    kept = gone["media_attachments"][0]
    assert kept["id"] == made["id"]
    await site.get(kept["url"])
    await site.post("/api/v1/statuses", "Status", by="amina", body=body)
    await site.call("DELETE", f"/api/v1/media/{made['id']}", by="amina", status=404)


async def test_an_upload_that_is_not_wanted_is_forgotten(site: Site) -> None:
    made = await upload(site, picture())
    await site.token("luc")
    await site.get(f"/api/v1/media/{made['id']}", by="luc", status=404)
    await site.call("DELETE", f"/api/v1/media/{made['id']}", "Empty", by="amina")
    await site.get(f"/api/v1/media/{made['id']}", by="amina", status=404)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<svg onload=alert(1)>", id="no picture"),
        pytest.param(b"\x89PNG\r\n\x1a\n and then nothing", id="truncated"),
        pytest.param(bomb(10_000, 10_000), id="100 megapixels"),
        pytest.param(bomb(60_000, 60_000), id="decompression bomb"),
    ],
)
async def test_what_is_no_good_picture_is_refused(site: Site, content: bytes) -> None:
    files = {"file": ("photo.png", content)}
    reply = await site.post("/api/v2/media", by="amina", form={}, files=files, status=422)
    assert reply.json["error"].startswith("Validation failed: File ")


async def test_an_upload_without_a_file_or_a_right_is_refused(site: Site) -> None:
    await site.post("/api/v2/media", by="amina", form={"description": "x"}, status=422)
    files = {"file": ("photo", picture())}
    await site.post("/api/v2/media", form={}, files=files, status=401)
    await site.post("/api/v2/media", by="amina", scopes="read", form={}, files=files, status=403)
    for focus in ("2,0", "left", "0"):
        await site.post("/api/v2/media", by="amina", form={"focus": focus}, files=files, status=422)
