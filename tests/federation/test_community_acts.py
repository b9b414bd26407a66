"""What moderators of a community elsewhere do: in the order of its host, before its time, and after it is over."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.incoming import community_acts
from federation.incoming.arrived import Context, arrived
from federation.incoming.moderators import LATE
from social.clock import MINUTE, iso
from storage import community_log
from storage.engine.database import Database
from storage.ids import Millis
from tests.federation.neighbour import Neighbour
from tests.federation.scene import Scene
from tests.federation.station import open_station
from tests.world import NOON


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """Amina of our node is in the community that `siege` hosts, on each engine."""
    async with (
        Neighbour("siege.localhost") as siege,
        Neighbour("filiale.localhost") as filiale,
        open_station(db, tmp_path / "media", mode="open") as station,
    ):
        made = Scene(station, siege, filiale)
        await made.joined()
        yield made


def at(place: int) -> dict[str, Any]:
    """The place that the host gives."""
    return {"published": iso(Millis(place))}


async def test_of_two_acts_the_later_place_counts_whichever_comes_first(scene: Scene) -> None:
    post = scene.post()
    await scene.hears(scene.filiale.create(post))
    lock = scene.siege.about("Lock", scene.bruno.id, post["id"])
    assert await scene.hears(lock, **at(NOON + 20)) == "applied"
    assert await scene.hears(scene.siege.about("Undo", scene.bruno.id, lock), **at(NOON + 40)) == "applied"
    again = scene.siege.about("Lock", scene.group.id, post["id"])
    assert await scene.hears(again, **at(NOON + 30)) == "already", "it was on its way for long"
    placed = await scene.placed(post["id"])
    assert placed is not None and not placed.locked
    assert await scene.hears(scene.siege.about("Lock", scene.group.id, post["id"]), **at(NOON + 50)) == "applied"


async def test_an_act_about_a_post_that_has_not_come_waits_for_it(scene: Scene) -> None:
    post = scene.post("Buy this")
    delete = scene.siege.about("Delete", scene.bruno.id, post["id"], summary="rude")
    assert await scene.hears(delete, **at(NOON + 20)) == "unrelated"
    assert await scene.hears(scene.filiale.create(post), **at(NOON + 10)) == "applied"
    placed = await scene.placed(post["id"])
    assert placed is not None and (placed.removed_reason, placed.place) == ("rude", NOON + 10)
    assert [row.removed_at for row in await scene.station.posts()] == [placed.removed_at]
    assert await scene.hears(scene.siege.about("Undo", scene.bruno.id, delete), **at(NOON + 30)) == "applied"
    back = await scene.placed(post["id"])
    assert back is not None and back.removed_at is None


async def test_an_answer_that_was_taken_out_before_it_came_is_not_counted(scene: Scene) -> None:
    post = scene.post()
    answer = scene.post("Rude", inReplyTo=post["id"])
    await scene.hears(scene.filiale.create(post), **at(NOON + 10))
    delete = scene.siege.about("Delete", scene.bruno.id, answer["id"], summary="rude")
    await scene.hears(delete, **at(NOON + 30))
    assert await scene.hears(scene.filiale.create(answer), **at(NOON + 20)) == "applied"
    assert [row.replies_count for row in await scene.station.posts()] == [0, 0]


async def test_what_a_former_moderator_did_is_taken_for_a_day_and_no_longer(scene: Scene) -> None:
    """A host that gives an act of theirs an old place is believed no longer than deliveries take."""
    scene.station.clock.pass_by(minutes=10)
    football = await scene.football()
    await scene.station.db.write(community_log.moderators_read, football.id, NOON)
    posts = [scene.post(f"Line {number}") for number in range(3)]
    for number, post in enumerate(posts):
        await scene.hears(scene.filiale.create(post), **at(NOON + number))
    mallory = scene.filiale.person("mallory", key=3)
    await scene.moderates(mallory)

    async def locks(number: int) -> str:
        path = f"/acts/{number}"
        said = {"id": scene.filiale.url(path), "to": [scene.group.id]}
        lock = scene.filiale.about("Lock", mallory.id, posts[number]["id"], **said)
        scene.filiale.document(path, lock)
        return await scene.hears(lock, **at(NOON + MINUTE))

    assert await locks(0) == "applied"
    target = {"target": f"{scene.group.id}/moderators"}
    demoted = scene.siege.about("Remove", scene.group.id, mallory.id, **target)
    assert await scene.hears(demoted, **at(NOON + 2 * MINUTE)) == "applied"
    assert await locks(1) == "applied", "it was on its way"
    scene.station.clock.now = Millis(scene.station.clock.now + LATE + MINUTE)
    assert await locks(2) == "refused", "however old the host says it is"


async def test_ids_without_a_secure_address_are_read_as_the_node_reads_all(scene: Scene) -> None:
    """What an Undo takes back too: not on the internet."""
    undo = scene.siege.about("Undo", scene.bruno.id, scene.siege.about("Lock", scene.bruno.id, scene.post()["id"]))
    station = scene.station
    said = arrived(undo["id"], undo, insecure=True, limit=5_000)
    node = (await scene.football()).id

    def meant(insecure: bool) -> bool:
        context = Context(station.ids, station.urls, node, station.settings, insecure=insecure)
        return community_acts._meant(said, context) is not None

    assert meant(insecure=True) and not meant(insecure=False)
