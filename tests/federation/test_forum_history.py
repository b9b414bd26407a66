"""What is read of a category of NodeBB 4.15 when somebody joins it: lists without an id, their oldest page first."""

import json
import math
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.communities import reading
from social import jobs
from social.clock import HOUR, iso
from social.communities import standing
from storage.engine.database import Database
from storage.ids import Millis
from tests.federation.neighbour import PUBLIC
from tests.federation.scene import Scene, opened
from tests.peer import Seen, response
from tests.world import NOON

PER_PAGE = 20


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """Amina of our node is in the community that `siege` hosts, on each engine."""
    async with opened(db, tmp_path) as made:
        yield made


def outbox(scene: Scene, count: int) -> list[dict[str, Any]]:
    """So many topics of bruno's, each an hour after the one before, as the category lists them."""
    siege, group = scene.siege, scene.group.id
    listed = []
    for number in range(1, count + 1):
        at = iso(Millis(NOON - (count + 1 - number) * HOUR))
        note = siege.note(
            scene.bruno,
            f"Words of topic {number}",
            name=f"Topic {number}",
            published=at,
            to=[PUBLIC, group],
            audience=group,
        )
        create = {"id": f"{note['id']}#activity/create/{number}", "type": "Create", "actor": scene.bruno.id}
        listed.append(
            {
                "id": f"{note['id']}#activity/announce/cid/2",
                "type": "Announce",
                "actor": group,
                "to": [PUBLIC],
                "cc": [scene.group.followers],
                "object": {**create, "to": note["to"], "cc": note["cc"], "object": note},
            }
        )
    return listed


def page(url: str, items: list[dict[str, Any]], number: int | None) -> dict[str, Any]:
    """A page as NodeBB answers: without an id; the list itself is its first page when there are several."""
    of = max(1, math.ceil(len(items) / PER_PAGE))
    fields = {"@context": "https://www.w3.org/ns/activitystreams", "totalItems": len(items)}
    if number is None and of == 1:
        return fields | {"type": "OrderedCollection", "orderedItems": items}
    here = number or 1
    return fields | {
        "type": "OrderedCollectionPage",
        "orderedItems": items[(here - 1) * PER_PAGE : here * PER_PAGE],
        "partOf": url,
        "next": f"{url}?page={here + 1}" if here < of else None,
        "prev": f"{url}?page={here - 1}" if here > 1 else None,
        "first": f"{url}?page=1",
        "last": f"{url}?page={of}",
    }


def serve(scene: Scene, items: list[dict[str, Any]]) -> None:
    url = f"{scene.group.id}/outbox"

    async def answer(seen: Seen, writer: Any) -> None:
        _, _, number = seen.target.partition("?page=")
        body = json.dumps(page(url, items, int(number) if number else None)).encode()
        writer.write(response(200, body, {"Content-Type": "application/activity+json"}))

    scene.siege.on(url.removeprefix(scene.siege.url("")), answer)


@pytest.mark.parametrize(("count", "here"), [(3, range(1, 4)), (50, range(21, 51))], ids=["one page", "several"])
async def test_the_newest_of_a_category_is_read(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, count: int, here: range
) -> None:
    monkeypatch.setattr(reading, "FIRST", 30)
    await scene.joined()
    await scene.is_of(scene.siege, "nodebb 4.15.1")
    serve(scene, outbox(scene, count))
    await scene.station.federation.community_reader.read(jobs.ReadCommunity(actor=scene.group.id))
    await scene.station.work()
    posts = {row.title: row for row in await scene.station.posts()}
    assert posts.keys() == {f"Topic {number}" for number in here}
    football = await scene.football()
    assert {row.community_id for row in posts.values()} == {football.id}


async def test_who_moderates_a_category_is_read_from_a_list_without_an_id(scene: Scene) -> None:
    await scene.joined()
    serve(scene, [])
    admin = {"id": scene.bruno.id, "type": "Person", "preferredUsername": "bruno", "inbox": f"{scene.bruno.id}/inbox"}
    listed = {"type": "OrderedCollection", "totalItems": 1, "orderedItems": [admin]}
    scene.siege.document("/users/football/moderators", listed)
    await scene.station.federation.community_reader.read(jobs.ReadCommunity(actor=scene.group.id))
    bruno, football = await scene.station.by_uri(scene.bruno.id), await scene.football()
    assert bruno is not None
    assert await scene.station.db.read(standing.may_moderate, football.id, bruno.id)
