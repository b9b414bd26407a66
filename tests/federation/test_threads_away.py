"""A thread whose own node is away: the nodes of its community are asked, and believed of nothing but ids."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from social import contexts
from social.errors import Unavailable
from storage import community_nodes
from storage import posts as post_rows
from storage.community_nodes import CommunityNodeRow
from storage.engine.database import Database
from storage.peers import Policy
from storage.posts import PostRow
from tests.federation.neighbour import PUBLIC, Neighbour
from tests.federation.scene import Scene, opened
from tests.federation.test_threads import collection


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with opened(db, tmp_path) as made:
        yield made


async def begun(scene: Scene, **said: Any) -> dict[str, Any]:
    """Bruno of the host's node begins a thread in the community; then that node is away."""
    await scene.joined()
    node = CommunityNodeRow(
        community_id=(await scene.football()).id,
        host=scene.filiale.authority,
        inbox_url=scene.filiale.url("/inbox"),
        members=1,
    )
    await scene.station.db.write(community_nodes.replace, node.community_id, [node])
    addressed = {"to": [PUBLIC, scene.group.id], "cc": [], "audience": scene.group.id}
    root = scene.siege.note(scene.bruno, "Who plays?", **(addressed | {"context": scene.siege.url("/thread")} | said))
    assert await scene.hears(scene.siege.create(root)) == "applied"
    scene.siege.answer("/thread", status=503)
    return root


async def row_of(scene: Scene, uri: str) -> PostRow | None:
    return await scene.station.db.read(post_rows.by_uri, uri)


async def look(scene: Scene, uri: str) -> None:
    """Somebody of here opens the thread, and the job runs."""
    row, station = await row_of(scene, uri), scene.station
    assert row is not None
    await station.db.write(contexts.opened, station.viewer("amina"), row.id, now=station.clock())
    await station.run_jobs()


def asked(peer: Neighbour) -> list[str]:
    """Of which posts a node was asked for the thread."""
    found = [urlsplit(one.target) for one in peer.requests]
    return [parse_qs(one.query)["of"][0] for one in found if one.path == "/contexts" and one.query]


async def test_the_nodes_of_its_community_are_asked_while_its_own_is_away(scene: Scene) -> None:
    root = await begun(scene, replies=scene.siege.url("/replies"))
    scene.siege.answer("/replies", status=503)
    await scene.is_of(scene.filiale, "archipel 1.0", Policy.ALLOWED)
    answer = scene.post("I do", inReplyTo=root["id"])
    deep = scene.post("Me too", inReplyTo=answer["id"])
    lost = scene.siege.note(scene.bruno, "Lost", serve=False, inReplyTo=root["id"], to=[PUBLIC])
    forged = {**scene.post("As if", serve=False, inReplyTo=root["id"]), "id": f"{scene.bruno.id}/forged"}
    url = scene.filiale.url("/contexts/7")
    whole = {"type": "OrderedCollection", "id": url, "totalItems": 4, "first": f"{url}/1"}
    scene.filiale.document("/contexts", whole)
    scene.filiale.document("/contexts/7", whole)
    items = [root["id"], answer["id"], deep["id"], lost["id"], forged]
    page = {"type": "OrderedCollectionPage", "id": f"{url}/1", "orderedItems": items}
    scene.filiale.document("/contexts/7/1", page)
    await look(scene, root["id"])
    found = [await row_of(scene, post["id"]) for post in (answer, deep)]
    assert all(row is not None and row.is_history for row in found)
    assert [await row_of(scene, post["id"]) for post in (lost, forged)] == [None, None]
    assert asked(scene.filiale) == [root["id"]]


@pytest.mark.parametrize(
    ("software", "policy"),
    [
        pytest.param("archipel 1.0", Policy.UNKNOWN, id="one that nobody let in by name"),
        pytest.param("mastodon 4.5", Policy.ALLOWED, id="one that keeps no such collection"),
    ],
)
async def test_a_node_of_another_kind_or_a_stranger_is_not_asked(scene: Scene, software: str, policy: Policy) -> None:
    root = await begun(scene)
    await scene.is_of(scene.filiale, software, policy)
    with pytest.raises(Unavailable):
        await look(scene, root["id"])
    assert asked(scene.filiale) == []


async def test_nobody_is_asked_about_a_thread_in_no_community_or_while_its_node_answers(scene: Scene) -> None:
    root = await begun(scene)
    await scene.is_of(scene.filiale, "archipel 1.0", Policy.ALLOWED)
    collection(scene.siege, "/thread", [root["id"]])
    await look(scene, root["id"])
    assert asked(scene.filiale) == []
    await scene.station.follow("amina", (await scene.station.by_uri(scene.bruno.id)).id)  # type: ignore[union-attr]
    alone = scene.siege.note(scene.bruno, "Alone", context=scene.siege.url("/other"))
    assert await scene.hears(scene.siege.create(alone), scene.bruno) != ""
    await scene.station.accept(scene.siege, scene.siege.create(alone), by=scene.bruno)
    scene.siege.answer("/other", status=503)
    if await row_of(scene, alone["id"]) is not None:
        with pytest.raises(Unavailable):
            await look(scene, alone["id"])
    assert asked(scene.filiale) == []


async def test_if_nobody_answers_it_is_tried_again(scene: Scene) -> None:
    root = await begun(scene)
    await scene.is_of(scene.filiale, "archipel 1.0", Policy.ALLOWED)
    with pytest.raises(Unavailable):
        await look(scene, root["id"])
    assert asked(scene.filiale) == [root["id"]]


async def test_what_is_kept_of_a_thread_that_began_elsewhere_is_told_by_ids_of_open_posts(scene: Scene) -> None:
    root, station = await begun(scene), scene.station
    row = await row_of(scene, root["id"])
    assert row is not None
    football = await scene.football()
    said = await station.say("amina", "I do", parent=row.id)
    closed = await station.say("amina", "For some", visibility="direct")
    rows = [await station.db.read(post_rows.by_id, id) for id in (said, closed)]
    assert football.id == row.community_id and all(rows)
    mine, direct = (one.uri for one in rows if one is not None)
    path = f"/contexts?of={quote(root['id'], safe=':/')}"
    got = await station.show(scene.filiale, path, scene.carla.key)
    assert got.status == 200, got.body
    whole = got.json()
    assert whole["id"] == station.urls.context(row.thread_id) and whole["totalItems"] == 2
    first = whole["first"].partition("/contexts")[2]
    page = (await station.show(scene.filiale, f"/contexts{first}", scene.carla.key)).json()
    assert page["orderedItems"] == [root["id"], mine]
    # By any of its posts; of none, of one that is unknown, and of one that is for some, there is nothing.
    other = await station.show(scene.filiale, f"/contexts?of={quote(mine, safe=':/')}", scene.carla.key)
    assert other.json() == whole
    for of in ("", "https://x.example/1", direct):
        answer = await station.show(scene.filiale, f"/contexts?of={quote(of, safe=':/')}", scene.carla.key)
        assert answer.status == 404
    assert (await station.show(scene.filiale, "/contexts", scene.carla.key)).status == 404
