"""Pages of communities between nodes: ordered by the host, written by their authors, in any order and bad faith."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from social.clock import iso
from social.communities import membership, pages
from social.errors import Conflict, Forbidden
from storage import community_pages, tombstones
from storage.community_page_edits import EditRow
from storage.community_pages import PageRow
from storage.engine.database import Database
from storage.memberships import MemberRole
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.scene import Scene
from tests.federation.station import open_station
from tests.world import NOON


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with (
        Neighbour("siege.localhost") as siege,
        Neighbour("filiale.localhost") as filiale,
        open_station(db, tmp_path / "media", mode="open") as station,
    ):
        yield Scene(station, siege, filiale)


def page(by: Somebody, community: str, number: int, version: int = 1, of: int | None = None, **said: Any) -> Any:
    """A version in somebody's words; `of`: the number of the first one."""
    id = f"{by.id}#pages/{number}"
    return {
        "id": id,
        "type": "CommunityPage",
        "attributedTo": by.id,
        "audience": community,
        "ofPage": id if of is None else f"{by.id}#pages/{of}",
        "version": version,
        "name": "Rules of play",
        "source": {"content": f"Version {version} <b>", "mediaType": "text/plain"},
        "published": iso(NOON),
        **said,
    }


def create(peer: Neighbour, by: Somebody, object: Any, community: str) -> Any:
    return peer.about(
        "Create", by.id, object, id=f"{object['id']}/activity", to=[PUBLIC], cc=[community], audience=community
    )


async def shown(scene: Scene, community: str = "") -> list[PageRow]:
    account = await scene.station.by_uri(community or scene.group.id)
    assert account is not None
    return await scene.station.db.read(community_pages.of, account.id)


async def taken(scene: Scene, object: Any, by: Somebody | None = None) -> str:
    """The host announces a version by one of its own people, or by somebody else."""
    by = by or scene.bruno
    peer = scene.filiale if by is scene.carla else scene.siege
    return await scene.hears(create(peer, by, object, scene.group.id))


async def test_versions_come_in_any_order_and_twice_and_a_page_that_is_gone_stays_so(scene: Scene) -> None:
    await scene.joined()
    group = scene.group.id
    second = page(scene.bruno, group, 2, 2, of=1)
    assert await taken(scene, second) == "applied"
    assert await taken(scene, page(scene.bruno, group, 1)) == "applied"
    assert await taken(scene, second) == "already"
    (row,) = await shown(scene)
    assert (row.version, row.source) == (2, "Version 2 <b>") and "<b>" not in row.html
    kept = await scene.station.db.read(pages.history, scene.station.viewer("amina"), row.community_id, row.slug)
    assert [one.version for one in kept] == [2, 1]
    gone = scene.siege.about("Delete", scene.group.id, {"type": "CommunityPage", "id": row.uri}, audience=group)
    assert await scene.hears(gone) == "applied"
    assert await shown(scene) == []
    assert await taken(scene, page(scene.bruno, group, 3, 3, of=1)) == "gone"
    early = {"type": "CommunityPage", "id": f"{scene.bruno.id}#pages/9"}
    await scene.hears(scene.siege.about("Delete", scene.group.id, early, audience=group))
    assert await taken(scene, page(scene.bruno, group, 9)) == "gone"
    assert await scene.station.posts() == []


async def test_what_a_host_makes_up_or_what_is_no_page_is_refused(scene: Scene) -> None:
    await scene.joined()
    group = scene.group.id
    assert await taken(scene, page(scene.carla, group, 1), scene.carla) != "applied", "she did not say so"
    chess = scene.siege.person("chess", kind="Group", key=3)
    assert await taken(scene, page(scene.bruno, chess.id, 1)) == "refused", "of another community"
    for wrong in (
        {"version": 0},
        {"version": 2**40},
        {"version": "1"},
        {"ofPage": "x"},
        {"name": ""},
        {"name": "x" * 2_000},
        {"source": {"content": "x" * (pages.LONGEST + 1)}},
        {"source": {"content": "x" * (pages.LIMIT + 1)}},
        {"source": "x"},
        {"attributedTo": scene.carla.id},
        {"version": 2},
    ):
        assert await taken(scene, page(scene.bruno, group, 1) | wrong) != "applied", wrong
    assert await shown(scene) == []
    direct = create(scene.siege, scene.bruno, page(scene.bruno, group, 1), group)
    assert await scene.station.accept(scene.siege, direct, by=scene.bruno) == ["unsupported"], "past the community"
    assert await taken(scene, page(scene.bruno, group, 2)) == "applied"
    await scene.moderates(scene.carla)
    (row,) = await shown(scene)
    stranger = scene.filiale.person("mallory", key=3)
    drop = scene.filiale.about("Delete", stranger.id, {"type": "CommunityPage", "id": row.uri}, audience=group)
    assert await scene.hears(drop) != "applied"
    assert len(await shown(scene)) == 1


async def test_a_host_buries_nothing_but_pages_of_its_community(scene: Scene) -> None:
    await scene.joined()
    stranger, group = scene.filiale.person("mallory", key=3), scene.group.id
    for uri in (stranger.id, scene.station.urls.actor("amina") + "/posts/1"):
        gone = scene.siege.about("Delete", group, {"type": "CommunityPage", "id": uri}, audience=group)
        await scene.hears(gone)
        assert await scene.station.db.read(tombstones.by_uri, uri, group) is None
    hello = scene.filiale.create(scene.filiale.note(stranger))
    assert await scene.station.accept(scene.filiale, hello, by=stranger) != ["gone"]
    assert await scene.station.by_uri(stranger.id) is not None


async def test_a_page_made_up_by_another_host_is_no_page_of_the_community(scene: Scene) -> None:
    """A host that knows the id of another one's page may have its own people write what comes after it."""
    await scene.joined()
    chess = await scene.founded()
    await scene.is_of(scene.filiale, "archipel 1.0")
    await scene.asks(scene.carla, chess, scene.filiale)
    first = page(scene.carla, chess.uri, 1)
    squat = page(scene.bruno, scene.group.id, 2, 2) | {"ofPage": first["id"]}
    assert await taken(scene, squat) == "applied"
    told = create(scene.filiale, scene.carla, first, chess.uri)
    assert await scene.station.accept(scene.filiale, told, by=scene.carla) == ["applied"]
    assert [row.version for row in await shown(scene, chess.uri)] == [1]
    assert [row.version for row in await shown(scene)] == [2], "what it made up stands in its own community"


async def offered(scene: Scene, words: str = "From here", slug: str = "rules-of-play", version: int = 1) -> EditRow:
    """Amina writes over a version of the page that is kept elsewhere; what waits."""
    football, station = await scene.football(), scene.station
    amina = station.viewer("amina")
    done = await station.db.write(
        pages.change,
        amina,
        football.id,
        slug,
        "Rules of play",
        words,
        version=version,
        ids=station.ids,
        urls=station.urls,
        now=station.clock(),
    )
    assert done is None
    (edit,) = await station.db.read(pages.edits, amina, football.id)
    return edit


async def test_what_somebody_here_writes_waits_for_the_host_and_nothing_is_put_into_their_mouth(scene: Scene) -> None:
    await scene.joined()
    await taken(scene, page(scene.bruno, scene.group.id, 1))
    edit = await offered(scene)
    (sent,) = [one for one in await scene.sent(scene.siege.authority) if one["type"] == "Create"]
    assert sent["object"]["source"]["content"] == "From here" and sent["object"]["version"] == 2
    assert sent["proof"] and sent["object"]["ofPage"] == f"{scene.bruno.id}#pages/1"
    assert [row.version for row in await shown(scene)] == [1]
    with pytest.raises(Conflict):
        await offered(scene, "Again")
    other = sent | {"object": sent["object"] | {"source": {"content": "I resign"}}}
    assert await scene.hears(other) == "applied"
    (row,) = await shown(scene)
    assert (row.version, row.source) == (2, "From here"), "her words are those that she wrote"
    assert await scene.station.db.read(pages.edits, scene.station.viewer("amina"), edit.community_id) == []
    made_up = sent["object"] | {"id": f"{sent['actor']}#pages/7", "version": 3}
    assert await scene.hears(sent | {"id": f"{sent['actor']}#pages/7/activity", "object": made_up}) == "refused"


async def test_the_second_of_two_is_told_and_keeps_the_own_words(scene: Scene) -> None:
    await scene.joined()
    group, station = scene.group.id, scene.station
    await taken(scene, page(scene.bruno, group, 1))
    edit = await offered(scene, "Mine")
    assert await taken(scene, page(scene.bruno, group, 2, 2, of=1)) == "applied"
    no = scene.siege.about(
        "Delete", group, {"type": "CommunityPage", "id": edit.uri}, summary="page_changed", audience=group
    )
    forged = scene.siege.about("Delete", scene.bruno.id, {"type": "CommunityPage", "id": edit.uri}, audience=group)
    told = scene.announce(no)
    del told["published"]
    assert await station.accept(scene.filiale, scene.filiale.about("Announce", scene.carla.id, forged), by=scene.carla)
    assert await station.accept(scene.siege, told, by=scene.group) == ["applied"]
    (kept,) = await station.db.read(pages.edits, station.viewer("amina"), edit.community_id)
    assert (kept.source, kept.refused) == ("Mine", "page_changed")
    again = await offered(scene, "Mine and his", version=2)
    assert again.version == 3 and not again.refused, "the words that were put together take the place of the first"


async def test_a_member_of_elsewhere_writes_here_and_is_told_of_what_is_not_taken(scene: Scene) -> None:
    chess, station = await scene.founded(), scene.station
    for peer in (scene.filiale, scene.siege):
        await scene.is_of(peer, "archipel 1.0" if peer is scene.filiale else "lemmy 1.0")
    first = create(scene.filiale, scene.carla, page(scene.carla, chess.uri, 1), chess.uri)
    assert await station.accept(scene.filiale, first, by=scene.carla) == ["refused"], "no member"
    await scene.asks(scene.carla, chess, scene.filiale)
    await scene.asks(scene.bruno, chess, scene.siege)
    first = create(scene.filiale, scene.carla, page(scene.carla, chess.uri, 2), chess.uri)
    assert await station.accept(scene.filiale, first, by=scene.carla) == ["applied"]
    for number, version in ((3, 1), (4, 3), (5, 1)):
        late = create(scene.filiale, scene.carla, page(scene.carla, chess.uri, number, version, of=2), chess.uri)
        if version == 1:
            late["object"]["ofPage"] = late["object"]["id"]
        assert await station.accept(scene.filiale, late, by=scene.carla) == ["refused"], (number, version)
    (row,) = await shown(scene, chess.uri)
    assert (row.version, row.source) == (1, "Version 1 <b>")
    told = [one["object"] for one in await scene.sent(scene.filiale.authority) if one["type"] == "Announce"]
    assert first in told, "byte for byte"
    assert [one["object"]["id"] for one in told if one["type"] == "Delete"], "and what was not taken"
    assert not [one for one in await scene.sent(scene.siege.authority) if "#pages/" in json.dumps(one)]
    outbox = await station.show(scene.siege, "/users/chess/outbox?page=true", scene.bruno.key)
    assert b"#pages/" not in outbox.body, "a forum would read it as a post"
    listed = await station.show(scene.filiale, "/users/chess/pages?page=true", scene.carla.key)
    assert [one["object"]["id"] for one in listed.json()["orderedItems"]] == [first["id"]]
    amina = station.viewer("amina")
    carla = await station.by_uri(scene.carla.id)
    assert carla is not None
    drop = {"type": "CommunityPage", "id": row.uri}
    gone = scene.filiale.about("Delete", scene.carla.id, drop, audience=chess.uri)
    assert await station.accept(scene.filiale, gone, by=scene.carla) == ["refused"]
    await station.db.write(membership.set_role, amina, chess.id, carla.id, MemberRole.MODERATOR, now=station.clock())
    gone = scene.filiale.about("Delete", scene.carla.id, drop, audience=chess.uri)
    assert await station.accept(scene.filiale, gone, by=scene.carla) == ["applied"]
    assert await shown(scene, chess.uri) == []
    assert await station.db.read(tombstones.by_uri, pages.tomb(chess.uri, row.uri), chess.uri) is not None


async def test_pages_of_a_closed_community_are_for_its_members(scene: Scene) -> None:
    await scene.joined()
    await taken(scene, page(scene.bruno, scene.group.id, 1))
    await scene.station.person("luc")
    football = await scene.football()
    document = scene.siege.actor(scene.group, kind="Group", entry="request", manuallyApprovesFollowers=True)
    update = scene.siege.about("Update", scene.group.id, document)
    assert await scene.station.accept(scene.siege, update, by=scene.group) == ["applied"]
    with pytest.raises(Forbidden):
        await scene.station.db.read(pages.pages, scene.station.viewer("luc"), football.id)
    assert await scene.station.db.read(pages.pages, scene.station.viewer("amina"), football.id) != []
