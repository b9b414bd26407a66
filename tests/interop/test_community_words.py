"""What moderators say to one member reaches them at their own node, and who moderates elsewhere puts people out."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from social.communities import membership, moderation
from social.feeds import notifications
from social.paging import FIRST
from storage import accounts
from storage.communities import Entry
from storage.ids import AccountId
from storage.memberships import MembershipRow, MemberState
from storage.notifications import Kind
from tests.conftest import PostgresPool
from tests.interop.football import Armor, founded
from tests.nodes import eventually, settled
from tests.sites import Site

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def armor(tmp_path_factory: pytest.TempPathFactory, postgres_pool: PostgresPool) -> AsyncIterator[Armor]:
    """The football lives at `usine`; bruno of `siege` moderates it and carla of `filiale` is a member."""
    async with founded(tmp_path_factory.mktemp("armor"), postgres_pool, "usine") as made:
        yield made


async def club(armor: Armor) -> str:
    football = await armor.with_members("bruno", "carla")
    await armor.moderator("bruno", football)
    await armor.says("carla", football, "Selling my boots")
    await armor.equal(football)
    return football


async def told(armor: Armor, name: str) -> list[str]:
    """The words of moderators that somebody reads, the last first."""
    site, person = armor.people[name]
    found = await site.read(notifications.notifications, person.viewer, FIRST, now=site.clock())
    return [one.words for one in found if one.kind is Kind.COMMUNITY_WARNING]


async def somebody(armor: Armor, site: Site, name: str) -> AccountId:
    row = await site.read(accounts.by_uri, armor.uri(name))
    assert row is not None
    return row.id


async def test_a_word_to_a_member_of_another_node_is_read_there_whoever_moderates(armor: Armor) -> None:
    football = await club(armor)
    for name, words in (("amina", "Not here, please"), ("bruno", "As Amina says")):
        site, person = armor.people[name]
        carla = await somebody(armor, site, "carla")
        id = await armor.knows(name, football)
        await site.write(moderation.warn, person.viewer, id, carla, words, now=site.clock())
        await settled(*armor.sites)
        assert (await told(armor, "carla"))[0] == words
    assert await told(armor, "javier") == await told(armor, "amina") == []
    assert await armor.is_in("carla", football)


async def test_who_is_put_out_reads_why_at_their_own_node(armor: Armor) -> None:
    football = await club(armor)
    host, amina = armor.people["amina"]
    carla = await somebody(armor, host, "carla")
    id = await armor.knows("amina", football)
    await host.write(membership.expel, amina.viewer, id, carla, "No selling", now=host.clock())
    await settled(*armor.sites)
    assert not await armor.is_in("carla", football)
    assert (await told(armor, "carla"))[0] == "No selling"


async def test_a_moderator_of_another_node_puts_somebody_out_and_lets_them_come_back(armor: Armor) -> None:
    football = await club(armor)
    site, bruno = armor.people["bruno"]
    carla, id = await somebody(armor, site, "carla"), await armor.knows("bruno", football)

    async def held() -> MembershipRow | None:
        return await armor.held("carla", football)

    async def is_out() -> bool:
        return not await armor.is_in("carla", football)

    assert not await site.write(membership.expel, bruno.viewer, id, carla, "No selling", now=site.clock())
    await eventually(is_out)
    await settled(*armor.sites)
    assert (await told(armor, "carla"))[0] == "No selling"
    await armor.joins("carla", football)
    await settled(*armor.sites)
    assert await armor.is_in("carla", football), "they may ask again"
    assert not await site.write(membership.ban, bruno.viewer, id, carla, "Once more", now=site.clock())
    await settled(*armor.sites)
    row = await held()
    assert row is not None and row.state is MemberState.BANNED and row.reason == "Once more"
    assert not await site.write(membership.unban, bruno.viewer, id, carla, now=site.clock())
    await settled(*armor.sites)
    await armor.joins("carla", football)
    await settled(*armor.sites)
    assert await armor.is_in("carla", football)


async def test_whoever_was_alone_there_learns_that_they_may_come_back(armor: Armor) -> None:
    """Nobody else of `filiale` is in it: of what is done and taken back the last word counts there as everywhere."""
    football = await club(armor)
    host, amina = armor.people["amina"]
    carla, id = await somebody(armor, host, "carla"), await armor.knows("amina", football)
    await host.write(membership.ban, amina.viewer, id, carla, "No selling", now=host.clock())
    await settled(*armor.sites)
    row = await armor.held("carla", football)
    assert row is not None and row.state is MemberState.BANNED
    assert (await told(armor, "carla"))[0] == "No selling"
    await host.write(membership.unban, amina.viewer, id, carla, now=host.clock())
    await settled(*armor.sites)
    assert await armor.held("carla", football) is None


async def test_a_moderator_of_another_node_invites_whom_they_know(armor: Armor) -> None:
    football = await armor.found(entry=Entry.INVITED)
    id = await armor.knows("amina", football)
    host, amina = armor.people["amina"]
    about = {"ids": host.ids, "now": host.clock()}
    bruno = await somebody(armor, host, "bruno")
    await host.write(membership.invite, amina.viewer, id, bruno, **about)  # type: ignore[arg-type]
    await settled(*armor.sites)
    await armor.joins("bruno", football)
    await settled(*armor.sites)
    await armor.moderator("bruno", football)
    site, asker = armor.people["bruno"]
    carla = await somebody(armor, site, "carla")
    about = {"ids": site.ids, "now": site.clock()}
    there = await armor.knows("bruno", football)
    assert await site.write(membership.invite, asker.viewer, there, carla, **about) is None  # type: ignore[arg-type]
    await settled(*armor.sites)
    row = await armor.held("carla", football)
    assert row is not None and row.state is MemberState.INVITED
    await armor.joins("carla", football)
    await settled(*armor.sites)
    assert await armor.is_in("carla", football)
