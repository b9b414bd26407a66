"""What is believed of another node's desk: its own word alone, for this node alone, about what is its own."""

import itertools
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from federation.desk import host_of, part_of
from federation.document import decode
from social.desk import exchange, pieces, talk, writing
from social.desk.exchange import Number, SharedAct, SharedCampaign, SharedPiece, Speaker, Told
from social.desk.parts import Place
from social.desk.pieces import Person, Plan, Words
from social.policy import Role
from social.posts.publish import Context
from social.trust.statements import BadStatement, sign_statement
from storage import accounts, articles, desk, desk_talk
from storage.accounts import AccountRow
from storage.desk import PieceRow
from storage.desk_talk import CommentRow
from storage.engine.database import Tx
from storage.ids import Millis
from tests.social.test_manifest import KEYS, manifest
from tests.world import World

SIEGE, USINE, FILIALE = ("siege.example", "usine.example", "filiale.example")
CARLA = f"https://{FILIALE}/users/carla"


def told(**said: Any) -> dict[str, Any]:
    document: dict[str, Any] = msgspec.to_builtins(Told(since=0, version=3, next=3))
    return {**document, "type": "ArchipelDesk", "node": FILIALE, "to": USINE, "once": "x", **said}


@pytest.mark.parametrize(
    ("signer", "said"),
    [
        pytest.param("siege", {}, id="signed_by_another_entity"),
        pytest.param("filiale", {"node": SIEGE}, id="of_another_desk"),
        pytest.param("filiale", {"to": SIEGE}, id="for_another_node"),
        pytest.param("filiale", {"type": "ArchipelDirectory"}, id="no_desk"),
        pytest.param("filiale", {"since": 1}, id="another_part"),
        pytest.param("filiale", {"next": -1}, id="leads_back"),
        pytest.param("filiale", {"once": "w"}, id="the_answer_to_an_earlier_question"),
        pytest.param("filiale", {"once": None}, id="the_answer_to_no_question"),
        pytest.param("filiale", {"skip": -1}, id="comments_before_the_first"),
        pytest.param("filiale", {"pieces": "many"}, id="no_pieces"),
        pytest.param("agence", {}, id="a_stranger"),
    ],
)
def test_a_part_that_is_not_for_us_is_refused(signer: str, said: dict[str, Any]) -> None:
    members = manifest("siege", "usine", "filiale")
    assert part_of(members, sign_statement(KEYS["filiale"], told()), FILIALE, USINE, 0, "x").next == 3
    with pytest.raises(BadStatement):
        part_of(members, sign_statement(KEYS[signer], told(**said)), FILIALE, USINE, 0, "x")


async def begun(world: World, *people: Person) -> PieceRow:
    """A piece of nora's with these people."""
    nora = await world.person("nora", role=Role.COMMUNICATOR)
    context = Context(world.ids, world.urls, world.settings)
    words = Words(title="Plan", source="The words.")
    row = await world.db.write(writing.create, world.viewer("nora"), Plan(), words, context=context, now=world.clock())
    assert nora

    def name(tx: Tx) -> PieceRow:
        named = msgspec.structs.replace(row, people=pieces.written(people))
        desk.keep(tx, named)
        return named

    return await world.db.write(name)


async def test_long_words_are_told_in_parts_that_others_read(world: World) -> None:
    reviewer = Person(uri=CARLA, name="Carla", part="reviewer")
    long = pieces.written(Words(title="Long", source="é" * 90_000))
    rows = [await begun(world, reviewer) for _ in range(5)]
    await stored(world, rows, words=long)
    parts = await read_all(world)
    assert len(parts) > 1
    assert [piece.uri for part in parts for piece in part.pieces] == [row.uri for row in rows]


async def read_all(world: World) -> list[Told]:
    """The parts that another node reads, each as it has to be to be read there."""
    parts: list[Told] = []
    place = Place()
    while place.since < await world.db.read(desk.last_seq):
        part = await world.db.read(exchange.told, FILIALE, place, host_of)
        decode(msgspec.json.encode(sign_statement(KEYS["usine"], msgspec.to_builtins(part))))
        parts.append(part)
        place = Place(since=part.next, within=part.within, skip=part.skip)
        assert len(parts) < 30, "it leads nowhere"
    return parts


async def talked(world: World, rows: Sequence[PieceRow], many: int, words: str) -> None:
    """So much was said about each of the pieces."""

    def write(tx: Tx) -> None:
        for row, number in itertools.product(rows, range(many)):
            said = CommentRow(
                id=world.ids.make(), uri=f"{row.uri}/comments/{number}", piece_id=row.id, by_uri=CARLA,
                by_name="Carla", version=1, words=f"{number} {words}", at=Millis(number),
            )  # fmt: skip
            assert desk_talk.add(tx, said)

    await world.db.write(write)


async def stored(world: World, rows: Sequence[PieceRow], **changed: Any) -> None:
    """The pieces are written anew."""

    def write(tx: Tx) -> None:
        for row in rows:
            writing.store(tx, msgspec.structs.replace(row, **changed), owner(tx, row), now=world.clock())

    await world.db.write(write)


async def test_a_piece_about_which_too_much_was_said_goes_on_in_the_next_part(world: World) -> None:
    """Two hundred of the longest comments, with the longest words: 1.6 MB of them, each told once and in order."""
    reviewer = Person(uri=CARLA, name="Carla", part="reviewer")
    rows = [await begun(world, reviewer) for _ in range(3)]
    long = pieces.written(Words(title="Long", source="é" * 90_000))
    await stored(world, rows, words=long)
    await talked(world, rows[1:2], talk.MOST, "€" * (talk.MAX_COMMENT - 10))
    parts = await read_all(world)
    told = [piece for part in parts for piece in part.pieces]
    assert list(dict.fromkeys(piece.uri for piece in told)) == [row.uri for row in rows]
    said = [comment.words.split()[0] for piece in told for comment in piece.comments]
    assert said == [str(number) for number in range(talk.MOST)]
    assert all(piece.words == long for piece in told)


async def test_many_short_words_are_not_more_values_than_others_read(world: World) -> None:
    reviewer = Person(uri=CARLA, name="Carla", part="reviewer")
    rows = [await begun(world, reviewer) for _ in range(20)]
    await talked(world, rows, talk.MOST, "x")
    parts = await read_all(world)
    assert sum(len(piece.comments) for part in parts for piece in part.pieces) == 20 * talk.MOST
    assert len(parts) > 1


async def test_a_place_of_a_piece_that_changed_meanwhile_skips_nothing(world: World) -> None:
    """It went to the end of all changes, and another one is where it was."""
    reviewer = Person(uri=CARLA, name="Carla", part="reviewer")
    rows = [await begun(world, reviewer) for _ in range(2)]
    await talked(world, rows, 3, "x")
    at = Place(since=0, within=rows[0].seq, skip=2)
    part = await world.db.read(exchange.told, FILIALE, at, host_of)
    assert [len(piece.comments) for piece in part.pieces] == [1, 3]
    await stored(world, rows[:1])
    part = await world.db.read(exchange.told, FILIALE, at, host_of)
    assert [len(piece.comments) for piece in part.pieces] == [3, 3]


def owner(tx: Tx, row: PieceRow) -> AccountRow:
    found = accounts.by_uri(tx, row.owner_uri)
    assert found is not None
    return found


async def hear(world: World, host: str, **said: Any) -> None:
    """Take what a node tells."""
    part = Told(since=0, version=9, next=9, **said)
    await world.db.write(
        exchange.receive, host, part, host_of=host_of, ids=world.ids, now=world.clock.pass_by(minutes=1)
    )


async def test_a_node_speaks_for_its_own_people_and_pieces_alone(world: World) -> None:
    row = await begun(world, Person(uri=CARLA, name="Carla", part="reviewer"))
    answer = SharedAct(
        uri=f"{CARLA}#acts/1", piece_uri=row.uri, by_uri=CARLA, by_name="Carla", kind="answer", version=1,
        answer="approved",
    )  # fmt: skip
    # Another entity answers in her name; she answers to what she was not asked; somebody whom nobody asked answers.
    await hear(world, SIEGE, acts=(answer,))
    strange = msgspec.structs.replace(answer, by_uri=f"https://{FILIALE}/users/luis")
    await hear(world, FILIALE, acts=(strange, msgspec.structs.replace(answer, kind="edit", words='{"source":"x"}')))
    after = await world.db.read(desk.by_uri, row.uri)
    assert (
        after is not None and pieces.people_of(after)[0].answer == "" and pieces.words_of(after).source == "The words."
    )
    await hear(world, FILIALE, acts=(answer, answer))
    after = await world.db.read(desk.by_uri, row.uri)
    assert after is not None and pieces.people_of(after)[0].answer == "approved"
    # Nor does it say what a piece or a campaign of another node is, nor who speaks there.
    stolen = SharedPiece(uri=row.uri, title="Stolen", owner_uri=row.owner_uri)
    far = SharedPiece(uri=f"https://{SIEGE}/desk/1", title="Far", slot_at=1, owner_uri=CARLA)
    campaign = SharedCampaign(
        uri=f"https://{SIEGE}/campaigns/1", owner_uri=CARLA, owner_name="", name="x", objective="", hashtag="",
        starts_at=0, ends_at=1, updated_at=0,
    )  # fmt: skip
    speakers = (Speaker(uri=CARLA, name="Carla"), Speaker(uri=f"https://{SIEGE}/users/eve", name="Eve"))
    await hear(world, FILIALE, pieces=(stolen, far), campaigns=(campaign,), communicators=speakers)
    known = await world.db.read(desk.by_uri, row.uri)
    assert known is not None and known.title == "Plan" and known.is_local
    assert await world.db.read(desk.by_uri, far.uri) is None and await world.db.read(desk.campaigns) == []
    assert {one.name for one in await world.db.read(desk.communicators) if one.host} == {"Carla"}


async def test_a_number_is_of_an_article_of_here_and_of_the_node_that_says_it(world: World) -> None:
    await world.person("amina")
    note = await world.say("amina", "A note")
    uri = world.urls.post_uri("amina", note)
    numbers = (Number(post=uri, readers=7), Number(post=f"https://{SIEGE}/users/x/posts/1", readers=9))
    await hear(world, FILIALE, readers=numbers)
    assert {one.host: one.readers for one in await world.db.read(articles.reach, note)} == {"": 0, FILIALE: 7}
    await hear(world, FILIALE, readers=(Number(post=uri, readers=-1), Number(post=uri, readers=8)))
    assert {one.host: one.readers for one in await world.db.read(articles.reach, note)} == {"": 0, FILIALE: 8}


async def test_words_that_cannot_be_read_are_not_kept(world: World) -> None:
    broken = SharedPiece(uri=f"https://{FILIALE}/desk/1", title="x", owner_uri=CARLA, slot_at=1, words='{"title": 3}')
    other = SharedPiece(uri=f"https://{FILIALE}/desk/2", title="x", owner_uri=CARLA, slot_at=1, state="sent")
    good = SharedPiece(uri=f"https://{FILIALE}/desk/3", title="x\u202e", owner_uri=CARLA, slot_at=1)
    await hear(world, FILIALE, pieces=(broken, other, good))
    found = {uri: await world.db.read(desk.by_uri, uri) for uri in (broken.uri, other.uri, good.uri)}
    assert found[broken.uri] is None and found[other.uri] is None
    kept = found[good.uri]
    assert kept is not None and kept.title == "x"
    await hear(world, FILIALE, pieces=(SharedPiece(uri=good.uri, is_gone=True),))
    assert await world.db.read(desk.by_uri, good.uri) is None
