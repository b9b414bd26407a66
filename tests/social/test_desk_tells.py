"""Who is told of a piece: that a review is asked, what was answered and said, and what could not be published."""

from typing import Any

import msgspec
import pytest

from federation.desk import host_of
from social.desk import due, exchange, pieces, reviewing, talk, writing
from social.desk.exchange import SharedAct, SharedComment, SharedPiece, Told
from social.desk.pieces import Person, Plan, State, Words
from social.errors import Forbidden, Invalid, NotFound
from social.feeds import notifications
from social.feeds.notifications import KNOWN_TO_APPS, NotificationView
from social.paging import Page
from social.people import accounts
from social.policy import Role
from social.posts import scheduled
from social.posts.publish import Context, Draft
from storage import desk, desk_talk
from storage.desk import PieceRow
from storage.ids import Millis
from storage.notifications import Kind
from tests.world import World, one_pair

FILIALE = "filiale.example"
CARLA = f"https://{FILIALE}/users/carla"
NORA = f"https://{FILIALE}/users/nora"


@pytest.fixture(autouse=True)
async def node_speaks(world: World) -> None:
    """The node has its own actor, as every node that serves."""
    await world.db.write(accounts.create_instance_actor, one_pair(), ids=world.ids, urls=world.urls, now=world.clock())


async def told(world: World, name: str) -> list[NotificationView]:
    found = await world.db.read(notifications.notifications, world.viewer(name), Page(), now=world.clock())
    return [one for one in found if one.kind.is_own]


async def kinds(world: World, name: str) -> list[Kind]:
    return [one.kind for one in await told(world, name)]


async def begun(world: World, *parts: tuple[str, str]) -> PieceRow:
    """A piece of nora's, with people of here."""
    for name in ("nora", *(name for name, _ in parts)):
        await world.person(name, role=Role.COMMUNICATOR)
    context = Context(world.ids, world.urls, world.settings)
    words = Words(title="The press", source="It is old.")
    row = await world.db.write(writing.create, world.viewer("nora"), Plan(), words, context=context, now=world.clock())
    named = [(world.urls.actor(name), part) for name, part in parts]
    return await world.db.write(writing.name_people, world.viewer("nora"), row.id, named, now=world.clock())


async def answer(world: World, name: str, row: PieceRow, said: str, note: str = "") -> None:
    now = await world.db.read(desk.by_id, row.id)
    assert now is not None
    await world.db.write(
        reviewing.answer, world.viewer(name), row.id, said, note, now.version, ids=world.ids,
        now=world.clock.pass_by(minutes=1),
    )  # fmt: skip


async def say(world: World, name: str, row: PieceRow, words: str) -> None:
    await world.db.write(talk.say, world.viewer(name), row.id, words, ids=world.ids, now=world.clock.pass_by(minutes=1))


async def hear(world: World, **said: Any) -> None:
    part = Told(since=0, version=9, next=9, **said)
    await world.db.write(
        exchange.receive, FILIALE, part, host_of=host_of, ids=world.ids, now=world.clock.pass_by(minutes=1)
    )


async def test_reviewers_hear_that_they_are_asked_and_writers_what_they_answer(world: World) -> None:
    row = await begun(world, ("bruno", "reviewer"), ("luis", "author"))
    assert await kinds(world, "bruno") == [] and await kinds(world, "luis") == [Kind.DESK_SHARED]
    await world.db.write(reviewing.ask, world.viewer("nora"), row.id, now=world.clock())
    (asked,) = await told(world, "bruno")
    assert asked.kind is Kind.DESK_REVIEW and asked.piece is not None and asked.piece.title == "The press"
    assert asked.sender.id == world.id("nora") and asked.kind.value not in KNOWN_TO_APPS
    await answer(world, "bruno", row, "changes", "Say since when.")
    assert await kinds(world, "nora") == [Kind.DESK_CHANGES]
    assert await kinds(world, "luis") == [Kind.DESK_CHANGES, Kind.DESK_SHARED]
    # Asked anew they are told anew; asked twice for the same, once.
    for _ in range(2):
        await world.db.write(reviewing.ask, world.viewer("nora"), row.id, now=world.clock.pass_by(minutes=1))
    await answer(world, "bruno", row, "approved")
    assert await kinds(world, "bruno") == [Kind.DESK_REVIEW, Kind.DESK_REVIEW]
    assert await kinds(world, "nora") == [Kind.DESK_APPROVED, Kind.DESK_CHANGES]


async def test_a_comment_is_for_those_of_the_piece_alone(world: World) -> None:
    row = await begun(world, ("bruno", "reviewer"), ("luis", "author"))
    await world.person("amina")
    await say(world, "bruno", row, "Is it the old one?")
    assert await kinds(world, "nora") == [Kind.DESK_COMMENT] and await kinds(world, "bruno") == []
    assert (await kinds(world, "luis"))[0] is Kind.DESK_COMMENT
    with pytest.raises(NotFound):
        await say(world, "amina", row, "I want to know too")
    slot = Plan(slot_at=Millis(world.clock() + 86_400_000))
    await world.db.write(writing.replan, world.viewer("nora"), row.id, slot, now=world.clock())
    await world.person("ines", role=Role.COMMUNICATOR)
    with pytest.raises(Forbidden):
        await say(world, "ines", row, "I see the slot alone")
    for wrong in ("  ", "x" * 2_001):
        with pytest.raises(Invalid):
            await say(world, "bruno", row, wrong)
    # Who is named no more, and of what is dropped, hears and reads nothing any more.
    await world.db.write(writing.name_people, world.viewer("nora"), row.id, [], now=world.clock())
    assert await told(world, "luis") == []
    await world.db.write(writing.drop, world.viewer("nora"), row.id, now=world.clock())
    assert await told(world, "nora") == []


async def test_what_another_nodes_desk_says_is_told_here_once(world: World) -> None:
    await world.person("bruno", role=Role.COMMUNICATOR)
    me = Person(uri=world.urls.actor("bruno"), name="Bruno", part="reviewer")
    said = SharedComment(uri=f"{NORA}#comments/1", by_uri=NORA, by_name="Nora", version=1, words="Look at it", at=5)
    piece = SharedPiece(
        uri=f"https://{FILIALE}/desk/1", owner_uri=NORA, owner_name="Nora", title="Far", state="review",
        words='{"title":"Far","source":"x"}', people=(me,), comments=(said,),
    )  # fmt: skip
    for _ in range(2):
        await hear(world, pieces=(piece,))
    assert await kinds(world, "bruno") == [Kind.DESK_COMMENT, Kind.DESK_REVIEW]
    row = await world.db.read(desk.by_uri, piece.uri)
    assert row is not None
    # What is said here stands here at once, and once when its node has told it back.
    await say(world, "bruno", row, "I did")
    (act,) = await world.db.read(desk.acts, FILIALE, 0, 10)
    mine = SharedComment(uri=act.uri, by_uri=me.uri, by_name="Bruno", version=1, words="I did", at=6)
    for comments in ((said,), (said, mine)):
        await hear(world, pieces=(msgspec.structs.replace(piece, comments=comments),))
        shown = await world.db.read(talk.comments, row, me.uri)
        assert [one.words for one in shown] == ["Look at it", "I did"]
    await hear(world, pieces=(SharedPiece(uri=piece.uri, is_gone=True),))
    assert await told(world, "bruno") == []


async def test_somebody_of_another_node_comments_if_they_are_named(world: World) -> None:
    row = await begun(world)
    act = SharedAct(
        uri=f"{CARLA}#comments/7", piece_uri=row.uri, by_uri=CARLA, by_name="Carla", kind="comment", version=1,
        note="From afar",
    )  # fmt: skip
    await hear(world, acts=(act,))
    assert await world.db.read(desk_talk.of_piece, row.id, 9) == []

    def name(tx: Any) -> None:
        carla = Person(uri=CARLA, name="Carla", part="reviewer")
        desk.keep(tx, msgspec.structs.replace(row, people=pieces.written((carla,))))

    await world.db.write(name)
    await hear(world, acts=(act, act, msgspec.structs.replace(act, uri="x", note="")))
    assert [one.words for one in await world.db.read(desk_talk.of_piece, row.id, 9)] == ["From afar"]
    # She is not known here: her node's actor, or this one's own, speaks for her.
    assert await kinds(world, "nora") == [Kind.DESK_COMMENT]


async def test_an_author_is_told_that_nothing_was_published_and_nothing_is_lost(world: World) -> None:
    row = await begun(world)
    later = Millis(world.clock() + 3_600_000)
    context = Context(world.ids, world.urls, world.settings)
    row = await world.db.write(
        writing.schedule, world.viewer("nora"), row.id, later, context=context, now=world.clock()
    )
    assert row.scheduled_id is not None
    world.clock.now = Millis(later + 1)
    await world.db.write(due.fail, row.scheduled_id, NotFound("post"), now=world.clock())
    (failed,) = await told(world, "nora")
    assert failed.kind is Kind.SCHEDULED_FAILED and failed.failed is not None and failed.failed.error
    now = await world.db.read(desk.by_id, row.id)
    assert now is not None and now.state == State.FAILED and pieces.words_of(now).source == "It is old."
    await world.db.write(writing.take_back, world.viewer("nora"), row.id, now=world.clock())
    assert await told(world, "nora") == []
    now = await world.db.read(desk.by_id, row.id)
    assert now is not None and now.state == State.WRITING

    # A post of the composer that gets another time is told of no more.
    view = await world.db.write(
        scheduled.schedule, world.viewer("nora"), Draft(text="Soon"), Millis(world.clock() + 3_600_000),
        context=context, now=world.clock(),
    )  # fmt: skip
    world.clock.pass_by(hours=2)
    await world.db.write(due.fail, view.id, Forbidden("suspended"), now=world.clock())
    assert await kinds(world, "nora") == [Kind.SCHEDULED_FAILED]
    await world.db.write(
        scheduled.move, world.viewer("nora"), view.id, Millis(world.clock() + 3_600_000), now=world.clock()
    )
    assert await told(world, "nora") == []
