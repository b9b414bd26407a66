"""Whatever happens in whatever order, nodes end with the same view.

A seed decides what people do: they write, answer, change, delete, boost, like, follow and take it back, while the wires
between their nodes are cut and mended, stutter and repeat. `ARCHIPEL_SEED=7` runs that seed alone.
"""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from random import Random
from typing import Any, Protocol

import aiohttp
import msgspec
import pytest

from social.clock import HOUR, MINUTE, system_clock
from social.people import relations
from storage import accounts, inbox, log
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis
from tests.interop import views
from tests.interop.wires import Wires
from tests.nodes import running_group, settled
from tests.sites import LocalNode, Person, Refused, Site

STEPS = 360
MANY = 3_000
ABREAST = 3
"""Acts that begin at the same time."""
CREW = 2
"""People of each node."""
SEEDS = [(int(os.environ["ARCHIPEL_SEED"]), STEPS)] if "ARCHIPEL_SEED" in os.environ else [(1, STEPS), (2, STEPS)]
MORE_SEEDS = [pytest.param(seed, STEPS, marks=pytest.mark.full) for seed in range(3, 13)]
LONG = [pytest.param(13, MANY, marks=pytest.mark.full)]
BESIDE = views.BESIDE


class ArrivalRow(Row, frozen=True, kw_only=True):
    """When a post came to a node."""

    uri: str
    received_at: int


_ARRIVALS = Query(ArrivalRow, "SELECT p.uri, p.received_at FROM posts AS p")
_FOLLOWED_AT = Query(
    int,
    """
    SELECT e.at FROM events AS e WHERE e.kind = 'FollowAccepted' AND e.payload LIKE :by AND e.payload LIKE :of
    ORDER BY e.at DESC
    LIMIT 1""",
)


class Clock:
    """The machine's clock, that can be put forward."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> Millis:
        return Millis(system_clock() + self.ahead)


class Written(msgspec.Struct, kw_only=True):
    """A post as the test remembers it."""

    uri: str
    author: Person
    site: Site
    visibility: str
    is_deleted: bool = False


class Weather(Protocol):
    """What the wires between the nodes suffer."""

    stutter: Random | None
    cut: set[tuple[str, str]]


class Sea:
    """Nodes, people, and everything they have written, the same at each run of a seed."""

    def __init__(self, sites: Sequence[Site], wires: Weather, seed: int) -> None:
        self.sites = sites
        self.wires = wires
        self.random = Random(seed)
        self.people: list[tuple[Site, Person]] = []
        self.readers: dict[Any, Person] = {}
        self.posts: list[Written] = []
        self.done: dict[str, int] = {}

    async def settle(self) -> None:
        for site in self.sites:
            for number in range(CREW):
                self.people.append((site, await site.person(f"{site.name}_{number}")))
            self.readers[site] = await site.person("reader")
        for site in self.sites:
            for _, person in self.people:
                await site.account_of(self.readers[site], person)
        await settled(*self.sites)

    async def live(self, steps: int = STEPS) -> None:
        """So many acts, some at the same time, and weather."""
        for _ in range(steps // ABREAST):
            self._weather()
            acts = [self._act() for _ in range(ABREAST)]
            await asyncio.gather(*(self._tried(name, act) for name, act in acts))

    def calm(self) -> None:
        """No more cuts and no more stutter."""
        self.wires.cut.clear()
        self.wires.stutter = None

    def _weather(self) -> None:
        if self.random.random() < 0.12:
            self.wires.cut.clear()
        if self.random.random() < 0.1:
            by, to = self.random.sample(self.sites, 2)
            self.wires.cut.add((by.host, to.host))

    def _act(self) -> tuple[str, Awaitable[None]]:
        """One act, decided now."""
        random = self.random
        names = list(ACTS)
        name = random.choices(names, [ACTS[name][0] for name in names])[0]
        site, person = random.choice(self.people)
        post = random.choice(self.posts[-60:]) if self.posts else None
        number = random.randrange(1_000_000)
        return name, ACTS[name][1](self, site, person, post, number)

    async def _tried(self, name: str, act: Awaitable[None]) -> None:
        try:
            await act
        except aiohttp.ClientConnectorError:
            # The node is down: nothing was begun.
            name = f"{name} (away)"
        except Refused as refused:
            # What somebody wanted to act upon is not at their node, or is gone already.
            assert refused.status == 404, refused
            name = f"{name} (in vain)"
        self.done[name] = self.done.get(name, 0) + 1

    async def say(self, site: Site, person: Person, _: Written | None, number: int) -> None:
        visibility = ("public", "public", "public", "unlisted", "private")[number % 5]
        words = f"{number} #tag{number % 7}"
        if number % 3 == 0:
            words += f" @{self.people[number % len(self.people)][1].acct}"
        await self._written(site, person, words, visibility=visibility)

    async def tell(self, site: Site, person: Person, _: Written | None, number: int) -> None:
        words = f"@{self.people[number % len(self.people)][1].acct} {number}"
        await self._written(site, person, words, visibility="direct")

    async def answer(self, site: Site, person: Person, post: Written | None, number: int) -> None:
        if post is not None and post.visibility == "public":
            parent = await self._id(site, post)
            await self._written(site, person, f"@{post.author.acct} {number}", in_reply_to_id=parent)

    async def change(self, _: Site, __: Person, post: Written | None, number: int) -> None:
        if post is not None:
            words = f"changed {number} #tag{number % 5}"
            await post.site.api("PUT", f"/api/v1/statuses/{await self._id(post.site, post)}", post.author, status=words)

    async def delete(self, _: Site, __: Person, post: Written | None, ___: int) -> None:
        if post is not None:
            path = f"/api/v1/statuses/{await self._id(post.site, post)}"
            await post.site.api("DELETE", path, post.author)
            post.is_deleted = True

    async def boost(self, site: Site, person: Person, post: Written | None, _: int) -> None:
        await self._react(site, person, post, "reblog")

    async def unboost(self, site: Site, person: Person, post: Written | None, _: int) -> None:
        await self._react(site, person, post, "unreblog")

    async def like(self, site: Site, person: Person, post: Written | None, _: int) -> None:
        await self._react(site, person, post, "favourite")

    async def unlike(self, site: Site, person: Person, post: Written | None, _: int) -> None:
        await self._react(site, person, post, "unfavourite")

    async def follow(self, site: Site, person: Person, _: Written | None, number: int) -> None:
        await self._relate(site, person, number, "follow")

    async def unfollow(self, site: Site, person: Person, _: Written | None, number: int) -> None:
        await self._relate(site, person, number, "unfollow")

    async def rename(self, site: Site, person: Person, _: Written | None, number: int) -> None:
        await site.api("PATCH", "/api/v1/accounts/update_credentials", person, display_name=f"{person.name} {number}")

    async def _written(self, site: Site, person: Person, words: str, **params: Any) -> None:
        params.setdefault("visibility", "public")
        said = await site.say(person, words, **params)
        self.posts.append(Written(uri=said["uri"], author=person, site=site, visibility=params["visibility"]))

    async def _react(self, site: Site, person: Person, post: Written | None, verb: str) -> None:
        if post is not None and post.visibility == "public":
            await site.api("POST", f"/api/v1/statuses/{await self._id(site, post)}/{verb}", person)

    async def _relate(self, site: Site, person: Person, number: int, verb: str) -> None:
        _, other = self.people[number % len(self.people)]
        if other is not person:
            row = await site.read(accounts.by_uri, uri_of(other))
            assert row is not None
            await site.api("POST", f"/api/v1/accounts/{row.id}/{verb}", person)

    async def _id(self, site: Site, post: Written) -> str:
        """The id that a post has at a node. Raises Refused where it is not."""
        row = await site.read(post_rows.by_uri, post.uri)
        if row is None:
            raise Refused("GET", post.uri, 404, "not here")
        return str(row.id)


Act = Callable[[Sea, Site, Person, Written | None, int], Awaitable[None]]
ACTS: dict[str, tuple[int, Act]] = {
    "say": (24, Sea.say),
    "tell": (4, Sea.tell),
    "answer": (18, Sea.answer),
    "change": (10, Sea.change),
    "delete": (8, Sea.delete),
    "boost": (9, Sea.boost),
    "unboost": (5, Sea.unboost),
    "like": (8, Sea.like),
    "unlike": (4, Sea.unlike),
    "follow": (10, Sea.follow),
    "unfollow": (5, Sea.unfollow),
    "rename": (2, Sea.rename),
}


def uri_of(person: Person) -> str:
    """The id of an actor, from anywhere."""
    name, host = person.acct.split("@")
    return f"http://{host}/users/{name}"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sites(tmp_path: Path, clock: Clock) -> AsyncIterator[tuple[LocalNode, ...]]:
    async with running_group(tmp_path, "siege", "usine", "filiale", clock=clock) as nodes:
        yield nodes


@pytest.mark.parametrize(("seed", "steps"), [*SEEDS, *MORE_SEEDS, *LONG])
async def test_random_acts_over_bad_wires_end_in_equal_views(
    seed: int,
    steps: int,
    sites: tuple[LocalNode, ...],
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    wires = Wires(sites, monkeypatch)
    sea = Sea(sites, wires, seed)
    await sea.settle()
    wires.stutter = Random(seed)
    began = time.monotonic()
    await sea.live(steps)
    lived = time.monotonic() - began
    sea.calm()
    # What was put off is due, and the nodes greet one another as they do at their start.
    clock.ahead += HOUR
    for site in sites:
        await site.running.federation.greeting.greet_all()
    await settled(*sites)
    # What came with that has changed numbers, which are told a while after.
    clock.ahead += MINUTE
    await settled(*sites)
    view = await views.equal(sea.readers, [person for _, person in sea.people], seconds=20 + steps / 10)
    with capsys.disabled():
        print(
            f"\nseed {seed}: {steps} acts, {len(sea.posts)} posts, {len(wires.sent)} POSTs in {lived:.1f} s,"
            f" equal after {time.monotonic() - began - lived:.1f} s; {dict(sorted(sea.done.items()))}"
        )
    assert len(view.posts) > steps / 10
    await check_what_is_for_some(sea)
    await check_follows(sea)
    await check_likes(sea, view)
    await check_homes(sea, view)
    for site in sites:
        assert not await site.read(inbox.failed, 10)
        assert not await site.read(log.parked)


async def check_what_is_for_some(sea: Sea) -> None:
    """What was deleted is nowhere; of everything else each node that has it has the last version."""
    for post in sea.posts:
        found = {site.name: await site.read(post_rows.by_uri, post.uri) for site in sea.sites}
        rows = {name: row for name, row in found.items() if row is not None}
        if post.is_deleted:
            assert not rows, post.uri
            continue
        said = {
            (BESIDE.sub("", row.html), row.spoiler, row.edited_at, row.visibility, row.published_at)
            for row in rows.values()
        }
        assert len(said) == 1, "\n".join(f"{name}: {row}" for name, row in rows.items())
        if post.visibility == "public":
            assert len(rows) == len(sea.sites), post.uri


async def check_follows(sea: Sea) -> None:
    """Both nodes of a follow know the same, and nothing waits for an answer."""
    for _, follower in sea.people:
        for _, followee in sea.people:
            if follower is followee:
                continue
            states = set()
            for site in sea.sites:
                if site.host in (follower.acct.split("@")[1], followee.acct.split("@")[1]):
                    one = await site.read(accounts.by_uri, uri_of(follower))
                    other = await site.read(accounts.by_uri, uri_of(followee))
                    assert one is not None and other is not None
                    follow = await site.read(relations.follow_between, one.id, other.id)
                    states.add(follow.state if follow is not None else None)
            assert len(states) == 1 and states <= {None, "accepted"}, (follower.acct, followee.acct, states)


async def check_likes(sea: Sea, view: views.View) -> None:
    """The author's node knows all who like a post, each other one those of its own; all show the same number."""
    for post in sea.posts:
        if post.uri not in view.posts:
            continue
        known: dict[str, set[str]] = {}
        for site in sea.sites:
            id = await sea._id(site, post)
            found = await site.api("GET", f"/api/v1/statuses/{id}/favourited_by", sea.readers[site])
            known[site.host] = {views.acct(site, one) for one in found}
        at_home = known.pop(post.site.host)
        assert view.posts[post.uri].likes == len(at_home), (post.uri, view.posts[post.uri], at_home)
        for host, some in known.items():
            assert some == {acct for acct in at_home if acct.endswith(f"@{host}")}, post.uri


async def check_homes(sea: Sea, view: views.View) -> None:
    """Everybody's home has what those whom they follow have said to all since then, and nothing that only others said.

    Of what was said before, a home has the last forty.
    """
    arrived = {site.name: dict(await site.read(_arrivals)) for site in sea.sites}
    for site, person in sea.people:
        following = await site.api("GET", f"/api/v1/accounts/{person.account}/following", person, limit=80)
        since = {person.acct: 0}
        for one in following:
            since[views.acct(site, one)] = await site.read(_followed_at, person.account, int(one["id"]))
        came = arrived[site.name]
        authors = {uri: view.posts[uri].author for uri in view.group}
        expected = {uri for uri, author in authors.items() if author in since and came[uri] > since[author]}
        home = await views.home(site, person)
        shown = {re.sub(r"^\S+ boosts ", "", entry) for entry in home}
        assert expected <= shown, (person.acct, expected - shown)
        alien = [entry for entry in home if " boosts " in entry and entry.split(" ")[0] not in since]
        alien += [uri for uri in home if uri in view.posts and view.posts[uri].author not in since]
        assert not alien, (person.acct, alien)


def _arrivals(tx: Tx) -> list[tuple[str, int]]:
    return [(row.uri, row.received_at) for row in tx.rows(_ARRIVALS)]


def _followed_at(tx: Tx, by: int, of: int) -> int:
    return tx.row(_FOLLOWED_AT, by=f'%"by":{by},%', of=f'%"of":{of},%') or 0
