"""Posts of a community: who may write and read them, where they stand, what is refused outside."""

import pytest

from social import reading
from social.communities import communities, membership, moderation
from social.communities import reading as community_reading
from social.errors import Forbidden, NotFound
from social.feeds import timelines
from social.paging import FIRST
from social.policy import ANONYMOUS
from social.posts import reactions
from storage.communities import Entry, Posting
from storage.ids import AccountId, PostId
from storage.memberships import Level
from storage.visibility import Visibility
from tests.social.communities.harbour import community, join, let_in
from tests.world import World


@pytest.fixture
async def people(world: World) -> World:
    """amina hosts, luc is a member wherever a test lets him in, carla stays outside."""
    for name in ("amina", "luc", "carla"):
        await world.person(name)
    return world


@pytest.fixture
async def closed(people: World) -> AccountId:
    """A closed community of amina and luc."""
    id = await community(people, "amina", "safety", entry=Entry.REQUEST)
    await join(people, "luc", id)
    await let_in(people, "amina", "luc", id)
    return id


async def sees(world: World, name: str, post: PostId) -> bool:
    viewer = world.viewer(name) if name else ANONYMOUS
    return bool(await world.db.read(reading.posts, viewer, [post]))


async def home(world: World, name: str) -> list[PostId]:
    await world.settle()
    return await world.db.read(timelines.home_ids, world.viewer(name), FIRST, now=world.clock())


async def listed(world: World, name: str, id: AccountId, topic: str = "") -> list[PostId]:
    viewer = world.viewer(name) if name else ANONYMOUS
    return await world.db.read(community_reading.post_ids, viewer, id, FIRST, topic, now=world.clock())


async def test_everybody_reads_what_is_written_in_an_open_community(people: World) -> None:
    id = await community(people, "amina")
    post = await people.say("amina", "Match jeudi", community=id)
    assert [await sees(people, name, post) for name in ("amina", "carla", "")] == [True, True, True]
    assert await listed(people, "carla", id) == [post]


async def test_only_members_read_what_is_written_in_a_closed_one(people: World, closed: AccountId) -> None:
    await people.follow("carla", "amina")
    post = await people.say("amina", "@carla voyez", community=closed, visibility=Visibility.PUBLIC)
    assert [await sees(people, name, post) for name in ("amina", "luc", "carla", "")] == [True, True, False, False]
    assert await listed(people, "luc", closed) == [post]
    assert await listed(people, "carla", closed) == []
    assert await home(people, "carla") == []
    assert await home(people, "luc") == [post]


async def test_an_answer_has_the_community_and_the_audience_of_what_it_answers(
    people: World, closed: AccountId
) -> None:
    post = await people.say("amina", "Casques", community=closed)
    answer = await people.say("luc", "@carla d'accord", parent=post, visibility=Visibility.PUBLIC)
    assert [await sees(people, name, answer) for name in ("amina", "luc", "carla")] == [True, True, False]
    assert await listed(people, "luc", closed) == [post]
    counted = await people.db.read(reading.post, people.viewer("luc"), post)
    assert counted.post.replies_count == 1
    await people.db.write(moderation.remove, people.viewer("amina"), answer, "non", now=people.clock())
    counted = await people.db.read(reading.post, people.viewer("luc"), post)
    assert counted.post.replies_count == 0
    private = await people.say("luc", "@amina entre nous", parent=post, visibility=Visibility.DIRECT)
    view = await people.db.read(reading.post, people.viewer("amina"), private)
    assert view.post.community_id is None and view.post.visibility is Visibility.DIRECT


async def test_who_is_no_member_writes_nothing_there(people: World, closed: AccountId) -> None:
    with pytest.raises(Forbidden):
        await people.say("carla", "Bonjour", community=closed)
    id = await community(people, "amina")
    post = await people.say("amina", "Match", community=id)
    with pytest.raises(Forbidden):
        await people.say("carla", "Moi aussi", parent=post)
    with pytest.raises(Forbidden):
        await people.say("carla", "Bonjour", community=people.id("luc"))


async def test_naming_a_community_writes_in_it_for_members_only(people: World) -> None:
    id = await community(people, "amina")
    post = await people.say("amina", "@football on joue")
    assert await listed(people, "amina", id) == [post]
    await people.say("carla", "@football c'est où ?")
    kept_close = await people.say("amina", "@football pour mes abonnés", visibility=Visibility.FOLLOWERS)
    assert await listed(people, "amina", id) == [post]
    assert (await people.db.read(reading.post, people.viewer("amina"), kept_close)).post.community_id is None


async def test_where_only_hosts_begin_threads_members_answer(people: World) -> None:
    id = await community(people, "amina", posting=Posting.HOSTS)
    await join(people, "luc", id)
    with pytest.raises(Forbidden):
        await people.say("luc", "Bonjour", community=id)
    post = await people.say("amina", "Annonce", community=id)
    await people.say("luc", "Merci", parent=post)
    named = await people.say("luc", "Merci à @football")
    assert (await people.db.read(reading.post, people.viewer("luc"), named)).post.community_id is None
    assert await listed(people, "luc", id) == [post]


async def test_an_archived_community_is_read_and_not_written(people: World) -> None:
    id = await community(people, "amina")
    post = await people.say("amina", "Match", community=id)
    await people.db.write(communities.archive, people.viewer("amina"), id, now=people.clock())
    for draft in ({"community": id}, {"parent": post}):
        with pytest.raises(Forbidden):
            await people.say("amina", "encore", **draft)
    assert await listed(people, "amina", id) == [post]
    await people.db.write(communities.reopen, people.viewer("amina"), id, now=people.clock())
    await people.say("amina", "encore", community=id)


async def test_a_closed_post_is_neither_quoted_nor_boosted_outside(people: World, closed: AccountId) -> None:
    post = await people.say("luc", "Presque tombé", community=closed)
    for name in ("luc", "amina"):
        with pytest.raises(Forbidden):
            await people.say(name, "Lisez", quoted=post)
        with pytest.raises(Forbidden):
            await people.db.write(
                reactions.boost, people.viewer(name), post, context=people.context, now=people.clock()
            )
    with pytest.raises(Forbidden):
        await people.say("luc", "Lisez", quoted=post, visibility=Visibility.FOLLOWERS)
    await people.say("luc", "Je reviens là-dessus", quoted=post, community=closed)


async def test_who_is_put_out_sees_no_more_but_the_own(people: World, closed: AccountId) -> None:
    before = await people.say("amina", "Casques", community=closed)
    own = await people.say("luc", "Oui", community=closed)
    assert await home(people, "luc") == [own, before]
    await people.db.write(membership.expel, people.viewer("amina"), closed, people.id("luc"), now=people.clock())
    after = await people.say("amina", "Gants", community=closed)
    assert [await sees(people, "luc", post) for post in (before, own, after)] == [False, True, False]
    assert await home(people, "luc") == [own]


async def test_each_post_is_once_at_home_of_a_member_who_also_follows_its_author(people: World) -> None:
    id = await community(people, "amina")
    await join(people, "luc", id)
    await people.follow("luc", "amina")
    post = await people.say("amina", "Match", community=id)
    assert await home(people, "luc") == [post]


async def test_a_muted_community_is_not_at_home_and_comes_back(people: World) -> None:
    id = await community(people, "amina")
    await join(people, "luc", id)
    post = await people.say("amina", "Match", community=id)
    assert await home(people, "luc") == [post]
    now = people.clock()
    await people.db.write(membership.prefer, people.viewer("luc"), id, muted=True, now=now)
    other = await people.say("amina", "Encore", community=id)
    assert await home(people, "luc") == []
    await people.db.write(membership.prefer, people.viewer("luc"), id, muted=False, now=now)
    assert await home(people, "luc") == [other, post]
    await people.db.write(membership.prefer, people.viewer("luc"), id, level=Level.MENTIONS, now=now)
    assert await home(people, "luc") == []


async def test_unread_counts_what_others_began_since_it_was_read(people: World) -> None:
    id = await community(people, "amina")
    await join(people, "luc", id)
    people.clock.pass_by(minutes=1)
    await people.say("amina", "Match", community=id)
    await people.say("luc", "Et moi", community=id)
    own = await people.db.read(community_reading.mine, people.viewer("luc"))
    assert [one.unread for one in own] == [1]
    people.clock.pass_by(minutes=1)
    await people.db.write(membership.read, people.viewer("luc"), id, now=people.clock())
    assert [one.unread for one in await people.db.read(community_reading.mine, people.viewer("luc"))] == [0]


async def test_places_rise_strictly_even_within_one_moment(people: World) -> None:
    id = await community(people, "amina")
    written = [await people.say("amina", f"{number}", community=id) for number in range(3)]
    places = await people.db.read(community_reading.places, written)
    given = [places[post].place or 0 for post in written]
    assert 0 not in given and given == sorted(set(given))
    assert await listed(people, "amina", id) == written[::-1]


async def test_a_post_in_a_hidden_community_is_not_found_by_address(people: World) -> None:
    id = await community(people, "amina", entry=Entry.HIDDEN)
    post = await people.say("amina", "Secret", community=id)
    with pytest.raises(NotFound):
        await people.db.read(reading.post, people.viewer("carla"), post)
    with pytest.raises(NotFound):
        await listed(people, "carla", id)
