"""A Reject of what this node sent, as NodeBB 4.15 writes it: it ends the delivery, and no other one."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import deliveries
from storage.engine.database import Database
from tests.federation.neighbour import PUBLIC, Neighbour
from tests.federation.scene import Scene, opened


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """A community of our node with a member at `filiale`, a forum, on each engine."""
    async with opened(db, tmp_path) as made:
        yield made


async def refused(scene: Scene) -> list[str]:
    """Two posts of somebody who is no member were refused; what the forum is told of them waits. Their ids."""
    chess = await scene.founded()
    await scene.is_of(scene.filiale, "nodebb 4.15.1")
    await scene.asks(scene.carla, chess, scene.filiale)
    await scene.station.settle()
    scene.station.clock.pass_by(seconds=5)
    await scene.station.run_jobs()
    olga = scene.filiale.person("olga", key=3)
    for _ in range(2):
        note = scene.filiale.note(olga, to=[PUBLIC, chess.uri], audience=chess.uri)
        assert await scene.station.accept(scene.filiale, scene.filiale.create(note), by=olga) == ["refused"]
    sent = [one for one in await scene.sent(scene.filiale.authority) if one["type"] == "Announce"]
    assert [one["object"]["type"] for one in sent] == ["Delete", "Delete"]
    return [one["object"]["id"] for one in sent]


async def rejects(scene: Scene, peer: Neighbour, what: str) -> str:
    """The instance actor of a forum says that it will not have it; what became of that."""
    by = peer.person("forum.example", kind="Application", key=2)
    chess = scene.station.urls.actor("chess")
    wrapped = {"type": "Announce", "target": chess, "object": {"id": what, "type": "Delete", "actor": chess}}
    (outcome,) = await scene.station.accept(peer, peer.about("Reject", by.id, wrapped), by=by)
    return outcome


async def waiting(scene: Scene) -> int:
    queues = await scene.station.db.read(deliveries.queues)
    return sum(row.waiting for row in queues if row.host == scene.filiale.authority)


async def test_what_a_forum_rejects_waits_for_it_no_longer(scene: Scene) -> None:
    first, second = await refused(scene)
    before = await waiting(scene)
    assert await rejects(scene, scene.filiale, first) == "applied"
    assert await waiting(scene) == before - 1
    assert await rejects(scene, scene.filiale, first) == "unsupported", "it waits no more"
    assert await rejects(scene, scene.filiale, second) == "applied"


async def test_nobody_rejects_what_goes_to_another_node(scene: Scene) -> None:
    first, _ = await refused(scene)
    before = await waiting(scene)
    assert await rejects(scene, scene.siege, first) == "unsupported"
    assert await waiting(scene) == before
