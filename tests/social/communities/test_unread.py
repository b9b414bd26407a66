"""What is unread in communities, and whom new threads are told: by when they came here, and by what a member wants."""

import pytest

from social.clock import HOUR
from social.communities import membership, posting
from social.communities import reading as community_reading
from social.communities import received as told
from social.communities.received import SaidCommunity
from social.feeds import notifications
from social.paging import FIRST
from social.people import received as follows
from social.people import relations
from social.posts.publish import receive
from storage import posts as post_rows
from storage import relations as follow_rows
from storage.accounts import AccountRow
from storage.ids import AccountId, Millis, PostId
from storage.memberships import Level
from storage.notifications import Kind
from tests.social.communities.harbour import community, join
from tests.social.posts.test_publish import received
from tests.world import World


async def unread(world: World, name: str = "luc") -> list[int]:
    return [one.unread for one in await world.db.read(community_reading.mine, world.viewer(name))]


async def read(world: World, id: AccountId, name: str = "luc") -> None:
    await world.db.write(membership.read, world.viewer(name), id, now=world.clock())


class Elsewhere:
    """A community of another node, in which luc is, and bruno who writes there."""

    def __init__(self, world: World, group: AccountRow, bruno: AccountRow) -> None:
        self.world, self.group, self.bruno = world, group, bruno

    async def says(self, number: int, at: int) -> PostId:
        """Bruno's post of that time comes here now, before its host has placed it."""
        said = received(self.bruno, number, community=self.group.id, published_at=Millis(at))
        world = self.world
        return await world.db.write(receive, self.bruno, said, ids=world.ids, live=True, now=world.clock())

    async def places(self, post: PostId, at: int) -> None:
        row = await self.world.db.read(post_rows.by_id, post)
        assert row is not None
        where = {"host": self.group.domain, "now": self.world.clock()}
        await self.world.db.write(posting.place, row, self.group.id, Millis(at), **where)  # type: ignore[arg-type]


@pytest.fixture
async def elsewhere(world: World) -> Elsewhere:
    await world.person("luc")
    group = await world.elsewhere("football", kind="group")
    await world.db.write(told.described, group.id, SaidCommunity(), host=group.domain, ids=world.ids, now=world.clock())
    await world.follow("luc", group.id)
    follow = await world.db.read(follow_rows.between, world.id("luc"), group.id)
    assert follow is not None
    await world.db.write(follows.receive_accept, group, follow.uri, None, now=world.clock())
    world.clock.pass_by(hours=1)
    return Elsewhere(world, group, await world.elsewhere("bruno"))


async def test_what_the_host_places_late_is_neither_unread_again_nor_read_unseen(elsewhere: Elsewhere) -> None:
    world, group = elsewhere.world, elsewhere.group
    seen = await elsewhere.says(1, world.clock())
    assert await unread(world) == [1]
    world.clock.pass_by(minutes=1)
    await read(world, group.id)
    assert await unread(world) == [0]
    world.clock.pass_by(minutes=5)
    await elsewhere.places(seen, world.clock())
    assert await unread(world) == [0], "it was read before its host said where it stands"
    late = await elsewhere.says(2, world.clock() - HOUR // 2)
    await elsewhere.places(late, world.clock() - HOUR // 2)
    assert await unread(world) == [1], "it stands below what was read, and nobody has seen it"


async def test_what_was_written_before_one_came_is_not_unread(elsewhere: Elsewhere) -> None:
    world = elsewhere.world
    await elsewhere.says(1, world.clock() - 2 * HOUR)
    assert await unread(world) == [0]


async def test_unread_is_what_a_member_wants_to_read(world: World) -> None:
    for name in ("amina", "luc", "carla"):
        await world.person(name)
    id = await community(world, "amina")
    for name in ("luc", "carla"):
        await join(world, name, id)
    luc = world.viewer("luc")
    world.clock.pass_by(minutes=1)
    await world.say("amina", "Match", community=id)
    await world.say("carla", "Vélo", community=id)
    assert await unread(world) == [2]
    await world.db.write(relations.mute, luc, world.id("carla"), ids=world.ids, now=world.clock())
    assert await unread(world) == [1]
    await world.db.write(membership.prefer, luc, id, level=Level.NONE, now=world.clock())
    assert await unread(world) == [0]
    await world.db.write(membership.prefer, luc, id, level=Level.POSTS, now=world.clock())
    await world.db.write(relations.mute, luc, id, ids=world.ids, now=world.clock())
    assert await unread(world) == [0], "an app muted the community"


async def test_threads_are_told_to_who_wants_each_of_them_by_level_or_by_the_bell_of_an_app(world: World) -> None:
    for name in ("amina", "luc", "carla", "ines", "marc"):
        await world.person(name)
    id = await community(world, "amina")
    for name in ("luc", "carla", "ines", "marc"):
        await join(world, name, id)
    await world.db.write(membership.prefer, world.viewer("luc"), id, level=Level.ALL, now=world.clock())
    await world.follow("carla", id, notify=True)
    await world.follow("marc", id, notify=True)
    await world.db.write(membership.prefer, world.viewer("marc"), id, level=Level.NONE, now=world.clock())
    await world.say("amina", "Match", community=id)
    await world.settle()
    heard = {}
    for name in ("luc", "carla", "ines", "marc"):
        found = await world.db.read(notifications.notifications, world.viewer(name), FIRST, now=world.clock())
        heard[name] = [one.kind for one in found]
    assert heard == {"luc": [Kind.STATUS], "carla": [Kind.STATUS], "ines": [], "marc": []}
