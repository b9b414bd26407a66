"""A poll across real nodes: votes from both, the same result on both when it is over, and everybody told of it."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from social.clock import SECOND, system_clock
from storage.ids import Millis
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Person, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Ahead:
    """The machine's clock, that can be put forward."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> Millis:
        return Millis(system_clock() + self.ahead)


CLOCK = Ahead()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def nodes(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[LocalNode, LocalNode]]:
    folder: Path = tmp_path_factory.mktemp("polls")
    async with running_group(folder, "siege", "usine", clock=CLOCK) as (siege, usine):
        yield siege, usine


async def poll_at(node: LocalNode, who: Person, uri: str) -> Any:
    """The poll of a post, as somebody of that node sees it."""
    id = await node.find(who, uri)
    return (await node.api("GET", f"/api/v1/statuses/{id}", who))["poll"]


async def vote(node: LocalNode, who: Person, uri: str, *choices: int) -> Any:
    poll = await poll_at(node, who, uri)
    return await node.api("POST", f"/api/v1/polls/{poll['id']}/votes", who, choices=list(choices))


def result(poll: Any) -> Any:
    return poll["votes_count"], poll["voters_count"], [option["votes_count"] for option in poll["options"]]


@pytest.mark.parametrize("hidden", [False, True], ids=["open", "hidden"])
async def test_votes_from_both_nodes_end_in_the_same_result(
    nodes: tuple[LocalNode, LocalNode], *, hidden: bool
) -> None:
    siege, usine = nodes
    amina, luc = await usine.person("amina"), await usine.person("luc")
    bruno, ines = await siege.person("bruno"), await siege.person("ines")
    asked = {"options": ["Soup", "Rice", "Bread"], "expires_in": 600, "multiple": True, "hide_totals": hidden}
    post = await usine.say(amina, "Lunch?", poll=asked)
    await settled(siege, usine)
    at_once = await vote(siege, bruno, post["uri"], 0, 2)
    assert at_once["own_votes"] == [0, 2]
    await vote(siege, ines, post["uri"], 2)
    await vote(usine, luc, post["uri"], 1, 2)
    await settled(siege, usine)
    counted = result(await poll_at(usine, amina, post["uri"]))
    assert counted == (5, 3, [None] * 3 if hidden else [1, 1, 3])
    with pytest.raises(Refused):
        await vote(siege, bruno, post["uri"], 1)
    CLOCK.ahead += 20 * SECOND
    # What both nodes' votes add up to is told without anybody asking, also before the end.
    await eventually(lambda: _knows(siege, bruno, post["uri"], voters=3), seconds=20)
    CLOCK.ahead += 600 * SECOND
    await eventually(lambda: _knows(siege, bruno, post["uri"], voters=3, over=True), seconds=20)
    await eventually(lambda: _told(usine, amina), seconds=20)
    await settled(siege, usine)
    ends = [await poll_at(node, who, post["uri"]) for node, who in ((usine, amina), (siege, bruno), (siege, ines))]
    assert [result(poll) for poll in ends] == [(5, 3, [1, 1, 3])] * 3
    assert [poll["own_votes"] for poll in ends] == [[], [0, 2], [2]]
    for node, who in ((usine, amina), (usine, luc), (siege, bruno), (siege, ines)):
        await eventually(partial(_told, node, who), seconds=20)
        await node.api("POST", "/api/v1/notifications/clear", who)
    with pytest.raises(Refused):
        await vote(siege, await siege.person("marc"), post["uri"], 1)


async def _knows(node: LocalNode, who: Person, uri: str, *, voters: int, over: bool = False) -> bool:
    poll = await poll_at(node, who, uri)
    figures = [option["votes_count"] for option in poll["options"]]
    return poll["voters_count"] == voters and (not over or (poll["expired"] and figures == [1, 1, 3]))


async def _told(node: LocalNode, who: Person) -> bool:
    found = await node.api("GET", "/api/v1/notifications", who)
    return [one["type"] for one in found].count("poll") == 1
