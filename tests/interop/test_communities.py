"""Communities between three real nodes: joined from another node, written in while their host is away, moderated.

The football community lives at `usine`; people of `siege` and `filiale` are in it.
"""

import itertools
from collections.abc import AsyncIterator, Sequence

import msgspec
import pytest
import pytest_asyncio

from social.communities import communities, reading
from social.communities.communities import NewCommunity
from social.paging import Page
from social.posts.publish import Context, Draft, publish
from storage import accounts, community_nodes
from storage import posts as post_rows
from storage.communities import Entry
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId
from tests.interop.wires import Wires
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Person
from tests.world import one_pair

pytestmark = pytest.mark.asyncio(loop_scope="module")

_NUMBERS = itertools.count(1)


class PlacedRow(Row, frozen=True, kw_only=True):
    """A post of a community as its list shows it."""

    uri: str
    place: int | None
    locked: bool
    sticky: bool
    is_removed: bool


class ChairRow(Row, frozen=True, kw_only=True):
    """Somebody who moderates."""

    uri: str
    role: str


_PLACED = Query(
    PlacedRow,
    """
    SELECT p.uri, s.place, s.locked, s.sticky, CASE WHEN s.removed_at IS NULL THEN 0 ELSE 1 END AS is_removed
    FROM placements AS s JOIN posts AS p ON p.id = s.post_id JOIN accounts AS a ON a.id = s.community_id
    WHERE a.uri = :community ORDER BY s.shown DESC, p.uri""",
)
_CHAIRS = Query(
    ChairRow,
    """
    SELECT b.uri, CASE WHEN m.role IN ('host', 'moderator') THEN 'moderates' ELSE '' END AS role
    FROM memberships AS m JOIN accounts AS b ON b.id = m.account_id JOIN accounts AS a ON a.id = m.community_id
    WHERE a.uri = :community AND m.role IN ('host', 'moderator') AND m.state = 'member' ORDER BY b.uri""",
)


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What a node shows of a community."""

    posts: tuple[PlacedRow, ...]
    chairs: tuple[ChairRow, ...]
    nodes: tuple[tuple[str, int], ...]


class Armor:
    """Three nodes with their people."""

    def __init__(self, sites: Sequence[LocalNode], wires: Wires) -> None:
        self.siege, self.usine, self.filiale = sites
        self.sites = tuple(sites)
        self.wires = wires
        self.people: dict[str, tuple[LocalNode, Person]] = {}

    async def settle(self) -> None:
        for site, names in ((self.siege, "bruno ines"), (self.usine, "amina luc"), (self.filiale, "carla javier")):
            for name in names.split():
                self.people[name] = (site, await site.person(name))
        await settled(*self.sites)

    async def found(self, by: str = "amina", entry: Entry = Entry.OPEN) -> str:
        """A new community: its id on the wire."""
        site, person = self.people[by]
        new = NewCommunity(username=f"foot{next(_NUMBERS)}", display_name="Football", entry=entry, keys=one_pair())
        account = await site.write(
            communities.create, person.viewer, new, ids=site.ids, urls=site.urls, now=site.clock()
        )
        return account.uri

    async def knows(self, name: str, uri: str) -> AccountId:
        """The community as somebody's node has it, asked for by address if it has to be."""
        site, person = self.people[name]
        row = await site.read(accounts.by_uri, uri)
        if row is None:
            await site.api("GET", "/api/v2/search", person, q=uri, type="accounts", resolve="true")
            row = await site.read(accounts.by_uri, uri)
        assert row is not None
        return row.id

    async def joins(self, name: str, uri: str) -> None:
        site, person = self.people[name]
        id = await self.knows(name, uri)
        await site.api("POST", f"/api/v1/accounts/{id}/follow", person)

    async def says(self, name: str, uri: str, text: str, parent: str = "") -> str:
        """A post in the community: its id on the wire."""
        site, person = self.people[name]
        answered = await site.read(post_rows.by_uri, parent) if parent else None
        draft = Draft(
            text=text,
            community=None if parent else await self.knows(name, uri),
            parent=answered.id if answered else None,
        )
        context = Context(site.ids, site.urls, site.settings)
        id = await site.write(publish, person.viewer, draft, context=context, now=site.clock())
        row = await site.read(post_rows.by_id, id)
        assert row is not None
        return row.uri

    async def view(self, site: LocalNode, uri: str) -> View:
        return await site.read(_view, uri)

    async def equal(self, uri: str, *sites: LocalNode) -> View:
        """Wait until all show the same, with nothing that waits for the host; what that is."""
        seen: list[View] = []

        async def same() -> bool:
            seen[:] = [await self.view(site, uri) for site in sites or self.sites]
            placed = all(row.place is not None for one in seen for row in one.posts)
            return placed and all(one == seen[0] for one in seen)

        try:
            await eventually(same)
        except AssertionError:
            raise AssertionError(seen) from None
        return seen[0]

    async def lists(self, uri: str, *hosts: LocalNode) -> None:
        """Wait until every node has the list of member nodes that the host made."""

        async def told() -> bool:
            seen = [{host for host, _ in (await self.view(site, uri)).nodes} for site in self.sites]
            return all(found == {site.host for site in hosts} for found in seen)

        try:
            await eventually(told, seconds=5)
        except AssertionError:
            raise AssertionError([await self.view(site, uri) for site in self.sites]) from None

    async def reads(self, name: str, uri: str) -> list[str]:
        """The threads that somebody reads there, by their words."""
        site, person = self.people[name]
        id = await self.knows(name, uri)
        found = await site.read(reading.posts, person.viewer, id, Page(), now=site.clock())
        return [view.post.html for view in found]


def _view(tx: Tx, uri: str) -> View:
    account = accounts.by_uri(tx, uri)
    assert account is not None
    return View(
        posts=tuple(tx.rows(_PLACED, community=uri)),
        chairs=tuple(tx.rows(_CHAIRS, community=uri)),
        nodes=tuple((row.host, row.members) for row in community_nodes.of(tx, account.id)),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def armor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Armor]:
    with pytest.MonkeyPatch.context() as patch:
        async with running_group(tmp_path_factory.mktemp("armor"), "siege", "usine", "filiale") as sites:
            made = Armor(sites, Wires(sites, patch))
            await made.settle()
            yield made


async def test_a_newcomer_joins_from_the_own_node_and_posts(armor: Armor) -> None:
    football = await armor.found()
    for name in ("bruno", "carla"):
        await armor.joins(name, football)
    await settled(*armor.sites)
    await armor.says("carla", football, "Who plays on Friday?")
    await settled(*armor.sites)
    assert len((await armor.equal(football)).posts) == 1
    await armor.lists(football, armor.siege, armor.filiale)
    for name in ("amina", "bruno", "carla"):
        assert await armor.reads(name, football) == ["<p>Who plays on Friday?</p>"]


async def test_while_the_host_is_away_members_of_other_nodes_talk_and_its_order_counts_when_it_returns(
    armor: Armor,
) -> None:
    football = await armor.found()
    for name in ("bruno", "carla"):
        await armor.joins(name, football)
    await settled(*armor.sites)
    await armor.lists(football, armor.siege, armor.filiale)
    before = await armor.says("amina", football, "Welcome")
    await armor.equal(football)
    away = {(by.host, armor.usine.host) for by in armor.sites} | {(armor.usine.host, to.host) for to in armor.sites}
    armor.wires.cut |= away
    first = await armor.says("carla", football, "Is anybody there?")
    await eventually(lambda: _has(armor.siege, first))
    answer = await armor.says("bruno", football, "I am", parent=first)
    await eventually(lambda: _has(armor.filiale, answer))
    assert len(await armor.reads("bruno", football)) == 2
    waiting = await armor.view(armor.siege, football)
    assert [row.uri for row in waiting.posts if row.place is None] == [answer, first]
    assert not await _has(armor.usine, first)
    armor.wires.cut -= away
    for site in (armor.siege, armor.filiale):
        await site.running.federation.courier.revive(armor.usine.host)
    view = await armor.equal(football)
    assert {row.uri for row in view.posts} == {before, first, answer}
    assert [row.place for row in view.posts] == sorted((row.place or 0 for row in view.posts), reverse=True)


async def _has(site: LocalNode, uri: str) -> bool:
    return await site.read(post_rows.by_uri, uri) is not None
