"""Reminders: three at most, in working hours, never of somebody who is away or in peace, unless it is urgent."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from social.announcements import asking
from social.announcements.audience import URGENT
from social.announcements.hours import is_working, next_working
from social.announcements.people import appoint, go_away
from social.errors import Forbidden, Invalid, TooMany
from social.governance import audit
from social.governance.audit import Wanted
from social.policy import Role
from storage import asked
from storage.ids import Millis, PostId, UserId
from storage.notifications import Kind
from tests.social.announcements.newsroom import Newsroom
from tests.world import NOON, cheap_settings

PARIS = ZoneInfo("Europe/Paris")


def moment(text: str) -> Millis:
    return Millis(int(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000))


async def reminders(newsroom: Newsroom, post: PostId, *names: str) -> list[int]:
    """How often each was reminded; of who answered nothing is said."""
    owing = await newsroom.world.db.read(asked.owing, post, 99, newsroom.world.clock())
    found = {row.account_id: row.reminders for row in owing}
    return [found.get(newsroom.id(name), -1) for name in names]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        pytest.param("2026-11-24T13:00", "2026-11-24T13:00", id="on Tuesday at work"),
        pytest.param("2026-11-24T07:59", "2026-11-24T08:00", id="before work"),
        pytest.param("2026-11-24T18:00", "2026-11-25T08:00", id="after work"),
        pytest.param("2026-11-27T18:30", "2026-11-30T08:00", id="on Friday evening"),
        pytest.param("2026-10-24T20:00", "2026-10-26T08:00", id="over the change of the clocks"),
    ],
)
def test_working_hours_are_those_of_the_site(at: str, expected: str) -> None:
    settings = cheap_settings()
    assert next_working(settings, moment(at)) == moment(expected)
    assert is_working(settings, moment(at)) == (at == expected)


async def test_who_has_not_answered_is_reminded_three_times_in_working_hours(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    await newsroom.confirm("luc", post)
    counts = []
    for _ in range(6):
        newsroom.world.clock.pass_by(hours=24)
        await newsroom.tend(post)
        counts.append((await reminders(newsroom, post, "amina", "luc"))[0])
    # From Tuesday noon: Wednesday, Thursday, Friday; on the weekend nobody, and then it is enough.
    assert counts == [1, 2, 3, 3, 3, 3]
    assert await reminders(newsroom, post, "luc") == [-1]


async def test_nobody_is_reminded_at_night(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    newsroom.world.clock.now = moment("2026-11-25T22:00")
    await newsroom.tend(post)
    assert await reminders(newsroom, post, "amina") == [0]
    newsroom.world.clock.now = moment("2026-11-26T09:00")
    await newsroom.tend(post)
    await newsroom.tend(post)
    assert await reminders(newsroom, post, "amina") == [1]


async def test_who_is_away_or_in_peace_is_not_reminded(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    world = newsroom.world
    post = await newsroom.announce()
    back = Millis(NOON + 3 * 86_400_000)
    await world.db.write(go_away, world.viewer("amina"), back, now=world.clock())

    def luc_is_in_peace(user: UserId, kind: Kind | None, now: Millis) -> Millis | None:
        return back if user == world.viewer("luc").user else None

    monkeypatch.setattr(asking, "quiet", luc_is_in_peace)
    world.clock.pass_by(hours=24)
    await newsroom.tend(post)
    assert await reminders(newsroom, post, "amina", "luc", "carla") == [0, 0, 1]
    monkeypatch.undo()
    await world.db.write(go_away, world.viewer("amina"), None, now=world.clock())
    await newsroom.tend(post)
    assert await reminders(newsroom, post, "amina", "luc", "carla") == [1, 1, 1]
    with pytest.raises(Invalid):
        await world.db.write(go_away, world.viewer("amina"), Millis(world.clock() - 1), now=world.clock())


async def test_an_urgent_one_reaches_people_at_night_and_who_is_away_with_its_reason_in_the_log(
    newsroom: Newsroom,
) -> None:
    world = newsroom.world
    await world.person("ines", role=Role.ADMIN)
    await world.db.write(appoint, world.viewer("ines"), "bruno", URGENT, on=True, now=world.clock())
    world.clock.now = moment("2026-11-24T22:00")
    await world.db.write(go_away, world.viewer("amina"), Millis(world.clock() + 86_400_000), now=world.clock())
    post = await newsroom.announce(urgent=True, reason="Gas leak on quay 3")
    world.clock.pass_by(hours=2)
    await newsroom.tend(post)
    assert await reminders(newsroom, post, "amina", "luc") == [1, 1]
    wanted = Wanted(act="announcement.urgent")
    (act,) = await world.db.read(audit.acts, world.viewer("ines"), wanted)
    assert (act.by_name, act.reason, act.subject_id) == ("bruno", "Gas leak on quay 3", post)


async def test_urgent_is_for_who_may_with_a_reason_and_seldom(newsroom: Newsroom) -> None:
    world = newsroom.world
    with pytest.raises(Forbidden, match="urgent_not_yours"):
        await newsroom.announce(urgent=True, reason="Gas leak")
    await world.person("ines", role=Role.ADMIN)
    await world.db.write(appoint, world.viewer("ines"), "bruno", URGENT, on=True, now=world.clock())
    with pytest.raises(Invalid, match="blank"):
        await newsroom.announce(urgent=True, reason="  ")
    for _ in range(2):
        await newsroom.announce(urgent=True, reason="Gas leak")
    with pytest.raises(TooMany, match="urgent_too_often"):
        await newsroom.announce(urgent=True, reason="Gas leak")
    world.clock.pass_by(days=8)
    await newsroom.announce(urgent=True, reason="Gas leak")
