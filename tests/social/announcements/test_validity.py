"""Until when it is asked: moved by its author, earlier or later, and asked again when it was over."""

import msgspec
import pytest

from social.announcements import escalation, publish, reading, validity
from social.announcements.audience import Wave
from social.clock import DAY, HOUR
from social.errors import Forbidden, Invalid
from social.feeds import notifications
from social.paging import Page
from social.policy import Role
from social.posts.publish import Draft
from storage import announcements as rows
from storage import asked
from storage.ids import Millis, PostId
from storage.notifications import Kind
from storage.telling import READING
from tests.social.announcements.newsroom import Newsroom
from tests.social.announcements.test_between_nodes import Arriving, chartered
from tests.social.announcements.test_reminders import done, looked_at
from tests.world import NOON


async def move(newsroom: Newsroom, post: PostId, until: int, by: str = "bruno") -> None:
    world = newsroom.world
    await world.db.write(validity.move, world.viewer(by), post, Millis(until), now=world.clock())


async def owes(newsroom: Newsroom, *names: str) -> list[bool]:
    """Who has something to read."""
    world = newsroom.world
    return [bool((await world.db.read(reading.to_read, world.viewer(name), now=world.clock())).owed) for name in names]


async def told(newsroom: Newsroom, name: str, kind: Kind = Kind.STATUS) -> int:
    """How often somebody was asked, reminders among it."""
    world = newsroom.world
    found = await world.db.read(notifications.notifications, world.viewer(name), Page(), now=world.clock())
    return sum(one.kind is kind and (kind is not Kind.STATUS or one.subject.startswith(READING)) for one in found)


async def pass_by(newsroom: Newsroom, post: PostId, days: int) -> None:
    """Days go by, and it is looked each day who is to be reminded."""
    for _ in range(days):
        newsroom.world.clock.pass_by(hours=24)
        await newsroom.tend(post)


async def test_a_later_end_reminds_people_until_then(newsroom: Newsroom) -> None:
    post = await newsroom.announce(valid_until=Millis(NOON + 36 * HOUR))
    await newsroom.confirm("luc", post)
    await pass_by(newsroom, post, 1)
    await move(newsroom, post, NOON + 30 * DAY)
    await pass_by(newsroom, post, 2)
    assert await owes(newsroom, "amina", "luc") == [True, False]
    # Asked, and reminded on three days; nobody was asked anew, since it was never over.
    assert [await told(newsroom, "amina"), await told(newsroom, "luc")] == [4, 1]
    assert (await newsroom.of("luc", post)).confirmed_at == NOON
    row = await newsroom.world.db.read(rows.by_post, post)
    assert row is not None
    assert msgspec.json.decode(row.statement)["validUntil"] == NOON + 30 * DAY


async def test_an_earlier_end_asks_nobody_after_it(newsroom: Newsroom) -> None:
    post = await newsroom.announce()
    await move(newsroom, post, NOON + 12 * HOUR)
    assert await owes(newsroom, "amina") == [True]
    await pass_by(newsroom, post, 2)
    assert await owes(newsroom, "amina") == [False]
    assert await told(newsroom, "amina") == 1
    assert (await newsroom.of("amina", post)).asked_at == NOON


async def test_what_is_over_is_asked_again_of_whoever_had_not_answered(newsroom: Newsroom) -> None:
    world = newsroom.world
    post = await newsroom.announce(valid_until=Millis(NOON + 7 * DAY))
    await newsroom.confirm("luc", post)
    await newsroom.confirm("carla", post, question=True)
    await pass_by(newsroom, post, 8)
    left = await told(newsroom, "bruno", Kind.ANNOUNCEMENT_LEFT)
    assert await owes(newsroom, "amina") == [False]
    assert [await told(newsroom, name) for name in ("amina", "luc")] == [4, 1]
    again = Millis(world.clock())
    await world.db.write(done)
    await move(newsroom, post, again + 20 * DAY)
    assert await owes(newsroom, "amina", "luc", "carla") == [True, False, False]
    assert [await told(newsroom, name) for name in ("amina", "luc", "carla")] == [5, 1, 1]
    assert await world.db.read(looked_at) == again, "and it is looked again who is to be reminded"
    owing = await world.db.read(asked.owing, post, 99, world.clock())
    assert {(one.reminders, one.told_at) for one in owing} == {(0, again)}
    await pass_by(newsroom, post, 10)
    assert await told(newsroom, "amina") == 8
    assert await told(newsroom, "bruno", Kind.ANNOUNCEMENT_LEFT) == left
    # The same end again is nothing new.
    await move(newsroom, post, again + 20 * DAY)
    assert await told(newsroom, "amina") == 8


async def test_who_is_left_is_said_once_more_when_it_was_asked_again(newsroom: Newsroom) -> None:
    post = await newsroom.announce(valid_until=Millis(NOON + 9 * DAY))
    world = newsroom.world

    async def say_who_is_left() -> bool:
        row = await world.db.read(rows.by_post, post)
        assert row is not None
        await world.db.write(escalation.say_who_is_left, row, DAY, 3, now=world.clock())
        return await world.db.write(rows.mark_left, post)

    await pass_by(newsroom, post, 8)
    assert not await say_who_is_left(), "it was said"
    await pass_by(newsroom, post, 2)
    await move(newsroom, post, world.clock() + 20 * DAY)
    assert await say_who_is_left(), "nobody was reminded yet: it will be said again"


@pytest.mark.parametrize(
    "until",
    [
        pytest.param(NOON, id="now"),
        pytest.param(NOON - DAY, id="in the past"),
        pytest.param(NOON + 2 * HOUR, id="before everybody is informed"),
        pytest.param(NOON + 367 * DAY, id="in more than a year"),
    ],
)
async def test_an_end_that_cannot_be_changes_nothing(newsroom: Newsroom, until: int) -> None:
    post = await newsroom.announce(Wave(at=0, roles=("manager",)), Wave(at=NOON + 2 * HOUR))
    before = await newsroom.world.db.read(rows.by_post, post)
    with pytest.raises(Invalid, match="out_of_range"):
        await move(newsroom, post, until)
    assert await newsroom.world.db.read(rows.by_post, post) == before


async def test_it_is_the_author_who_says_until_when(newsroom: Newsroom) -> None:
    await newsroom.world.person("ines", role=Role.COMMUNICATOR)
    post = await newsroom.announce()
    for name in ("ines", "amina"):
        with pytest.raises(Forbidden):
            await move(newsroom, post, NOON + DAY, by=name)


async def test_words_changed_after_it_was_asked_again_ask_everybody(newsroom: Newsroom) -> None:
    world = newsroom.world
    post = await newsroom.announce()
    await newsroom.confirm("luc", post)
    world.clock.pass_by(hours=1)
    await world.db.write(validity.close, world.viewer("bruno"), post, now=world.clock())
    world.clock.pass_by(hours=1)
    await move(newsroom, post, NOON + 9 * DAY)
    await world.db.write(
        publish.revise, world.viewer("bruno"), post, Draft(text="Quai 9.", language="fr"),
        material=True, context=world.context, now=world.clock(),
    )  # fmt: skip
    assert await owes(newsroom, "amina", "luc") == [True, True]


@pytest.fixture
async def arriving(newsroom: Newsroom) -> Arriving:
    """Claire of the headquarters announces until tomorrow, and Luc has confirmed."""
    await chartered(newsroom.world)
    return Arriving(newsroom.world, await newsroom.world.elsewhere("claire", "siege.example"))


@pytest.mark.parametrize(
    ("said", "times"),
    [
        pytest.param(NOON + 2 * DAY, 2, id="said when it was over"),
        pytest.param(NOON + DAY - 1, 1, id="said in time, and heard when it was over"),
    ],
)
async def test_an_end_moved_elsewhere_is_followed_here(
    newsroom: Newsroom, arriving: Arriving, said: int, times: int
) -> None:
    post = await arriving.come()
    first = arriving.asking(post, valid_until=NOON + DAY)
    assert await arriving.take(post, first) == ""
    await newsroom.tend(post.id)
    await newsroom.confirm("luc", post.id)
    newsroom.world.clock.now = Millis(NOON + 3 * DAY)
    assert await owes(newsroom, "amina") == [False]
    later = arriving.asking(post, valid_until=NOON + 9 * DAY, at=said)
    for words in (later, later, first):
        assert await arriving.take(post, words) == ""
    assert await owes(newsroom, "amina", "luc") == [True, False]
    assert [await told(newsroom, "amina"), await told(newsroom, "luc")] == [times, 1]
    sooner = arriving.asking(post, valid_until=NOON + 3 * DAY, at=said + 1)
    assert await arriving.take(post, sooner) == ""
    assert await owes(newsroom, "amina") == [False]
    assert await told(newsroom, "amina") == times
