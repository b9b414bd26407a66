"""A community becomes part of another one, between three real nodes: who is led where, and who is not.

Both live at `usine`; people of `siege` and `filiale` are in the former one.
"""

from collections.abc import AsyncIterator
from functools import partial

import msgspec
import pytest
import pytest_asyncio

from social import events, jobs
from social.communities import membership, merging
from social.errors import Forbidden
from social.feeds import notifications
from social.paging import FIRST
from storage import accounts, communities, deliveries
from storage.communities import CommunityRow, CommunityState, Entry
from storage.engine.database import Tx
from storage.memberships import Level, MemberState
from storage.notifications import Kind
from tests.conftest import PostgresPool
from tests.interop.football import Armor, founded
from tests.nodes import eventually, settled

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def armor(tmp_path_factory: pytest.TempPathFactory, postgres_pool: PostgresPool) -> AsyncIterator[Armor]:
    """One that has members keeps its rows in PostgreSQL."""
    async with founded(tmp_path_factory.mktemp("armor"), postgres_pool, "filiale") as made:
        yield made


async def test_members_of_all_sites_go_along_with_what_they_wanted(armor: Armor) -> None:
    football, tennis = await armor.with_members("bruno", "carla"), await armor.found()
    first = await armor.says("carla", football, "Before")
    await armor.writes("carla", football, "Seven against seven")
    await settled(*armor.sites)
    await armor.equal(football)
    site, carla = armor.people["carla"]
    id = await armor.knows("carla", football)
    wish = {"level": Level.NONE, "muted": True}
    await site.write(membership.prefer, carla.viewer, id, now=site.clock(), **wish)  # type: ignore[arg-type]
    await merges(armor, football, tennis)
    for name in ("amina", "bruno", "carla"):
        await eventually(partial(armor.is_in, name, tennis), why=f"{name} goes along")
    await settled(*armor.sites)
    own = await armor.held("carla", tennis)
    assert own is not None and (own.level, own.muted) == (Level.NONE, True)
    for name in ("bruno", "carla"):
        assert await notes(armor, name, tennis) == [Kind.COMMUNITY_MOVED], "one note, and no other"
        row = await kept(armor, name, football)
        assert row.state is CommunityState.ARCHIVED and row.merged_into == await armor.knows(name, tennis)
        assert await armor.reads(name, football) == ["<p>Before</p>"], "what was written stays where it stands"
        assert [leaf.title for leaf in await armor.leaves(name, tennis)] == ["Rules of play"]
        with pytest.raises(Forbidden):
            await armor.says(name, football, "Still here?")
    assert [row.uri for row in (await armor.equal(football)).posts] == [first]
    second = await armor.says("carla", tennis, "And after")
    assert [row.uri for row in (await armor.equal(tennis)).posts] == [second]


async def test_who_joins_the_former_one_from_elsewhere_is_in_the_other(armor: Armor) -> None:
    football, tennis = await armor.with_members("bruno", "carla"), await armor.found()
    await merges(armor, football, tennis)
    await eventually(partial(armor.is_in, "bruno", tennis))
    await armor.joins("ines", football)
    await eventually(partial(armor.is_in, "ines", tennis))


async def test_what_is_said_twice_or_late_changes_nothing(armor: Armor) -> None:
    football, tennis = await armor.with_members("bruno", "carla"), await armor.found()
    await merges(armor, football, tennis)
    await eventually(partial(armor.is_in, "carla", tennis))
    await settled(*armor.sites)
    site, carla = armor.people["carla"]
    id = await armor.knows("carla", tennis)
    await site.write(membership.leave, carla.viewer, id, now=site.clock())
    await settled(*armor.sites)
    host, former = armor.usine, await armor.knows("amina", football)
    for event in (
        events.ProfileChanged(by=former, at=host.clock()),
        events.CommunityMerged(by=former, at=host.clock(), community=former, into=await armor.knows("amina", tennis)),
    ):
        await host.write(events.append, event)
        await settled(*armor.sites)
    assert await armor.held("carla", tennis) is None, "who left is not brought back"
    assert await notes(armor, "carla", tennis) == [Kind.COMMUNITY_MOVED]


async def test_who_heard_nothing_of_it_learns_it_when_the_community_is_read(armor: Armor) -> None:
    """Nothing waits for them any more: it is as after an absence that was longer than anybody keeps what waits."""
    football, tennis = await armor.with_members("bruno", "carla"), await armor.found()
    away = armor.apart(armor.filiale)
    await merges(armor, football, tennis)
    await eventually(partial(armor.is_in, "bruno", tennis))
    await armor.usine.write(deliveries.drop_host, armor.filiale.host, armor.usine.clock())
    await armor.mend(away)
    assert (await kept(armor, "carla", football)).merged_into is None
    read = jobs.ReadCommunity(actor=football)
    await armor.filiale.write(jobs.enqueue, read, key=football, due=armor.filiale.clock())
    await eventually(partial(armor.is_in, "carla", tennis))


async def test_nobody_is_led_where_the_other_does_not_agree(armor: Armor) -> None:
    """The host of the former one says so of a community that knows nothing of it."""
    football, tennis = await armor.with_members("bruno", "carla"), await armor.found("bruno")
    host, amina = armor.people["amina"]
    forged = (await armor.knows("amina", football), await armor.knows("amina", tennis))

    def forge(tx: Tx) -> None:
        row, now = communities.by_id(tx, forged[0]), host.clock()
        assert row is not None
        rows = {"state": CommunityState.ARCHIVED, "archived_at": now, "merged_into": forged[1]}
        communities.rewrite(tx, msgspec.structs.replace(row, **rows))
        events.append(tx, events.ProfileChanged(by=forged[0], at=now))
        events.append(tx, events.CommunityMerged(by=amina.account, at=now, community=forged[0], into=forged[1]))

    await host.write(forge)
    await settled(*armor.sites)
    assert armor.wires is not None
    moves = {sent.to for sent in armor.wires.sent if sent.kind == "Move" and sent.about == football}
    assert moves == {armor.siege.host, armor.filiale.host}, "they were told so"
    for name in ("bruno", "carla"):
        row = await kept(armor, name, football)
        assert (row.state, row.merged_into) == (CommunityState.ARCHIVED, None), "the host may close it, and no more"
        assert await notes(armor, name, tennis) == []
    assert await armor.held("carla", tennis) is None


async def test_the_host_is_away_when_it_is_told(armor: Armor) -> None:
    football, tennis = await armor.with_members("bruno", "carla"), await armor.found()
    away = armor.apart(armor.filiale)
    await merges(armor, football, tennis)
    await eventually(partial(armor.is_in, "bruno", tennis))
    assert (await kept(armor, "carla", football)).merged_into is None
    await armor.mend(away)
    await eventually(partial(armor.is_in, "carla", tennis))
    await settled(*armor.sites)
    assert await notes(armor, "carla", tennis) == [Kind.COMMUNITY_MOVED]


async def test_members_of_a_closed_one_are_let_in_unasked_and_others_are_not(armor: Armor) -> None:
    football, tennis = await armor.found(entry=Entry.REQUEST), await armor.found(entry=Entry.REQUEST)
    host, amina = armor.people["amina"]
    await armor.joins("carla", football)
    await settled(*armor.sites)
    of = await host.read(accounts.by_uri, armor.uri("carla"))
    assert of is not None
    id = await armor.knows("amina", football)
    await host.write(membership.answer_request, amina.viewer, id, of.id, accept=True, now=host.clock())
    await settled(*armor.sites)
    await armor.says("carla", football, "Among us")
    await armor.equal(football, armor.usine, armor.filiale)
    await merges(armor, football, tennis)
    await eventually(partial(armor.is_in, "carla", tennis))
    assert await armor.reads("carla", football) == ["<p>Among us</p>"]
    await armor.joins("javier", tennis)
    await settled(*armor.sites)
    own = await armor.held("javier", tennis)
    assert own is not None and own.state is MemberState.ASKED
    assert armor.wires is not None
    moves = [sent for sent in armor.wires.sent if sent.kind == "Move" and sent.about == football]
    assert not moves, "nobody is moved into what is for members only"


async def merges(armor: Armor, former: str, into: str) -> None:
    host, amina = armor.people["amina"]
    ids = (await armor.knows("amina", former), await armor.knows("amina", into))
    await host.write(merging.merge, amina.viewer, *ids, ids=host.ids, urls=host.urls, now=host.clock())


async def kept(armor: Armor, name: str, community: str) -> CommunityRow:
    row = await armor.people[name][0].read(communities.by_id, await armor.knows(name, community))
    assert row is not None
    return row


async def notes(armor: Armor, name: str, community: str) -> list[Kind]:
    """What somebody was told by a community."""
    site, person = armor.people[name]
    id = await armor.knows(name, community)
    found = await site.read(notifications.notifications, person.viewer, FIRST, now=site.clock())
    return [one.kind for one in found if one.sender.id == id]
