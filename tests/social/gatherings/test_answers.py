"""Gatherings on one node: what may be planned, who gets a seat, who waits, and who is told of what."""

import asyncio
from datetime import datetime

import msgspec
import pytest

from social import reading
from social.clock import DAY, HOUR
from social.errors import Conflict, Forbidden, Invalid, NotFound
from social.feeds import notifications, timelines
from social.gatherings import answers, keeping, planning, times
from social.gatherings.drafts import GatheringDraft
from social.gatherings.times import Every, Repeat
from social.gatherings.views import GatheringView
from social.governance import states
from social.paging import FIRST
from social.people import accounts
from social.posts import edit
from social.posts.publish import Draft
from storage import gatherings as rows
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.gatherings import Status
from storage.ids import Millis, PostId
from storage.notifications import Kind
from storage.participations import State
from storage.visibility import Visibility
from tests.world import NOON, World, one_pair

TOMORROW = Millis(NOON + DAY)
MATCH = GatheringDraft(starts_at=TOMORROW, ends_at=Millis(TOMORROW + HOUR), timezone="Europe/Paris", place="Pitch 2")


async def planned(world: World, gathering: GatheringDraft = MATCH, **said: object) -> PostId:
    """A gathering of amina, and people who may come."""
    for name in ("amina", "luc", "marc", "ines"):
        await world.person(name)
    return await world.say("amina", "Bring your boots.", title="Football", gathering=gathering, **said)


async def seen(world: World, post: PostId, name: str = "luc") -> GatheringView:
    view = await world.db.read(reading.post, world.viewer(name), post)
    assert view.gathering is not None
    return view.gathering


async def answer(world: World, name: str, post: PostId, said: str = "yes") -> State:
    world.clock.pass_by(seconds=1)
    return await world.db.write(
        answers.answer, world.viewer(name), post, said, ids=world.ids, urls=world.urls, now=world.clock()
    )


async def told(world: World, name: str) -> list[str]:
    await world.settle()
    found = await world.db.read(notifications.notifications, world.viewer(name), FIRST, now=world.clock())
    return [one.subject.split(":")[1] for one in found if one.subject.startswith("gathering:")]


async def change(world: World, post: PostId, **said: object) -> None:
    """The organiser changes the gathering."""
    draft = Draft(text="Bring your boots.", gathering=msgspec.structs.replace(MATCH, **said))
    await world.db.write(
        edit.edit, world.viewer("amina"), post, draft, context=world.context, now=world.clock.pass_by(minutes=1)
    )


@pytest.mark.parametrize(
    ("said", "title", "field", "code"),
    [
        pytest.param({}, " ", "title", "blank", id="no title"),
        pytest.param({"timezone": "Europe/Atlantis"}, "x", "timezone", "not_a_choice", id="a zone that is none"),
        pytest.param({"ends_at": MATCH.starts_at}, "x", "ends_at", "end_before_start", id="no time between"),
        pytest.param({"starts_at": Millis(NOON - 2 * DAY)}, "x", "starts_at", "in_past", id="over"),
        pytest.param({"seats": 0}, "x", "seats", "out_of_range", id="no seat"),
        pytest.param({"link": "javascript:alert(1)"}, "x", "link", "no_link", id="a link that is none"),
        pytest.param({"category": "REVOLUTION"}, "x", "category", "not_a_choice", id="an unknown category"),
        pytest.param(
            {"repeat": Repeat(every=Every.DAY, times=10_000)}, "x", "times", "out_of_range", id="without a bound"
        ),
    ],
)
async def test_a_gathering_that_cannot_be_is_refused(
    world: World, said: dict[str, object], title: str, field: str, code: str
) -> None:
    await world.person("amina")
    with pytest.raises(Invalid) as refusal:
        await world.say("amina", "", title=title, gathering=msgspec.structs.replace(MATCH, **said))
    assert (field, code) in [(one.field, one.code) for one in refusal.value.all()]


async def test_who_wanted_to_come_is_told_when_it_is_deleted_once_for_what_is_repeated(world: World) -> None:
    site = {"ids": world.ids, "urls": world.urls, "now": world.clock()}
    await world.db.write(accounts.create_instance_actor, one_pair(), **site)  # type: ignore[arg-type]
    post = await planned(world)
    for name, said in (("luc", "yes"), ("marc", "maybe"), ("ines", "no")):
        await answer(world, name, post, said)
    await world.db.write(edit.delete, world.viewer("amina"), post, now=world.clock())
    assert [await gone(world, name) for name in ("luc", "marc", "ines", "amina")] == [
        ["Football"],
        ["Football"],
        [],
        [],
    ]
    repeated = msgspec.structs.replace(MATCH, repeat=Repeat(every=Every.WEEK, times=3))
    draft = Draft(text="Bring boots.", title="Training", gathering=repeated)
    world.clock.pass_by(hours=2)
    first = await world.db.write(planning.plan, world.viewer("amina"), draft, context=world.context, now=world.clock())
    dates = await world.db.read(rows.of_series, world.id("luc"), (await seen(world, first)).gathering.series, 9)
    for one in dates:
        await answer(world, "luc", one.gathering.post_id)
    off = dates[0].gathering.post_id
    await change(world, off, status=Status.CANCELLED)
    await world.db.write(states.leave, world.viewer("amina"), now=world.clock())
    assert await gone(world, "luc") == ["Training", "Football"], "once, and not of what was called off before"


async def gone(world: World, name: str) -> list[str]:
    """What somebody is told that it does not take place."""
    await world.settle()
    found = await world.db.read(notifications.notifications, world.viewer(name), FIRST, now=world.clock())
    return [one.subject.split(":", 4)[-1] for one in found if one.kind is Kind.GATHERING_GONE]


async def test_seats_are_given_in_order_and_who_waits_moves_up_when_somebody_leaves(world: World) -> None:
    post = await planned(world, msgspec.structs.replace(MATCH, seats=1))
    assert [await answer(world, name, post) for name in ("luc", "marc", "ines")] == ["going", "waiting", "waiting"]
    view = await seen(world, post, "ines")
    assert (view.going, view.waiting, view.left, view.mine) == (1, 2, 0, State.WAITING)
    assert await answer(world, "luc", post, "no") is State.NO
    assert [(await seen(world, post, name)).mine for name in ("luc", "marc", "ines")] == ["no", "going", "waiting"]
    assert await told(world, "marc") == ["going"]
    assert await told(world, "ines") == []
    # Coming back means the end of the queue.
    assert await answer(world, "luc", post) is State.WAITING
    await change(world, post, seats=2)
    assert [(await seen(world, post, name)).mine for name in ("marc", "ines", "luc")] == ["going", "going", "waiting"]


async def test_of_two_who_want_the_last_seat_at_once_one_has_it(world: World) -> None:
    post = await planned(world, msgspec.structs.replace(MATCH, seats=1))

    async def at_once(name: str) -> State:
        return await world.db.write(
            answers.answer, world.viewer(name), post, "yes", ids=world.ids, urls=world.urls, now=world.clock()
        )

    found = await asyncio.gather(*(at_once(name) for name in ("luc", "marc", "ines", "amina")))
    assert sorted(found) == [State.GOING, State.WAITING, State.WAITING, State.WAITING]
    assert (await seen(world, post)).going == 1


async def test_a_yes_said_twice_takes_one_seat(world: World) -> None:
    post = await planned(world, msgspec.structs.replace(MATCH, seats=2))
    assert [await answer(world, "luc", post), await answer(world, "luc", post)] == ["going", "going"]
    assert (await seen(world, post)).going == 1


async def test_without_a_queue_who_comes_late_is_refused_and_takes_a_seat_later(world: World) -> None:
    post = await planned(world, msgspec.structs.replace(MATCH, seats=1, has_waiting=False))
    assert [await answer(world, "luc", post), await answer(world, "marc", post)] == ["going", "refused"]
    await answer(world, "luc", post, "maybe")
    assert await answer(world, "marc", post) is State.GOING
    assert (await seen(world, post)).maybe == 1


async def test_fewer_seats_throw_nobody_out(world: World) -> None:
    post = await planned(world, msgspec.structs.replace(MATCH, seats=2))
    await answer(world, "luc", post)
    await answer(world, "marc", post)
    await change(world, post, seats=1)
    assert (await seen(world, post)).going == 2
    await answer(world, "ines", post)
    await answer(world, "marc", post, "no")
    assert (await seen(world, post, "ines")).mine is State.WAITING


async def test_what_is_over_called_off_or_hidden_takes_no_answer(world: World) -> None:
    post = await planned(world, visibility=Visibility.FOLLOWERS)
    with pytest.raises(NotFound):
        await answer(world, "luc", post)
    post = await planned(world)
    with pytest.raises(Invalid):
        await answer(world, "luc", post, "perhaps")
    await change(world, post, status=Status.CANCELLED)
    with pytest.raises(Conflict, match="cancelled"):
        await answer(world, "luc", post)
    post = await planned(world)
    world.clock.pass_by(days=2)
    with pytest.raises(Conflict, match="gathering_over"):
        await answer(world, "luc", post)
    note = await world.say("amina", "No gathering")
    with pytest.raises(NotFound):
        await answer(world, "luc", note)


async def test_who_comes_is_told_of_a_change_and_of_the_end_and_others_are_not(world: World) -> None:
    post = await planned(world)
    await answer(world, "luc", post)
    await answer(world, "marc", post, "no")
    await change(world, post, category="GAMES")
    assert await told(world, "luc") == []
    await change(world, post, place="Pitch 3")
    await change(world, post, place="Pitch 3", status=Status.CANCELLED)
    assert await told(world, "luc") == ["cancelled", "changed"]
    assert await told(world, "marc") == []
    view = await seen(world, post)
    assert (view.is_cancelled, view.gathering.version) == (True, 3)


async def test_who_comes_is_reminded_once_of_each_time_and_not_of_one_that_was_moved(world: World) -> None:
    post = await planned(world)
    await answer(world, "luc", post)
    await answer(world, "marc", post, "maybe")
    uri = (await world.db.read(reading.post, world.viewer("luc"), post)).post.uri
    assert await world.db.write(keeping.remind, uri, TOMORROW, world.clock())
    assert await told(world, "luc") == ["near"]
    assert await told(world, "marc") == []
    await change(world, post, starts_at=Millis(TOMORROW + HOUR // 2))
    assert not await world.db.write(keeping.remind, uri, TOMORROW, world.clock())
    world.clock.pass_by(days=3)
    assert not await world.db.write(keeping.remind, uri, Millis(TOMORROW + HOUR // 2), world.clock())
    assert not await world.db.write(keeping.remind, "https://gone.example/1", TOMORROW, world.clock())


async def test_a_gathering_that_moves_often_leaves_no_reminders_behind(world: World) -> None:
    """Two wait, of the time that is said now; one while it begins soon, none when it is called off."""
    post = await planned(world)
    for hours in (50, 3, 700, 30):
        at = Millis(NOON + hours * HOUR)
        await change(world, post, starts_at=at, ends_at=Millis(at + HOUR))
        expected = [due for due in (at - DAY, at - HOUR) if due > world.clock()]
        assert await world.db.read(reminders) == [(due, at) for due in expected]
    await change(world, post, place="Pitch 3", status=Status.CANCELLED)
    assert await world.db.read(reminders) == []


class WaitingRow(Row, frozen=True, kw_only=True):
    """A job that waits."""

    due: Millis
    arguments: str


_REMINDERS = Query(WaitingRow, "SELECT j.due, j.arguments FROM jobs AS j WHERE j.kind = 'remind_gathering' ORDER BY 1")


def reminders(tx: Tx) -> list[tuple[int, int]]:
    """When people are reminded of which time."""
    return [(row.due, msgspec.json.decode(row.arguments)["starts_at"]) for row in tx.rows(_REMINDERS)]


async def test_the_organiser_notes_who_was_there_once_it_has_begun(world: World) -> None:
    post = await planned(world)
    await answer(world, "luc", post)
    await answer(world, "marc", post)
    came = (world.id("luc"), world.id("ines"))
    with pytest.raises(Conflict, match="not_begun"):
        await world.db.write(answers.note_attendance, world.viewer("amina"), post, came, now=world.clock())
    world.clock.pass_by(days=1)
    with pytest.raises(Forbidden):
        await world.db.write(answers.note_attendance, world.viewer("luc"), post, came, now=world.clock())
    await world.db.write(answers.note_attendance, world.viewer("amina"), post, came, now=world.clock())
    people = await world.db.read(answers.people, world.viewer("amina"), post)
    assert [(one.account.username, one.participation.attended) for one in people.going] == [
        ("luc", True),
        ("marc", False),
    ]
    assert people.attended == 1


async def test_what_is_repeated_keeps_the_hour_of_the_wall_and_each_one_can_be_moved_alone(world: World) -> None:
    await world.person("amina")
    starts = times.moment(datetime(2027, 3, 23, 18, 30), "Europe/Madrid")
    assert starts is not None
    weekly = GatheringDraft(
        starts_at=starts,
        ends_at=Millis(starts + HOUR),
        timezone="Europe/Madrid",
        repeat=Repeat(every=Every.WEEK, times=3),
    )
    draft = Draft(text="", title="Choir", gathering=weekly)
    first = await world.db.write(planning.plan, world.viewer("amina"), draft, context=world.context, now=world.clock())
    view = await seen(world, first, "amina")
    await world.settle()
    feeds = [
        await world.db.read(timelines.home, world.viewer("amina"), FIRST, now=world.clock()),
        await world.db.read(timelines.group, world.viewer("amina"), FIRST, now=world.clock()),
    ]
    assert [[one.post.id for one in feed] for feed in feeds] == [[first], [first]]
    found = await world.db.read(rows.of_series, world.id("amina"), view.gathering.series, 10)
    series = [one.gathering.post_id for one in found]
    shown = [(await seen(world, one, "amina")).gathering for one in series]
    walls = [times.local(one.starts_at, one.timezone) for one in shown]
    assert [wall.strftime("%d/%m %H:%M %z") for wall in walls] == [
        "23/03 18:30 +0100",
        "30/03 18:30 +0200",  # summer time began on the 28th
        "06/04 18:30 +0200",
    ]
    assert [times.local(one.ends_at, one.timezone).hour for one in shown] == [19, 19, 19]
    moved = msgspec.structs.replace(weekly, starts_at=Millis(starts + 8 * DAY), ends_at=None, repeat=None)
    await world.db.write(
        edit.edit,
        world.viewer("amina"),
        series[1],
        Draft(text="", gathering=moved),
        context=world.context,
        now=world.clock.pass_by(minutes=1),
    )
    after = [(await seen(world, one, "amina")).gathering for one in series]
    assert [(one.occurrence, one.is_open_end) for one in after] == [(1, False), (2, True), (3, False)]
    assert [after[0], after[2]] == [shown[0], shown[2]]


def test_a_month_without_the_day_takes_its_last_one() -> None:
    starts = times.moment(datetime(2027, 1, 31, 9, 0), "Europe/Paris")
    assert starts is not None
    found = times.repeated(starts, "Europe/Paris", Repeat(every=Every.MONTH, times=3))
    assert [times.local(at, "Europe/Paris").strftime("%d/%m %H:%M") for at in found] == [
        "31/01 09:00",
        "28/02 09:00",
        "31/03 09:00",
    ]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "Europe/Paris\0", "europe/paris", "/usr/share"])
def test_what_is_no_time_zone_is_none(name: str) -> None:
    assert times.zone(name) is None
