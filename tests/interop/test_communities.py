"""Communities between three real nodes: joined from another node, written in while their host is away, moderated.

The football community lives at `usine`; people of `siege` and `filiale` are in it.
"""

import itertools
from collections.abc import AsyncIterator, Sequence

import msgspec
import pytest
import pytest_asyncio

from social.communities import communities, membership, moderation, reading
from social.communities.communities import NewCommunity
from social.errors import Forbidden
from social.paging import Page
from social.posts.publish import Context, Draft, publish
from storage import accounts, community_nodes, memberships
from storage import posts as post_rows
from storage.communities import Entry
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, PostId
from storage.memberships import MemberRole
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

    def uri(self, name: str) -> str:
        """Somebody's id on the wire."""
        site, _ = self.people[name]
        return site.urls.actor(name)

    async def id(self, site: LocalNode, uri: str) -> PostId:
        row = await site.read(post_rows.by_uri, uri)
        assert row is not None
        return row.id

    async def joins(self, name: str, uri: str, reason: str = "") -> None:
        site, person = self.people[name]
        id = await self.knows(name, uri)
        await site.write(
            membership.join, person.viewer, id, reason=reason, ids=site.ids, urls=site.urls, now=site.clock()
        )

    async def with_members(self, *names: str) -> str:
        """A new open community that everybody's node knows the members of."""
        uri = await self.found()
        for name in names:
            await self.joins(name, uri)
        await settled(*self.sites)
        await self.lists(uri, *{self.people[name][0] for name in names})
        return uri

    async def moderator(
        self, name: str, uri: str, role: MemberRole = MemberRole.MODERATOR, *, wait: bool = True
    ) -> None:
        """The host gives somebody a role."""
        host, amina = self.people["amina"]
        of = await host.read(accounts.by_uri, self.uri(name))
        assert of is not None
        id = await self.knows("amina", uri)
        await host.write(membership.set_role, amina.viewer, id, of.id, role, now=host.clock())
        if wait:
            await settled(*self.sites)

    def apart(self, site: LocalNode) -> set[tuple[str, str]]:
        """Cut a node off; the wires that are cut now."""
        cut = {(by.host, site.host) for by in self.sites} | {(site.host, to.host) for to in self.sites}
        self.wires.cut |= cut
        return cut

    async def mend(self, cut: set[tuple[str, str]]) -> None:
        """Mend the wires, and have everything that waits go."""
        self.wires.cut -= cut
        for site in self.sites:
            for other in self.sites:
                await site.running.federation.courier.revive(other.host)
        await settled(*self.sites)

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

    async def lists(self, uri: str, *hosts: LocalNode, sites: Sequence[LocalNode] = ()) -> None:
        """Wait until every node has the list of member nodes that the host made."""

        async def told() -> bool:
            seen = [{host for host, _ in (await self.view(site, uri)).nodes} for site in sites or self.sites]
            return all(found == {site.host for site in hosts} for found in seen)

        try:
            await eventually(told, seconds=5)
        except AssertionError:
            raise AssertionError([await self.view(site, uri) for site in sites or self.sites]) from None

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
    football = await armor.with_members("bruno", "carla")
    before = await armor.says("amina", football, "Welcome")
    await armor.equal(football)
    away = armor.apart(armor.usine)
    first = await armor.says("carla", football, "Is anybody there?")
    await eventually(lambda: _has(armor.siege, first))
    answer = await armor.says("bruno", football, "I am", parent=first)
    await eventually(lambda: _has(armor.filiale, answer))
    assert len(await armor.reads("bruno", football)) == 2
    waiting = await armor.view(armor.siege, football)
    assert [row.uri for row in waiting.posts if row.place is None] == [answer, first]
    assert not await _has(armor.usine, first)
    await armor.mend(away)
    view = await armor.equal(football)
    assert {row.uri for row in view.posts} == {before, first, answer}
    assert [row.place for row in view.posts] == sorted((row.place or 0 for row in view.posts), reverse=True)


async def _has(site: LocalNode, uri: str) -> bool:
    return await site.read(post_rows.by_uri, uri) is not None


async def test_what_moderators_of_another_node_do_is_so_everywhere(armor: Armor) -> None:
    football = await armor.with_members("bruno", "carla")
    posts = [await armor.says("carla", football, f"Line {number}") for number in range(4)]
    await armor.equal(football)
    await armor.moderator("bruno", football)
    site, bruno = armor.people["bruno"]
    ids = [await armor.id(site, uri) for uri in posts]
    await site.write(moderation.remove, bruno.viewer, ids[0], "rude", now=site.clock())
    await site.write(moderation.lock, bruno.viewer, ids[1], now=site.clock())
    await site.write(moderation.stick, bruno.viewer, ids[2], now=site.clock())
    await site.write(moderation.remove, bruno.viewer, ids[3], "no", now=site.clock())
    await site.write(moderation.restore, bruno.viewer, ids[3], now=site.clock())
    await settled(*armor.sites)
    view = await armor.equal(football)
    assert [(row.is_removed, row.locked, row.sticky) for row in reversed(view.posts)] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
        (False, False, False),
    ]
    assert len(view.chairs) == 2
    assert await armor.reads("amina", football) == ["<p>Line 3</p>", "<p>Line 1</p>"], "what is on top stands apart"


async def test_the_act_of_a_moderator_who_was_demoted_while_away_is_undone(armor: Armor) -> None:
    football = await armor.with_members("bruno", "carla")
    post = await armor.says("carla", football, "We lost")
    await armor.equal(football)
    await armor.moderator("bruno", football)
    away = armor.apart(armor.siege)
    await armor.moderator("bruno", football, MemberRole.MEMBER, wait=False)
    site, bruno = armor.people["bruno"]
    await site.write(moderation.remove, bruno.viewer, await armor.id(site, post), "mine", now=site.clock())
    await site.write(moderation.lock, bruno.viewer, await armor.id(site, post), now=site.clock())
    assert await armor.reads("bruno", football) == []
    await armor.mend(away)
    view = await armor.equal(football)
    assert [(row.is_removed, row.locked) for row in view.posts] == [(False, False)]


async def test_whoever_was_put_out_while_away_writes_for_nobody(armor: Armor) -> None:
    football = await armor.with_members("bruno", "carla")
    await armor.equal(football)
    away = armor.apart(armor.usine)
    host, amina = armor.people["amina"]
    id = await armor.knows("amina", football)
    of = await host.read(accounts.by_uri, armor.uri("carla"))
    assert of is not None
    await host.write(membership.ban, amina.viewer, id, of.id, "rude", now=host.clock())
    post = await armor.says("carla", football, "And I say")
    await eventually(lambda: _has(armor.siege, post))
    assert await armor.reads("bruno", football) != []
    await armor.mend(away)
    await eventually(lambda: _is_empty(armor, "bruno", football))
    assert await armor.reads("amina", football) == []
    with pytest.raises(Forbidden):
        await armor.says("carla", football, "Again")


async def test_a_closed_community_is_asked_to_come_in_and_read_by_its_members_alone(armor: Armor) -> None:
    football = await armor.found(entry=Entry.REQUEST)
    host, amina = armor.people["amina"]
    await armor.joins("carla", football, "I play since 1998")
    await settled(*armor.sites)
    id = await armor.knows("amina", football)
    asked = await host.read(_asked, id)
    assert [(row.account.uri, row.membership.reason) for row in asked] == [(armor.uri("carla"), "I play since 1998")]
    await host.write(membership.answer_request, amina.viewer, id, asked[0].account.id, accept=True, now=host.clock())
    await armor.lists(football, armor.filiale, sites=(armor.usine, armor.filiale))
    first = await armor.says("amina", football, "For us alone")
    second = await armor.says("carla", football, "So be it")
    view = await armor.equal(football, armor.usine, armor.filiale)
    assert [row.uri for row in view.posts] == [second, first]
    await settled(*armor.sites)
    assert not await _has(armor.siege, first) and not await _has(armor.siege, second)
    # History is read by who comes later.
    await armor.joins("bruno", football)
    await settled(*armor.sites)
    asked = await host.read(_asked, id)
    await host.write(membership.answer_request, amina.viewer, id, asked[0].account.id, accept=True, now=host.clock())
    await armor.equal(football)
    assert len(await armor.reads("bruno", football)) == 2


async def test_nobody_but_the_invited_learns_of_a_hidden_community(armor: Armor) -> None:
    football = await armor.found(entry=Entry.HIDDEN)
    host, amina = armor.people["amina"]
    id = await armor.knows("amina", football)
    await host.api("GET", "/api/v2/search", amina, q=f"@{armor.people['carla'][1].acct}", resolve="true")
    of = await host.read(accounts.by_uri, armor.uri("carla"))
    assert of is not None
    site, bruno = armor.people["bruno"]
    await site.api("GET", "/api/v2/search", bruno, q=football, type="accounts", resolve="true")
    assert await site.read(accounts.by_uri, football) is None
    await host.write(membership.invite, amina.viewer, id, of.id, ids=host.ids, now=host.clock())
    await settled(*armor.sites)
    await armor.joins("carla", football)
    await settled(*armor.sites)
    await armor.says("carla", football, "Psst")
    await armor.equal(football, armor.usine, armor.filiale)
    assert await armor.siege.read(accounts.by_uri, football) is None


def _asked(tx: Tx, community: AccountId) -> list[memberships.MemberRow]:
    return memberships.members(tx, community, memberships.MemberState.ASKED, 2**62, 0, 10)


async def _is_empty(armor: Armor, name: str, uri: str) -> bool:
    return await armor.reads(name, uri) == []
