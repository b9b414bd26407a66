"""Following, blocking and muting by people here."""

import pytest

from social import events
from social.clock import HOUR
from social.errors import Forbidden, NotFound, Unauthorized
from social.paging import Page
from social.people import relations
from social.people.accounts import suspend
from social.policy import ANONYMOUS, Role
from storage.ids import AccountId, Millis
from tests.faults import every_statement_fails_once
from tests.world import World


async def counts(world: World, name: str) -> tuple[int, int]:
    """(followers, following) as the account says and as its lists say; the two must be equal."""
    row = await world.row(world.id(name))
    viewer = world.viewer(name)
    followers = await world.db.read(relations.followers, viewer, row.id, Page())
    following = await world.db.read(relations.following, viewer, row.id, Page())
    assert (row.followers_count, row.following_count) == (len(followers), len(following))
    return row.followers_count, row.following_count


@pytest.fixture
async def two(world: World) -> World:
    """Amina and Bruno, both here; Luc is locked."""
    await world.person("amina")
    await world.person("bruno")
    await world.person("luc", locked=True)
    await world.happened()
    return world


async def test_a_follow_of_an_open_account_here_holds_at_once(two: World) -> None:
    found = await two.follow("amina", "bruno", notify=True)
    assert (found.following, found.requested, found.showing_boosts, found.notifying) == (True, False, True, True)
    assert await counts(two, "bruno") == (1, 0)
    assert await counts(two, "amina") == (0, 1)
    [event] = await two.happened()
    assert isinstance(event, events.FollowAccepted)
    assert (event.by, event.of, event.answered, event.host) == (two.id("amina"), two.id("bruno"), False, "")
    assert event.uri.startswith("https://usine.example/users/amina#follows/")


async def test_a_second_follow_changes_what_is_wanted_and_counts_nothing(two: World) -> None:
    await two.follow("amina", "bruno")
    await two.happened()
    found = await two.follow("amina", "bruno", boosts=False)
    assert (found.following, found.showing_boosts, found.notifying) == (True, False, False)
    found = await two.follow("amina", "bruno", notify=True)
    assert (found.showing_boosts, found.notifying) == (False, True)
    assert await counts(two, "bruno") == (1, 0)
    assert await two.happened() == []


async def test_a_locked_account_is_asked_and_may_accept(two: World) -> None:
    found = await two.follow("amina", "luc")
    assert (found.following, found.requested) == (False, True)
    assert await counts(two, "luc") == (0, 0)
    waiting = await two.db.read(relations.requests, two.viewer("luc"), Page())
    assert [account.username for _, account in waiting] == ["amina"]
    seen = await two.db.write(relations.accept, two.viewer("luc"), two.id("amina"), now=two.clock())
    assert (seen.followed_by, seen.requested_by) == (True, False)
    assert await counts(two, "luc") == (1, 0)
    asked, accepted = await two.happened()
    assert isinstance(asked, events.FollowRequested)
    assert isinstance(accepted, events.FollowAccepted)
    assert (accepted.by, accepted.of, accepted.answered) == (two.id("amina"), two.id("luc"), False)
    await two.db.write(relations.accept, two.viewer("luc"), two.id("amina"), now=two.clock())
    assert await counts(two, "luc") == (1, 0)
    assert await two.happened() == []


async def test_a_request_may_be_refused_or_withdrawn(two: World) -> None:
    await two.follow("amina", "luc")
    await two.db.write(relations.reject, two.viewer("luc"), two.id("amina"), now=two.clock())
    await two.follow("amina", "luc")
    found = await two.db.write(relations.unfollow, two.viewer("amina"), two.id("luc"), now=two.clock())
    assert not found.requested
    kinds = [type(event) for event in await two.happened()]
    assert kinds == [
        events.FollowRequested,
        events.FollowRejected,
        events.FollowRequested,
        events.FollowRemoved,
    ]
    for answer in (relations.accept, relations.reject):
        with pytest.raises(NotFound):
            await two.db.write(answer, two.viewer("luc"), two.id("amina"), now=two.clock())


async def test_unfollowing_and_removing_a_follower_count_once(two: World) -> None:
    await two.follow("amina", "bruno")
    for _ in range(2):
        await two.db.write(relations.unfollow, two.viewer("amina"), two.id("bruno"), now=two.clock())
    assert await counts(two, "bruno") == (0, 0)
    await two.follow("amina", "bruno")
    await two.happened()
    for _ in range(2):
        await two.db.write(relations.remove_follower, two.viewer("bruno"), two.id("amina"), now=two.clock())
    assert await counts(two, "amina") == (0, 0)
    assert [type(event) for event in await two.happened()] == [events.FollowRejected]


async def test_nobody_follows_oneself_nor_the_node_nor_nobody(two: World) -> None:
    with pytest.raises(Forbidden, match="yourself"):
        await two.follow("amina", "amina")
    with pytest.raises(NotFound):
        await two.follow("amina", AccountId(77))
    with pytest.raises(Unauthorized):
        await two.db.write(relations.follow, ANONYMOUS, two.id("amina"), ids=two.ids, urls=two.urls, now=two.clock())


async def test_an_account_elsewhere_is_asked_until_its_node_answers(two: World) -> None:
    carla = await two.elsewhere("carla")
    await two.happened()
    found = await two.follow("amina", carla.id)
    assert (found.following, found.requested) == (False, True)
    [event] = await two.happened()
    assert isinstance(event, events.FollowRequested)
    assert (event.of, event.host) == (carla.id, "")
    assert await counts(two, "amina") == (0, 0)


async def test_a_block_ends_follows_both_ways_and_keeps_new_ones_out(two: World) -> None:
    await two.follow("amina", "bruno")
    await two.follow("bruno", "amina")
    await two.happened()
    found = await block(two, "amina", "bruno")
    assert (found.blocking, found.following, found.followed_by) == (True, False, False)
    assert await counts(two, "amina") == (0, 0)
    assert await counts(two, "bruno") == (0, 0)
    mine, theirs, blocked = await two.happened()
    assert isinstance(mine, events.FollowRemoved)
    assert mine.by == two.id("amina")
    assert isinstance(theirs, events.FollowRejected)
    assert theirs.by == two.id("bruno")
    assert isinstance(blocked, events.AccountBlocked)
    assert blocked.uri.startswith("https://usine.example/users/amina#blocks/")
    await block(two, "amina", "bruno")
    assert await two.happened() == []
    with pytest.raises(Forbidden, match="blocked"):
        await two.follow("bruno", "amina")
    with pytest.raises(Forbidden, match="blocking"):
        await two.follow("amina", "bruno")
    seen = await two.db.read(relations.relationship, two.viewer("bruno"), two.id("amina"), now=two.clock())
    assert (seen.blocked_by, seen.blocking) == (True, False)


async def block(world: World, name: str, target: str) -> relations.Relationship:
    return await world.db.write(
        relations.block, world.viewer(name), world.id(target), ids=world.ids, urls=world.urls, now=world.clock()
    )


async def test_a_block_is_listed_and_lifted(two: World) -> None:
    await block(two, "amina", "bruno")
    listed = await two.db.read(relations.blocked, two.viewer("amina"), Page())
    assert [account.username for _, account in listed] == ["bruno"]
    await two.happened()
    found = await two.db.write(relations.unblock, two.viewer("amina"), two.id("bruno"), now=two.clock())
    assert not found.blocking
    await two.db.write(relations.unblock, two.viewer("amina"), two.id("bruno"), now=two.clock())
    assert [type(event) for event in await two.happened()] == [events.AccountUnblocked]


async def test_a_mute_ends_by_itself_and_may_be_changed(two: World) -> None:
    end = Millis(two.clock() + HOUR)
    viewer, bruno = two.viewer("amina"), two.id("bruno")
    found = await two.db.write(relations.mute, viewer, bruno, expires_at=end, ids=two.ids, now=two.clock())
    assert (found.muting, found.muting_notifications, found.muted_until) == (True, True, end)
    assert await two.db.read(relations.mutes_until, viewer, [bruno]) == {bruno: end}
    found = await two.db.write(
        relations.mute, viewer, bruno, notifications=False, expires_at=end, ids=two.ids, now=two.clock()
    )
    assert (found.muting, found.muting_notifications) == (True, False)
    assert len(await two.db.read(relations.muted, viewer, Page(), now=two.clock())) == 1
    two.clock.pass_by(hours=1)
    found = await two.db.read(relations.relationship, viewer, bruno, now=two.clock())
    assert not found.muting
    assert await two.db.read(relations.muted, viewer, Page(), now=two.clock()) == []


async def test_a_mute_is_lifted_once(two: World) -> None:
    viewer, bruno = two.viewer("amina"), two.id("bruno")
    await two.db.write(relations.mute, viewer, bruno, ids=two.ids, now=two.clock())
    await two.happened()
    for _ in range(2):
        found = await two.db.write(relations.unmute, viewer, bruno, now=two.clock())
        assert not found.muting
    assert [type(event) for event in await two.happened()] == [events.AccountUnmuted]


async def test_relationships_come_in_the_order_asked_in_one_statement(two: World) -> None:
    await two.follow("amina", "bruno")
    asked = [two.id("luc"), AccountId(5), two.id("bruno"), two.id("luc")]
    viewer = two.viewer("amina")
    found = await two.db.read(relations.relationships, viewer, asked, now=two.clock())
    assert [(one.id, one.following) for one in found] == [(two.id("luc"), False), (two.id("bruno"), True)]
    assert await two.statements(relations.relationships, viewer, asked, now=two.clock()) == 1
    assert await two.db.read(relations.relationships, viewer, [], now=two.clock()) == []


async def test_followers_are_paged_both_ways_by_the_follow(two: World) -> None:
    names = ["carla", "ines", "marc", "amina"]
    for name in names:
        await two.person(name)
        two.clock.pass_by(minutes=1)
        await two.follow(name, "bruno")
    viewer, bruno = two.viewer("amina"), two.id("bruno")

    async def page(asked: Page) -> list[tuple[int, str]]:
        found = await two.db.read(relations.followers, viewer, bruno, asked)
        return [(id, account.username) for id, account in found]

    whole = await page(Page())
    assert [name for _, name in whole] == names[::-1]
    ids = [id for id, _ in whole]
    assert await page(Page(before=ids[1], limit=1)) == [whole[2]]
    assert await page(Page(after=ids[3], limit=2)) == whole[:2]
    assert await page(Page(above=ids[3], limit=2)) == whole[1:3]


async def test_a_suspended_account_is_in_no_list(two: World) -> None:
    await two.follow("amina", "bruno")
    await two.person("marc", role=Role.MODERATOR)
    await two.db.write(suspend, two.viewer("marc"), two.id("amina"), now=two.clock())
    assert await two.db.read(relations.followers, two.viewer("luc"), two.id("bruno"), Page()) == []
    with pytest.raises(NotFound):
        await two.db.read(relations.following, two.viewer("luc"), two.id("amina"), Page())


@pytest.mark.parametrize("what", ["follow", "block"])
async def test_a_failed_statement_leaves_no_half_relation(two: World, what: str) -> None:
    if what == "block":
        await two.follow("bruno", "amina")
        await two.follow("amina", "bruno")
    before = (await counts(two, "amina"), await counts(two, "bruno"), len(await two.happened()))

    async def check() -> None:
        assert (await counts(two, "amina"), await counts(two, "bruno")) == before[:2]
        assert await two.happened() == []

    if what == "follow":
        await every_statement_fails_once(two.db, lambda: two.follow("amina", "bruno"), check)
        assert await counts(two, "bruno") == (1, 0)
    else:
        await every_statement_fails_once(two.db, lambda: block(two, "amina", "bruno"), check)
        assert await counts(two, "bruno") == (0, 0)
