"""The pulse: once each, shown from five, and nothing left after the close that ties an answer to a person."""

import datetime

import msgspec
import pytest

from federation.document import BadDocument, decode
from social.errors import Conflict, Invalid, NotFound
from social.recognition import pulse
from social.settings import RecognitionSettings
from social.trust import manifests
from social.trust.manifest import Manifest
from social.trust.node_keys import NodeKey, make_node_key
from social.trust.statements import BadStatement, sign_statement
from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import Millis
from tests.social.recognition.conftest import FILIALE, SIEGE
from tests.world import DOMAIN, World

PEOPLE = ("amina", "luc", "noor", "karim", "ines", "paul")


def at(world: World, day: int, hour: int) -> Millis:
    """That hour of a day (0: Monday) of the story's week, in Paris."""
    today = datetime.datetime.fromtimestamp(world.clock() / 1000, datetime.UTC)
    monday = today.replace(hour=hour - 1, minute=0, second=0, microsecond=0)
    monday += datetime.timedelta(days=day - today.weekday())
    return Millis(int(monday.timestamp() * 1000))


async def keep(world: World, now: Millis, *, on: bool = True) -> None:
    settings = msgspec.structs.replace(world.settings, recognition=RecognitionSettings(pulse=on))
    await world.db.write(pulse.keep_round, settings=settings, own=DOMAIN, now=now)


async def opened(world: World) -> str:
    """The round of this week, opened on its Monday; its name."""
    for name in PEOPLE:
        await world.person(name)
    now = at(world, 0, 9)
    await keep(world, now)
    row, answered = await world.db.read(pulse.present, world.viewer("amina"), settings=world.settings, now=now)
    assert row is not None and not answered
    return row.week


async def answers(world: World, week: str, faces: dict[str, int]) -> None:
    for name, face in faces.items():
        await world.db.write(pulse.answer, world.viewer(name), week, face, now=at(world, 1, 12))


async def results(world: World) -> list[pulse.Week]:
    return await world.db.read(pulse.results, world.viewer("luc"))


async def manifest(world: World) -> Manifest:
    found = await world.db.read(manifests.active, now=world.clock())
    assert found is not None
    return found


def said(week: str, counts: list[int] | None, node: str = "siege.example", key: NodeKey = SIEGE) -> bytes:
    question = pulse.question_of(week, RecognitionSettings().questions)
    document = {"type": pulse.KIND, "node": node, "week": week, "question": question, "counts": counts}
    return msgspec.json.encode(sign_statement(key, document))


async def takes(world: World, week: str, text: bytes, host: str = "siege.example") -> bool:
    found = await manifest(world)
    return await world.db.write(pulse.receive, found, host, week, decode(text), now=at(world, 5, 12))


async def test_five_answers_are_shown_after_the_close_and_not_before(group: World) -> None:
    week = await opened(group)
    await answers(group, week, {"amina": 5, "luc": 4, "noor": 4, "karim": 2, "ines": 1})
    assert await results(group) == []
    await keep(group, at(group, 4, 19))
    [closed] = await results(group)
    assert closed.group.counts == (1, 1, 0, 2, 1)
    assert [(one.entity, one.counts) for one in closed.entities] == [(DOMAIN, (1, 1, 0, 2, 1))]


async def test_four_answers_show_nothing_and_tell_nobody_how_many_they_were(group: World) -> None:
    week = await opened(group)
    await answers(group, week, {"amina": 5, "luc": 4, "noor": 4, "karim": 2})
    await keep(group, at(group, 4, 19))
    [closed] = await results(group)
    assert closed.group.counts is None
    assert [one.counts for one in closed.entities] == [None]
    text = await group.db.read(pulse.signed_count, week, DOMAIN)
    assert text is not None and msgspec.json.decode(text)["counts"] is None


async def test_one_person_answers_once(group: World) -> None:
    week = await opened(group)
    await answers(group, week, {"amina": 5})
    with pytest.raises(Conflict, match="already_answered"):
        await answers(group, week, {"amina": 1})
    await answers(group, week, {"luc": 4, "noor": 4, "karim": 2, "ines": 2})
    await keep(group, at(group, 4, 19))
    [closed] = await results(group)
    assert closed.group.counts == (0, 2, 0, 2, 1)


async def test_what_is_no_answer_is_refused(group: World) -> None:
    week = await opened(group)
    for face in (0, 6, -1):
        with pytest.raises(Invalid):
            await answers(group, week, {"amina": face})
    with pytest.raises(NotFound):
        await answers(group, "1999-W01", {"amina": 3})
    await keep(group, at(group, 4, 19))
    with pytest.raises(NotFound):
        await answers(group, week, {"amina": 3})


async def test_after_the_close_no_table_knows_who_answered_or_what(group: World) -> None:
    week = await opened(group)
    await group.happened()
    await answers(group, week, dict.fromkeys(PEOPLE[:5], 3))
    await keep(group, at(group, 4, 19))

    def left(tx: Tx) -> list[int]:
        return [tx.value(query) for query in LEFT]

    assert await group.db.read(left) == [0, 0]
    assert await group.happened() == [], "no event says who answered"


async def test_nothing_is_asked_where_it_is_switched_off_nor_before_monday(group: World) -> None:
    await keep(group, at(group, 0, 9), on=False)
    await keep(group, at(group, 0, 7))
    await keep(group, at(group, 5, 12))
    row, _ = await group.db.read(pulse.present, group.viewer("amina"), settings=group.settings, now=at(group, 0, 9))
    assert row is None


async def test_counts_of_the_group_are_added_once_and_only_those_of_five(group: World) -> None:
    week = await opened(group)
    await answers(group, week, dict.fromkeys(PEOPLE[:5], 3))
    await keep(group, at(group, 4, 19))
    assert await group.db.read(pulse.missing, "siege.example") == [week]
    assert await takes(group, week, said(week, [1, 2, 3, 4, 5]))
    assert not await takes(group, week, said(week, [9, 9, 9, 9, 9])), "the first word counts"
    assert await takes(group, week, said(week, None, "filiale.example", FILIALE), "filiale.example")
    [closed] = await results(group)
    assert closed.group.counts == (1, 2, 8, 4, 5)
    assert {one.entity: one.counts for one in closed.entities} == {
        DOMAIN: (0, 0, 5, 0, 0),
        "siege.example": (1, 2, 3, 4, 5),
        "filiale.example": None,
    }
    assert await group.db.read(pulse.missing, "siege.example") == []


async def test_counts_that_cannot_be_believed_are_refused(group: World) -> None:
    week = await opened(group)
    await keep(group, at(group, 4, 19))
    forged = {
        "of an unknown node": said(week, [1, 2, 3, 4, 5], "stranger.example", make_node_key()),
        "of another node than was asked": said(week, [1, 2, 3, 4, 5], "filiale.example", FILIALE),
        "in the name of another": said(week, [1, 2, 3, 4, 5], "siege.example", FILIALE),
        "of fewer than five": said(week, [1, 1, 1, 1, 0]),
        "of another week": said("2026-W01", [1, 2, 3, 4, 5]),
        "below nothing": said(week, [-1, 2, 3, 4, 5]),
        "of four faces": said(week, [2, 3, 4, 5]),
        "changed": said(week, [1, 2, 3, 4, 5]).replace(b"[1,2", b"[9,2"),
        "no JSON": b"{",
        "a list": b"[]",
        "two weeks": said(week, [1, 2, 3, 4, 5]).replace(b'"week"', b'"week":"2026-W01","week"'),
    }
    for name, text in forged.items():
        with pytest.raises((BadStatement, BadDocument)):
            await takes(group, week, text)
            pytest.fail(name)
    [closed] = await results(group)
    assert [one.entity for one in closed.entities] == [DOMAIN]


async def test_what_was_asked_otherwise_is_not_added(group: World) -> None:
    week = await opened(group)
    await keep(group, at(group, 4, 19))
    document = {"type": pulse.KIND, "node": "siege.example", "week": week, "question": "?", "counts": [1, 2, 3, 4, 5]}
    assert await takes(group, week, msgspec.json.encode(sign_statement(SIEGE, document)))
    [closed] = await results(group)
    assert closed.group.counts is None


LEFT = (
    Query(int, "SELECT COUNT(*) FROM pulse_answered"),
    Query(int, "SELECT COUNT(*) FROM pulse_counts"),
)
