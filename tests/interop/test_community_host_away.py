"""The host of a community is stopped and started again: three nodes as processes of their own."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

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
