"""A node on PostgreSQL that ends in the middle of its deliveries: another process may live, and still nothing waits."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import deliveries
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import Millis
from tests.conftest import NewDatabase
from tests.nodes import eventually, served_group, settled
from tests.sites import ProcessNode

SECONDS = 30.0


@pytest.fixture
async def pair(tmp_path: Path, new_database: NewDatabase) -> AsyncIterator[tuple[ProcessNode, ...]]:
    urls = {"usine": new_database("postgres")}
    async with served_group(tmp_path, "usine", "siege", database_urls=urls) as nodes:
        yield nodes


@pytest.mark.parametrize("end", ["stopped", "killed"])
async def test_what_was_on_its_way_when_a_node_ended_arrives_after_its_start(
    pair: tuple[ProcessNode, ...], end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    usine, siege = pair
    amina = await usine.person("amina")
    await settled(*pair)
    siege.freeze()
    try:
        said = [await usine.say(amina, f"{n}") for n in range(5)]
        await eventually(lambda: usine.write(_is_all_on_its_way, usine.clock()), why="deliveries are on their way")
        await (usine.kill() if end == "killed" else usine.stop())
    finally:
        siege.thaw()
    began = time.monotonic()
    await usine.start()
    last = said[-1]["uri"]
    await eventually(lambda: siege.read(post_rows.by_uri, last), seconds=SECONDS - (time.monotonic() - began))
    for post in said:
        assert await siege.read(post_rows.by_uri, post["uri"]) is not None
    with capsys.disabled():
        print(f"\nwhat was on its way ({end}, PostgreSQL) is there {time.monotonic() - began:.1f} s after the start")


def _is_all_on_its_way(tx: Tx, now: Millis) -> bool:
    return bool(deliveries.queues(tx)) and not deliveries.claim(tx, now, now, 1)
