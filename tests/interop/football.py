"""A football community between three real nodes: made at `usine`, with people of `siege` and `filiale`, and held
against one another."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from social.clock import Clock, system_clock
from social.communities import communities, membership, pages, reading
from social.communities.communities import NewCommunity
from social.paging import Page
from social.posts.publish import Context, Draft, publish
from social.sanitise import LINK_REL
from storage import accounts, community_nodes, memberships
from storage import posts as post_rows
from storage.communities import Entry
from storage.community_pages import PageRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, PostId
from storage.memberships import MemberRole, MembershipRow
from tests.conftest import PostgresPool
from tests.interop.wires import Wires
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Person, Site
from tests.world import one_pair

_NUMBERS = itertools.count(1)


class PlacedRow(Row, frozen=True, kw_only=True):
    """A post of a community as its list shows it; without the marks that links from elsewhere are given."""

    uri: str
    place: int | None
    locked: bool
    sticky: bool
    is_removed: bool
    html: str
    topic: str


class ChairRow(Row, frozen=True, kw_only=True):
    """Somebody who moderates."""

    uri: str
    role: str


_PLACED = Query(
    PlacedRow,
    """
    SELECT p.uri, s.place, s.locked, s.sticky, CASE WHEN s.removed_at IS NULL THEN 0 ELSE 1 END AS is_removed,
        REPLACE(p.html, ' rel="nofollow noopener" target="_blank"', '') AS html,
        s.topic
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


@asynccontextmanager
async def founded(
    folder: Path, pool: PostgresPool, on_postgres: str, *, clock: Clock = system_clock
) -> AsyncIterator["Armor"]:
    """The three nodes with wires between them, one of which keeps its rows in PostgreSQL."""
    database = pool.take()
    urls = {on_postgres: pool.url(database)}
    with pytest.MonkeyPatch.context() as patch:
        async with running_group(folder, "siege", "usine", "filiale", database_urls=urls, clock=clock) as sites:
            made = Armor(sites, Wires(sites, patch))
            await made.settle()
            yield made
    pool.give_back(database)


class Armor:
    """Three nodes with their people."""

    def __init__(self, sites: Sequence[Site], wires: Wires | None = None) -> None:
        self.siege, self.usine, self.filiale = sites
        self.sites = tuple(sites)
        self.wires = wires
        self.people: dict[str, tuple[Site, Person]] = {}

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

    async def id(self, site: Site, uri: str) -> PostId:
        row = await site.read(post_rows.by_uri, uri)
        assert row is not None
        return row.id

    async def held(self, name: str, community: str) -> MembershipRow | None:
        """What somebody's own node says of them in a community."""
        site, person = self.people[name]
        row = await site.read(accounts.by_uri, community)
        return None if row is None else await site.read(memberships.one, row.id, person.account)

    async def is_in(self, name: str, community: str) -> bool:
        """Whether somebody is in a community, as their own node has it."""
        own = await self.held(name, community)
        return own is not None and own.is_in

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

    def apart(self, site: Site) -> set[tuple[str, str]]:
        """Cut a node off; the wires that are cut now."""
        cut = {(by.host, site.host) for by in self.sites} | {(site.host, to.host) for to in self.sites}
        assert self.wires is not None
        self.wires.cut |= cut
        return cut

    async def mend(self, cut: set[tuple[str, str]]) -> None:
        """Mend the wires, and have everything that waits go."""
        assert self.wires is not None
        self.wires.cut -= cut
        for site in self.sites:
            assert isinstance(site, LocalNode)
            for other in self.sites:
                await site.running.federation.courier.revive(other.host)
        # Whoever is not heard then is called after ten seconds, and once more after twenty.
        await settled(*self.sites, seconds=60)

    async def says(self, name: str, uri: str, text: str, parent: str = "", topic: str = "") -> str:
        """A post in the community: its id on the wire."""
        site, person = self.people[name]
        answered = await site.read(post_rows.by_uri, parent) if parent else None
        draft = Draft(
            text=text,
            community=None if parent else await self.knows(name, uri),
            parent=answered.id if answered else None,
            topic=topic,
        )
        context = Context(site.ids, site.urls, site.settings)
        id = await site.write(publish, person.viewer, draft, context=context, now=site.clock())
        row = await site.read(post_rows.by_id, id)
        assert row is not None
        return row.uri

    async def view(self, site: Site, uri: str) -> View:
        return await site.read(_view, uri)

    async def equal(self, uri: str, *sites: Site, seconds: float = 10.0) -> View:
        """Wait until all show the same, with nothing that waits for the host; what that is."""
        seen: list[View] = []

        async def same() -> bool:
            seen[:] = [await self.view(site, uri) for site in sites or self.sites]
            placed = all(row.place is not None for one in seen for row in one.posts)
            return placed and all(one == seen[0] for one in seen)

        try:
            await eventually(same, seconds=seconds)
        except AssertionError:
            raise AssertionError(seen) from None
        return seen[0]

    async def lists(self, uri: str, *hosts: Site, sites: Sequence[Site] = ()) -> None:
        """Wait until every node has the list of member nodes that the host made: `hosts`, and the host itself."""
        listed = {site.host for site in hosts} | {urlsplit(uri).netloc}

        async def told() -> bool:
            seen = [{host for host, _ in (await self.view(site, uri)).nodes} for site in sites or self.sites]
            return all(found == listed for found in seen)

        try:
            await eventually(told, seconds=5)
        except AssertionError:
            raise AssertionError([await self.view(site, uri) for site in sites or self.sites]) from None

    async def leaves(self, name: str, uri: str) -> list[PageRow]:
        """The pages that somebody reads there, from the own node."""
        site, person = self.people[name]
        return await site.read(pages.pages, person.viewer, await self.knows(name, uri))

    async def writes(self, name: str, uri: str, words: str, over: int = 0) -> None:
        """Somebody begins the page « Rules of play », or writes it anew over a version."""
        site, person = self.people[name]
        id, title, now = await self.knows(name, uri), "Rules of play", site.clock()

        def write(tx: Tx) -> None:
            if over:
                pages.change(
                    tx, person.viewer, id, "rules-of-play", title, words,
                    version=over, ids=site.ids, urls=site.urls, now=now,
                )  # fmt: skip
            else:
                pages.write(tx, person.viewer, id, title, words, ids=site.ids, urls=site.urls, now=now)

        await site.write(write)

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
        posts=tuple(_as_written(row) for row in tx.rows(_PLACED, community=uri)),
        chairs=tuple(tx.rows(_CHAIRS, community=uri)),
        nodes=tuple((row.host, row.members) for row in community_nodes.of(tx, account.id)),
    )


def _as_written(row: PlacedRow) -> PlacedRow:
    """Without what each node puts on the links of others."""
    return msgspec.structs.replace(row, html=row.html.replace(f' rel="{LINK_REL}" target="_blank"', ""))


async def has(site: Site, uri: str) -> bool:
    """Whether a node has a post."""
    return await site.read(post_rows.by_uri, uri) is not None
