"""What moderators do with accounts: who hears of them then, what is left, and what the log says."""

from collections.abc import Callable
from typing import Any

import pytest

from social import reading
from social.errors import Conflict, Forbidden, NotFound
from social.feeds import directory, notifications, search, timelines
from social.governance import audit, states
from social.governance.audit import Wanted
from social.paging import Page
from social.people import accounts, relations, sessions, users
from social.policy import Role, Viewer
from storage.engine.query import Query
from storage.ids import PostId
from storage.visibility import Visibility
from tests.world import World

_MENTIONING = Query(int, "SELECT COUNT(*) FROM users AS u WHERE u.account_id = :id")


@pytest.fixture
async def plant(world: World) -> World:
    """Amina, Luc who follows her, Carla who does not; Marc moderates, Ines administers."""
    for name in ("amina", "luc", "carla"):
        await world.person(name)
    await world.person("marc", role=Role.MODERATOR)
    await world.person("ines", role=Role.ADMIN)
    await world.follow("luc", "amina")
    await world.settle()
    return world


async def act(world: World, verb: Callable[..., None], name: str, by: str = "marc", **more: Any) -> None:
    await world.db.write(verb, world.viewer(by), world.id(name), now=world.clock(), **more)


async def sees_in_public(world: World, name: str) -> list[PostId]:
    page, now = Page(), world.clock()
    return list(await world.db.read(timelines.group_ids, world.viewer(name), page, now=now))


async def told(world: World, name: str) -> list[str]:
    await world.settle()
    found = await world.db.read(notifications.notifications, world.viewer(name), Page(), now=world.clock())
    return [view.kind.value for view in found if not view.kind.value.startswith("admin.")]


async def log(world: World, **wanted: Any) -> list[tuple[str, str, str, str]]:
    rows = await world.db.read(audit.acts, world.viewer("ines"), Wanted(**wanted))
    return [(row.by_name, row.act, row.subject, row.reason) for row in rows]


async def test_who_is_limited_is_heard_by_followers_only(plant: World) -> None:
    post = await plant.say("amina", "hello @carla #line3")
    await act(plant, states.silence, "amina", why="too loud")
    assert await sees_in_public(plant, "carla") == []
    assert await sees_in_public(plant, "luc") == [post]
    assert await sees_in_public(plant, "amina") == [post]
    assert await told(plant, "carla") == []
    found = await plant.db.read(search.people, plant.viewer("carla"), "Ami")
    assert found == []
    listed = await plant.db.read(directory.directory, plant.viewer("carla"), new=False, local=True, limit=10, offset=0)
    assert "amina" not in [row.username for row in listed]
    assert (await plant.db.read(reading.post, plant.viewer("carla"), post)).post.id == post
    assert await log(plant) == [("marc", "account.silence", "@amina", "too loud")]
    await act(plant, states.unsilence, "amina")
    assert await sees_in_public(plant, "carla") == [post]


async def test_who_is_limited_asks_to_follow_and_speaks_without_a_stage(plant: World) -> None:
    await act(plant, states.silence, "amina")
    await plant.follow("amina", "carla")
    between = await plant.db.read(relations.relationship, plant.viewer("amina"), plant.id("carla"), now=plant.clock())
    assert between.requested and not between.following
    post = await plant.say("amina", "anybody?")
    assert (await plant.db.read(reading.post, plant.viewer("luc"), post)).post.visibility is Visibility.UNLISTED


async def test_pictures_of_an_account_are_hidden_behind_a_word(plant: World) -> None:
    post = await plant.say("amina", "hello")
    await act(plant, states.sensitize, "amina")
    assert (await plant.db.read(reading.post, plant.viewer("carla"), post)).post.sensitive
    await act(plant, states.unsensitize, "amina")
    assert not (await plant.db.read(reading.post, plant.viewer("carla"), post)).post.sensitive


async def test_a_suspension_hides_ends_sessions_and_is_lifted(plant: World) -> None:
    post = await plant.say("amina", "hello")
    user, settings = plant.viewer("amina").user, plant.settings.people
    assert user is not None
    token = await plant.db.write(sessions.open_session, user, "", ids=plant.ids, now=plant.clock())
    await act(plant, states.suspend, "amina", why="insults")
    with pytest.raises(NotFound):
        await plant.db.read(reading.post, plant.viewer("carla"), post)
    assert await plant.db.read(sessions.session_of, token, settings=settings, now=plant.clock()) is None
    await act(plant, states.suspend, "amina")
    await act(plant, states.restore, "amina")
    assert (await plant.db.read(reading.post, plant.viewer("carla"), post)).post.id == post
    assert [row[1] for row in await log(plant)] == ["account.unsuspend", "account.suspend"]


async def test_the_suspension_of_somebody_elsewhere_takes_the_copies_and_the_follows(plant: World) -> None:
    bruno = await plant.elsewhere("bruno")
    await plant.follow("carla", bruno.id)
    follow = await plant.db.read(relations.relationship, plant.viewer("carla"), bruno.id, now=plant.clock())
    assert follow.requested
    await plant.happened()
    await plant.db.write(states.suspend, plant.viewer("marc"), bruno.id, now=plant.clock())
    after = await plant.row(bruno.id)
    assert after.suspended_at is not None and after.followers_count == 0
    between = await plant.db.read(relations.relationship, plant.viewer("carla"), bruno.id, now=plant.clock())
    assert not between.requested and not between.following
    assert {type(event).__name__ for event in await plant.happened()} >= {"AccountSuspended", "FollowRemoved"}


@pytest.mark.parametrize("verb", [states.silence, states.sensitize, states.suspend, states.restore])
async def test_nobody_acts_upon_their_equals_or_without_the_role(plant: World, verb: Callable[..., None]) -> None:
    for by, of in (("marc", "ines"), ("marc", "marc"), ("carla", "amina")):
        with pytest.raises(Forbidden):
            await act(plant, verb, of, by)
    assert await log(plant) == []


async def test_the_end_of_an_account_leaves_its_name_and_nothing_else(plant: World) -> None:
    amina, carla = plant.id("amina"), plant.id("carla")
    mine = await plant.say("amina", "hello @carla")
    answer = await plant.say("carla", "hello @amina", parent=mine)
    await plant.like("amina", answer)
    await plant.follow("amina", "carla")
    await plant.settle()
    await act(plant, states.delete, "amina", "ines", why="left the company")
    await plant.settle()
    for post in (mine,):
        with pytest.raises(NotFound):
            await plant.db.read(reading.post, plant.viewer("carla"), post)
    kept = await plant.db.read(reading.post, plant.viewer("carla"), answer)
    assert kept.post.likes_count == 0
    row = await plant.row(amina)
    assert row.deleted_at is not None and row.display_name == "" and row.username == "amina"
    assert (await plant.row(carla)).followers_count == 0
    assert await plant.db.read(lambda tx: tx.value(_MENTIONING, id=amina)) == 0
    with pytest.raises(NotFound):
        await plant.db.read(accounts.account, plant.viewer("ines"), amina)
    assert await log(plant, act="account") == [("ines", "account.delete", "@amina", "left the company")]


async def test_the_name_of_who_left_is_given_to_nobody(plant: World) -> None:
    await act(plant, states.delete, "amina", "ines")
    fresh = World(plant.db, plant.settings)
    fresh.clock.pass_by(minutes=1)
    with pytest.raises(Exception, match="taken"):
        await fresh.person("amina")


async def test_one_leaves_by_oneself_but_the_last_administrator_stays(plant: World) -> None:
    await plant.db.write(states.leave, plant.viewer("carla"), now=plant.clock())
    assert (await plant.row(plant.id("carla"))).deleted_at is not None
    with pytest.raises(Conflict):
        await plant.db.write(states.leave, plant.viewer("ines"), now=plant.clock())
    with pytest.raises(Forbidden):
        await act(plant, states.delete, "amina", "marc")


async def test_a_role_is_shown_beside_the_name_and_written_down(plant: World) -> None:
    assert [(await plant.row(plant.id(name))).role for name in ("amina", "marc", "ines")] == ["", "moderator", "admin"]
    viewer = plant.viewer("ines")
    await plant.db.write(users.set_role, viewer, plant.id("amina"), Role.MODERATOR, now=plant.clock())
    assert (await plant.row(plant.id("amina"))).role == "moderator"
    assert await log(plant) == [("ines", "account.role", "@amina", "moderator")]


async def test_the_log_is_for_administrators_and_can_be_searched(plant: World) -> None:
    await act(plant, states.silence, "amina")
    await act(plant, states.silence, "carla", "ines")
    for viewer in (plant.viewer("marc"), plant.viewer("carla"), Viewer()):
        with pytest.raises(Exception, match=r"role_needed|sign_in_needed"):
            await plant.db.read(audit.acts, viewer, Wanted())
    assert [row[2] for row in await log(plant, by="marc")] == ["@amina"]
    assert [row[2] for row in await log(plant, of="carl")] == ["@carla"]
    assert await log(plant, act="peer") == []
    assert await log(plant, until=plant.clock()) == []
