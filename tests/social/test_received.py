"""Follows and blocks as other nodes tell of them."""

import pytest

from social import events
from social.paging import Page
from social.people import received, relations
from social.people.accounts import ProfileChange, edit_profile
from storage.accounts import AccountRow
from tests.faults import every_statement_fails_once
from tests.world import World

FOLLOW = "https://siege.example/users/bruno#follows/9"


@pytest.fixture
async def plant(world: World) -> World:
    """Amina is open, Luc is locked."""
    await world.person("amina")
    await world.person("luc", locked=True)
    await world.happened()
    return world


@pytest.fixture
async def bruno(plant: World) -> AccountRow:
    """Bruno of the headquarters."""
    row = await plant.elsewhere("bruno")
    await plant.happened()
    return row


async def ask(world: World, actor: AccountRow, name: str, uri: str = FOLLOW) -> bool:
    target = await world.row(world.id(name))
    return await world.db.write(received.receive_follow, actor, target, uri, ids=world.ids, now=world.clock())


async def followers(world: World, name: str) -> int:
    row = await world.row(world.id(name))
    listed = await world.db.read(relations.followers, world.viewer(name), row.id, Page())
    assert row.followers_count == len(listed)
    return row.followers_count


async def test_a_follow_from_elsewhere_of_an_open_account_is_accepted_and_answered(
    plant: World, bruno: AccountRow
) -> None:
    assert await ask(plant, bruno, "amina")
    assert await followers(plant, "amina") == 1
    [event] = await plant.happened()
    assert isinstance(event, events.FollowAccepted)
    assert (event.by, event.uri, event.answered, event.host) == (bruno.id, FOLLOW, True, "")


async def test_a_follower_that_asks_again_is_answered_again_under_the_new_id(plant: World, bruno: AccountRow) -> None:
    await ask(plant, bruno, "amina")
    await plant.happened()
    again = FOLLOW + "0"
    assert await ask(plant, bruno, "amina", again)
    assert await followers(plant, "amina") == 1
    [event] = await plant.happened()
    assert isinstance(event, events.FollowAccepted)
    assert event.uri == again
    row = await plant.db.read(relations.follow_between, bruno.id, plant.id("amina"))
    assert row is not None
    assert row.uri == again


async def test_a_locked_account_answers_when_it_has_decided(plant: World, bruno: AccountRow) -> None:
    assert not await ask(plant, bruno, "luc")
    assert not await ask(plant, bruno, "luc")
    [event] = await plant.happened()
    assert isinstance(event, events.FollowRequested)
    assert event.host == "siege.example"
    await plant.db.write(relations.accept, plant.viewer("luc"), bruno.id, now=plant.clock())
    [event] = await plant.happened()
    assert isinstance(event, events.FollowAccepted)
    assert (event.answered, event.host, event.uri) == (True, "", FOLLOW)
    assert await followers(plant, "luc") == 1


async def test_a_blocked_actor_is_refused_in_words(plant: World, bruno: AccountRow) -> None:
    await plant.db.write(
        relations.block, plant.viewer("amina"), bruno.id, ids=plant.ids, urls=plant.urls, now=plant.clock()
    )
    await plant.happened()
    assert not await ask(plant, bruno, "amina")
    [event] = await plant.happened()
    assert isinstance(event, events.FollowRejected)
    assert (event.by, event.of, event.host, event.uri) == (bruno.id, plant.id("amina"), "", FOLLOW)
    assert await followers(plant, "amina") == 0


@pytest.mark.parametrize("named", ["by the follow", "by the pair"])
async def test_an_accept_lets_the_follow_through_once(plant: World, bruno: AccountRow, named: str) -> None:
    await plant.follow("amina", bruno.id)
    [asked] = await plant.happened()
    assert isinstance(asked, events.FollowRequested)
    amina = await plant.row(plant.id("amina"))
    uri, follower = (asked.uri, None) if named == "by the follow" else (None, amina)

    async def accept() -> bool:
        return await plant.db.write(received.receive_accept, bruno, uri, follower, now=plant.clock())

    assert await accept()
    assert not await accept()
    assert (await plant.row(plant.id("amina"))).following_count == 1
    [event] = await plant.happened()
    assert isinstance(event, events.FollowAccepted)
    assert (event.by, event.of, event.host, event.answered) == (amina.id, bruno.id, "siege.example", False)


async def test_nobody_accepts_for_another(plant: World, bruno: AccountRow) -> None:
    await plant.follow("amina", bruno.id)
    [asked] = await plant.happened()
    assert isinstance(asked, events.FollowRequested)
    carla = await plant.elsewhere("carla", "filiale.example")
    amina = await plant.row(plant.id("amina"))
    assert not await plant.db.write(received.receive_accept, carla, asked.uri, amina, now=plant.clock())
    assert (await plant.row(amina.id)).following_count == 0


async def test_a_reject_after_the_accept_removes_the_follower(plant: World, bruno: AccountRow) -> None:
    amina = await plant.row(plant.id("amina"))
    await plant.follow("amina", bruno.id)
    await plant.db.write(received.receive_accept, bruno, None, amina, now=plant.clock())
    for _ in range(2):
        await plant.db.write(received.receive_reject, bruno, None, amina, now=plant.clock())
    assert (await plant.row(amina.id)).following_count == 0
    assert (await plant.row(bruno.id)).followers_count == 0


async def test_an_unfollow_counts_once(plant: World, bruno: AccountRow) -> None:
    await ask(plant, bruno, "amina")
    amina = await plant.row(plant.id("amina"))
    assert await plant.db.write(received.receive_unfollow, bruno, amina, now=plant.clock())
    assert not await plant.db.write(received.receive_unfollow, bruno, amina, now=plant.clock())
    assert await followers(plant, "amina") == 0


async def test_a_block_from_elsewhere_ends_follows_and_is_not_ours_to_send(plant: World, bruno: AccountRow) -> None:
    await ask(plant, bruno, "amina")
    amina = await plant.row(plant.id("amina"))
    await plant.follow("amina", bruno.id)
    await plant.db.write(received.receive_accept, bruno, None, amina, now=plant.clock())
    await plant.happened()
    uri = "https://siege.example/users/bruno#blocks/1"

    async def block() -> bool:
        return await plant.db.write(received.receive_block, bruno, amina, uri, ids=plant.ids, now=plant.clock())

    assert await block()
    assert not await block()
    happened = await plant.happened()
    assert [type(event) for event in happened] == [
        events.FollowRemoved,
        events.FollowRejected,
        events.AccountBlocked,
    ]
    assert {event.host for event in happened} == {"siege.example"}
    seen = await plant.db.read(relations.relationship, plant.viewer("amina"), bruno.id, now=plant.clock())
    assert (seen.blocked_by, seen.following, seen.followed_by) == (True, False, False)
    assert await plant.db.write(received.receive_unblock, bruno, amina, now=plant.clock())
    assert not await plant.db.write(received.receive_unblock, bruno, amina, now=plant.clock())


async def test_inboxes_are_shared_where_a_node_shares_and_named_once(plant: World, bruno: AccountRow) -> None:
    marc = await plant.elsewhere("marc")
    lone = await plant.elsewhere("carla", "filiale.example", shared_inbox_url="")
    for actor in (bruno, marc, lone):
        await ask(plant, actor, "amina", f"{actor.uri}#follows/1")
    found = await plant.db.read(relations.inboxes_of_followers, plant.id("amina"))
    assert [(row.domain, row.inbox_url) for row in found] == [
        ("filiale.example", "https://filiale.example/users/carla/inbox"),
        ("siege.example", "https://siege.example/inbox"),
    ]
    named = await plant.db.read(relations.inboxes_of, [bruno.id, plant.id("luc")])
    assert [row.uri for row in named] == [bruno.uri]
    uris = await plant.db.read(relations.follower_uris, plant.id("amina"), Page())
    assert [uri for _, uri in uris] == [lone.uri, marc.uri, bruno.uri]


async def test_a_failed_statement_of_a_received_follow_leaves_nothing(plant: World, bruno: AccountRow) -> None:
    async def check() -> None:
        assert await followers(plant, "amina") == 0
        assert await plant.happened() == []

    await every_statement_fails_once(plant.db, lambda: ask(plant, bruno, "amina"), check)
    assert await followers(plant, "amina") == 1
    assert len(await plant.happened()) == 1


async def test_an_account_that_unlocked_accepts_whoever_asks_again(plant: World, bruno: AccountRow) -> None:
    assert not await ask(plant, bruno, "luc")
    change = ProfileChange(locked=False)
    await plant.db.write(edit_profile, plant.viewer("luc"), change, urls=plant.urls, now=plant.clock())
    assert await ask(plant, bruno, "luc")
    assert await followers(plant, "luc") == 1
