"""What happens at a node in the very moment in which another one fetches from it."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.doors import actors, posts
from federation.doors.reception import Reception
from federation.errors import Gone
from federation.resolver import Budget
from server.work.dispatcher import CURSOR
from storage import log
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import PostId
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode


@pytest.fixture
async def sites(tmp_path: Path) -> AsyncIterator[tuple[LocalNode, ...]]:
    async with running_group(tmp_path, "siege", "filiale") as nodes:
        yield nodes


def _is_told(tx: Tx) -> bool:
    return log.cursor(tx, CURSOR) >= log.last(tx)


@pytest.mark.parametrize("verb", ["PUT", "DELETE"])
@pytest.mark.parametrize("way", ["follow", "find"])
async def test_what_changes_while_it_is_fetched_changes_where_it_was_fetched_to(
    sites: tuple[LocalNode, ...], monkeypatch: pytest.MonkeyPatch, way: str, verb: str
) -> None:
    """A quiet post, which nobody at the other node was sent: fetched by a new follower's node, or by its address."""
    siege, filiale = sites
    bruno, carla = await siege.person("bruno"), await filiale.person("carla")
    said = await siege.say(bruno, "Avant.", visibility="unlisted")
    await filiale.account_of(carla, bruno)
    await settled(*sites)
    changed: list[str] = []
    remember = actors.remember

    async def meanwhile(reception: Reception, host: str, ids: list[PostId]) -> Any:
        if ids and not changed:
            changed.append(verb)
            path = f"/api/v1/statuses/{said['id']}"
            await siege.api(verb, path, bruno, **({"status": "Après."} if verb == "PUT" else {}))
            await eventually(lambda: siege.read(_is_told))
        return await remember(reception, host, ids)

    for door in (actors, posts):
        monkeypatch.setattr(door, "remember", meanwhile)
    if way == "follow":
        await filiale.follow(carla, bruno)
    else:
        with contextlib.suppress(Gone):
            await filiale.running.federation.resolver.post(said["uri"], Budget())
    await settled(*sites)
    assert changed
    row = await filiale.read(post_rows.by_uri, said["uri"])
    if verb == "PUT":
        assert row is not None and "Après." in row.html
    else:
        assert row is None
