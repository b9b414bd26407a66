"""Who is told of what, once, and no longer when the cause is undone."""

from collections.abc import Awaitable, Callable

import pytest

from social import events
from social.clock import HOUR
from social.errors import NotFound, Unauthorized
from social.feeds import markers, notifications, telling
from social.feeds.notifications import NotificationView
from social.paging import Page
from social.people import accounts, received, relations
from social.policy import ANONYMOUS, Role
from social.posts import edit as editing
from social.posts import reactions
from social.posts.publish import Draft, Received, receive
from storage.engine.database import Tx
from storage.ids import Millis, NotificationId, PostId
from storage.notifications import Kind
from storage.visibility import Visibility
from tests.faults import every_statement_fails_once
from tests.world import World


@pytest.fixture
async def plant(world: World) -> World:
    """Amina, Luc and Carla; Marc moderates."""
    for name in ("amina", "luc", "carla"):
        await world.person(name)
    await world.person("marc", role=Role.MODERATOR)
    await world.settle()
    await world.happened()
    return world


async def told(world: World, name: str, page: Page | None = None, **asked: object) -> list[NotificationView]:
    """What somebody's list of notifications shows, newest first, after everything was handled."""
    await world.settle()
    viewer = world.viewer(name)
    return await world.db.read(
        notifications.notifications,
        viewer,
        page or Page(),
        now=world.clock(),
        **asked,  # type: ignore[arg-type]  # keywords of `notifications`
    )


async def briefly(world: World, name: str) -> list[tuple[str, str]]:
    return [(str(view.kind), view.sender.username) for view in await told(world, name)]


async def delete(world: World, name: str, post: PostId) -> None:
    await world.db.write(editing.delete, world.viewer(name), post, now=world.clock())


async def edit(world: World, name: str, post: PostId, text: str) -> None:
    await world.db.write(
        editing.edit, world.viewer(name), post, Draft(text=text), context=world.context, now=world.clock()
    )


async def test_whom_a_post_names_is_told_of_it(plant: World) -> None:
    post = await plant.say("luc", "@amina the crane is stuck")
    [view] = await told(plant, "amina")
    assert (view.kind, view.sender.username, view.created_at) == (Kind.MENTION, "luc", plant.clock())
    assert view.post is not None
    assert view.post.post.id == post
    assert await briefly(plant, "carla") == []
    [said] = [event for event in await plant.happened() if isinstance(event, events.Notified)]
    assert (said.to, said.notification, said.by) == (plant.id("amina"), view.id, plant.id("luc"))
    await delete(plant, "luc", post)
    assert await briefly(plant, "amina") == []


async def test_nobody_is_told_of_what_they_did_themselves(plant: World) -> None:
    post = await plant.say("amina", "note to @amina")
    await plant.like("amina", post)
    await plant.boost("amina", post)
    assert await briefly(plant, "amina") == []


async def test_followers_who_asked_for_it_are_told_of_each_post_but_not_of_answers(plant: World) -> None:
    await plant.follow("amina", "luc", notify=True)
    await plant.follow("carla", "luc")
    first = await plant.say("luc", "one")
    await plant.say("luc", "two", parent=first)
    await plant.say("luc", "@amina three")
    theirs = await plant.say("carla", "four")
    await plant.say("luc", "five", parent=theirs)
    await plant.say("luc", "six", visibility=Visibility.DIRECT)
    await plant.boost("luc", theirs)
    shown = [(str(view.kind), view.post.post.source if view.post else "") for view in await told(plant, "amina")]
    assert shown == [("mention", "@amina three"), ("status", "two"), ("status", "one")]
    assert await briefly(plant, "carla") == [("reblog", "luc")]


async def test_a_follow_is_told_until_it_ends(plant: World) -> None:
    await plant.follow("luc", "amina")
    assert await briefly(plant, "amina") == [("follow", "luc")]
    await plant.follow("luc", "amina", notify=True)
    assert await briefly(plant, "amina") == [("follow", "luc")]
    await plant.db.write(relations.unfollow, plant.viewer("luc"), plant.id("amina"), now=plant.clock())
    assert await briefly(plant, "amina") == []


async def test_a_request_becomes_a_follow_when_it_is_accepted(plant: World) -> None:
    await plant.person("ines", locked=True)
    bruno = await plant.elsewhere("bruno")
    ines = await plant.row(plant.id("ines"))
    await plant.follow("luc", "ines")
    await plant.db.write(
        received.receive_follow, bruno, ines, f"{bruno.uri}#follows/1", ids=plant.ids, now=plant.clock()
    )
    assert await briefly(plant, "ines") == [("follow_request", "bruno"), ("follow_request", "luc")]
    await plant.db.write(relations.accept, plant.viewer("ines"), bruno.id, now=plant.clock())
    await plant.db.write(relations.reject, plant.viewer("ines"), plant.id("luc"), now=plant.clock())
    assert await briefly(plant, "ines") == [("follow", "bruno")]


async def test_a_like_and_a_boost_are_told_and_taken_back(plant: World) -> None:
    post = await plant.say("amina", "line 3 runs")
    await plant.like("luc", post)
    await plant.boost("carla", post)
    await plant.like("luc", post)
    views = await told(plant, "amina")
    assert [(view.kind, view.sender.username) for view in views] == [
        (Kind.REBLOG, "carla"),
        (Kind.FAVOURITE, "luc"),
    ]
    assert {view.post.post.id for view in views if view.post} == {post}
    await plant.db.write(reactions.unlike, plant.viewer("luc"), post, now=plant.clock())
    assert await briefly(plant, "amina") == [("reblog", "carla")]
    await plant.db.write(reactions.unboost, plant.viewer("carla"), post, now=plant.clock())
    assert await briefly(plant, "amina") == []
    await plant.boost("carla", post)
    assert await briefly(plant, "amina") == [("reblog", "carla")]


async def test_who_boosted_is_told_of_the_last_edit_only(plant: World) -> None:
    post = await plant.say("luc", "stops at noon")
    await plant.boost("amina", post)
    await told(plant, "amina")
    for text in ("stops at one", "stops at two"):
        plant.clock.pass_by(minutes=1)
        await edit(plant, "luc", post, text)
        await plant.settle()
    [view] = await told(plant, "amina")
    assert (view.kind, view.created_at) == (Kind.UPDATE, plant.clock())
    assert await briefly(plant, "luc") == [("reblog", "amina")]


async def test_who_is_named_by_an_edit_is_told_once(plant: World) -> None:
    post = await plant.say("luc", "@amina look")
    plant.clock.pass_by(minutes=1)
    await edit(plant, "luc", post, "@amina @carla look")
    assert await briefly(plant, "amina") == [("mention", "luc")]
    assert await briefly(plant, "carla") == [("mention", "luc")]


async def test_history_of_another_node_tells_nobody_until_it_arrives_live(plant: World) -> None:
    bruno = await plant.elsewhere("bruno")
    said = Received(
        uri=f"{bruno.uri}/posts/1",
        url=f"{bruno.uri}/posts/1",
        visibility=Visibility.PUBLIC,
        html="<p>@amina</p>",
        published_at=Millis(plant.clock() - HOUR),
        mentions=(plant.id("amina"),),
        silent=(plant.id("luc"),),
    )

    async def arrive(*, live: bool) -> None:
        await plant.db.write(receive, bruno, said, ids=plant.ids, live=live, now=plant.clock())

    await arrive(live=False)
    assert await briefly(plant, "amina") == []
    await arrive(live=True)
    assert await briefly(plant, "amina") == [("mention", "bruno")]
    assert await briefly(plant, "luc") == []
    post = (await told(plant, "amina"))[0].post
    assert post is not None
    await plant.like("amina", post.post.id)
    assert await briefly(plant, "luc") == []


async def test_a_blocked_account_tells_nothing_and_what_it_told_goes(plant: World) -> None:
    post = await plant.say("amina", "hello")
    await plant.follow("luc", "amina")
    await plant.like("luc", post)
    assert len(await told(plant, "amina")) == 2
    await plant.db.write(
        relations.block,
        plant.viewer("amina"),
        plant.id("luc"),
        ids=plant.ids,
        urls=plant.urls,
        now=plant.clock(),
    )
    assert await briefly(plant, "amina") == []
    await plant.say("luc", "@amina hello?")
    assert await briefly(plant, "amina") == []
    await plant.db.write(relations.unblock, plant.viewer("amina"), plant.id("luc"), now=plant.clock())
    assert await briefly(plant, "amina") == []


@pytest.mark.parametrize("notifications_too", [True, False])
async def test_a_mute_hides_notifications_only_if_it_says_so(plant: World, notifications_too: bool) -> None:
    await plant.say("luc", "@amina before")
    await plant.settle()
    await plant.db.write(
        relations.mute,
        plant.viewer("amina"),
        plant.id("luc"),
        notifications=notifications_too,
        expires_at=Millis(plant.clock() + HOUR),
        ids=plant.ids,
        now=plant.clock(),
    )
    await plant.say("luc", "@amina while")
    assert len(await told(plant, "amina")) == (0 if notifications_too else 2)
    plant.clock.pass_by(hours=1)
    await plant.say("luc", "@amina after")
    assert len(await told(plant, "amina")) == (2 if notifications_too else 3)


async def test_a_suspended_account_is_heard_again_when_it_is_restored(plant: World) -> None:
    await plant.say("luc", "@amina hello")
    await plant.settle()
    await plant.db.write(accounts.suspend, plant.viewer("marc"), plant.id("luc"), now=plant.clock())
    assert await briefly(plant, "amina") == []
    await plant.db.write(accounts.restore, plant.viewer("marc"), plant.id("luc"), now=plant.clock())
    assert await briefly(plant, "amina") == [("mention", "luc")]


async def test_notifications_are_chosen_by_kind_and_sender_and_paged(plant: World) -> None:
    post = await plant.say("amina", "hello")
    await plant.like("luc", post)
    await plant.follow("luc", "amina")
    await plant.like("carla", post)
    whole = await told(plant, "amina")
    assert [str(view.kind) for view in whole] == ["favourite", "follow", "favourite"]
    assert [view.kind for view in await told(plant, "amina", kinds=["follow", "poll"])] == [Kind.FOLLOW]
    assert await told(plant, "amina", kinds=["admin.report"]) == []
    assert len(await told(plant, "amina", exclude=["follow"])) == 2
    assert len(await told(plant, "amina", from_account=plant.id("luc"))) == 2
    newest, middle, oldest = (view.id for view in whole)
    assert [view.id for view in await told(plant, "amina", Page(before=newest, limit=1))] == [middle]
    assert [view.id for view in await told(plant, "amina", Page(above=oldest, limit=1))] == [middle]
    assert [view.id for view in await told(plant, "amina", Page(after=oldest, limit=1))] == [newest]


async def test_one_is_read_and_dismissed_by_its_owner_only(plant: World) -> None:
    await plant.follow("luc", "amina")
    [view] = await told(plant, "amina")
    found = await plant.db.read(notifications.notification, plant.viewer("amina"), view.id, now=plant.clock())
    assert found == view
    with pytest.raises(NotFound):
        await plant.db.read(notifications.notification, plant.viewer("luc"), view.id, now=plant.clock())
    with pytest.raises(NotFound):
        await plant.db.write(notifications.dismiss, plant.viewer("luc"), view.id)
    await plant.db.write(notifications.dismiss, plant.viewer("amina"), view.id)
    with pytest.raises(NotFound):
        await plant.db.write(notifications.dismiss, plant.viewer("amina"), view.id)
    with pytest.raises(Unauthorized):
        await plant.db.read(notifications.notifications, ANONYMOUS, Page(), now=plant.clock())


async def test_what_is_newer_than_the_marker_is_unread(plant: World) -> None:
    async def unread(limit: int = 100) -> int:
        return await plant.db.read(notifications.unread_count, plant.viewer("amina"), now=plant.clock(), limit=limit)

    post = await plant.say("amina", "hello")
    await plant.like("luc", post)
    await plant.like("carla", post)
    newest, oldest = await told(plant, "amina")
    assert await unread() == 2
    assert await unread(limit=1) == 1
    await plant.db.write(markers.mark, plant.viewer("amina"), "notifications", int(oldest.id), now=plant.clock())
    assert await unread() == 1
    await plant.db.write(markers.mark, plant.viewer("amina"), "notifications", int(newest.id), now=plant.clock())
    assert await unread() == 0
    await plant.db.write(notifications.clear, plant.viewer("amina"))
    assert await told(plant, "amina") == []


async def test_a_page_takes_as_many_statements_for_one_as_for_twenty(plant: World) -> None:
    async def statements() -> int:
        await plant.settle()
        return await plant.statements(notifications.notifications, plant.viewer("amina"), Page(), now=plant.clock())

    await plant.say("luc", "@amina 0")
    few = await statements()
    for number in range(19):
        await plant.say("luc", f"@amina #tag {number}")
    assert await statements() == few == 5


async def test_telling_many_takes_as_many_statements_as_telling_one(plant: World) -> None:
    async def statements(text: str) -> int:
        await plant.say("luc", text)
        [event] = await plant.happened()

        def counted(tx: Tx) -> int:
            telling.apply(tx, event, plant.clock())
            return tx.statements

        taken = await plant.db.write(counted)
        await plant.happened()
        return taken

    assert await statements("@amina") == await statements("@amina @carla @marc") == 3


CAUSES: dict[str, Callable[[World, PostId], Awaitable[object]]] = {
    "mention": lambda world, post: world.say("luc", "@amina hello"),
    "favourite": lambda world, post: world.like("luc", post),
    "reblog": lambda world, post: world.boost("luc", post),
    "follow": lambda world, post: world.follow("luc", "amina"),
}


@pytest.mark.parametrize("kind", CAUSES)
async def test_an_event_handled_twice_tells_once(plant: World, kind: str) -> None:
    post = await plant.say("amina", "hello")
    await plant.settle()
    await plant.happened()
    await CAUSES[kind](plant, post)
    cause = [event for event in await plant.happened() if event.by == plant.id("luc")]
    for event in cause * 2:
        await plant.db.write(telling.apply, event, plant.clock())
    assert await briefly(plant, "amina") == [(kind, "luc")]
    said = [event for event in await plant.happened() if isinstance(event, events.Notified)]
    assert len([event for event in said if event.to == plant.id("amina")]) == 1


@pytest.mark.parametrize("kind", CAUSES)
async def test_a_failed_statement_of_the_subscriber_tells_nobody_by_half(plant: World, kind: str) -> None:
    post = await plant.say("amina", "hello")
    await plant.settle()
    await plant.happened()
    await CAUSES[kind](plant, post)
    [event] = await plant.happened()

    async def check() -> None:
        assert await plant.happened() == []

    await every_statement_fails_once(plant.db, lambda: plant.db.write(telling.apply, event, plant.clock()), check)
    assert [type(said) for said in await plant.happened()] == [events.Notified]
    assert await plant.db.read(notifications.unread_count, plant.viewer("amina"), now=plant.clock()) == 1


async def test_an_event_whose_things_are_gone_tells_nobody(plant: World) -> None:
    post = await plant.say("luc", "@amina hello")
    await plant.follow("luc", "amina")
    happened = await plant.happened()
    await delete(plant, "luc", post)
    await plant.db.write(relations.unfollow, plant.viewer("luc"), plant.id("amina"), now=plant.clock())
    for event in happened:
        await plant.db.write(telling.apply, event, plant.clock())
    assert await plant.db.read(notifications.unread_count, plant.viewer("amina"), now=plant.clock()) == 0
    with pytest.raises(NotFound):
        await plant.db.read(notifications.notification, plant.viewer("amina"), NotificationId(1), now=plant.clock())
