"""Communities as other servers speak of them, in good and in bad faith (FEP-1b12): ours hosted elsewhere, and here.

Scripted: `siege` hosts the football community, `filiale` is where Carla lives; our node is `usine`.
"""

import json
from asyncio import StreamWriter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.resolver import Budget
from social import jobs
from social.clock import iso
from social.communities import communities, membership, moderation
from social.communities.communities import NewCommunity
from storage import communities as rows
from storage import community_log, community_nodes, memberships, peers, placements
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import Entry
from storage.engine.database import Database, Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole, MembershipRow, MemberState
from storage.peers import Policy
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station, open_station
from tests.peer import Seen, response
from tests.world import NOON, one_pair


class SentRow(Row, frozen=True, kw_only=True):
    """A delivery with its activity."""

    host: str
    body: str


_SENT = Query(
    SentRow,
    "SELECT d.host, a.body FROM deliveries AS d JOIN activities AS a ON a.id = d.activity_id ORDER BY d.id",
)


class Scene:
    """Our node, the two others, and who is where."""

    def __init__(self, station: Station, siege: Neighbour, filiale: Neighbour) -> None:
        self.station, self.siege, self.filiale = station, siege, filiale
        self.group = siege.person(
            "football", kind="Group", attributedTo=siege.url("/users/football/moderators"), published=iso(NOON)
        )
        self.carla = filiale.person("carla", key=1)
        self.bruno = siege.person("bruno", key=2)

    async def football(self) -> AccountRow:
        row = await self.station.by_uri(self.group.id)
        assert row is not None
        return row

    async def joined(self) -> None:
        """Amina of our node is a member."""
        await self.station.person("amina")
        await self.station.federation.resolver.actor(self.group.id, Budget())
        football = await self.football()
        await self.station.follow("amina", football.id)
        await self.station.settle()
        asked = next(json.loads(row.body) for row in await self.station.db.read(_sent) if '"Follow"' in row.body)
        accepted = self.siege.about("Accept", self.group.id, asked)
        assert await self.station.accept(self.siege, accepted, by=self.group) == ["applied"]

    def post(self, text: str = "Who plays?", *, serve: bool = True, **said: Any) -> dict[str, Any]:
        """What Carla writes in the community."""
        addressed = {"to": [PUBLIC, self.group.id], "cc": [self.carla.followers], "audience": self.group.id}
        return self.filiale.note(self.carla, text, serve=serve, **(addressed | said))

    def announce(self, inner: Any, by: Somebody | None = None, **said: Any) -> dict[str, Any]:
        by = by or self.group
        told = {"to": [PUBLIC], "cc": [by.followers], "published": iso(Millis(NOON + 5))}
        return self.siege.about("Announce", by.id, inner, **(told | said))

    async def hears(self, inner: Any, by: Somebody | None = None, **said: Any) -> str:
        """The community announces something; what became of it."""
        by = by or self.group
        (outcome,) = await self.station.accept(self.siege, self.announce(inner, by, **said), by=by)
        return outcome

    async def placed(self, uri: str) -> placements.PlacementRow | None:
        return await self.station.db.read(_placed, uri)

    async def moderates(self, who: Somebody) -> None:
        await self.station.federation.resolver.actor(who.id, Budget())
        account = await self.station.by_uri(who.id)
        assert account is not None
        row = MembershipRow(
            community_id=(await self.football()).id,
            account_id=account.id,
            role=MemberRole.MODERATOR,
            state=MemberState.MEMBER,
            created_at=NOON,
        )
        await self.station.db.write(memberships.put, row)

    async def founded(self, entry: Entry = Entry.OPEN) -> AccountRow:
        """A community of our node, hosted by Amina."""
        station = self.station
        await station.person("amina")
        new = NewCommunity(username="chess", entry=entry, keys=one_pair())
        return await station.db.write(
            communities.create, station.viewer("amina"), new, ids=station.ids, urls=station.urls, now=station.clock()
        )

    async def asks(self, who: Somebody, chess: AccountRow, peer: Neighbour) -> str:
        """Somebody of elsewhere follows it; what they are then."""
        await self.station.accept(peer, peer.about("Follow", who.id, chess.uri), by=who)
        account = await self.station.by_uri(who.id)
        assert account is not None
        row = await self.station.db.read(memberships.one, chess.id, account.id)
        return "" if row is None else row.state.value

    async def is_of(self, peer: Neighbour, software: str, policy: Policy = Policy.UNKNOWN) -> None:
        """What a node runs, and whether an administrator let it in by name."""
        await self.station.db.write(peers.describe, peer.authority, software, "", self.station.clock())
        if policy is not Policy.UNKNOWN:
            await self.station.db.write(peers.decide, peer.authority, policy, self.station.clock())

    async def sent(self, host: str = "") -> list[dict[str, Any]]:
        """What goes to a node, in order."""
        await self.station.settle()
        found = await self.station.db.read(_sent)
        return [json.loads(row.body) for row in found if row.host == host or not host]


def _sent(tx: Tx) -> list[SentRow]:
    return tx.rows(_SENT)


def _placed(tx: Tx, uri: str) -> placements.PlacementRow | None:
    post = post_rows.by_uri(tx, uri)
    return None if post is None else placements.one(tx, post.id)


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """The mode is open: of guests by name there are none but those that a test lets in."""
    async with (
        Neighbour("siege.localhost") as siege,
        Neighbour("filiale.localhost") as filiale,
        open_station(db, tmp_path / "media", mode="open") as station,
    ):
        yield Scene(station, siege, filiale)


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


async def test_what_moderators_put_back_is_told_again_to_whoever_read_on_meanwhile(scene: Scene) -> None:
    station, chess = scene.station, await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    post = scene.filiale.note(scene.carla, "Checkmate", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    create = scene.filiale.create(post, audience=chess.uri)
    assert await station.accept(scene.filiale, create, by=scene.carla) == ["applied"]
    first = await scene.placed(post["id"])
    assert first is not None and first.place is not None

    async def told(after: int | None = None) -> list[dict[str, Any]]:
        asked = "" if after is None else f"&after={after}"
        page = await station.show(scene.siege, f"/users/chess/outbox?page=true{asked}", scene.bruno.key)
        return list(page.json()["orderedItems"])

    def kinds(items: list[dict[str, Any]]) -> list[str]:
        return [item["object"]["type"] for item in items]

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


async def _log(scene: Scene, community: AccountId) -> list[str]:
    found = await scene.station.db.read(community_log.page, community, 2**62, 20)
    return [json.loads(row.body)["object"]["type"] for row in found]


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


async def test_a_draft_of_a_member_goes_to_the_host_with_the_community_named(scene: Scene) -> None:
    await scene.joined()
    football = await scene.football()
    await scene.station.say("amina", "Count me in", community=football.id)
    create = next(one for one in await scene.sent(scene.siege.authority) if one["type"] == "Create")
    post = create["object"]
    assert post["audience"] == create["audience"] == scene.group.id
    assert PUBLIC in post["to"] and scene.group.id in post["cc"]
    assert {"type": "Mention", "href": scene.group.id, "name": f"@football@{scene.siege.authority}"} in post["tag"]
