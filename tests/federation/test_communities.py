"""Communities as other servers speak of them, in good and in bad faith (FEP-1b12): ours hosted elsewhere, and here.

Scripted: `siege` hosts the football community, `filiale` is where Carla lives; our node is `usine`.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.resolver import Budget
from storage import communities as rows
from storage import community_nodes
from storage.communities import Entry
from storage.engine.database import Database
from tests.federation.neighbour import PUBLIC, Somebody
from tests.federation.scene import Scene, opened
from tests.world import NOON


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """The mode is open: of guests by name there are none but those that a test lets in."""
    async with opened(db, tmp_path) as made:
        yield made


async def test_a_post_of_a_third_node_is_asked_for_there_and_placed_once_whatever_the_paths(scene: Scene) -> None:
    await scene.joined()
    post = scene.post()
    create = scene.filiale.create(post, audience=scene.group.id)
    assert await scene.hears(create) == "applied"
    placed = await scene.placed(post["id"])
    assert placed is not None and (placed.place, placed.is_root) == (NOON + 5, True)
    assert await scene.hears(post["id"]) == "already", "as it is told to Mastodon"
    assert await scene.station.accept(scene.filiale, create, by=scene.carla) == ["applied"]
    posts = await scene.station.posts()
    assert [(row.uri, row.boost_of_id) for row in posts] == [(post["id"], None)], "no boost, and one of each"
    football = await scene.football()
    assert posts[0].community_id == football.id


async def test_what_a_host_makes_up_of_somebody_else_is_refused(scene: Scene) -> None:
    await scene.joined()
    made_up = scene.post("I resign", serve=False)
    assert await scene.hears(scene.filiale.create(made_up)) != "applied"
    changed = scene.post("We won")
    assert await scene.hears(scene.filiale.create({**changed, "content": "<p>We cheated</p>"})) == "applied"
    assert [row.html for row in await scene.station.posts()] == ["<p>We won</p>"]


async def test_a_profile_of_somebody_else_in_an_announce_is_refused(scene: Scene) -> None:
    await scene.joined()
    await scene.station.federation.resolver.actor(scene.carla.id, Budget())
    person = scene.filiale.actor(scene.carla, name="Mallory")
    update = scene.filiale.about("Update", scene.carla.id, person)
    assert await scene.hears(update) != "applied"
    carla = await scene.station.by_uri(scene.carla.id)
    assert carla is not None and carla.display_name == "Carla"


async def test_another_group_cannot_place_what_is_not_for_it(scene: Scene) -> None:
    await scene.joined()
    other = scene.siege.person("chess", kind="Group", key=3)
    await scene.station.federation.resolver.actor(other.id, Budget())
    post = scene.post()
    assert await scene.hears(scene.filiale.create(post), other) == "refused"
    assert await scene.station.posts() == []


async def test_what_is_here_already_is_in_a_community_by_its_own_words_alone(scene: Scene) -> None:
    """Else any group could take up what it likes, and then take it out, or let nobody answer."""
    await scene.joined()
    await scene.station.say("amina", "Bonjour")
    note = scene.filiale.note(scene.carla, to=[PUBLIC, scene.station.urls.actor("amina")])
    await scene.station.accept(scene.filiale, scene.filiale.create(note), by=scene.carla)
    own, theirs = [row.uri for row in await scene.station.posts()]
    for uri, author in ((own, scene.station.urls.actor("amina")), (theirs, scene.carla.id)):
        said = {"id": uri, "type": "Note", "attributedTo": author, "content": "x", "to": [PUBLIC, scene.group.id]}
        create = {"id": f"{uri}#made-up", "type": "Create", "actor": author, "object": said, "to": said["to"]}
        assert await scene.hears(create) in ("refused", "unrelated"), uri
        assert await scene.placed(uri) is None
        taken = scene.siege.about("Delete", scene.group.id, uri, summary="rude")
        assert await scene.hears(taken) != "applied"
    assert {row.community_id for row in await scene.station.posts()} == {None}


async def test_moderation_counts_if_announced_and_by_a_moderator(scene: Scene) -> None:
    await scene.joined()
    post = scene.post()
    await scene.hears(scene.filiale.create(post))
    mallory = scene.filiale.person("mallory", key=3)
    delete = scene.filiale.about("Delete", mallory.id, post["id"], summary="no", to=[PUBLIC], cc=[scene.group.id])
    scene.filiale.document(delete["id"].removeprefix(scene.filiale.url("")), delete)
    assert await scene.hears(delete) == "refused", "not a moderator"
    await scene.moderates(mallory)
    assert await scene.station.accept(scene.filiale, {**delete, "id": delete["id"] + "x"}, by=mallory) == [
        "unsupported"
    ], "past the community"
    removed = await scene.placed(post["id"])
    assert removed is not None and removed.removed_at is None
    lock = scene.siege.about("Lock", scene.group.id, post["id"], summary="late")
    assert await scene.hears(lock) == "applied"
    by_host = scene.siege.about("Delete", scene.bruno.id, post["id"], summary="rude")
    assert await scene.hears(by_host) == "applied", "an administrator of the host"
    removed = await scene.placed(post["id"])
    assert removed is not None and (removed.removed_reason, removed.locked) == ("rude", True)
    assert await scene.hears(scene.siege.about("Undo", scene.bruno.id, by_host)) == "applied"
    back = await scene.placed(post["id"])
    assert back is not None and back.removed_at is None


async def test_a_list_of_nodes_is_the_hosts_own_and_never_an_older_one(scene: Scene) -> None:
    await scene.joined()

    def listed(version: int, *hosts: str, by: Somebody = scene.group) -> dict[str, Any]:
        items = [{"type": "Service", "name": host, "inbox": f"http://{host}/inbox", "members": 2} for host in hosts]
        collection = {"id": f"{scene.group.id}/nodes", "type": "Collection", "version": version, "items": items}
        return scene.siege.about("Update", by.id, collection)

    async def known() -> list[str]:
        football = await scene.football()
        return [row.host for row in await scene.station.db.read(community_nodes.of, football.id)]

    first = scene.filiale.authority
    assert await scene.station.accept(scene.siege, listed(7, first), by=scene.group) == ["applied"]
    assert await known() == [first]
    assert await scene.station.accept(scene.siege, listed(6, "evil.localhost:1"), by=scene.group) == ["already"]
    forged = listed(9, "evil.localhost:1", by=scene.bruno)
    assert await scene.station.accept(scene.siege, forged, by=scene.bruno) == ["unsupported"], "not the community"
    broken = listed(9, first)
    broken["object"]["items"].append({"name": "evil.localhost:1", "inbox": f"http://{first}/inbox", "members": 1})
    assert await scene.station.accept(scene.siege, broken, by=scene.group) == ["refused"], "an inbox elsewhere"
    assert await known() == [first]


async def test_a_direct_post_counts_from_a_node_where_members_live_and_waits_for_the_host(scene: Scene) -> None:
    await scene.joined()
    early = scene.post("Not yet")
    assert await scene.station.accept(scene.filiale, scene.filiale.create(early), by=scene.carla) == ["unrelated"]
    node = community_nodes.CommunityNodeRow(
        community_id=(await scene.football()).id,
        host=scene.filiale.authority,
        inbox_url=scene.filiale.url("/inbox"),
        members=1,
    )
    await scene.station.db.write(community_nodes.replace, node.community_id, [node])
    post = scene.post("Now")
    assert await scene.station.accept(scene.filiale, scene.filiale.create(post), by=scene.carla) == ["applied"]
    waiting = await scene.placed(post["id"])
    assert waiting is not None and waiting.place is None
    assert await scene.hears(scene.filiale.create(post)) == "applied"
    placed = await scene.placed(post["id"])
    assert placed is not None and placed.place == NOON + 5


async def test_a_stranger_writes_nothing_in_a_community_here(scene: Scene) -> None:
    chess = await scene.founded()
    post = scene.filiale.note(scene.carla, "Buy this", to=[PUBLIC, chess.uri], audience=chess.uri)
    assert await scene.station.accept(scene.filiale, scene.filiale.create(post), by=scene.carla) == ["refused"]
    assert await scene.station.posts() == [] and await scene.sent() == []
    assert await scene.asks(scene.carla, chess, scene.filiale) == "member"
    assert await scene.station.accept(
        scene.filiale, {**scene.filiale.create(post), "id": post["id"] + "#2"}, by=scene.carla
    ) == ["applied"]
    assert (await scene.placed(post["id"])) is not None


async def test_a_group_of_elsewhere_is_a_community_that_says_how_one_comes_in(scene: Scene) -> None:
    for said, entry in (
        ({}, Entry.OPEN),
        ({"manuallyApprovesFollowers": True}, Entry.REQUEST),
        ({"entry": "hidden"}, Entry.HIDDEN),
    ):
        who = scene.siege.person(f"g{len(said)}{entry.value}", kind="Group", **said)
        await scene.station.federation.resolver.actor(who.id, Budget())
        account = await scene.station.by_uri(who.id)
        assert account is not None
        row = await scene.station.db.read(rows.by_id, account.id)
        assert row is not None and row.entry is entry
        assert account.hide_collections is (entry is not Entry.OPEN), "who is in it is for its members to know"


async def test_a_draft_of_a_member_goes_to_the_host_with_the_community_named(scene: Scene) -> None:
    await scene.joined()
    football = await scene.football()
    await scene.station.say("amina", "Count me in", community=football.id)
    create = next(one for one in await scene.sent(scene.siege.authority) if one["type"] == "Create")
    post = create["object"]
    assert post["audience"] == create["audience"] == scene.group.id
    assert PUBLIC in post["to"] and scene.group.id in post["cc"]
    assert {"type": "Mention", "href": scene.group.id, "name": f"@football@{scene.siege.authority}"} in post["tag"]
