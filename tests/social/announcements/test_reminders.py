"""Reminders: three at most, in working hours, never of somebody who is away or in peace, unless it is urgent."""

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest

from social import jobs
from social.announcements import escalation
from social.announcements.audience import MANAGER, URGENT
from social.announcements.escalation import Missing
from social.announcements.hours import is_working, next_working
from social.announcements.people import appoint, go_away
from social.clock import DAY
from social.errors import Forbidden, Invalid, TooMany
from social.feeds import notifications
from social.governance import audit
from social.governance.audit import Wanted
from social.paging import Page
from social.people import accounts
from social.policy import Role
from social.push import hours
from social.push.week import Window
from social.settings import AnnouncementSettings, Settings
from storage import asked
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.notifications import Kind
from tests.social.announcements.newsroom import Newsroom
from tests.world import NOON, cheap_settings, one_pair


class WaitingRow(Row, frozen=True, kw_only=True):
    """A job that waits."""

    arguments: str


_JOBS = Query(WaitingRow, "SELECT arguments FROM jobs WHERE kind = 'send_must_read'")
_DONE = Query(None, "DELETE FROM jobs WHERE kind = 'tend_announcement'")
_TENDED = Query(Millis, "SELECT due FROM jobs WHERE kind = 'tend_announcement'")
_ADDRESS = Query(None, "UPDATE users SET email = :email WHERE account_id = :account")
PARIS = ZoneInfo("Europe/Paris")


def moment(text: str) -> Millis:
    return Millis(int(datetime.fromisoformat(text).replace(tzinfo=PARIS).timestamp() * 1000))


async def reminders(newsroom: Newsroom, post: PostId, *names: str) -> list[int]:
    """How often each was reminded; of who answered nothing is said."""
    owing = await newsroom.world.db.read(asked.owing, post, 99, newsroom.world.clock())
    found = {row.account_id: row.reminders for row in owing}
    return [found.get(newsroom.id(name), -1) for name in names]


def letters_due(tx: Tx) -> list[tuple[PostId, int]]:
    """For whom a letter waits to be sent."""
    return [
        (job.post, job.user)
        for job in (jobs.read(row.arguments) for row in tx.rows(_JOBS))
        if isinstance(job, jobs.SendMustRead)
    ]


def done(tx: Tx) -> None:
    """The job that looks who is to be reminded runs now: none waits."""
    tx.run(_DONE)


def looked_at(tx: Tx) -> Millis:
    """When it is looked again."""
    return tx.value(_TENDED)


def with_address(tx: Tx, account: AccountId, email: str) -> None:
    tx.run(_ADDRESS, account=account, email=email)


async def left(newsroom: Newsroom, name: str) -> list[str]:
    """What somebody is told of who is left."""
    world = newsroom.world
    found = await world.db.read(notifications.notifications, world.viewer(name), Page(), now=world.clock())
    return [one.subject for one in found if one.kind is Kind.ANNOUNCEMENT_LEFT]


async def missing(newsroom: Newsroom, name: str, post: PostId, settings: Settings | None = None) -> Missing:
    world = newsroom.world
    return await world.db.read(
        escalation.missing, world.viewer(name), post, settings=settings or world.settings, now=world.clock()
    )


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


async def test_after_the_page_comes_the_letter_and_then_the_list(newsroom: Newsroom) -> None:
    world = newsroom.world
    await world.db.write(accounts.create_instance_actor, one_pair(), ids=world.ids, urls=world.urls, now=world.clock())
    post = await newsroom.announce()
    await newsroom.confirm("luc", post)
    await newsroom.confirm("marc", post, question=True)
    away = Millis(world.clock() + 30 * DAY)
    await world.db.write(go_away, world.viewer("carla"), away, now=world.clock())
    letters = []
    for _ in range(3):
        world.clock.pass_by(hours=24)
        await newsroom.tend(post)
        letters.append(await world.db.read(letters_due))
    # From the second reminder on by mail; nobody is told yet who is left.
    user = world.viewer("amina").user
    assert letters == [[], [(post, user)], [(post, user)]]
    assert user is not None
    letter = await world.db.read(escalation.letter, post, user, now=world.clock())
    assert letter is None  # she has no address
    assert await left(newsroom, "bruno") == []
    world.clock.pass_by(hours=24 * 3)
    for _ in range(2):
        await newsroom.tend(post)
    assert [subject.rpartition(":")[0] for subject in await left(newsroom, "bruno")] == [f"{post}:1"]
    # Without the law's leave there are numbers; with it, and of five people, names of who is there.
    found = await missing(newsroom, "bruno", post)
    assert (found.count.asked, found.count.acknowledged, found.count.questions, found.away) == (4, 1, 1, 1)
    assert (found.people, found.why_not) == ([], "names_stay")
    allowed = msgspec.structs.replace(world.settings, announcements=AnnouncementSettings(names=True))
    assert (await missing(newsroom, "bruno", post, allowed)).why_not == "too_few"
    await world.person("ines", role=Role.ADMIN)
    await newsroom.tend(post)
    found = await missing(newsroom, "bruno", post, allowed)
    assert [one.username for one in found.people] == ["amina", "ines"] and not found.why_not
    with pytest.raises(Forbidden):
        await missing(newsroom, "luc", post, allowed)
    await world.db.write(appoint, world.viewer("ines"), "luc", MANAGER, on=True, now=world.clock())
    assert len((await missing(newsroom, "luc", post, allowed)).people) == 2


async def test_a_letter_goes_to_who_still_owes_and_has_an_address(newsroom: Newsroom) -> None:
    world = newsroom.world
    await world.db.write(with_address, world.viewer("amina").account, "amina@usine.example")
    post = await newsroom.announce()
    user = world.viewer("amina").user
    assert user is not None
    letter = await world.db.read(escalation.letter, post, user, now=world.clock())
    assert letter is not None and letter.email == "amina@usine.example" and letter.view.post.id == post
    await newsroom.confirm("amina", post)
    assert await world.db.read(escalation.letter, post, user, now=world.clock()) is None


async def test_nobody_is_reminded_at_night(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    newsroom.world.clock.now = moment("2026-11-25T22:00")
    await newsroom.tend(post)
    assert await reminders(newsroom, post, "amina") == [0]
    newsroom.world.clock.now = moment("2026-11-26T09:00")
    await newsroom.tend(post)
    await newsroom.tend(post)
    assert await reminders(newsroom, post, "amina") == [1]


async def test_who_is_away_or_in_peace_is_not_reminded(newsroom: Newsroom) -> None:
    world = newsroom.world
    post = await newsroom.announce()
    back = Millis(NOON + 3 * 86_400_000)
    await world.db.write(go_away, world.viewer("amina"), back, now=world.clock())

    nights = (Window(opens=22 * 60, closes=6 * 60),) * 7
    await world.db.write(hours.choose, world.viewer("luc"), nights, "Europe/Paris", now=world.clock())
    world.clock.pass_by(hours=24)
    await newsroom.tend(post)
    assert await reminders(newsroom, post, "amina", "luc", "carla") == [0, 0, 1]
    await world.db.write(hours.choose, world.viewer("luc"), None, "", now=world.clock())
    await world.db.write(go_away, world.viewer("amina"), None, now=world.clock())
    await newsroom.tend(post)
    assert await reminders(newsroom, post, "amina", "luc", "carla") == [1, 1, 1]
    with pytest.raises(Invalid):
        await world.db.write(go_away, world.viewer("amina"), Millis(world.clock() - 1), now=world.clock())


async def test_who_works_at_night_is_reminded_at_night(newsroom: Newsroom) -> None:
    """Hours that never meet those of the site: without their own they would be reminded of nothing, ever."""
    world = newsroom.world
    post = await newsroom.announce()
    nights = (Window(opens=22 * 60, closes=6 * 60),) * 7
    await world.db.write(hours.choose, world.viewer("luc"), nights, "Europe/Paris", now=world.clock())
    for day in (25, 26, 27):
        world.clock.now = moment(f"2026-11-{day}T23:00")
        await world.db.write(done)
        await newsroom.tend(post)
        # It is looked again within the night, not in the morning of the site.
        assert await world.db.read(looked_at) <= moment(f"2026-11-{day + 1}T00:00")
    assert await reminders(newsroom, post, "luc", "carla") == [3, 0]
    world.clock.now = moment("2026-11-27T12:00")
    await newsroom.tend(post)
    assert await reminders(newsroom, post, "luc", "carla") == [3, 1]


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
