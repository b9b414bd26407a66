"""Timelines: what enters a home, what does not, and how they are paged."""

import pytest

from social.errors import Unauthorized
from social.feeds import threads, timelines
from social.paging import Page
from social.people import received as received_acts
from social.people import relations
from social.policy import ANONYMOUS
from social.posts import edit, reactions
from social.posts.publish import receive
from storage.ids import Millis, PostId
from storage.visibility import Visibility
from tests.faults import every_statement_fails_once
from tests.social.posts.test_publish import received
from tests.world import World


async def home(world: World, name: str, page: Page | None = None) -> list[PostId]:
    views = await world.db.read(timelines.home, world.viewer(name), page or Page(), now=world.clock())
    return [view.post.id for view in views]


@pytest.fixture
async def armor(world: World) -> World:
    """luc follows amina; carla follows nobody."""
    for name in ("amina", "luc", "carla"):
        await world.person(name)
    await world.follow("luc", "amina")
    await world.settle()
    return world


async def test_an_author_sees_the_own_post_before_any_subscriber_ran(armor: World) -> None:
    post = await armor.say("amina", "un")
    assert await home(armor, "amina") == [post]


async def test_followers_get_posts_newest_first_and_nobody_else_does(armor: World) -> None:
    one, two = await armor.say("amina", "un"), await armor.say("amina", "deux")
    await armor.settle()
    assert await home(armor, "luc") == [two, one]
    assert await home(armor, "carla") == []


async def test_answers_enter_only_the_homes_of_those_who_follow_both(armor: World) -> None:
    first = await armor.say("carla", "question")
    await armor.say("amina", "réponse", parent=first)
    await armor.settle()
    assert await home(armor, "luc") == []
    await armor.follow("luc", "carla")
    await armor.settle()
    again = await armor.say("amina", "encore", parent=first)
    await armor.settle()
    assert (await home(armor, "luc"))[0] == again


async def test_a_direct_post_enters_only_the_home_of_whom_it_names(armor: World) -> None:
    await armor.follow("carla", "amina")
    post = await armor.say("amina", "@luc entre nous", visibility=Visibility.DIRECT)
    await armor.settle()
    assert (await home(armor, "luc"), await home(armor, "carla")) == ([post], [])


async def test_a_boost_enters_once_for_each_post_and_only_where_boosts_are_wanted(armor: World) -> None:
    await armor.follow("luc", "carla")
    await armor.follow("amina", "carla", boosts=False)
    await armor.settle()
    post = await armor.say("amina", "bravo")
    await armor.settle()
    before = await home(armor, "luc"), await home(armor, "amina")
    await armor.boost("carla", post)
    await armor.settle()
    assert (await home(armor, "luc"), await home(armor, "amina")) == before


async def test_muted_and_blocked_people_vanish_from_every_timeline(armor: World) -> None:
    await armor.say("amina", "un #bruit")
    await armor.settle()
    await armor.db.write(relations.mute, armor.viewer("luc"), armor.id("amina"), ids=armor.ids, now=armor.clock())
    assert await home(armor, "luc") == []
    for read in (timelines.group, lambda tx, viewer, page, now: timelines.tag(tx, viewer, "bruit", page, now=now)):
        assert await armor.db.read(read, armor.viewer("luc"), Page(), now=armor.clock()) == []
    await armor.db.write(relations.unmute, armor.viewer("luc"), armor.id("amina"), now=armor.clock())
    assert len(await home(armor, "luc")) == 1


async def test_following_fills_the_home_and_unfollowing_empties_it(armor: World) -> None:
    post = await armor.say("carla", "avant")
    await armor.settle()
    await armor.follow("luc", "carla")
    await armor.settle()
    assert await home(armor, "luc") == [post]
    await armor.db.write(relations.unfollow, armor.viewer("luc"), armor.id("carla"), now=armor.clock())
    await armor.settle()
    assert await home(armor, "luc") == []


async def test_what_is_deleted_or_unboosted_is_gone_from_homes(armor: World) -> None:
    await armor.follow("luc", "carla")
    kept, gone = await armor.say("amina", "un"), await armor.say("amina", "deux")
    far = await armor.say("carla", "trois")
    await armor.settle()
    await armor.db.write(edit.delete, armor.viewer("amina"), gone, now=armor.clock())
    await armor.boost("amina", far)
    await armor.settle()
    await armor.db.write(reactions.unboost, armor.viewer("amina"), far, now=armor.clock())
    assert await home(armor, "luc") == [far, kept]


async def test_a_late_post_is_on_top_and_history_at_its_time(armor: World) -> None:
    bruno = await armor.elsewhere("bruno")
    await armor.follow("luc", bruno.id)
    await armor.db.write(received_acts.receive_accept, bruno, None, await armor.row(armor.id("luc")), now=armor.clock())
    now = await armor.say("amina", "maintenant")
    await armor.settle()
    written = Millis(armor.clock() - 3_600_000)
    armor.clock.pass_by(seconds=1)

    async def take(number: int, *, live: bool) -> PostId:
        said = received(bruno, number, published_at=written)
        return await armor.db.write(receive, bruno, said, ids=armor.ids, live=live, now=armor.clock())

    late, old = await take(1, live=True), await take(2, live=False)
    await armor.settle()
    assert await home(armor, "luc") == [late, now, old]
    surfaced = await take(2, live=True)
    await armor.settle()
    assert await home(armor, "luc") == [surfaced, late, now]


async def test_pages_go_down_and_up_without_a_gap(armor: World) -> None:
    posts = [await armor.say("amina", f"n° {number}") for number in range(7)][::-1]
    await armor.settle()
    assert await home(armor, "luc", Page(limit=3)) == posts[:3]
    assert await home(armor, "luc", Page(limit=3, before=posts[2])) == posts[3:6]
    assert await home(armor, "luc", Page(limit=3, above=posts[6])) == posts[3:6]
    assert await home(armor, "luc", Page(limit=3, after=posts[6])) == posts[:3]


async def test_site_group_and_other_nodes_are_told_apart(armor: World) -> None:
    bruno = await armor.elsewhere("bruno")
    here = await armor.say("amina", "ici")
    await armor.say("amina", "réponse", parent=here)
    await armor.say("amina", "discret", visibility=Visibility.UNLISTED)
    there = await armor.db.write(receive, bruno, received(bruno), ids=armor.ids, live=True, now=armor.clock())

    async def group(**which: bool) -> list[PostId]:
        views = await armor.db.read(timelines.group, armor.viewer("carla"), Page(), now=armor.clock(), **which)
        return [view.post.id for view in views]

    assert await group() == [there, here]
    assert await group(local=True) == [here]
    assert await group(remote=True) == [there]
    assert await group(only_media=True) == []


async def test_a_profile_shows_what_its_reader_may_see(armor: World) -> None:
    open_post = await armor.say("amina", "pour tous")
    closed = await armor.say("amina", "entre nous", visibility=Visibility.FOLLOWERS)
    answer = await armor.say("luc", "réponse", parent=open_post)

    async def profile(name: str, whose: str, *, replies: bool = True) -> list[PostId]:
        views = await armor.db.read(timelines.profile, armor.viewer(name), armor.id(whose), Page(), replies=replies)
        return [view.post.id for view in views]

    assert await profile("luc", "amina") == [closed, open_post]
    assert await profile("carla", "amina") == [open_post]
    assert await profile("carla", "luc") == [answer]
    assert await profile("carla", "luc", replies=False) == []


async def test_nobody_has_no_home(armor: World) -> None:
    with pytest.raises(Unauthorized):
        await armor.db.read(timelines.home, ANONYMOUS, Page(), now=armor.clock())


async def test_a_home_costs_five_statements_however_long(armor: World) -> None:
    for number in range(25):
        await armor.say("amina", f"@luc n° {number} #un")
    await armor.settle()
    for limit in (1, 20):
        page = Page(limit=limit)
        assert await armor.statements(timelines.home, armor.viewer("luc"), page, now=armor.clock()) == 5


async def test_the_subscriber_may_run_twice_and_fail_anywhere(armor: World) -> None:
    post = await armor.say("amina", "un")
    await every_statement_fails_once(armor.db, armor.settle)
    for event in await armor.happened():
        await armor.db.write(timelines.apply, event, armor.clock())
    assert await home(armor, "luc") == [post]


async def test_a_thread_is_read_from_its_root_depth_first_without_what_is_hidden(armor: World) -> None:
    root = await armor.say("amina", "racine")
    first = await armor.say("luc", "un", parent=root)
    second = await armor.say("carla", "deux", parent=root)
    below = await armor.say("amina", "un un", parent=first)
    hidden = await armor.say("amina", "caché", parent=first, visibility=Visibility.FOLLOWERS)
    seen = await armor.db.read(threads.thread, armor.viewer("carla"), root)
    assert [view.post.id for view in seen.descendants] == [first, below, second]
    assert seen.depths == (1, 2, 1)
    inner = await armor.db.read(threads.thread, armor.viewer("luc"), below)
    assert [view.post.id for view in inner.ancestors] == [root, first]
    follower = await armor.db.read(threads.thread, armor.viewer("luc"), root)
    assert hidden in [view.post.id for view in follower.descendants]
