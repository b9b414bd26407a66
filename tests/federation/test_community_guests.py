"""What a guest of a community writes is marked so on every node, by the word of its host, and stays marked."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from social import reading
from social.clock import DAY
from storage import community_nodes, memberships, placements
from storage import posts as post_rows
from storage.engine.database import Database, Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole, MembershipRow, MemberState
from tests.federation.neighbour import PUBLIC
from tests.federation.scene import Scene, opened
from tests.world import NOON


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with opened(db, tmp_path) as made:
        yield made


def _is_guest(tx: Tx, community: AccountId, account: AccountId, until: Millis | None) -> None:
    role = MemberRole.MEMBER if until is None else MemberRole.GUEST
    row = MembershipRow(
        community_id=community, account_id=account, role=role, state=MemberState.MEMBER, until=until, created_at=NOON
    )
    memberships.put(tx, row)


async def marked(scene: Scene, uri: str) -> bool:
    """Whether whoever reads the post sees that it is a guest's."""
    station = scene.station
    row = await station.db.read(post_rows.by_uri, uri)
    assert row is not None
    view = await station.db.read(reading.post, station.viewer("amina"), row.id)
    placed = await station.db.read(placements.one, row.id)
    assert placed is not None and placed.by_guest is view.by_guest
    return view.by_guest


async def test_the_host_says_that_it_is_by_a_guest(scene: Scene) -> None:
    await scene.joined()
    posts = [scene.post(text) for text in ("I am a guest", "I am a member", "I say so myself")]
    guest, member, boaster = (scene.filiale.create(post) for post in posts)
    assert await scene.hears(guest, byGuest=True) == "applied"
    assert await scene.hears(member) == "applied"
    assert await scene.hears(boaster | {"byGuest": True}) == "applied"
    assert [await marked(scene, post["id"]) for post in posts] == [True, False, False]


async def test_what_came_from_its_author_before_is_marked_when_the_host_places_it(scene: Scene) -> None:
    await scene.joined()
    post = scene.post("Straight to you")
    create = scene.filiale.create(post)
    node = community_nodes.CommunityNodeRow(
        community_id=(await scene.football()).id,
        host=scene.filiale.authority,
        inbox_url=scene.filiale.url("/inbox"),
        members=1,
    )
    await scene.station.db.write(community_nodes.replace, node.community_id, [node])
    assert await scene.station.accept(scene.filiale, create, by=scene.carla) == ["applied"]
    assert not await marked(scene, post["id"])
    assert await scene.hears(create, byGuest=True) == "applied"
    assert await marked(scene, post["id"])
    # Said again without it, by a host that forgot: it stays.
    await scene.hears(create)
    assert await marked(scene, post["id"])


async def test_our_host_says_it_of_guests_of_here_and_of_elsewhere_and_only_while_they_are(scene: Scene) -> None:
    chess, station = await scene.founded(), scene.station
    await scene.asks(scene.carla, chess, scene.filiale)
    carla = await station.by_uri(scene.carla.id)
    await station.person("luc")
    assert carla is not None
    uris = []
    for until in (Millis(NOON + DAY), None):
        for account in (carla.id, station.id("luc")):
            await station.db.write(_is_guest, chess.id, account, until)
        post = scene.filiale.note(scene.carla, f"Until {until}", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
        outcome = await station.accept(scene.filiale, scene.filiale.create(post, audience=chess.uri), by=scene.carla)
        assert outcome == ["applied"]
        station.clock.pass_by(seconds=1)
        said = await station.say("luc", f"Until {until}", community=chess.id)
        row = await station.db.read(post_rows.by_id, said)
        assert row is not None
        uris += [post["id"], row.uri]
        station.clock.pass_by(seconds=1)
    told = [one for one in await scene.sent(scene.filiale.authority) if one["type"] == "Announce"]
    said_of = {
        one["object"]["object"]["id"]: one.get("byGuest", False) for one in told if isinstance(one["object"], dict)
    }
    assert [said_of[uri] for uri in uris] == [True, True, False, False]
    assert [await marked(scene, uri) for uri in uris] == [True, True, False, False]
    assert "byGuest" in str(next(one for one in told if one.get("byGuest"))["@context"]), "a word that is explained"
