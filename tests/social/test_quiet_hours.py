"""Quiet hours: those of the site, one's own, by the clock on the wall over its changes, and what goes through."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from social.announcements import publish
from social.announcements.audience import URGENT, Wave
from social.announcements.people import appoint
from social.announcements.publish import NewAnnouncement
from social.errors import Forbidden, Invalid
from social.feeds import notifications
from social.governance import audit
from social.governance.audit import Wanted
from social.paging import FIRST
from social.policy import Role
from social.posts.publish import Draft
from social.push import hours, week
from social.push.quiet import in_peace, quiet
from social.push.week import Week, Window, parsed, reachable
from social.rolls import calls
from storage import announcements as announced
from storage.ids import Millis, NotificationId
from tests.world import World

PARIS = "Europe/Paris"
EACH_DAY: Week = (Window(opens=8 * 60, closes=19 * 60),) * 7
NIGHTS: Week = (Window(opens=22 * 60, closes=6 * 60),) * 5 + (None, None)


def moment(text: str, zone: str = PARIS) -> Millis:
    return Millis(int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000))


async def until(world: World, name: str, *about: NotificationId) -> Millis | None:
    """Until when somebody is left in peace."""
    user = world.viewer(name).user
    assert user is not None
    return await world.db.read(quiet, user, about, timezone=PARIS, now=world.clock())


@pytest.mark.parametrize(
    ("hours_of", "zone", "at", "expected"),
    [
        pytest.param(week.USUAL, PARIS, "2026-11-24T13:00", "2026-11-24T13:00", id="at work"),
        pytest.param(week.USUAL, PARIS, "2026-11-24T19:00", "2026-11-25T08:00", id="in the evening"),
        pytest.param(week.USUAL, PARIS, "2026-11-25T07:59", "2026-11-25T08:00", id="in the morning"),
        pytest.param(week.USUAL, PARIS, "2026-11-27T19:30", "2026-11-30T08:00", id="over the week-end"),
        pytest.param(EACH_DAY, PARIS, "2026-10-24T20:00", "2026-10-25T08:00", id="when clocks go back"),
        pytest.param(EACH_DAY, PARIS, "2027-03-27T20:00", "2027-03-28T08:00", id="when clocks go forward"),
        pytest.param(
            (Window(opens=150, closes=600),) * 7, PARIS, "2027-03-28T00:00", "2027-03-28T03:30", id="an hour left out"
        ),
        pytest.param(NIGHTS, "Europe/Madrid", "2026-11-25T03:00", "2026-11-25T03:00", id="in the middle of a shift"),
        pytest.param(NIGHTS, "Europe/Madrid", "2026-11-25T06:00", "2026-11-25T22:00", id="after a shift"),
        pytest.param(NIGHTS, "Europe/Madrid", "2026-11-28T05:59", "2026-11-28T05:59", id="into a day of peace"),
        pytest.param(NIGHTS, "Europe/Madrid", "2026-11-28T06:00", "2026-11-30T22:00", id="on a day of peace"),
        pytest.param(week.ALWAYS, "America/Montreal", "2026-11-28T03:00", "2026-11-28T03:00", id="at any hour"),
    ],
)
def test_peace_ends_by_the_clock_on_the_wall(hours_of: Week, zone: str, at: str, expected: str) -> None:
    assert reachable(hours_of, zone, moment(at, zone)) == moment(expected, zone)


def test_a_night_over_the_change_of_clocks_is_as_long_as_it_is() -> None:
    hour = 3_600_000
    back, forward = moment("2026-10-24T20:00"), moment("2027-03-27T20:00")
    assert reachable(EACH_DAY, PARIS, back) - back == 13 * hour
    assert reachable(EACH_DAY, PARIS, forward) - forward == 11 * hour


def test_a_form_of_a_week_is_read_or_refused_with_its_reason() -> None:
    full = [("08:00", "18:30")] * 5 + [("", ""), ("22:00", "06:00")]
    assert parsed(full)[4:] == (Window(opens=480, closes=1110), None, Window(opens=1320, closes=360))
    assert week.read(week.written(parsed(full))) == parsed(full)
    for poor, code in (
        ([("", "")] * 7, "blank"),
        ([("08:00", "")] * 7, "no_time"),
        ([("8 h", "19 h")] * 7, "no_time"),
        (full[:6], "no_time"),
    ):
        with pytest.raises(Invalid, match=code):
            parsed(poor)


async def test_everybody_keeps_the_hours_of_the_site_or_their_own(world: World) -> None:
    await world.person("ines", role=Role.ADMIN)
    for name in ("amina", "luc"):
        await world.person(name)
    world.clock.now = moment("2026-11-24T21:00")
    assert await until(world, "amina") == moment("2026-11-25T08:00")
    await world.db.write(hours.choose, world.viewer("luc"), NIGHTS, "Europe/Lisbon", now=world.clock())
    assert await until(world, "luc") == moment("2026-11-24T22:00", "Europe/Lisbon")
    await world.db.write(hours.change_site, world.viewer("ines"), week.ALWAYS, now=world.clock())
    assert await until(world, "amina") is None
    assert await until(world, "luc") == moment("2026-11-24T22:00", "Europe/Lisbon")
    await world.db.write(hours.choose, world.viewer("luc"), None, "", now=world.clock())
    assert await until(world, "luc") is None
    (act,) = await world.db.read(audit.acts, world.viewer("ines"), Wanted(act="site.quiet"))
    assert act.by_name == "ines"
    with pytest.raises(Forbidden):
        await world.db.write(hours.change_site, world.viewer("luc"), week.USUAL, now=world.clock())
    with pytest.raises(Invalid, match="not_a_choice"):
        await world.db.write(hours.choose, world.viewer("luc"), NIGHTS, "Europe/Armor", now=world.clock())


async def test_who_is_not_at_work_is_reached_at_the_first_hour_of_their_return(world: World) -> None:
    await world.person("amina")
    await world.person("luc")
    back = moment("2026-11-28T00:00")
    await world.db.write(hours.go_away, world.viewer("amina"), back, now=world.clock())
    assert await until(world, "amina") == moment("2026-11-30T08:00")
    users = [user for name in ("amina", "luc") if (user := world.viewer(name).user) is not None]
    found = await world.db.read(in_peace, users, timezone=PARIS, now=world.clock())
    assert list(found) == users[:1]
    await world.db.write(hours.go_away, world.viewer("amina"), None, now=world.clock())
    assert await until(world, "amina") is None


async def test_what_is_urgent_goes_through_and_nothing_else(world: World) -> None:
    await world.person("ines", role=Role.ADMIN)
    await world.person("bruno", role=Role.COMMUNICATOR)
    await world.person("amina")
    await world.db.write(appoint, world.viewer("ines"), "bruno", URGENT, on=True, now=world.clock())
    world.clock.now = moment("2026-11-24T22:00")
    for urgent in (False, True):
        new = NewAnnouncement(
            draft=Draft(text="Gas leak on quay 3", language="en"),
            waves=(Wave(at=0),),
            urgent=urgent,
            reason="Gas leak" if urgent else "",
        )
        await world.db.write(publish.announce, world.viewer("bruno"), new, context=world.context, now=world.clock())
    await world.db.write(calls.begin, world.viewer("ines"), "Gas leak", ids=world.ids, now=world.clock())
    await world.say("bruno", "@amina are you there?")
    await world.settle()
    views = await world.db.read(notifications.notifications, world.viewer("amina"), FIRST, now=world.clock())
    calm = {}
    for view in views:
        row = await world.db.read(announced.by_post, view.post.post.id) if view.post else None
        calm[view.kind.value, bool(row and row.urgent)] = await until(world, "amina", view.id) is None
    assert calm == {
        ("mention", False): False,
        ("status", False): False,
        ("status", True): True,
        ("roll.call", False): True,
    }
