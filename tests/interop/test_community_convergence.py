"""Whatever is done in a community, in whatever order it arrives, all nodes end with the same one.

A seed decides what people of three nodes do: they write, answer, change and delete, take out and put back, lock and put
on top, name moderators and demote them, shut out, leave and return, while wires are cut, stutter and repeat; in the
middle one node of members, and then the host, is away for thirty days. `ARCHIPEL_SEED=7` runs that seed alone.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from random import Random

import pytest

from social import jobs
from social.clock import DAY, HOUR, MINUTE
from social.communities import membership, moderation
from social.errors import SocialError
from storage import accounts, inbox, log, memberships
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import PostId
from storage.memberships import MemberRole
from tests.conftest import NewDatabase
from tests.interop import traces
from tests.interop.football import Armor, PlacedRow
from tests.interop.test_convergence import Clock
from tests.interop.wires import Wires
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Refused

STEPS = 60
AWAY = 20
SEEDS = [int(os.environ["ARCHIPEL_SEED"])] if "ARCHIPEL_SEED" in os.environ else [8]
MORE = [pytest.param(seed, marks=pytest.mark.full) for seed in range(1, 6)]
CROWD = ("amina", "luc", "bruno", "carla", "javier", "ines")
COMING = ("javier", "ines", "luc")
"""Those who come and go, and are shut out."""
CHAIRS = ("bruno", "carla")
"""Those who moderate now and then."""


class Club:
    """A community and everything that was written in it."""

    def __init__(self, armor: Armor, uri: str, clock: Clock, seed: int) -> None:
        self.armor, self.uri, self.clock, self.random = armor, uri, clock, Random(seed)
        self.posts: list[tuple[str, str]] = []
        self.done: dict[str, int] = {}

    async def live(self, steps: int) -> None:
        for _ in range(steps):
            self._weather()
            name = self.random.choices(list(ACTS), [weight for weight, _ in ACTS.values()])[0]
            who = self.random.choice(CROWD)
            try:
                await ACTS[name][1](self, who)
            except (SocialError, Refused):
                # What is not, or not yet, or no more so at somebody's node is refused there.
                name = f"{name} (in vain)"
            self.done[name] = self.done.get(name, 0) + 1

    async def away(self, site: LocalNode, steps: int) -> None:
        """One node is cut off for thirty days, and the others go on."""
        assert self.armor.wires is not None
        cut = self.armor.apart(site)
        for _ in range(3):
            await self.live(steps // 3)
            self.armor.wires.cut |= cut
            self.clock.ahead += 10 * DAY
        await self.back(cut)

    async def back(self, cut: set[tuple[str, str]]) -> None:
        """All wires are mended, and nodes greet one another as they do at their start."""
        assert self.armor.wires is not None
        self.armor.wires.cut.clear()
        self.clock.ahead += HOUR
        await self.armor.mend(cut)
        for site in self.armor.sites:
            assert isinstance(site, LocalNode)
            await site.running.federation.greeting.greet_all()
            if site is not self.armor.usine:
                # As after an absence of its own: the log of the host is read on, in small pages here.
                job = jobs.ReadCommunity(actor=self.uri)
                await site.write(jobs.enqueue, job, key=self.uri, due=site.clock())
        await settled(*self.armor.sites, seconds=60)

    def _weather(self) -> None:
        wires, random = self.armor.wires, self.random
        assert wires is not None
        if random.random() < 0.15:
            wires.cut.clear()
        if random.random() < 0.1:
            by, to = random.sample(self.armor.sites, 2)
            wires.cut.add((by.host, to.host))

    async def say(self, who: str) -> None:
        self.posts.append((who, await self.armor.says(who, self.uri, f"Line {self.random.randrange(10**6)}")))

    async def answer(self, who: str) -> None:
        if self.posts:
            _, parent = self.random.choice(self.posts[-12:])
            said = await self.armor.says(who, self.uri, f"Yes {self.random.randrange(10**6)}", parent=parent)
            self.posts.append((who, said))

    async def change(self, _: str) -> None:
        who, site, id = await self._own()
        words = f"Changed {self.random.randrange(10**6)}"
        await site.api("PUT", f"/api/v1/statuses/{id}", self.armor.people[who][1], status=words)

    async def delete(self, _: str) -> None:
        who, site, id = await self._own()
        await site.api("DELETE", f"/api/v1/statuses/{id}", self.armor.people[who][1])

    async def moderate(self, _: str) -> None:
        who = self.random.choice(("amina", *CHAIRS))
        if not self.posts:
            return
        site, person = self.armor.people[who]
        row = await site.read(post_rows.by_uri, self.random.choice(self.posts[-12:])[1])
        if row is None:
            return
        act = self.random.choice(
            (
                moderation.remove,
                moderation.restore,
                moderation.lock,
                moderation.unlock,
                moderation.stick,
                moderation.unstick,
            )
        )
        words = ("no",) if act is moderation.remove else ()
        await site.write(act, person.viewer, row.id, *words, now=site.clock())  # type: ignore[arg-type]

    async def name(self, _: str) -> None:
        role = self.random.choice((MemberRole.MODERATOR, MemberRole.MEMBER))
        await self.armor.moderator(self.random.choice(CHAIRS), self.uri, role, wait=False)

    async def shut(self, _: str) -> None:
        host, amina = self.armor.people["amina"]
        of = await host.read(accounts.by_uri, self.armor.uri(self.random.choice(COMING)))
        id = await self.armor.knows("amina", self.uri)
        if of is not None:
            act = self.random.choice((membership.ban, membership.unban, membership.unban, membership.expel))
            await host.write(act, amina.viewer, id, of.id, now=host.clock())

    async def come(self, _: str) -> None:
        await self.armor.joins(self.random.choice(COMING), self.uri)

    async def go(self, _: str) -> None:
        who = self.random.choice(COMING)
        site, person = self.armor.people[who]
        await site.write(membership.leave, person.viewer, await self.armor.knows(who, self.uri), now=site.clock())

    async def _own(self) -> tuple[str, LocalNode, PostId]:
        who, uri = self.random.choice(self.posts[-12:]) if self.posts else ("amina", "")
        site = self.armor.people[who][0]
        row = await site.read(post_rows.by_uri, uri)
        if row is None:
            raise Refused("GET", uri, 404, "gone")
        assert isinstance(site, LocalNode)
        return who, site, row.id


ACTS: dict[str, tuple[int, Callable[[Club, str], Awaitable[None]]]] = {
    "say": (20, Club.say),
    "answer": (12, Club.answer),
    "change": (6, Club.change),
    "delete": (4, Club.delete),
    "moderate": (16, Club.moderate),
    "name": (5, Club.name),
    "shut": (5, Club.shut),
    "come": (7, Club.come),
    "go": (3, Club.go),
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def armor(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, new_database: NewDatabase
) -> AsyncIterator[Armor]:
    """Two keep their rows in SQLite, one with members in PostgreSQL."""
    urls = {"filiale": new_database("postgres")}
    monkeypatch.setattr("federation.doors.communities.PAGE", 4)
    async with running_group(tmp_path, "siege", "usine", "filiale", database_urls=urls, clock=clock) as sites:
        made = Armor(sites, Wires(sites, monkeypatch))
        await made.settle()
        yield made


@pytest.mark.parametrize("seed", [*SEEDS, *MORE])
async def test_whatever_is_done_in_a_community_ends_equal_on_all_nodes(armor: Armor, clock: Clock, seed: int) -> None:
    uri = await armor.with_members("luc", "bruno", "carla", "ines", "javier")
    club = Club(armor, uri, clock, seed)
    assert armor.wires is not None
    armor.wires.stutter = Random(seed)
    await club.live(STEPS)
    assert isinstance(armor.siege, LocalNode) and isinstance(armor.usine, LocalNode)
    await club.away(armor.siege, AWAY)
    await club.away(armor.usine, AWAY)
    armor.wires.stutter = None
    await club.back(set())
    clock.ahead += MINUTE
    await settled(*armor.sites)
    await check_views(armor, uri, club)
    await check_members(armor, uri)
    for site in armor.sites:
        assert not await site.read(inbox.failed, 10)
        assert not await site.read(log.parked)


async def check_views(armor: Armor, uri: str, club: Club) -> None:
    """All show the same, but for what the host refused: that is out wherever somebody had it."""
    seen: list[dict[str, PlacedRow]] = [{}, {}, {}]

    async def differ() -> list[str]:
        for number, site in enumerate(armor.sites):
            posts = (await armor.view(site, uri)).posts
            seen[number] = {row.uri: row for row in posts if row.place is not None or not row.is_removed}
        uris = {uri for one in seen for uri in one}
        return sorted(uri for uri in uris if len({one.get(uri) for one in seen}) > 1)

    async def equal() -> bool:
        return not await differ()

    try:
        await eventually(equal, seconds=20)
    except AssertionError:
        unequal = await differ()
        where = [await traces.trails(armor.sites, uri) for uri in unequal[:3]]
        told = [(uri, *(one.get(uri) for one in seen)) for uri in unequal]
        raise AssertionError("\n".join([f"unequal: {told}", *where, await traces.queues(armor.sites)])) from None
    views = [await armor.view(site, uri) for site in armor.sites]
    assert len({(view.chairs, view.nodes) for view in views}) == 1, views
    assert len(seen[0]) > 8, club.done


async def check_members(armor: Armor, uri: str) -> None:
    """Everybody is in, out or shut out at their own node as at the host."""

    async def agree() -> bool:
        for name in CROWD:
            here = await armor.people[name][0].read(_state, uri, armor.uri(name))
            if here != await armor.usine.read(_state, uri, armor.uri(name)):
                return False
        return True

    await eventually(agree, why="members are the same everywhere")


def _state(tx: Tx, community: str, account: str) -> str:
    group, of = accounts.by_uri(tx, community), accounts.by_uri(tx, account)
    row = memberships.one(tx, group.id, of.id) if group is not None and of is not None else None
    return "" if row is None else row.state.value
