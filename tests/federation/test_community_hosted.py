"""What a community of this node tells each kind of server, and what its log keeps (FEP-1b12)."""

import json
from asyncio import StreamWriter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.document import type_of
from social import jobs
from social.clock import iso
from social.communities import membership, moderation, received
from storage import communities, community_log, peers, placements
from storage.communities import Entry
from storage.engine.database import Database
from storage.ids import AccountId, Millis
from storage.peers import Policy
from tests.federation.neighbour import PUBLIC
from tests.federation.scene import Scene, opened
from tests.peer import Seen, response
from tests.world import NOON


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """The mode is open: of guests by name there are none but those that a test lets in."""
    async with opened(db, tmp_path) as made:
        yield made


async def test_an_open_community_tells_each_kind_of_server_what_it_can_show(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.is_of(scene.filiale, "lemmy 1.0")
    await scene.is_of(scene.siege, "mastodon 4.5")
    await scene.asks(scene.carla, chess, scene.filiale)
    await scene.asks(scene.bruno, chess, scene.siege)
    post = scene.filiale.note(scene.carla, "Checkmate", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    create = scene.filiale.create(post, audience=chess.uri, extra={"kept": ["as", "it", "came"]})
    assert await scene.station.accept(scene.filiale, create, by=scene.carla) == ["applied"]
    answer = scene.filiale.note(
        scene.carla, "Really", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri, inReplyTo=post["id"]
    )
    await scene.station.accept(scene.filiale, scene.filiale.create(answer), by=scene.carla)
    whole = [one for one in await scene.sent(scene.filiale.authority) if one["type"] == "Announce"]
    assert whole[0]["object"] == create, "byte for byte what came"
    assert whole[0]["proof"]["verificationMethod"].startswith(chess.uri)
    assert len(whole) == 2
    plain = [one for one in await scene.sent(scene.siege.authority) if one["type"] == "Announce"]
    assert [one["object"] for one in plain] == [post["id"]], "clean threads, no comment, no double"


async def test_a_closed_community_is_for_nodes_that_keep_it_closed(scene: Scene) -> None:
    chess = await scene.founded(Entry.REQUEST)
    for software, policy, state in (
        ("mastodon 4.5", Policy.ALLOWED, ""),
        ("", Policy.ALLOWED, ""),
        ("archipel 1.0", Policy.UNKNOWN, ""),
        ("archipel 1.0", Policy.ALLOWED, "asked"),
    ):
        await scene.is_of(scene.filiale, software, policy)
        assert await scene.asks(scene.carla, chess, scene.filiale) == state, (software, policy)
        if policy is Policy.ALLOWED and not state:
            await scene.station.db.write(peers.decide, scene.filiale.authority, Policy.UNKNOWN, scene.station.clock())
    rejected = [one for one in await scene.sent(scene.filiale.authority) if one["type"] == "Reject"]
    assert len(rejected) == 3


async def test_a_member_node_that_changed_its_software_is_sent_nothing_more(scene: Scene) -> None:
    chess = await scene.founded(Entry.REQUEST)
    await scene.is_of(scene.filiale, "archipel 1.0", Policy.ALLOWED)
    await scene.asks(scene.carla, chess, scene.filiale)
    carla = await scene.station.by_uri(scene.carla.id)
    assert carla is not None
    station = scene.station
    await station.db.write(
        membership.answer_request, station.viewer("amina"), chess.id, carla.id, accept=True, now=station.clock()
    )
    await station.say("amina", "For us", community=chess.id)
    before = await scene.sent(scene.filiale.authority)
    (announced,) = (one for one in before if one["type"] == "Announce")
    create = announced["object"]
    assert create["object"]["to"] == [chess.uri, chess.followers_url] and PUBLIC not in json.dumps(announced)
    assert create["proof"] and announced["proof"]
    await scene.is_of(scene.filiale, "mastodon 4.5")
    await station.say("amina", "Still for us", community=chess.id)
    assert await scene.sent(scene.filiale.authority) == before


async def test_what_is_deleted_leaves_the_log(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    post = scene.filiale.note(scene.carla, "Oops", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    await scene.station.accept(scene.filiale, scene.filiale.create(post), by=scene.carla)
    assert await _log(scene, chess.id) == ["Create"]
    assert await scene.station.accept(scene.filiale, scene.filiale.delete(post), by=scene.carla) == ["applied"]
    assert await _log(scene, chess.id) == ["Delete"]
    last = (await scene.sent(scene.filiale.authority))[-1]
    assert (last["type"], last["object"]["type"]) == ("Announce", "Delete")


@pytest.mark.parametrize("form", [pytest.param("Create", id="plain"), pytest.param(["Create"], id="in a list")])
async def test_what_moderators_put_back_is_told_again_to_whoever_read_on_meanwhile(scene: Scene, form: Any) -> None:
    station, chess = scene.station, await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    post = scene.filiale.note(scene.carla, "Checkmate", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    create = scene.filiale.create(post, audience=chess.uri) | {"type": form}
    assert await station.accept(scene.filiale, create, by=scene.carla) == ["applied"]
    first = await scene.placed(post["id"])
    assert first is not None and first.place is not None

    async def told(after: int | None = None) -> list[dict[str, Any]]:
        asked = "" if after is None else f"&after={after}"
        page = await station.show(scene.siege, f"/users/chess/outbox?page=true{asked}", scene.bruno.key)
        return list(page.json()["orderedItems"])

    def kinds(items: list[dict[str, Any]]) -> list[str]:
        return [str(type_of(item["object"])) for item in items]

    amina = station.viewer("amina")
    for _ in range(2):
        station.clock.pass_by(minutes=1)
        await station.db.write(moderation.remove, amina, first.post_id, "rude", now=station.clock())
        await station.settle()
        assert b"Checkmate" not in json.dumps([await told(), await told(0)]).encode(), "while it is out"
        out = (await station.db.read(community_log.page, chess.id, 2**62, 1))[0].place
        station.clock.pass_by(minutes=1)
        await station.db.write(moderation.restore, amina, first.post_id, now=station.clock())
        await station.settle()
        back = await told(out)
        assert kinds(back) == ["Undo", "Create"] and back[1]["object"] == create
        assert back[1]["published"] == iso(first.place), "at its first place"
    assert kinds(await told()) == ["Undo", "Delete", "Undo", "Delete", "Create"]
    assert await station.accept(scene.filiale, scene.filiale.delete(post), by=scene.carla) == ["applied"]
    assert kinds(await told()) == ["Delete"]


async def test_what_is_put_back_goes_at_once_to_who_came_while_it_was_out(scene: Scene) -> None:
    chess, station = await scene.founded(), scene.station
    await scene.is_of(scene.filiale, "archipel 1.0")
    await scene.is_of(scene.siege, "archipel 1.0")
    await scene.asks(scene.carla, chess, scene.filiale)
    post = scene.filiale.note(scene.carla, "Checkmate", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    create, changed = scene.filiale.create(post), {**post, "content": "<p>Mate</p>", "updated": iso(Millis(NOON + 9))}
    update = scene.filiale.about("Update", scene.carla.id, changed, to=[PUBLIC], audience=chess.uri)
    await station.accept(scene.filiale, create, by=scene.carla)
    amina, row = station.viewer("amina"), (await station.posts())[0]
    assert await station.accept(scene.filiale, update, by=scene.carla) == ["applied"]
    await station.db.write(moderation.remove, amina, row.id, "rude", now=station.clock())
    await station.settle()
    await scene.asks(scene.bruno, chess, scene.siege)
    await station.settle()

    async def announced(host: str) -> list[tuple[Any, Any]]:
        told = [one for one in await scene.sent(host) if one["type"] == "Announce"]
        return [(type_of(one["object"]), one) for one in told]

    assert await announced(scene.siege.authority) == []
    await station.db.write(moderation.restore, amina, row.id, now=station.clock())
    await station.settle()
    placed = await station.db.read(placements.one, row.id)
    assert placed is not None and placed.place is not None
    undo, again, later = await announced(scene.siege.authority)
    assert (undo[0], again[1]["object"], later[1]["object"]) == ("Undo", create, update), "the same bytes"
    assert again[1]["published"] == iso(placed.place), "at its first place"
    known = [kind for kind, _ in await announced(scene.filiale.authority)]
    assert known == ["Create", "Update", "Delete", "Undo"], "who had it is not told again"


async def test_what_was_put_back_stands_at_its_first_place_also_where_more_was_read_before(scene: Scene) -> None:
    await scene.joined()
    await scene.is_of(scene.siege, "archipel 1.0")
    station, football = scene.station, await scene.football()
    await station.db.write(community_log.heard, football.id, Millis(NOON + 50))
    post, outbox = scene.post(), f"{scene.group.id}/outbox"
    delete = scene.siege.about("Delete", scene.bruno.id, post["id"], summary="rude")
    undo = scene.siege.about("Undo", scene.bruno.id, delete)
    again = [
        scene.announce(undo, published=iso(Millis(NOON + 60))),
        scene.announce(scene.filiale.create(post), published=iso(Millis(NOON + 10))),
    ]
    page = {"type": "OrderedCollectionPage", "orderedItems": again, "prev": f"{outbox}?page=true&after={NOON + 60}"}

    async def log(seen: Seen, writer: StreamWriter) -> None:
        told = page if seen.target.endswith(f"after={NOON + 50}") else {"type": page["type"], "orderedItems": []}
        told = {"id": scene.siege.url(seen.target), **told}
        writer.write(response(200, json.dumps(told).encode(), {"Content-Type": "application/activity+json"}))

    scene.siege.on(outbox.removeprefix(scene.siege.url("")), log)
    await station.federation.community_reader.read(jobs.ReadCommunity(actor=scene.group.id))
    await station.work()
    placed, source = await scene.placed(post["id"]), await station.db.read(community_log.source, football.id)
    assert placed is not None and (placed.place, placed.removed_at) == (NOON + 10, None)
    assert source is not None and source.heard_place == NOON + 60


@pytest.mark.parametrize(
    ("software", "why", "outcome"),
    [
        pytest.param("archipel 1.0", "no", "refused", id="ours"),
        pytest.param("lemmy 1.0", "no", "refused", id="forum"),
        pytest.param("mastodon 4.5", "no", "applied", id="elsewhere"),
        pytest.param("archipel 1.0", "", "applied", id="author"),
    ],
)
async def test_who_moderates_no_more_and_takes_out_the_own_post_has_it_back(
    scene: Scene, software: str, why: str, outcome: str
) -> None:
    """It was done as a moderator: the post is not gone here, and taken out there."""
    chess = await scene.founded()
    await scene.is_of(scene.filiale, software)
    await scene.asks(scene.carla, chess, scene.filiale)
    post = scene.filiale.note(scene.carla, "Checkmate", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    assert await scene.station.accept(scene.filiale, scene.filiale.create(post), by=scene.carla) == ["applied"]
    delete = scene.filiale.about("Delete", scene.carla.id, post["id"], audience=chess.uri)
    delete |= {"summary": why} if why else {}
    assert await scene.station.accept(scene.filiale, delete, by=scene.carla) == [outcome]
    told = [one["object"] for one in await scene.sent(scene.filiale.authority) if one["type"] == "Announce"]
    undone = [one["object"]["object"] for one in told if isinstance(one, dict) and one["type"] == "Undo"]
    assert undone == ([post["id"]] if outcome == "refused" else [])
    assert [row.uri for row in await scene.station.posts()] == ([post["id"]] if outcome == "refused" else [])


async def test_what_stands_on_top_is_not_taken_down_by_a_list_that_leaves_it_out_or_is_older(scene: Scene) -> None:
    """A list of the host leaves out what is taken out, and was made before what was announced since."""
    await scene.joined()
    station, football = scene.station, await scene.football()
    target = {"target": f"{scene.group.id}/collections/featured"}
    posts = [scene.post(f"Line {number}") for number in range(4)]
    for number, post in enumerate(posts):
        await scene.hears(scene.filiale.create(post), published=iso(Millis(NOON + number)))
    out, announced, dropped, told = [str(post["id"]) for post in posts]
    for place, kind, uri in ((10, "Add", out), (11, "Add", announced), (12, "Add", dropped), (13, "Remove", dropped)):
        add = scene.siege.about(kind, scene.bruno.id, uri, **target)
        assert await scene.hears(add, published=iso(Millis(NOON + place))) == "applied"
    delete = scene.siege.about("Delete", scene.bruno.id, out, summary="rude")
    await scene.hears(delete, published=iso(Millis(NOON + 14)))
    known = await station.db.read(communities.known, football.id)
    assert known is not None

    async def listed(*uris: str) -> set[str]:
        rows = [row.id for row in await station.posts() if row.uri in uris]
        await station.db.write(received.on_top, known, rows, now=station.clock())
        on_top = await station.db.read(placements.sticky, football.id)
        return {row.uri for row in await station.posts() if row.id in on_top}

    assert await listed(told, dropped) == {out, announced, told}
    assert await listed() == {out, announced}, "of what was never announced the list tells"


async def _log(scene: Scene, community: AccountId) -> list[str]:
    found = await scene.station.db.read(community_log.page, community, 2**62, 20)
    return [json.loads(row.body)["object"]["type"] for row in found]
