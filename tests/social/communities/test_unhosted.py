"""Communities that nobody looks after: administrators are told, once, and again when it happens again."""

import pytest

from social.communities import communities, membership, unhosted
from social.communities.received import SaidCommunity
from social.errors import Conflict
from social.feeds import notifications
from social.governance import states
from social.paging import FIRST
from social.people import relations
from social.people.remote import delete_remote
from social.policy import Role
from storage import memberships, peers
from storage.accounts import AccountKind
from storage.ids import AccountId
from storage.memberships import MemberRole, MembershipRow, MemberState
from storage.notifications import Kind
from tests.social.communities.harbour import community, join
from tests.world import DOMAIN, World

SIEGE = "siege.example"


@pytest.fixture
async def football(world: World) -> AccountId:
    """An open community: amina hosts, luc is a member; boss administers the site and marc only moderates it."""
    for name in ("amina", "luc"):
        await world.person(name)
    await world.person("boss", role=Role.ADMIN)
    await world.person("marc", role=Role.MODERATOR)
    id = await community(world, "amina")
    await join(world, "luc", id)
    return id


async def look(world: World) -> int:
    found = await world.db.write(unhosted.look, [SIEGE, DOMAIN], DOMAIN, world.clock())
    await world.settle()
    return found


async def told(world: World, name: str = "boss") -> list[AccountId]:
    found = await world.db.read(notifications.notifications, world.viewer(name), FIRST, now=world.clock())
    return [one.sender.id for one in found if one.kind is Kind.COMMUNITY_UNHOSTED]


async def test_when_the_last_host_is_gone_who_administers_is_told_once(world: World, football: AccountId) -> None:
    assert await look(world) == 0
    boss, amina = world.viewer("boss"), world.id("amina")
    await world.db.write(states.suspend, boss, amina, now=world.clock())
    assert [await look(world), await look(world)] == [1, 0]
    assert await told(world) == [football]
    assert await told(world, "luc") == await told(world, "marc") == []
    heir = {"ids": world.ids, "now": world.clock()}
    await world.db.write(communities.appoint, boss, football, world.id("luc"), **heir)  # type: ignore[arg-type]
    assert await look(world) == 0
    world.clock.pass_by(days=1)
    await world.db.write(states.suspend, boss, world.id("luc"), now=world.clock())
    assert await look(world) == 1
    assert await told(world) == [football, football], "it happened again"


async def test_an_archived_one_needs_nobody(world: World, football: AccountId) -> None:
    boss, amina = world.viewer("boss"), world.id("amina")
    await world.db.write(communities.archive, world.viewer("amina"), football, now=world.clock())
    await world.db.write(states.suspend, boss, amina, now=world.clock())
    assert await look(world) == 0


async def test_the_last_host_leaves_by_no_door(world: World, football: AccountId) -> None:
    amina = world.viewer("amina")
    about = {"ids": world.ids, "urls": world.urls, "now": world.clock()}
    with pytest.raises(Conflict):
        await world.db.write(membership.leave, amina, football, now=world.clock())
    with pytest.raises(Conflict):
        await world.db.write(relations.unfollow, amina, football, now=world.clock())
    with pytest.raises(Conflict):
        await world.db.write(relations.block, amina, football, **about)  # type: ignore[arg-type]
    own = await world.db.read(memberships.one, football, world.id("amina"))
    assert own is not None and own.is_host


async def test_a_host_of_elsewhere_whose_account_ends_or_whose_node_is_gone(world: World, football: AccountId) -> None:
    bruno = await world.elsewhere("bruno", SIEGE)
    seat = MembershipRow(
        community_id=football,
        account_id=bruno.id,
        role=MemberRole.HOST,
        state=MemberState.MEMBER,
        created_at=world.clock(),
    )
    await world.db.write(memberships.put, seat)
    amina = await world.db.read(memberships.one, football, world.id("amina"))
    assert amina is not None
    await world.db.write(memberships.drop, football, world.id("amina"))
    assert await look(world) == 0, "bruno looks after it"
    await world.db.write(peers.succeeded, SIEGE, world.clock())
    world.clock.pass_by(days=6)
    await world.db.write(peers.failed, SIEGE, "no answer", world.clock(), now=world.clock())
    assert await look(world) == 0
    world.clock.pass_by(days=2)
    assert await look(world) == 1
    await world.db.write(peers.succeeded, SIEGE, world.clock())
    assert await look(world) == 0
    world.clock.pass_by(days=1)
    await world.db.write(delete_remote, bruno.uri, now=world.clock())
    assert await look(world) == 1
    assert len(await told(world)) == 2


async def test_of_one_whose_node_is_gone_those_hear_who_have_members_in_it(world: World) -> None:
    await world.person("luc")
    await world.person("boss", role=Role.ADMIN)
    mine, theirs, strange = [
        await world.elsewhere(name, domain, kind=AccountKind.GROUP, community=SaidCommunity())
        for name, domain in (("tennis", SIEGE), ("chess", SIEGE), ("go", "forum.example"))
    ]
    for one in (mine, strange):
        await join(world, "luc", one.id)
        row = await world.db.read(memberships.one, one.id, world.id("luc"))
        assert row is not None
        await world.db.write(memberships.followed, one.id, world.id("luc"), MemberState.MEMBER, world.clock())
    for host in (SIEGE, "forum.example"):
        await world.db.write(peers.succeeded, host, world.clock())
    world.clock.pass_by(days=8)
    for host in (SIEGE, "forum.example"):
        await world.db.write(peers.failed, host, "no answer", world.clock(), now=world.clock())
    assert await look(world) == 1
    assert await told(world) == [mine.id], "neither one that nobody here is in, nor one of a stranger"
    assert theirs.id not in await told(world)
