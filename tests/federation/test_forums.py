"""Communities in the shapes of Lemmy, PieFed, Mbin and NodeBB, and what these read of ours.

What they announce has no time of its own, names moderators of elsewhere, or is a whole post.
"""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from federation.communities.audience import Reading, reading_of
from federation.read.communities import read_community
from social.clock import HOUR, iso
from social.communities import communities, moderation
from social.governance import reports
from social.paging import Page
from social.policy import Role
from storage import featured, memberships, placements
from storage import posts as post_rows
from storage.engine.database import Database, Tx
from storage.ids import AccountId, Millis, PostId
from storage.memberships import MemberRole
from storage.peers import PeerRow, Policy
from tests.federation.neighbour import PUBLIC
from tests.federation.scene import Scene, opened
from tests.world import NOON

LEMMY = {"published": None}
"""An Announce of Lemmy, PieFed or Mbin says no time."""


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """Amina of our node is in the community that `siege` hosts, on each engine."""
    async with opened(db, tmp_path) as made:
        yield made


async def test_an_announce_without_a_time_places_a_thread_by_when_it_was_written(scene: Scene) -> None:
    """Their outbox is read when somebody joins: old threads are no news. The whole post after it moves nothing."""
    await scene.joined()
    old = Millis(NOON - 48 * HOUR)
    page = scene.post(type="Page", name="Line 3 stops", published=iso(old), mediaType="text/html")
    assert await scene.hears(scene.filiale.create(page), **LEMMY) == "applied"
    placed = await scene.placed(page["id"])
    assert placed is not None and placed.place == old
    assert await scene.hears({**page, "actor": scene.carla.id}, **LEMMY) == "already", "for those who boost"
    assert [row.boost_of_id for row in await scene.station.posts()] == [None]
    ahead = scene.post(published=iso(Millis(NOON + 48 * HOUR)))
    assert await scene.hears(scene.filiale.create(ahead), **LEMMY) == "applied"
    placed = await scene.placed(ahead["id"])
    assert placed is not None and placed.place is not None and placed.place <= scene.station.clock()


async def test_a_community_changes_by_the_hand_of_a_moderator_of_elsewhere(scene: Scene) -> None:
    await scene.joined()
    group = scene.siege.actor(scene.group, kind="Group", name="Football and rugby", postingRestrictedToMods=True)
    update = scene.filiale.about("Update", scene.carla.id, group, to=[PUBLIC], cc=[scene.group.id])
    assert await scene.hears(update, **LEMMY) == "applied"
    assert (await scene.football()).display_name == "Football and rugby"
    other = scene.siege.person("chess", kind="Group", key=3)
    theirs = scene.siege.about("Update", scene.bruno.id, scene.siege.actor(other, kind="Group", name="Draughts"))
    assert await scene.hears(theirs, **LEMMY) != "applied", "of itself alone"


@pytest.mark.parametrize("collection", ["featured", "pinned"])
async def test_what_stands_on_top_is_where_forums_have_it(scene: Scene, collection: str) -> None:
    await scene.joined()
    post = scene.post()
    await scene.hears(scene.filiale.create(post))
    target = {"target": f"{scene.group.id}/{collection}"}
    assert await scene.hears(scene.siege.about("Add", scene.bruno.id, post["id"], **target), **LEMMY) == "applied"
    placed = await scene.placed(post["id"])
    assert placed is not None and placed.sticky
    remove = scene.siege.about("Remove", scene.bruno.id, post["id"], **target)
    assert await scene.hears(remove, **LEMMY) == "applied"


async def test_to_add_to_a_community_itself_puts_nothing_on_top(scene: Scene) -> None:
    """So NodeBB says that a thread is in a category."""
    await scene.joined()
    post = scene.post()
    await scene.hears(scene.filiale.create(post))
    moved = scene.siege.about("Add", scene.group.id, post["id"], target=scene.group.id)
    assert await scene.hears(moved) != "applied"
    placed = await scene.placed(post["id"])
    assert placed is not None and not placed.sticky


async def test_who_is_shut_out_with_what_they_wrote_takes_it_along(scene: Scene) -> None:
    await scene.joined()
    posts = [scene.post(f"Buy {number}") for number in range(2)]
    for post in posts:
        await scene.hears(scene.filiale.create(post))
    said = {"target": scene.group.id, "summary": "spam", "removeData": True, "endTime": iso(Millis(NOON + HOUR))}
    assert await scene.hears(scene.siege.about("Block", scene.bruno.id, scene.carla.id, **said), **LEMMY) == "applied"
    placed = [await scene.placed(post["id"]) for post in posts]
    assert [row is not None and row.removed_at is not None and row.removed_reason for row in placed] == ["spam"] * 2


async def test_forums_read_our_log_in_one_piece_and_what_stands_on_top_whole(scene: Scene) -> None:
    """Lemmy reads no pages; it and PieFed take objects on top, no ids."""
    chess = await scene.founded()
    await scene.is_of(scene.filiale, "lemmy 1.0")
    await scene.asks(scene.carla, chess, scene.filiale)
    note = scene.filiale.note(scene.carla, "Checkmate", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    await scene.station.accept(scene.filiale, scene.filiale.create(note), by=scene.carla)
    log = (await scene.station.show(scene.filiale, "/users/chess/outbox", scene.carla.key)).json()
    (announce,) = log["orderedItems"]
    assert (log["type"], log["totalItems"], announce["object"]["type"]) == ("OrderedCollection", 1, "Create")
    assert announce["to"] == [PUBLIC] and announce["cc"] == [chess.followers_url]
    group = (await scene.station.show(scene.filiale, "/users/chess", scene.carla.key)).json()
    assert group["type"] == "Group" and isinstance(group["attributedTo"], str)
    assert {"preferredUsername", "name", "inbox", "outbox", "followers", "featured", "publicKey", "endpoints"} <= set(
        group
    )
    moderators = (await scene.station.show(scene.filiale, "/users/chess/moderators", scene.carla.key)).json()
    assert moderators["type"] == "OrderedCollection" and moderators["orderedItems"] != []
    own = await scene.station.say("amina", "Welcome", community=chess.id)
    await scene.station.db.write(_stick, [own, (await scene.station.posts())[0].id])
    on_top = (await scene.station.show(scene.filiale, "/users/chess/collections/featured", scene.carla.key)).json()
    theirs, ours = sorted(on_top["orderedItems"], key=len)
    assert (on_top["type"], theirs) == ("OrderedCollection", {"id": note["id"], "type": "Note"})
    assert (ours["type"], ours["audience"], ours["content"]) == ("Note", chess.uri, "<p>Welcome</p>")

    await scene.sent()
    await scene.station.db.write(_take_out, note["id"], chess.id)
    log = (await scene.station.show(scene.filiale, "/users/chess/outbox", scene.carla.key)).json()
    assert [one["object"]["object"]["content"] for one in log["orderedItems"]] == ["<p>Welcome</p>"]


async def test_forums_offer_no_new_thread_in_an_archived_community(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.station.db.write(
        communities.archive, scene.station.viewer("amina"), chess.id, now=scene.station.clock()
    )
    document = (await scene.station.show(scene.filiale, "/users/chess", scene.carla.key)).json()
    assert (document["archived"], document["postingRestrictedToMods"]) == (True, True)
    said = read_community(document, chess.uri)
    assert (said.is_archived, said.is_restricted) == (True, False), "reopened, it is open to its members"


def _take_out(tx: Tx, uri: str, by: AccountId) -> None:
    post = post_rows.by_uri(tx, uri)
    assert post is not None
    placements.remove(tx, post.id, Millis(NOON), by, "rude")


def _stick(tx: Tx, posts: list[PostId]) -> None:
    for post in posts:
        placements.stick(tx, post, sticky=True)


def peer_of(software: str) -> PeerRow:
    return PeerRow(
        host="a.example",
        policy=Policy.UNKNOWN,
        software=software,
        title="",
        failures=0,
        closed_until=Millis(0),
        last_success_at=None,
        last_failure_at=None,
        last_error="",
        created_at=Millis(NOON),
    )


@pytest.mark.parametrize(
    ("software", "reading"),
    [
        ("lemmy 1.0.0", Reading.FORUM),
        ("piefed 1.2", Reading.FORUM),
        ("mbin 1.10.1", Reading.FORUM),
        ("forte 26.1", Reading.FORUM),
        ("Mobilizon 5.1.2", Reading.PLAIN),
        ("Iceshrimp.NET 2026.1", Reading.PLAIN),
        ("gancio 1.20", Reading.PLAIN),
        ("archipel 0.1.0", Reading.OURS),
        ("bonfire 1.0", Reading.UNKNOWN),
        ("", Reading.UNKNOWN),
    ],
)
def test_what_a_node_reads_is_known_by_the_name_in_its_nodeinfo(software: str, reading: Reading) -> None:
    assert reading_of(peer_of(software)) is reading


async def test_a_forum_reports_to_the_host_what_people_of_elsewhere_wrote_in_its_community(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.station.person("marc", role=Role.MODERATOR)
    await scene.is_of(scene.filiale, "piefed 1.6.18")
    for who, peer in ((scene.carla, scene.filiale), (scene.bruno, scene.siege)):
        await scene.asks(who, chess, peer)
    addressed: dict[str, Any] = {"to": [PUBLIC, chess.uri], "cc": [], "audience": chess.uri}
    note = scene.siege.note(scene.bruno, "Buy", **addressed)
    elsewhere = scene.siege.note(scene.bruno, "Buy")
    for post in (note, elsewhere):
        await scene.station.accept(scene.siege, scene.siege.create(post), by=scene.bruno)
    flags = [
        scene.filiale.about("Flag", scene.carla.id, post["id"], to=[chess.uri], audience=chess.uri, summary="spam")
        for post in (note, elsewhere)
    ]
    assert await scene.station.accept(scene.filiale, *flags, by=scene.carla) == ["applied", "unrelated"]
    (report,) = await scene.station.db.read(reports.reports, scene.station.viewer("marc"), Page())
    assert (report.target.uri, len(report.posts), report.report.comment) == (scene.bruno.id, 1, "spam")


async def test_a_delete_is_believed_where_it_was_said_for_piefed_goes_on_serving_the_post(scene: Scene) -> None:
    await scene.joined()
    post = scene.post()
    assert await scene.hears(scene.filiale.create(post), **LEMMY) == "applied"
    id = scene.filiale.url("/activities/delete/1")
    delete = scene.filiale.about("Delete", scene.carla.id, post["id"], id=id, audience=scene.group.id)
    assert await scene.hears(delete, **LEMMY) != "applied", "the community's word alone"
    assert await scene.placed(post["id"]) is not None
    scene.filiale.document("/activities/delete/1", delete)
    assert await scene.hears(delete, **LEMMY) == "applied"
    assert await scene.station.posts() == []


@pytest.mark.parametrize(("software", "waits"), [("piefed 1.6.18", False), ("lemmy 1.0", True)])
async def test_what_is_written_in_a_community_of_piefed_waits_for_no_word_of_it(
    scene: Scene, software: str, waits: bool
) -> None:
    """It announces to everybody but the author's node."""
    await scene.is_of(scene.siege, software)
    await scene.joined()
    football = await scene.football()
    post = await scene.station.say("amina", "Who plays?", community=football.id)
    await scene.station.settle()
    placed = await scene.placed(scene.station.urls.post_uri("amina", post))
    assert placed is not None and (placed.place is None) is waits


async def test_what_a_moderator_here_puts_on_top_of_a_forum_s_community_is_added_to_its_own_list(scene: Scene) -> None:
    await scene.joined()
    football, station = await scene.football(), scene.station
    theirs = f"{football.uri}/featured"
    await station.db.write(featured.place, football.id, theirs, "")
    await station.db.write(_promote, football.id, station.id("amina"))
    post = scene.post()
    await scene.hears(scene.filiale.create(post), **LEMMY)
    here = (await station.posts())[0].id
    await station.db.write(moderation.stick, station.viewer("amina"), here, now=station.clock())
    (add,) = [letter for letter in await scene.sent(scene.siege.authority) if letter["type"] == "Add"]
    assert (add["object"], add["target"]) == (post["id"], theirs)


def _promote(tx: Tx, community: AccountId, who: AccountId) -> None:
    row = memberships.one(tx, community, who)
    assert row is not None
    memberships.put(tx, msgspec.structs.replace(row, role=MemberRole.MODERATOR))
