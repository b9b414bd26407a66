"""What moderators do with posts and members, and what people are told of it."""

import pytest

from social import events, reading
from social.communities import front, membership, moderation, topics
from social.communities import reading as community_reading
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.feeds import notifications, timelines
from social.paging import FIRST
from storage.communities import Entry
from storage.ids import AccountId, PostId
from storage.memberships import Level, MemberRole
from storage.notifications import Kind
from tests.social.communities.harbour import community, join, let_in
from tests.world import World


@pytest.fixture
async def football(world: World) -> AccountId:
    """An open community: amina hosts, luc moderates, carla is a member, bruno is none."""
    for name in ("amina", "luc", "carla", "bruno"):
        await world.person(name)
    id = await community(world, "amina")
    for name in ("luc", "carla"):
        await join(world, name, id)
    await world.db.write(
        membership.set_role, world.viewer("amina"), id, world.id("luc"), MemberRole.MODERATOR, now=world.clock()
    )
    return id


async def told(world: World, name: str) -> list[tuple[Kind, AccountId]]:
    await world.settle()
    found = await world.db.read(notifications.notifications, world.viewer(name), FIRST, now=world.clock())
    return [(one.kind, one.sender.id) for one in found]


async def listed(world: World, name: str, id: AccountId, topic: str = "") -> list[PostId]:
    return await world.db.read(community_reading.post_ids, world.viewer(name), id, FIRST, topic, now=world.clock())


async def test_a_post_taken_out_is_seen_by_its_author_alone_and_comes_back(world: World, football: AccountId) -> None:
    post = await world.say("carla", "Vendre", community=football)
    await world.settle()
    await world.db.write(moderation.remove, world.viewer("luc"), post, "réclame", now=world.clock())
    for name, count in (("carla", 1), ("luc", 0), ("bruno", 0)):
        assert len(await world.db.read(reading.posts, world.viewer(name), [post])) == count, name
    assert await world.db.read(timelines.home_ids, world.viewer("luc"), FIRST, now=world.clock()) == []
    assert (Kind.COMMUNITY_WARNING, football) in await told(world, "carla")
    out = await world.db.read(moderation.log, world.viewer("amina"), football, 2**62, 20)
    assert [(one.post_id, one.removed_by, one.removed_reason) for one in out] == [(post, world.id("luc"), "réclame")]
    assert not await world.db.write(moderation.remove, world.viewer("luc"), post, "encore", now=world.clock())
    assert await world.db.write(moderation.restore, world.viewer("amina"), post, now=world.clock())
    assert await listed(world, "bruno", football) == [post]


async def test_only_who_moderates_does_so_and_says_why(world: World, football: AccountId) -> None:
    post = await world.say("amina", "Match", community=football)
    elsewhere = await world.say("amina", "Ailleurs")
    for name in ("carla", "bruno"):
        with pytest.raises(Forbidden):
            await world.db.write(moderation.remove, world.viewer(name), post, "non", now=world.clock())
        with pytest.raises(Forbidden):
            await world.db.write(moderation.lock, world.viewer(name), post, now=world.clock())
    with pytest.raises(Invalid):
        await world.db.write(moderation.remove, world.viewer("luc"), post, " ", now=world.clock())
    with pytest.raises(NotFound):
        await world.db.write(moderation.remove, world.viewer("luc"), elsewhere, "non", now=world.clock())


async def test_a_moderator_who_is_one_no_more_does_nothing_more(world: World, football: AccountId) -> None:
    post = await world.say("carla", "Match", community=football)
    await world.db.write(
        membership.set_role, world.viewer("amina"), football, world.id("luc"), MemberRole.MEMBER, now=world.clock()
    )
    with pytest.raises(Forbidden):
        await world.db.write(moderation.remove, world.viewer("luc"), post, "non", now=world.clock())


async def test_in_a_locked_thread_only_moderators_answer(world: World, football: AccountId) -> None:
    post = await world.say("amina", "Match", community=football)
    answer = await world.say("carla", "Oui", parent=post)
    assert await world.db.write(moderation.lock, world.viewer("luc"), post, "assez", now=world.clock())
    for parent in (post, answer):
        with pytest.raises(Forbidden):
            await world.say("carla", "Encore", parent=parent)
    await world.say("luc", "Fin", parent=answer)
    with pytest.raises(NotFound):
        await world.db.write(moderation.lock, world.viewer("luc"), answer, now=world.clock())
    await world.db.write(moderation.unlock, world.viewer("luc"), post, now=world.clock())
    await world.say("carla", "Encore", parent=post)
    locked = [event.locked for event in await world.happened() if isinstance(event, events.PostLocked)]
    assert locked == [True, False]


async def test_sticky_threads_stand_apart_and_are_few(world: World, football: AccountId) -> None:
    written = [await world.say("amina", f"{number}", community=football) for number in range(6)]
    for post in written[:5]:
        assert await world.db.write(moderation.stick, world.viewer("luc"), post, now=world.clock())
    with pytest.raises(Conflict):
        await world.db.write(moderation.stick, world.viewer("luc"), written[5], now=world.clock())
    assert await listed(world, "carla", football) == [written[5]]
    sticky = await world.db.read(community_reading.sticky, world.viewer("carla"), football, now=world.clock())
    assert [view.post.id for view in sticky] == written[4::-1]
    await world.db.write(moderation.unstick, world.viewer("luc"), written[0], now=world.clock())
    assert await listed(world, "carla", football) == [written[5], written[0]]


async def test_a_topic_is_read_and_followed_alone(world: World, football: AccountId) -> None:
    topic = await world.db.write(topics.add, world.viewer("luc"), football, "Matchs à venir", now=world.clock())
    assert topic.name == "matchs-à-venir"
    with pytest.raises(Conflict):
        await world.db.write(topics.add, world.viewer("luc"), football, "matchs  À venir", now=world.clock())
    with pytest.raises(Invalid):
        await world.say("amina", "x", community=football, topic="autre")
    await world.db.write(membership.prefer, world.viewer("carla"), football, topic_only=topic.name, now=world.clock())
    under = await world.say("amina", "Jeudi", community=football, topic=topic.name)
    other = await world.say("amina", "Photos", community=football)
    await world.settle()
    assert await listed(world, "carla", football, topic.name) == [under]
    assert await world.db.read(timelines.home_ids, world.viewer("carla"), FIRST, now=world.clock()) == [under]
    await world.db.write(topics.drop, world.viewer("luc"), football, topic.name, now=world.clock())
    assert await listed(world, "carla", football) == [other, under]


async def test_a_request_an_answer_and_an_invitation_are_told(world: World, football: AccountId) -> None:
    id = await community(world, "amina", "safety", entry=Entry.REQUEST)
    await join(world, "carla", id)
    assert await told(world, "amina") == [(Kind.COMMUNITY_REQUEST, id)]
    await let_in(world, "amina", "carla", id)
    assert await told(world, "carla") == [(Kind.COMMUNITY_ACCEPTED, id)]
    await world.db.write(
        membership.invite, world.viewer("amina"), id, world.id("bruno"), ids=world.ids, now=world.clock()
    )
    assert await told(world, "bruno") == [(Kind.COMMUNITY_INVITED, id)]


async def test_who_moderates_hears_of_a_first_post_once(world: World, football: AccountId) -> None:
    await world.say("carla", "Bonjour", community=football)
    await world.say("carla", "Encore", community=football)
    for name in ("amina", "luc"):
        assert await told(world, name) == [(Kind.COMMUNITY_GREETING, world.id("carla"))]


async def test_each_thread_is_told_to_whom_wants_it_and_mentions_to_whom_does_not_refuse(
    world: World, football: AccountId
) -> None:
    await world.db.write(membership.prefer, world.viewer("carla"), football, level=Level.ALL, now=world.clock())
    await world.say("amina", "Match", community=football)
    assert await told(world, "carla") == [(Kind.STATUS, world.id("amina"))]
    await world.db.write(membership.prefer, world.viewer("carla"), football, level=Level.NONE, now=world.clock())
    await world.say("amina", "@carla tu viens ?", community=football)
    assert len(await told(world, "carla")) == 1


async def test_a_warning_is_for_the_member_alone(world: World, football: AccountId) -> None:
    await world.db.write(
        moderation.warn, world.viewer("luc"), football, world.id("carla"), "Restez courtoise", now=world.clock()
    )
    assert await told(world, "carla") == [(Kind.COMMUNITY_WARNING, football)]
    own = await world.db.read(front.view, world.viewer("carla"), football)
    assert own.mine is not None and own.mine.reason == "Restez courtoise"
    with pytest.raises(NotFound):
        await world.db.write(
            moderation.warn, world.viewer("luc"), football, world.id("bruno"), "Non", now=world.clock()
        )
