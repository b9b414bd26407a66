"""`kill -9` in the middle of it: what was answered is there, and reaches the peers once."""

import asyncio
import time
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from social.settings import FederationSettings
from storage import inbox, known, log, spread
from tests.attacks.foe import PUBLIC, Foe
from tests.nodes import eventually, served_group, served_node, settled
from tests.sites import Person, ProcessNode

POSTS = 500
CLIENTS = 16
KILLED_AFTER = 180
ENDS_WITHIN = 10.0
"""Seconds, on a machine that does other things too."""


class Crowd:
    """Clients that post as fast as they are answered; what was answered is kept by its address."""

    def __init__(self, node: ProcessNode, people: list[Person]) -> None:
        self.node = node
        self.people = people
        self.answered: dict[str, str] = {}
        self.lost: list[int] = []
        self._next = iter(range(POSTS))

    async def post(self) -> None:
        """All clients at once, until the posts are used up or the node is gone."""
        async with asyncio.TaskGroup() as group:
            for client in range(CLIENTS):
                group.create_task(self._client(self.people[client % len(self.people)]))

    async def _client(self, person: Person) -> None:
        for number in self._next:
            try:
                said = await self.node.say(person, f"Report {number} of the night shift")
            except (aiohttp.ClientError, ConnectionError):
                # Not answered: it may be there or not, and nobody was told that it is.
                self.lost.append(number)
                return
            self.answered[said["uri"]] = said["id"]


async def test_every_post_that_was_answered_survives_a_kill_and_reaches_the_peer_once(tmp_path: Path) -> None:
    async with served_group(tmp_path, "usine", "siege") as (usine, siege):
        people = [await usine.person(f"worker{number}") for number in range(4)]
        crowd = Crowd(usine, people)
        posting = asyncio.create_task(crowd.post())
        await eventually(lambda: len(crowd.answered) >= KILLED_AFTER, seconds=60)
        await usine.kill()
        await posting
        assert crowd.lost
        before = len(crowd.answered)
        assert KILLED_AFTER <= before < POSTS

        await usine.start()
        for uri, id in crowd.answered.items():
            assert (await usine.api("GET", f"/api/v1/statuses/{id}", people[0]))["uri"] == uri
        await crowd.post()
        assert len(crowd.answered) + len(crowd.lost) == POSTS

        await settled(usine, siege, seconds=60)
        here, there = await usine.read(spread.public_uris), await siege.read(spread.public_uris)
        assert set(crowd.answered) <= here == there
        assert len(here) <= POSTS
        assert await usine.read(log.parked) == [] == await siege.read(log.parked)
        assert await siege.read(inbox.failed, 10) == []


async def test_a_peer_is_sent_every_activity_and_knows_the_repeated_ones_by_their_id(tmp_path: Path) -> None:
    async with served_group(tmp_path, "usine", "siege") as (usine, siege):
        amina, bruno = await usine.person("amina"), await siege.person("bruno")
        await siege.follow(bruno, amina)
        await settled(usine, siege)
        crowd = Crowd(usine, [amina])
        posting = asyncio.create_task(crowd.post())
        await eventually(lambda: len(crowd.answered) >= KILLED_AFTER, seconds=60)
        # The one that receives is killed too: what it had accepted it still has, what it had not comes again.
        await siege.kill()
        await usine.kill()
        await posting
        await siege.start()
        await usine.start()
        await settled(usine, siege, seconds=60)
        home = await _home(siege, bruno)
        assert [count for count in Counter(home).values() if count > 1] == []
        assert set(home) == await usine.read(spread.public_uris)
        assert set(crowd.answered) <= set(home)


@pytest.mark.parametrize("how", ["kill", "stop"])
async def test_every_letter_that_was_taken_is_shown_once_after_an_end_in_the_middle_of_a_burst(
    how: str, tmp_path: Path
) -> None:
    """Nobody sends again what was answered 202. SIGTERM ends a node under load within seconds, `kill -9` at once."""
    async with Foe("honest.localhost") as honest:
        federation = FederationSettings(insecure_loopback=True, allow=(honest.authority,))
        async with served_node(tmp_path, federation=federation) as node:
            amina = await node.person("amina")
            writer = honest.actor("writer")
            to = [PUBLIC, node.urls.actor("amina")]
            taken: list[str] = []
            numbers = iter(range(POSTS))

            async def write() -> None:
                for number in numbers:
                    letter = honest.create(writer, f"<p>Letter {number}</p>", to=to, tag=[_mention(node)])
                    try:
                        status = await honest.tell(node, letter)
                    except (aiohttp.ClientError, ConnectionError):
                        return
                    # A node that ends says that it does.
                    if status != 503:
                        assert status == 202
                        taken.append(letter["object"]["id"])

            async with asyncio.TaskGroup() as group:
                for _ in range(CLIENTS):
                    group.create_task(write())
                await eventually(lambda: len(taken) >= KILLED_AFTER, seconds=60)
                began = time.monotonic()
                await (node.kill() if how == "kill" else node.stop())
                assert time.monotonic() - began < ENDS_WITHIN
            assert KILLED_AFTER <= len(taken) < POSTS
            await node.start()
            await settled(node, seconds=60)
            kept = await node.read(known.posts, taken)
            assert sorted(taken) == sorted(kept)
            told = await node.api("GET", "/api/v1/notifications", amina, limit=80, types=["mention"])
            assert len({one["status"]["uri"] for one in told}) == len(told) == 80
            assert await node.read(inbox.failed, 10) == [] == await node.read(log.parked)


def _mention(node: ProcessNode) -> dict[str, str]:
    return {"type": "Mention", "href": node.urls.actor("amina"), "name": "@amina"}


async def _home(node: ProcessNode, person: Person) -> list[str]:
    """The addresses of everything in somebody's home, page by page."""
    found: list[str] = []
    before: dict[str, str] = {}
    while page := await node.api("GET", "/api/v1/timelines/home", person, limit=40, **before):
        found += [post["uri"] for post in page]
        before = {"max_id": page[-1]["id"]}
    return found
