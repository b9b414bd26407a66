"""No room left, or nobody lets go: the node says so, goes on reading, and nothing is half-written."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from social.settings import DatabaseSettings, FederationSettings
from storage import log
from tests.nodes import eventually, running_node, served_node, settled
from tests.outages.snapshot import changed, snapshot
from tests.sites import LocalNode, Person, ProcessNode, Refused
from tests.social.pictures import encoded, workshop

PAGES = 600
SURE = 5
LONG = "The press stands still again. " * 60
SMALL_DISK = 'mount -t tmpfs -o size=192k tmpfs "$0" && exec "$@"'


async def _fill(node: LocalNode, by: Person) -> list[str]:
    """Post until there is no room; the addresses of what was answered.

    There is none when nothing goes for several times: a post may be refused with others that were to be written beside
    it, and fit alone.
    """
    answered: list[str] = []
    refusals: list[Refused] = []
    while len(refusals) < SURE:
        try:
            answered.append((await node.say(by, f"{len(answered)} {LONG}"))["uri"])
            refusals.clear()
        except Refused as refused:
            refusals.append(refused)
    assert {refused.status for refused in refusals} == {507}
    assert all("no room" in refused.body for refused in refusals)
    return answered


async def test_a_full_database_is_said_and_read_on_and_nothing_is_half_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path / 'full.db'}"
    async with running_node(tmp_path, database=DatabaseSettings(url=url, max_pages=PAGES)) as node:
        amina = await node.person("amina")
        answered = await _fill(node, amina)
        before = snapshot(url)
        for _ in range(5):
            with pytest.raises(Refused) as refused:
                await node.say(amina, LONG)
            assert refused.value.status == 507
        assert "posts" not in changed(before, snapshot(url))
        home = await node.api("GET", "/api/v1/timelines/home", amina, limit=5)
        assert [post["uri"] for post in home] == answered[-1:-6:-1]
    # It starts full, too, with something to write at the start.
    hosts = tuple(f"peer{number}.example" for number in range(200))
    full = DatabaseSettings(url=url, max_pages=PAGES)
    federation = FederationSettings(insecure_loopback=True, allow=hosts)
    async with running_node(tmp_path, database=full, federation=federation, domain="localhost") as node:
        home = await node.api("GET", "/api/v1/timelines/home", amina, limit=5)
        assert [post["uri"] for post in home] == answered[-1:-6:-1]
        assert "nobody was greeted" in caplog.text
    # With room again everything goes on, also what the subscribers could not write.
    async with running_node(tmp_path, database=DatabaseSettings(url=url), domain="localhost") as node:
        await settled(node)
        assert await node.read(log.parked) == []
        assert len(snapshot(url)["posts"]) == len(answered)


async def test_a_full_media_disk_is_said_and_leaves_no_row(tmp_path: Path) -> None:
    async with served_node(tmp_path) as node:
        await node.stop()
        media = node.settings.media.root
        node.wrapper = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, media)
        await node.start()
        amina = await node.person("amina")
        status, kept = 200, 0
        while status == 200:
            status, said = await _upload(node, amina, kept)
            kept += status == 200
        assert status == 507
        assert said == {"error": "The server has no room left"}
        assert kept > 0
        assert len(snapshot(node.settings.database.url)["media"]) == kept
        await node.say(amina, "Without a picture, then")
        assert len(await node.api("GET", "/api/v1/timelines/home", amina)) == 1


async def test_a_database_that_somebody_else_holds_is_busy_and_then_is_not(tmp_path: Path) -> None:
    async with running_node(tmp_path) as node:
        amina = await node.person("amina")
        await node.say(amina, "Before")
        other = sqlite3.connect(node.settings.database.url.removeprefix("sqlite:///"), isolation_level=None)
        try:
            other.execute("BEGIN IMMEDIATE")
            waiting = [asyncio.create_task(_status(node, amina)) for _ in range(4)]
            assert [post["content"] for post in await node.api("GET", "/api/v1/timelines/home", amina)] == [
                "<p>Before</p>"
            ]
            assert [status for status, _ in await asyncio.gather(*waiting)] == [503] * 4
            assert all(int(headers["Retry-After"]) > 0 for _, headers in await asyncio.gather(*waiting))
            other.execute("ROLLBACK")
        finally:
            other.close()
        await node.say(amina, "After")
        await eventually(lambda: _home(node, amina, ["<p>After</p>", "<p>Before</p>"]))
        await settled(node)
        assert await node.read(log.parked) == []


async def _status(node: LocalNode, by: Person) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {by.token}"}
    async with node.request("POST", "/api/v1/statuses", headers=headers, json={"status": "In between"}) as answer:
        return answer.status, answer.headers


async def _home(node: LocalNode, by: Person, expected: list[str]) -> bool:
    return [post["content"] for post in await node.api("GET", "/api/v1/timelines/home", by)] == expected


async def _upload(node: ProcessNode, by: Person, number: int) -> tuple[int, Any]:
    """Another picture, which no other one's file can serve for."""
    form = aiohttp.FormData()
    form.add_field("file", encoded(workshop(500 + number, 400), "PNG"), filename="line3.png", content_type="image/png")
    headers = {"Authorization": f"Bearer {by.token}"}
    async with node.request("POST", "/api/v2/media", headers=headers, data=form) as answer:
        return answer.status, await answer.json()
