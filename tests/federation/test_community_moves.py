"""A topic of NodeBB 4.15 goes to another category, or out of its own, in the letters that it sent."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.resolver import Budget
from storage import posts as post_rows
from storage.engine.database import Database
from storage.posts import PostRow
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.scene import Scene, opened


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """Amina of our node is in the community that `siege` hosts, on each engine."""
    async with opened(db, tmp_path) as made:
        yield made


class Topic:
    """A thread of bruno's in the football of `siege`, with an answer; and another community there."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.id = scene.siege.url("/topic/6")
        self.chess = scene.siege.person("chess", kind="Group", key=3)

    async def begun(self) -> "Topic":
        scene, group = self.scene, self.scene.group.id
        await scene.joined()
        addressed: dict[str, Any] = {
            "to": [PUBLIC, group],
            "cc": [scene.bruno.followers],
            "audience": group,
            "context": self.id,
        }
        self.root = scene.siege.note(scene.bruno, "Who plays?", **addressed)
        self.answer = scene.siege.note(scene.bruno, "I do", inReplyTo=self.root["id"], **addressed)
        for note in (self.root, self.answer):
            assert await scene.hears(scene.siege.create(note), published=None) == "applied"
        return self

    async def says(self, kind: str, by: Somebody, peer: Neighbour, **said: Any) -> str:
        to = {"to": [PUBLIC], "cc": [self.scene.group.followers]}
        (outcome,) = await self.scene.station.accept(peer, peer.about(kind, by.id, self.id, **to, **said), by=by)
        return outcome

    async def moves(self, by: Somebody, peer: Neighbour, to: str) -> str:
        return await self.says("Move", by, peer, origin=self.scene.group.id, target=to)

    async def stands(self) -> list[str]:
        """The community of each of its posts; empty for none."""
        rows = [await self.scene.station.db.read(post_rows.by_uri, note["id"]) for note in (self.root, self.answer)]
        return [await self._community(row) for row in rows if row is not None]

    async def _community(self, row: PostRow) -> str:
        placed = await self.scene.placed(row.uri)
        assert row.community_id == (placed.community_id if placed is not None else None)
        found = {name: await self.scene.station.by_uri(who.id) for name, who in self.names.items()}
        return next((name for name, one in found.items() if one is not None and one.id == row.community_id), "")

    @property
    def names(self) -> dict[str, Somebody]:
        return {"football": self.scene.group, "chess": self.chess}


@pytest.fixture
async def topic(scene: Scene) -> Topic:
    return await Topic(scene).begun()


async def test_a_topic_goes_to_another_community_of_its_site(scene: Scene, topic: Topic) -> None:
    await scene.station.federation.resolver.actor(topic.chess.id, Budget())
    assert await topic.moves(scene.bruno, scene.siege, topic.chess.id) == "applied"
    assert await topic.stands() == ["chess", "chess"]
    assert await topic.moves(scene.bruno, scene.siege, topic.chess.id) == "already"


async def test_a_topic_that_goes_where_nobody_here_is_leaves_its_community(scene: Scene, topic: Topic) -> None:
    assert await topic.moves(scene.bruno, scene.siege, scene.siege.url("/category/9")) == "applied"
    assert await topic.stands() == ["", ""]


async def test_a_topic_is_taken_out_of_its_community(scene: Scene, topic: Topic) -> None:
    assert await topic.says("Remove", scene.bruno, scene.siege, target=topic.chess.id) != "applied"
    assert await topic.stands() == ["football", "football"]
    assert await topic.says("Remove", scene.bruno, scene.siege, target=scene.group.id) == "applied"
    assert await topic.stands() == ["", ""]


async def test_nobody_of_another_site_moves_a_topic(scene: Scene, topic: Topic) -> None:
    theirs = scene.filiale.person("chess", kind="Group", key=3)
    await scene.station.federation.resolver.actor(theirs.id, Budget())
    assert await topic.moves(scene.carla, scene.filiale, theirs.id) != "applied"
    assert await topic.moves(scene.bruno, scene.siege, theirs.id) != "applied", "where it would not be asked"
    assert await topic.says("Remove", scene.carla, scene.filiale, target=scene.group.id) != "applied"
    assert await topic.stands() == ["football", "football"]
