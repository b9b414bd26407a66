"""What clients send by mistake or malice: each gets a clear answer in Mastodon's form, and nothing is half-written."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from social.settings import LimitSettings
from storage.engine.database import Database, StorageBusy, StorageFull
from storage.files import FilesFull
from tests.api.site import Site, running
from tests.api.test_media import picture

STATUSES = "/api/v1/statuses"
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(b'{"status": "x"', 400, id="malformed"),
        pytest.param(b'{"status": "x", "status": "y"}', 400, id="double key"),
        pytest.param(b'{"status": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", 400, id="deep"),
        pytest.param(b'{"status": "a\\u0000b"}', 400, id="NUL"),
        pytest.param(b'{"status": "\\ud800"}', 400, id="half a character"),
        pytest.param(b'["status"]', 400, id="no object"),
        pytest.param(b'{"status": {"a": 1}}', 422, id="wrong type"),
        pytest.param(b'{"status": "x", "visibility": "everybody"}', 422, id="unknown choice"),
        pytest.param(b'{"status": ""}', 422, id="blank"),
        pytest.param(b'{"status": "' + b"x" * 3_000 + b'"}', 422, id="too long"),
        pytest.param(b'{"status": "' + b"x" * 1_100_000 + b'"}', 413, id="huge"),
        pytest.param(b"\xff\xfe\x00", 400, id="no UTF-8"),
    ],
)
async def test_a_body_that_is_no_good_is_refused(site: Site, raw: bytes, status: int) -> None:
    await site.post(STATUSES, by="amina", raw=raw, headers=JSON, status=status)
    assert (await site.get("/api/v1/timelines/home", "Status[]", by="amina")).json == []


@pytest.mark.parametrize("raw", [b"", b"null", b"undefined", b"reblogs=false", b'"x"'])
async def test_words_that_are_no_json_say_nothing_where_nothing_must_be_said(site: Site, raw: bytes) -> None:
    await site.world.person("luc")
    follow = f"/api/v1/accounts/{site.world.id('luc')}/follow"
    reply = await site.post(follow, "Relationship", by="amina", raw=raw, headers=JSON)
    assert (reply.json["following"], reply.json["showing_reblogs"]) == (True, True)
    await site.post("/api/v1/notifications/clear", by="amina", raw=raw, headers=JSON)
    # What is broken is another thing, and so are words where some are needed.
    await site.post(follow, by="amina", raw=b'{"reblogs": fal', headers=JSON, status=400)
    await site.post("/api/v1/lists", by="amina", raw=raw, headers=JSON, status=422)


async def test_a_form_with_a_nul_or_too_many_fields_is_refused(site: Site) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    await site.post(STATUSES, by="amina", raw=b"status=a%00b", headers=form, status=422)
    await site.post(STATUSES, by="amina", raw=b"&".join([b"a=1"] * 2_000), headers=form, status=422)
    await site.get("/api/v1/timelines/home?" + "&".join(["a=1"] * 2_000), by="amina", status=422)
    deep = b"status" + b"[x]" * 200 + b"=1"
    await site.post(STATUSES, by="amina", raw=deep, headers=form, status=422)


async def test_a_body_without_an_end_is_cut_off(site: Site) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 65_536

    token = await site.token("amina")
    headers = {"Authorization": f"Bearer {token}", **JSON}
    async with site.http.post(f"{site.base}{STATUSES}", data=endless(), headers=headers) as answer:
        assert answer.status == 413
        assert "error" in await answer.json()


async def test_an_upload_above_the_limit_is_refused_in_json(site: Site) -> None:
    files = {"file": ("photo", b"x" * (site.node.settings.media.max_bytes + 2 * 1024 * 1024))}
    await site.post("/api/v2/media", by="amina", form={}, files=files, status=422)


async def test_multipart_that_is_none_is_refused(site: Site) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        await site.post(STATUSES, by="amina", raw=b"--y\r\nnonsense", headers={"Content-Type": kind}, status=400)


async def test_methods_and_paths_that_are_none_are_json(site: Site) -> None:
    refused = await site.call("DELETE", "/api/v1/timelines/home", by="amina", status=405)
    assert refused.headers["Allow"] == "GET"
    await site.call("POST", "/api/v1/instance", status=405)
    await site.call("GET", "/oauth/token", "Error", status=405)
    await site.get("/api/v1/accounts/1/2/3", status=404)


async def test_an_error_of_ours_says_nothing_of_the_inside(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret table name")

    token = await site.token("amina")
    monkeypatch.setattr(site.node.db, "read", broken)
    reply = await site.get("/api/v1/timelines/home", token=token, status=500)
    assert b"secret" not in reply.body
    assert reply.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("trouble", "status"),
    [
        pytest.param(StorageFull("database or disk is full"), 507, id="database full"),
        pytest.param(FilesFull("no room"), 507, id="disk full"),
        pytest.param(StorageBusy("locked"), 503, id="database locked"),
    ],
)
async def test_our_own_trouble_is_told_as_such(
    site: Site, monkeypatch: pytest.MonkeyPatch, trouble: Exception, status: int
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise trouble

    token = await site.token("amina")
    monkeypatch.setattr(site.node.db, "write", broken)
    reply = await site.post(STATUSES, token=token, body={"status": "x"}, status=status)
    if status == 503:
        assert reply.headers["Retry-After"]


async def test_a_full_media_store_keeps_nothing_of_an_upload(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise FilesFull("no room")

    monkeypatch.setattr(site.node.files, "put", full)
    files = {"file": ("photo", picture())}
    await site.post("/api/v2/media", by="amina", form={}, files=files, status=507)


async def test_whoever_asks_too_often_waits_and_is_told_until_when(sqlite_db: Database, tmp_path: Path) -> None:
    limits = LimitSettings(per_user=5, per_token=4, per_address=3, media_uploads=1, app_registrations=1)
    async with running(sqlite_db, tmp_path / "media", limits=limits) as site:
        for left in (3, 2, 1, 0):
            reply = await site.get("/api/v1/timelines/home", "Status[]", by="amina")
            assert (reply.headers["X-RateLimit-Limit"], reply.headers["X-RateLimit-Remaining"]) == ("4", str(left))
            assert reply.headers["X-RateLimit-Reset"] == "2026-11-24T12:05:00.000000Z"
        reply = await site.get("/api/v1/timelines/home", by="amina", status=429)
        assert (reply.headers["X-RateLimit-Remaining"], reply.headers["Retry-After"]) == ("0", "300")
        await site.get("/api/v1/timelines/home", by="amina", scopes="read", status=200)
        await site.get("/api/v1/timelines/home", by="amina", scopes="read", status=429)
        app = {"client_name": "x", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob"}
        await site.post("/api/v1/apps", "CredentialApplication", body=app)
        await site.post("/api/v1/apps", body=app, status=429)
        await site.get("/api/v2/instance", "Instance")
        await site.get("/api/v2/instance", status=429)
        site.world.clock.pass_by(minutes=5)
        files = {"file": ("photo", picture())}
        await site.post("/api/v2/media", "MediaAttachment", by="amina", form={}, files=files)
        await site.post("/api/v2/media", by="amina", form={}, files=files, status=429)


async def test_sixteen_at_once_get_their_own_posts(site: Site) -> None:
    await site.token("amina")
    posts = await asyncio.gather(*(site.say("amina", f"Number {number}") for number in range(16)))
    assert len(set(posts)) == 16
    home = (await site.get("/api/v1/timelines/home?limit=40", "Status[]", by="amina")).ids
    assert sorted(home) == sorted(posts)
