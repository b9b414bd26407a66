"""Calendars that other programs read: validated by `icalendar`, right over changes of the clock, secret, revocable."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from icalendar import Calendar

from social.clock import DAY, HOUR
from social.gatherings import agenda, answers, planning, times
from social.gatherings.drafts import GatheringDraft
from social.gatherings.times import Every, Repeat
from social.posts import edit
from social.posts.publish import Draft
from storage import users
from storage.gatherings import Status
from storage.ids import Millis, PostId
from storage.visibility import Visibility
from tests.web.conftest import Site
from tests.world import NOON


def at(zone: str, year: int, month: int, day: int, hour: int, minute: int) -> Millis:
    """A moment by the clock on the wall."""
    found = times.moment(datetime(year, month, day, hour, minute), zone)
    assert found is not None
    return found


async def planned(
    site: Site, by: str, title: str, starts: Millis, zone: str = "Europe/Paris", **said: object
) -> PostId:
    await site.world.person(by)
    held = GatheringDraft(starts_at=starts, ends_at=Millis(starts + HOUR), timezone=zone, place="Hall 3; gate A, left")
    draft = msgspec.structs.replace(held, **said.pop("held", {}))  # type: ignore[arg-type]
    return await site.world.db.write(
        planning.plan,
        site.world.viewer(by),
        Draft(text="Bring boots,\nand water", title=title, gathering=draft, **said),  # type: ignore[arg-type]
        context=site.world.context,
        now=site.world.clock(),
    )


async def address(site: Site, name: str, community: int = 0) -> str:
    await site.world.person(name)
    token = await site.world.db.write(agenda.renew, site.world.viewer(name), community, now=site.world.clock())
    return f"/calendars/{token}.ics"


def parsed(body: bytes) -> Any:
    """A calendar as the library reads it, whose types leave open what each property is."""
    return Calendar.from_ical(body)


async def read(site: Site, path: str) -> list[Any]:
    """The events of a calendar, as a program without any session reads them; nothing in it is wrong."""
    answer = await site.stranger().read(path)
    assert answer.status == 200 and answer.headers["content-type"] == "text/calendar; charset=utf-8"
    held = parsed(answer.body)
    assert not held.errors and not [one for one in held.walk() if one.errors]
    assert {"VERSION", "PRODID"} <= set(held) and str(held["METHOD"]) == "PUBLISH"
    zones = {str(zone["TZID"]) for zone in held.walk("VTIMEZONE")}
    events: list[Any] = held.walk("VEVENT")
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "STATUS"} <= set(event)
        assert event["DTSTART"].params["TZID"] in zones
    return events


def wall(event: Any) -> tuple[datetime, timedelta | None]:
    """When it begins, as a program reckons that knows only the zones that the calendar tells."""
    start = event.decoded("DTSTART")
    return start.astimezone(UTC), start.utcoffset()


async def test_the_feed_of_a_person_holds_what_they_take_part_in_at_the_right_hour_over_a_change_of_the_clock(
    site: Site,
) -> None:
    before, after = at("Europe/Paris", 2027, 3, 27, 18, 30), at("Europe/Paris", 2027, 3, 28, 18, 30)
    choir = await planned(site, "ines", "Choir, first", before)
    await planned(site, "ines", "Choir, second", after)
    madrid = await planned(site, "luc", "Coro", at("Europe/Madrid", 2027, 10, 31, 2, 30), "Europe/Madrid")
    path = await address(site, "amina")
    assert await read(site, path) == []
    for post in (choir, madrid):
        await site.world.db.write(
            answers.answer, site.world.viewer("amina"), post, "yes",
            ids=site.world.ids, urls=site.world.urls, now=site.world.clock(),
        )  # fmt: skip
    first, second = await read(site, path)
    assert [str(one["SUMMARY"]) for one in (first, second)] == ["Choir, first", "Coro"]
    assert str(first["LOCATION"]) == "Hall 3; gate A, left"
    assert wall(first) == (datetime(2027, 3, 27, 17, 30, tzinfo=UTC), timedelta(hours=1))
    # The hour that comes twice is the first one.
    assert wall(second) == (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), timedelta(hours=2))
    own = await read(site, await address(site, "ines"))
    assert [wall(one)[1] for one in own] == [timedelta(hours=1), timedelta(hours=2)]


async def test_what_was_moved_over_a_change_of_the_clock_keeps_its_name_and_has_a_higher_number(site: Site) -> None:
    post = await planned(site, "amina", "Inventory", at("Europe/Paris", 2027, 3, 27, 9, 0))
    path = await address(site, "amina")
    (was,) = await read(site, path)
    moved = at("Europe/Paris", 2027, 3, 29, 9, 0)
    held = GatheringDraft(starts_at=moved, timezone="Europe/Paris", status=Status.CANCELLED)
    await site.world.db.write(
        edit.edit, site.world.viewer("amina"), post, Draft(text="x", gathering=held),
        context=site.world.context, now=site.world.clock.pass_by(hours=1),
    )  # fmt: skip
    (now,) = await read(site, path)
    assert (now["UID"], now["SEQUENCE"], str(now["STATUS"])) == (was["UID"], was["SEQUENCE"] + 1, "CANCELLED")
    assert wall(now) == (datetime(2027, 3, 29, 7, 0, tzinfo=UTC), timedelta(hours=2))
    assert "DTEND" not in now


async def test_the_zone_that_a_calendar_tells_changes_the_clock_when_the_country_does(site: Site) -> None:
    weekly = {"repeat": Repeat(every=Every.WEEK, times=52)}
    await planned(site, "amina", "Round", at("Europe/Madrid", 2027, 1, 5, 8, 0), "Europe/Madrid", held=weekly)
    answer = await site.stranger().read(await address(site, "amina"))
    held = parsed(answer.body)
    (zone,) = held.walk("VTIMEZONE")
    told, real = zone.to_tz(), ZoneInfo("Europe/Madrid")
    for event in held.walk("VEVENT"):
        naive = event.decoded("DTSTART").replace(tzinfo=None)
        assert naive.hour == 8
        assert naive.replace(tzinfo=told).utcoffset() == naive.replace(tzinfo=real).utcoffset()
    assert len(held.walk("VEVENT")) == 52


async def test_an_address_opens_what_its_owner_sees_until_it_is_revoked_or_drawn_anew(site: Site) -> None:
    await planned(site, "luc", "For followers", Millis(NOON + DAY), visibility=Visibility.FOLLOWERS)
    first = await address(site, "amina")
    assert await read(site, first) == []
    second = await address(site, "amina")
    assert (await site.stranger().read(first)).status == 404
    await site.world.db.write(agenda.revoke, site.world.viewer("amina"), 0)
    for path in (second, "/calendars/x.ics", "/calendars/'%20OR%201.ics", "/calendars/%00.ics"):
        assert (await site.stranger().read(path)).status in (404, 422), path


async def test_one_gathering_comes_as_a_file_to_whoever_may_see_it(site: Site) -> None:
    post = await planned(site, "luc", "Match", Millis(NOON + DAY))
    closed = await planned(site, "luc", "Closed", Millis(NOON + DAY), visibility=Visibility.FOLLOWERS)
    note = await site.world.say("luc", "Only words")
    amina = await site.person("amina")
    answer = await amina.read(f"/@luc/{post}.ics")
    assert answer.headers["content-disposition"] == f'attachment; filename="{post}.ics"'
    (event,) = parsed(answer.body).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Match"
    for path in (f"/@luc/{closed}.ics", f"/@luc/{note}.ics", "/@luc/1.ics"):
        assert (await amina.read(path)).status == 404, path
    assert "/sign-in" in (await site.stranger().read(f"/@luc/{post}.ics")).path


async def test_what_was_over_long_ago_is_in_no_calendar(site: Site) -> None:
    await planned(site, "amina", "Long ago", Millis(NOON + DAY))
    path = await address(site, "amina")
    assert len(await read(site, path)) == 1
    site.world.clock.pass_by(days=100)
    assert await read(site, path) == []


async def test_the_address_of_somebody_who_may_not_sign_in_any_more_opens_nothing(site: Site) -> None:
    await planned(site, "amina", "Match", Millis(site.world.clock() + DAY))
    path = await address(site, "amina")
    assert (await site.stranger().read(path)).status == 200
    user = site.world.viewer("amina").user
    assert user is not None
    await site.world.db.write(users.disable, user, site.world.clock())
    assert (await site.stranger().read(path)).status == 404


async def test_a_gathering_in_a_far_year_costs_no_calendar_a_history_of_its_zone(site: Site) -> None:
    for year in (2026, 2199):
        await planned(site, "amina", "Match", at("Europe/Paris", year, 12, 12, 18, 0))
    community = await address(site, "amina")
    (zone,) = parsed((await site.stranger().read(community)).body).walk("VTIMEZONE")
    assert len(zone.to_ical()) < 5_000
