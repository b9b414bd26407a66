"""`archipel serve` as a process: what it refuses, how it ends, and several of them on one PostgreSQL."""

import asyncio
import contextlib
import resource
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from server.cli.serve import STOP_SECONDS
from social.settings import LimitSettings, ListenSettings
from storage import log
from tests.conftest import NewDatabase
from tests.nodes import eventually, free_port, resting_node, served_node
from tests.sites import Person, ProcessNode, as_toml

WINDOW = 5 * 60
"""Seconds in which the requests of a token are counted."""


@pytest.fixture
async def node(tmp_path: Path) -> AsyncIterator[ProcessNode]:
    """A running node."""
    async with served_node(tmp_path) as node:
        yield node


async def test_a_second_node_on_the_same_database_is_refused(node: ProcessNode, tmp_path: Path) -> None:
    async with contextlib.AsyncExitStack() as stack:
        status, said = await _beside(node, tmp_path, free_port(stack)).run()
    assert status == 1
    assert "another node runs on this database; stop that one first" in said
    assert "Traceback" not in said
    assert await node.is_healthy()


async def test_a_port_that_is_taken_is_said(node: ProcessNode, tmp_path: Path) -> None:
    status, said = await _beside(node, tmp_path, node.port).run()
    assert status == 1
    assert f"cannot listen on 127.0.0.1 port {node.port}: another program listens there (listen.host" in said


@pytest.mark.parametrize("role", ["web", "worker"])
async def test_a_part_of_a_node_needs_postgresql(tmp_path: Path, role: str) -> None:
    async with resting_node(tmp_path) as node:
        status, said = await node.run("--role", role)
    assert status == 1
    assert f"--role {role} needs PostgreSQL" in said


async def test_it_raises_its_own_limit_of_open_files(node: ProcessNode) -> None:
    soft, hard = resource.prlimit(node.pid, resource.RLIMIT_NOFILE)
    assert soft == hard


async def test_it_ends_within_seconds_of_sigterm_with_sockets_open(node: ProcessNode) -> None:
    amina = await node.person("amina")
    async with _stream(node, amina), node.request("GET", "/health") as answer:
        assert answer.status == 200
        began = time.monotonic()
        assert await node.stop() == 0
        assert time.monotonic() - began < 10
    said = node.said()
    assert "Traceback" not in said
    assert f"http://{node.host} is served on 127.0.0.1 port {node.port}." in said


async def test_a_stream_without_an_end_does_not_hold_up_the_end(node: ProcessNode) -> None:
    amina = await node.person("amina")
    headers = {"Authorization": f"Bearer {amina.token}"}
    async with node.request("GET", "/api/v1/streaming/user", headers=headers) as stream:
        assert stream.status == 200
        began = time.monotonic()
        assert await node.stop() == 0
        assert time.monotonic() - began < STOP_SECONDS


async def test_a_request_under_way_is_answered_before_it_ends(node: ProcessNode) -> None:
    amina = await node.person("amina")
    posting = [asyncio.create_task(node.say(amina, f"Last words {number}")) for number in range(20)]
    await eventually(lambda: any(task.done() for task in posting))
    await node.stop()
    answered = [task.result()["uri"] for task in posting if (await _ended(task)) is None]
    await node.start()
    home = [post["uri"] for post in await node.api("GET", "/api/v1/timelines/home", amina, limit=40)]
    assert answered
    assert set(answered) <= set(home)


async def test_web_and_worker_processes_are_one_node_on_postgresql(tmp_path: Path, new_database: NewDatabase) -> None:
    url = new_database("postgres")
    async with served_node(tmp_path, database_urls={"usine": url}) as web:
        assert await web.stop() == 0
        await web.start("--role", "web")
        amina, carla = await web.person("amina"), await web.person("carla")
        await web.follow(carla, amina)
        async with _stream(web, carla) as stream:
            said = await web.say(amina, "Line 3 stops")
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(1):
                    await stream.receive_json()
            worker = _beside(web, tmp_path, web.port)
            try:
                await worker.launch("--role", "worker")
                async with asyncio.timeout(60):
                    frame = await stream.receive_json()
            finally:
                await worker.close()
        assert frame["event"] == "update"
        assert said["id"] in frame["payload"]
        home = await web.api("GET", "/api/v1/timelines/home", carla)
        assert [post["id"] for post in home] == [said["id"]]
        assert await web.read(log.parked) == []


async def test_two_web_processes_tell_the_same_and_count_together(tmp_path: Path, new_database: NewDatabase) -> None:
    limits = LimitSettings(per_user=0, per_token=20, per_address=0, paging=0)
    url = new_database("postgres")
    async with contextlib.AsyncExitStack() as stack:
        first = await stack.enter_async_context(served_node(tmp_path, database_urls={"usine": url}, limits=limits))
        second = _beside(first, tmp_path, free_port(stack))
        stack.push_async_callback(second.close)
        await second.launch("--role", "web")
        await eventually(second.is_healthy, seconds=30)
        amina, carla, luc = [await first.person(name) for name in ("amina", "carla", "luc")]
        await first.follow(carla, amina)
        async with _stream(first, carla) as here, _stream(second, carla) as there:
            said = await second.say(amina, "Line 3 stops")
            async with asyncio.timeout(30):
                frames = [await here.receive_json(), await there.receive_json()]
        assert [said["id"] in frame["payload"] for frame in frames] == [True, True]

        async def is_refused() -> bool:
            async with second.request(
                "GET", "/api/v1/preferences", headers={"Authorization": f"Bearer {luc.token}"}
            ) as answer:
                return answer.status == 429

        # A window that ended meanwhile would forget what was counted.
        await eventually(lambda: time.time() % WINDOW < WINDOW - 45, seconds=60, every=0.5)
        for _ in range(19):
            await first.api("GET", "/api/v1/preferences", luc)
        assert not await is_refused()
        # By itself the second process would let in twenty, more than it is asked here: what the first has counted is
        # known to it soon.
        await eventually(is_refused, seconds=20, every=1.5)


def _beside(node: ProcessNode, folder: Path, port: int) -> ProcessNode:
    """Another process with the same configuration but for its port."""
    home = folder / "beside"
    home.mkdir(exist_ok=True)
    other = ProcessNode(node.settings, home)
    other.port = port
    listen = ListenSettings(port=port)
    other.config.write_text(as_toml(other.settings).replace(f"port = {node.port}", f"port = {listen.port}"))
    return other


@contextlib.asynccontextmanager
async def _stream(node: ProcessNode, by: Person) -> AsyncIterator[Any]:
    """The live stream of somebody's home."""
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(
            f"ws://127.0.0.1:{node.port}/api/v1/streaming?stream=user&access_token={by.token}",
            headers={"Host": node.host},
        ) as socket,
    ):
        yield socket


async def _ended(task: "asyncio.Task[Any]") -> BaseException | None:
    with contextlib.suppress(aiohttp.ClientError, ConnectionError, AssertionError):
        await task
    return task.exception()
