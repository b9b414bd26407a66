"""Letters that PieFed 1.6.18 wrote on 2026-11-29, with other names: what moderators of its community do, and votes.

Inside an Announce it takes the context off, says no time, and names as actor the moderator.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from storage import memberships
from storage.engine.database import Database
from storage.memberships import MemberState
from tests.federation.neighbour import PUBLIC
from tests.federation.scene import Scene, opened

SEEN: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("Lock", {}, {"locked": True}),
    ("Undo/Lock", {}, {"locked": False}),
    ("Add", {"target": "{group}/featured"}, {"sticky": True}),
    ("Remove", {"target": "{group}/featured"}, {"sticky": False}),
    ("Delete", {"summary": "rude"}, {"removed_reason": "rude"}),
    ("Undo/Delete", {"summary": "ok"}, {"removed_at": None}),
]


@pytest.fixture
async def scene(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """`siege` runs PieFed and hosts the football, bruno of there moderates it."""
    async with opened(sqlite_db, tmp_path) as made:
        await made.is_of(made.siege, "piefed 1.6.18")
        await made.joined()
        await made.moderates(made.bruno)
        yield made


def act(scene: Scene, kind: str, number: int, object: Any, **said: Any) -> dict[str, Any]:
    """One act of bruno's, as it stands in the Announce."""
    return {
        "id": scene.siege.url(f"/activities/{kind.lower()}/{number}"),
        "type": kind,
        "actor": scene.bruno.id,
        "object": object,
        "audience": scene.group.id,
        "to": [PUBLIC],
        "cc": [scene.group.id],
        **said,
    }


def announced(scene: Scene, number: int, inner: Any) -> dict[str, Any]:
    """As the community passes it on."""
    return {
        "id": scene.siege.url(f"/activities/announce/{number}"),
        "type": "Announce",
        "actor": scene.group.id,
        "object": inner,
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "to": [PUBLIC],
        "cc": [f"{scene.group.id}/followers"],
    }


async def hears(scene: Scene, number: int, inner: Any) -> str:
    (outcome,) = await scene.station.accept(scene.siege, announced(scene, number, inner), by=scene.group)
    return outcome


async def test_what_its_moderators_do_is_done_here(scene: Scene) -> None:
    post = scene.post()
    await hears(scene, 1, scene.filiale.create(post))
    for number, (kind, said, expected) in enumerate(SEEN, 2):
        name = kind.removeprefix("Undo/")
        filled = {key: value.format(group=scene.group.id) for key, value in said.items()}
        inner = act(scene, name, 10 + number, post["id"], **filled)
        if kind.startswith("Undo/"):
            inner = act(scene, "Undo", number, inner)
        assert await hears(scene, number, inner) == "applied", kind
        placed = await scene.placed(post["id"])
        assert placed is not None
        assert {key: getattr(placed, key) for key in expected} == expected, kind


async def test_whom_it_bans_is_out_and_an_add_without_a_list_makes_no_moderator(scene: Scene) -> None:
    """A community that was made by PieFed's API knows no address of its moderators."""
    block = act(
        scene,
        "Block",
        1,
        scene.carla.id,
        target=scene.group.id,
        endTime="2026-12-30T10:00:00+00:00",
        expires="2026-12-30T10:00:00+00:00",
        removeData=False,
        summary="spam",
    )
    await hears(scene, 1, scene.filiale.create(scene.post()))
    assert await hears(scene, 2, block) == "applied"
    football, carla = await scene.football(), await scene.station.by_uri(scene.carla.id)
    assert carla is not None
    row = await scene.station.db.read(memberships.one, football.id, carla.id)
    assert row is not None and row.state is MemberState.BANNED
    assert await hears(scene, 3, act(scene, "Add", 2, scene.carla.id, target=None)) == "unsupported"
    unblock = act(scene, "Undo", 3, {key: value for key, value in block.items() if key != "@context"})
    assert await hears(scene, 4, unblock) == "applied"


async def test_votes_of_its_people_count_and_a_downvote_does_not(scene: Scene) -> None:
    mine = await scene.station.say("amina", "Who plays?", community=(await scene.football()).id)
    uri = scene.station.urls.post_uri("amina", mine)
    vote = {"actor": scene.bruno.id, "object": uri, "audience": scene.group.id}
    like = {"id": scene.siege.url("/activities/like/1"), "type": "Like", **vote}
    assert await hears(scene, 1, like) == "applied"
    undo = {"id": scene.siege.url("/activities/undo/1"), "type": "Undo", "actor": scene.bruno.id, "object": like}
    assert await hears(scene, 2, undo | {"audience": scene.group.id}) == "applied"
    down = {"id": scene.siege.url("/activities/dislike/1"), "type": "Dislike", **vote}
    assert await hears(scene, 3, down) == "ignored"
    (row,) = [one for one in await scene.station.posts() if one.id == mine]
    assert row.likes_count == 0
