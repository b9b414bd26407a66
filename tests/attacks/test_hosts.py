"""A community's host that lies: about whose page it is, and about who writes there for the first time."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from federation.resolver import Budget
from social.clock import iso
from social.feeds import notifications
from storage.engine.database import Database
from storage.ids import Millis
from tests.federation.neighbour import Somebody
from tests.federation.scene import Scene, opened
from tests.federation.test_community_first_posts import greeted, moderated
from tests.federation.test_community_pages import create, page, shown, taken
from tests.world import NOON


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with opened(db, tmp_path) as made:
        yield made


async def heir(scene: Scene, *former: str) -> None:
    """The community of the other node says that it was called so, which anybody may say."""
    document = scene.siege.actor(scene.group, kind="Group", alsoKnownAs=list(former))
    update = scene.siege.about("Update", scene.group.id, document)
    assert await scene.station.accept(scene.siege, update, by=scene.group) == ["applied"]


async def entered(scene: Scene, group: Somebody) -> None:
    """Amina is in that community too."""
    await scene.station.federation.resolver.actor(group.id, Budget())
    row = await scene.station.by_uri(group.id)
    assert row is not None
    await scene.station.follow("amina", row.id)
    (asked,) = [one for one in await scene.sent() if one["type"] == "Follow" and one["object"] == group.id]
    accepted = scene.siege.about("Accept", group.id, asked)
    assert await scene.station.accept(scene.siege, accepted, by=group) == ["applied"]


async def test_a_host_that_calls_itself_another_community_gets_none_of_its_pages(scene: Scene) -> None:
    await scene.joined()
    chess = await scene.founded()
    await scene.is_of(scene.filiale, "archipel 1.0")
    await scene.asks(scene.carla, chess, scene.filiale)
    first, second = page(scene.carla, chess.uri, 1), page(scene.carla, chess.uri, 2, 2, of=1)
    told = create(scene.filiale, scene.carla, first, chess.uri)
    assert await scene.station.accept(scene.filiale, told, by=scene.carla) == ["applied"]
    await heir(scene, chess.uri)
    for said in (first, second):
        assert await scene.hears(create(scene.filiale, scene.carla, said, chess.uri)) != "applied"
    own = page(scene.bruno, scene.group.id, 3, 3) | {"ofPage": first["id"]}
    await taken(scene, own)
    assert [(row.version, row.source) for row in await shown(scene, chess.uri)] == [(1, "Version 1 <b>")]


async def test_a_page_begun_by_another_host_under_the_same_id_is_another_page(scene: Scene) -> None:
    """The first version never came here: until it does, each community has under that id what its own host said."""
    await scene.joined()
    mods = scene.siege.url("/users/chess/moderators")
    chess = scene.siege.person("chess", kind="Group", key=3, attributedTo=mods, published=iso(NOON))
    await entered(scene, chess)
    first = page(scene.bruno, chess.id, 1)
    squat = page(scene.bruno, scene.group.id, 2, 9) | {"ofPage": first["id"]}
    assert await taken(scene, squat) == "applied"
    second = create(scene.siege, scene.bruno, page(scene.bruno, chess.id, 3, 2, of=1), chess.id)
    assert await scene.hears(second, chess) == "applied"
    assert [row.version for row in await shown(scene, chess.id)] == [2]
    assert [row.version for row in await shown(scene)] == [9]
    gone = scene.siege.about("Delete", scene.group.id, {"type": "CommunityPage", "id": first["id"]})
    assert await scene.hears(gone | {"audience": scene.group.id}) == "applied"
    assert [row.version for row in await shown(scene, chess.id)] == [2] and await shown(scene) == []


async def test_a_host_tells_moderators_elsewhere_of_an_author_once(scene: Scene) -> None:
    """Whatever it calls a first post, wherever it puts it, and whatever was read and put away meanwhile."""
    await moderated(scene)
    station = scene.station
    for number in range(4):
        place = iso(Millis(NOON + 100 - 10 * number))
        said = scene.filiale.create(scene.post(f"Number {number}"))
        assert await scene.hears(said, firstPost=True, published=place) == "applied"
    assert await greeted(scene) == ["<p>Number 0</p>"]
    await station.db.write(notifications.clear, station.viewer("amina"))
    station.clock.pass_by(days=2)
    late = scene.filiale.create(scene.post("Much later", published=iso(station.clock())))
    assert await scene.hears(late, firstPost=True, published=iso(Millis(NOON + 50))) == "applied"
    assert await greeted(scene) == []
