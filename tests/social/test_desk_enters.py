"""What enters the editorial calendar by itself, and what of it other sites see."""

import msgspec
import pytest

from federation.desk import host_of
from social.announcements import answers, asking, planned, publish
from social.announcements.audience import MANAGER, Wave
from social.announcements.people import appoint
from social.announcements.publish import NewAnnouncement
from social.clock import DAY
from social.desk import calendar, due, entering, exchange, writing
from social.desk.parts import Place
from social.desk.pieces import Plan, State, Words, reach_of
from social.desk.writing import create
from social.errors import Conflict, Forbidden, Invalid
from social.paging import Page
from social.policy import Role
from social.posts import edit, scheduled
from social.posts.publish import Draft
from social.posts.scheduled import ScheduledView
from storage import announcements as rows
from storage import desk
from storage import posts as post_rows
from storage.desk import PieceId, PieceRow
from storage.ids import Millis, PostId
from storage.visibility import Visibility
from tests.world import World

HOUR = 3_600_000
FAR = Millis(2**52)


async def slots(world: World) -> list[PieceRow]:
    """The calendar, as the subscriber of the log leaves it: run twice, as after a kill."""
    for event in await world.happened():
        for _ in range(2):
            await world.db.write(entering.apply, event, world.clock(), ids=world.ids, urls=world.urls)
    return await world.db.read(calendar.slots, world.viewer("nora"), Millis(0), FAR)


async def lines(world: World) -> list[tuple[str, str, str]]:
    return [(one.channel, one.state, one.title) for one in await slots(world)]


async def elsewhere(world: World) -> list[str]:
    """The titles that other sites hear."""
    told = await world.db.read(exchange.told, "filiale.example", Place(), host_of)
    return [one.title for one in told.pieces if not one.is_gone]


async def later(world: World, name: str, text: str, hours: int = 2, **draft: object) -> ScheduledView:
    new = Draft(text=text, **draft)  # type: ignore[arg-type]  # fields of Draft
    at = Millis(world.clock() + hours * HOUR)
    return await world.db.write(
        scheduled.schedule, world.viewer(name), new, at, context=world.context, now=world.clock()
    )


async def announce(world: World, text: str, *waves: Wave, piece: PieceId | None = None) -> PostId:
    new = NewAnnouncement(draft=Draft(text=text, language="en"), waves=waves or (Wave(at=0),), piece=piece)
    return await world.db.write(publish.announce, world.viewer("nora"), new, context=world.context, now=world.clock())


async def test_what_is_scheduled_by_who_speaks_for_the_site_is_in_the_calendar_until_it_is_out(world: World) -> None:
    await world.person("nora", role=Role.COMMUNICATOR)
    await world.person("amina")
    view = await later(world, "nora", "Open doors on Friday.\n\nCome all.", visibility=Visibility.PUBLIC)
    await later(world, "amina", "Mine alone")
    await later(world, "nora", "For those who follow me", visibility=Visibility.FOLLOWERS)
    (row,) = await slots(world)
    assert (row.channel, row.state, row.slot_at) == ("post", State.SCHEDULED, view.at)
    assert row.title.startswith("Open doors on Friday.") and row.title in await elsewhere(world)
    # Its words are where it waits: the desk takes nothing away.
    for command in (writing.drop, writing.take_back):
        with pytest.raises(Conflict):
            await world.db.write(command, world.viewer("nora"), row.id, now=world.clock())
    moved = Millis(view.at + HOUR)
    await world.db.write(scheduled.move, world.viewer("nora"), view.id, moved, now=world.clock())
    assert [one.slot_at for one in await slots(world)] == [moved]
    world.clock.now = moved
    post = await world.db.write(due.publish_due, view.id, context=world.context, now=world.clock())
    assert post is not None
    assert [one[1] for one in await lines(world)] == [State.PUBLISHED]
    # What is deleted, or cancelled, is gone from it.
    await world.db.write(edit.delete, world.viewer("nora"), post, now=world.clock())
    assert await lines(world) == []
    view = await later(world, "nora", "Never mind")
    assert len(await slots(world)) == 1
    await world.db.write(scheduled.cancel, world.viewer("nora"), view.id, now=world.clock())
    assert await lines(world) == [] and await elsewhere(world) == []


async def test_a_scheduled_article_follows_the_time_that_it_is_given_elsewhere(world: World) -> None:
    await world.person("nora", role=Role.COMMUNICATOR)
    row = await world.db.write(
        create, world.viewer("nora"), Plan(), Words(title="The press", source="Old."), context=world.context,
        now=world.clock(),
    )  # fmt: skip
    assert await slots(world) == []
    at = Millis(world.clock() + 2 * HOUR)
    row = await world.db.write(
        writing.schedule, world.viewer("nora"), row.id, at, context=world.context, now=world.clock()
    )
    assert await lines(world) == [("article", "scheduled", "The press")]
    assert row.scheduled_id is not None
    await world.db.write(scheduled.move, world.viewer("nora"), row.scheduled_id, Millis(at + HOUR), now=world.clock())
    assert [one.slot_at for one in await slots(world)] == [at + HOUR]
    await world.db.write(scheduled.cancel, world.viewer("nora"), row.scheduled_id, now=world.clock())
    assert await lines(world) == [("article", "writing", "The press")]
    # Published now while it waits, it is published once.
    row = await world.db.write(
        writing.schedule, world.viewer("nora"), row.id, at, context=world.context, now=world.clock()
    )
    await world.db.write(writing.publish, world.viewer("nora"), row.id, context=world.context, now=world.clock())
    assert await world.db.read(scheduled.several, world.viewer("nora"), Page()) == []
    assert await lines(world) == [("article", "published", "The press")]


async def test_an_article_that_everybody_must_read_asks_them_when_its_time_comes(world: World) -> None:
    await world.person("nora", role=Role.COMMUNICATOR)
    await world.person("amina")
    plan = Plan(must_read=True)
    row = await world.db.write(
        create, world.viewer("nora"), plan, Words(title="The press", source="All of it."), context=world.context,
        now=world.clock(),
    )  # fmt: skip
    at = Millis(world.clock() + 2 * HOUR)
    row = await world.db.write(
        writing.schedule, world.viewer("nora"), row.id, at, context=world.context, now=world.clock()
    )
    assert row.scheduled_id is not None
    post = await world.db.write(due.publish_due, row.scheduled_id, context=world.context, now=at)
    assert post is not None
    asked = await world.db.read(rows.of_posts, [post], world.id("amina"))
    assert asked[0].asked_at == at
    # It is one piece of the calendar, an article still, and who opened it is counted once.
    world.clock.now = at
    assert await lines(world) == [("article", "published", "The press")]
    (piece,) = await slots(world)
    shown = await world.db.read(post_rows.by_id, post)
    assert shown is not None
    await world.db.write(entering.counted, shown, {"": 9}, now=at)
    assert reach_of((await slots(world))[0]) == reach_of(piece)


async def test_a_must_read_takes_its_place_and_says_elsewhere_only_what_all_may_read(world: World) -> None:
    await world.person("nora", role=Role.COMMUNICATOR)
    await world.person("marc")
    await world.person("ines", role=Role.ADMIN)
    await world.db.write(appoint, world.viewer("ines"), "marc", MANAGER, on=True, now=world.clock())
    await announce(world, "The meeting point is quay 3.")
    first = Millis(world.clock() + HOUR)
    post = await announce(world, "Line 3 closes.", Wave(at=first, roles=(MANAGER,)), Wave(at=first + HOUR))
    assert await lines(world) == [
        ("announcement", "published", "The meeting point is quay 3."),
        ("announcement", "scheduled", ""),
    ]
    assert all(one.must_read and one.owner_name for one in await slots(world))
    assert sorted(await elsewhere(world)) == ["", "The meeting point is quay 3."]
    near = await world.db.read(calendar.must_reads_on, world.viewer("nora"), first, lambda _: "one day", None)
    assert len(near) == 2
    world.clock.now = first
    await world.db.write(asking.tend, post, settings=world.settings, now=world.clock())
    assert [one[1] for one in await lines(world)] == ["published", "published"]
    # How many had it before their eyes is the reach of its piece, for a campaign to add up.
    await world.db.write(answers.see, world.viewer("marc"), [post], now=world.clock())
    await world.db.write(asking.tend, post, settings=world.settings, now=world.clock())
    assert [reach_of(one) for one in await slots(world)] == [{}, {"": 1}]


async def test_a_must_read_for_everybody_that_is_to_come_waits_and_then_is_a_post_for_everybody(world: World) -> None:
    await world.person("nora", role=Role.COMMUNICATOR)
    await world.person("amina")
    at = Millis(world.clock() + 2 * HOUR)
    new = NewAnnouncement(
        draft=Draft(text="Badges are renewed.", language="en"), waves=(Wave(at=at),), valid_until=Millis(at + DAY)
    )
    assert planned.is_to_come(new, world.clock()) and not planned.is_to_come(new, at)
    view = await world.db.write(planned.plan, world.viewer("nora"), new, context=world.context, now=world.clock())
    assert await lines(world) == [("announcement", "scheduled", "Badges are renewed.")]
    with pytest.raises(Forbidden):
        await world.db.write(planned.plan, world.viewer("amina"), new, context=world.context, now=world.clock())
    world.clock.now = at
    post = await world.db.write(due.publish_due, view.id, context=world.context, now=at)
    assert post is not None and await world.db.write(due.publish_due, view.id, context=world.context, now=at) is None
    found, row = await world.db.read(post_rows.by_id, post), await world.db.read(rows.by_post, post)
    assert found is not None and found.visibility is Visibility.PUBLIC
    assert row is not None and row.valid_until == at + DAY
    assert await lines(world) == [("announcement", "published", "Badges are renewed.")]
    # Given a time after its own end, it is not announced, and its author is told.
    view = await world.db.write(
        planned.plan,
        world.viewer("nora"),
        msgspec.structs.replace(new, waves=(Wave(at=at + 2 * HOUR),)),
        context=world.context,
        now=at,
    )
    late = Millis(at + 2 * DAY)
    await world.db.write(scheduled.move, world.viewer("nora"), view.id, late, now=at)
    world.clock.now = late
    with pytest.raises(Invalid):
        await world.db.write(due.publish_due, view.id, context=world.context, now=late)


async def test_a_must_read_that_was_planned_is_that_piece(world: World) -> None:
    await world.person("nora", role=Role.COMMUNICATOR)
    plan = Plan(channel="announcement", slot_at=Millis(world.clock() + HOUR), must_read=True)
    row = await world.db.write(
        create, world.viewer("nora"), plan, Words(title="Evacuation"), context=world.context, now=world.clock()
    )
    await announce(world, "The meeting point is quay 3.", piece=row.id)
    assert await lines(world) == [("announcement", "published", "Evacuation")]
    with pytest.raises(Conflict):
        await announce(world, "Once more.", piece=row.id)
    assert len(await world.db.read(desk.between, Millis(0), FAR)) == 1
