"""Who moderates greets first posts, the same everywhere: by the word of the host, where it says one."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from social.feeds import notifications
from social.paging import FIRST
from storage import memberships
from storage.engine.database import Database, Tx
from storage.ids import AccountId
from storage.memberships import MemberRole
from storage.notifications import Kind
from tests.federation.neighbour import PUBLIC
from tests.federation.scene import Scene, opened
from tests.world import NOON


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with opened(db, tmp_path) as made:
        yield made


def _moderates(tx: Tx, community: AccountId, account: AccountId) -> None:
    row = memberships.one(tx, community, account)
    assert row is not None
    memberships.put(tx, memberships.MembershipRow(**{**_fields(row), "role": MemberRole.MODERATOR}))


def _fields(row: memberships.MembershipRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


async def greeted(scene: Scene) -> list[str]:
    """The words of the posts that amina is told of as first ones."""
    station = scene.station
    found = await station.db.read(notifications.notifications, station.viewer("amina"), FIRST, now=station.clock())
    return [one.post.post.html for one in found if one.kind is Kind.COMMUNITY_GREETING and one.post is not None]


async def moderated(scene: Scene) -> None:
    """Amina moderates the community of the other node."""
    await scene.joined()
    football = await scene.football()
    await scene.station.db.write(_moderates, football.id, scene.station.id("amina"))


async def test_the_host_says_which_post_is_somebody_s_first(scene: Scene) -> None:
    await moderated(scene)
    posts = [scene.post(text) for text in ("First here", "First there")]
    first, second = (scene.filiale.create(post) for post in posts)
    assert await scene.hears(first, firstPost=False) == "applied"
    assert await greeted(scene) == [], "there was one before that never came here"
    assert await scene.hears(second, firstPost=True) == "applied"
    assert await greeted(scene) == ["<p>First there</p>"]
    assert await scene.hears(second, firstPost=True) == "already"
    assert len(await greeted(scene)) == 1


async def test_a_host_that_says_nothing_of_it_is_gone_by_its_order(scene: Scene) -> None:
    await moderated(scene)
    posts = [scene.post(text) for text in ("First", "Second")]
    for place, post in enumerate(posts):
        published = f"2026-11-24T12:00:0{place}.000Z"
        assert await scene.hears(scene.filiale.create(post), published=published) == "applied"
    assert await greeted(scene) == ["<p>First</p>"]


async def test_our_host_tells_of_first_posts_of_here_and_of_elsewhere(scene: Scene) -> None:
    chess, station = await scene.founded(), scene.station
    await scene.asks(scene.carla, chess, scene.filiale)
    for text in ("Checkmate", "Again"):
        post = scene.filiale.note(scene.carla, text, to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
        await station.accept(scene.filiale, scene.filiale.create(post, audience=chess.uri), by=scene.carla)
        station.clock.pass_by(seconds=1)
    for text in ("Bravo", "Encore"):
        await station.say("amina", text, community=chess.id)
        station.clock.pass_by(seconds=1)
    told = [one for one in await scene.sent(scene.filiale.authority) if one["type"] == "Announce"]
    said = [(one["object"]["type"], one.get("firstPost")) for one in told if isinstance(one["object"], dict)]
    assert said == [("Create", True), ("Create", False)] * 2
    assert await greeted(scene) == ["<p>Checkmate</p>"], "nobody is told of themselves"
    assert station.clock() > NOON
