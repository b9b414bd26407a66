"""What happens in the very same moment: changes while a post is fetched, changes that follow on one another."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.doors import actors, posts
from federation.doors.reception import Reception
from federation.errors import Gone
from federation.resolver import Budget
from server.work.dispatcher import CURSOR
from social.clock import system_clock
from storage import deliveries, log
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import PostId
from tests.interop.wires import Wires
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode
from tests.world import StoryClock


@pytest.fixture
async def sites(tmp_path: Path) -> AsyncIterator[tuple[LocalNode, ...]]:
    async with running_group(tmp_path, "siege", "filiale") as nodes:
        yield nodes


def _is_told(tx: Tx) -> bool:
    return log.cursor(tx, CURSOR) >= log.last(tx)


async def test_a_key_that_could_not_be_fetched_is_asked_for_again_when_its_node_is_heard(
    sites: tuple[LocalNode, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    siege, filiale = sites
    wires = Wires(sites, monkeypatch)
    carla = await filiale.person("carla")
    await filiale.say(carla, "Ya me conocen.")
    await settled(*sites)
    wires.cut.add((siege.host, filiale.host))
    javier = await filiale.person("javier")
    said = await filiale.say(javier, "A mí no.")
    await eventually(lambda: filiale.read(_refusal))
    assert await siege.read(post_rows.by_uri, said["uri"]) is None
    wires.cut.clear()

    async def arrived() -> bool:
        await filiale.say(carla, "Otra vez yo.")
        await filiale.running.federation.courier.revive(siege.host)
        return await siege.read(post_rows.by_uri, said["uri"]) is not None

    await eventually(arrived, seconds=8, every=0.1)


def _refusal(tx: Tx) -> bool:
    return any(queue.error.startswith("503") for queue in deliveries.queues(tx))


async def test_a_change_in_the_same_moment_and_one_by_a_clock_that_was_put_back_arrive(tmp_path: Path) -> None:
    clock = StoryClock(system_clock())
    async with running_group(tmp_path, "siege", "filiale", clock=clock) as (siege, filiale):
        bruno = await siege.person("bruno")
        said = await siege.say(bruno, "Un.")
        await settled(siege, filiale)
        for words, seconds in (("Deux.", 0), ("Trois.", -60), ("Quatre.", 0)):
            clock.pass_by(seconds=seconds)
            await siege.api("PUT", f"/api/v1/statuses/{said['id']}", bruno, status=words)
            await settled(siege, filiale)
            row = await filiale.read(post_rows.by_uri, said["uri"])
            assert row is not None and words in row.html


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
@pytest.mark.parametrize("way", ["follow", "find"])
async def test_what_changes_while_it_is_fetched_changes_where_it_was_fetched_to(
    sites: tuple[LocalNode, ...], monkeypatch: pytest.MonkeyPatch, way: str, verb: str
) -> None:
    """A quiet post, which nobody at the other node was sent: fetched by a new follower's node, or by its address."""
    siege, filiale = sites
    bruno, carla = await siege.person("bruno"), await filiale.person("carla")
    said = await siege.say(bruno, "Avant.", visibility="unlisted")
    await filiale.account_of(carla, bruno)
    await settled(*sites)
    changed: list[str] = []
    remember = actors.remember

    async def meanwhile(reception: Reception, host: str, ids: list[PostId]) -> Any:
        if ids and not changed:
            changed.append(verb)
            path = f"/api/v1/statuses/{said['id']}"
            await siege.api(verb, path, bruno, **({"status": "Après."} if verb == "PUT" else {}))
            await eventually(lambda: siege.read(_is_told))
        return await remember(reception, host, ids)

    for door in (actors, posts):
        monkeypatch.setattr(door, "remember", meanwhile)
    if way == "follow":
        await filiale.follow(carla, bruno)
    else:
        with contextlib.suppress(Gone):
            await filiale.running.federation.resolver.post(said["uri"], Budget())
    await settled(*sites)
    assert changed
    row = await filiale.read(post_rows.by_uri, said["uri"])
    if verb == "PUT":
        assert row is not None and "Après." in row.html
    else:
        assert row is None
