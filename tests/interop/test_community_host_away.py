"""The host of a community is stopped and started again: three nodes as processes of their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import posts
from tests.interop.football import Armor, has
from tests.nodes import eventually, served_group, settled
from tests.sites import ProcessNode


@pytest.fixture
async def armor(tmp_path: Path) -> AsyncIterator[Armor]:
    async with served_group(tmp_path, "siege", "usine", "filiale") as sites:
        made = Armor(sites)
        await made.settle()
        yield made


async def test_a_community_goes_on_without_its_host_and_is_one_again_with_it(armor: Armor) -> None:
    football = await armor.with_members("bruno", "carla")
    first = await armor.says("carla", football, "Hello, I am new here")
    await eventually(lambda: has(armor.usine, first))
    site, carla = armor.people["carla"]
    greeting = await armor.says("amina", football, f"@{carla.acct} Welcome!", parent=first)

    async def is_greeted() -> bool:
        told = await site.api("GET", "/api/v1/notifications", carla)
        return any(one["type"] == "mention" and one["status"]["uri"] == greeting for one in told)

    await eventually(is_greeted)
    await armor.equal(football)
    assert isinstance(armor.usine, ProcessNode)
    await armor.usine.stop()
    second = await armor.says("carla", football, "Who plays on Friday?")
    await eventually(lambda: has(armor.siege, second))
    third = await armor.says("bruno", football, "I do", parent=second)
    await eventually(lambda: has(armor.filiale, third))
    for name in ("bruno", "carla"):
        assert await armor.reads(name, football) == ["<p>Who plays on Friday?</p>", "<p>Hello, I am new here</p>"]
    await armor.usine.start()
    view = await armor.equal(football, seconds=30)
    assert {row.uri for row in view.posts} == {first, greeting, second, third}
    await settled(*armor.sites)
    assert await armor.reads("amina", football) == await armor.reads("bruno", football)


async def test_what_a_node_missed_of_a_thread_is_had_of_another_while_the_host_is_away(armor: Armor) -> None:
    """The thread began at the host, which alone knew where to ask for the rest of it."""
    football = await armor.with_members("bruno", "carla")
    root = await armor.says("amina", football, "Who plays on Friday?")
    await eventually(lambda: has(armor.siege, root))
    answer = await armor.says("bruno", football, "I do", parent=root)
    await armor.equal(football)
    assert isinstance(armor.usine, ProcessNode)
    await armor.usine.stop()
    site, carla = armor.people["carla"]
    row = await site.read(posts.by_uri, answer)
    assert row is not None
    await site.write(posts.remove, row.id)
    assert not await has(site, answer)
    await site.api("GET", f"/api/v1/statuses/{await armor.id(site, root)}/context", carla)
    await eventually(lambda: has(site, answer), seconds=30)
    found = await site.api("GET", f"/api/v1/statuses/{await armor.id(site, root)}/context", carla)
    assert [one["uri"] for one in found["descendants"]] == [answer]
