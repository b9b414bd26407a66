"""Followers are synchronised (FEP-8fcf): the vectors, what goes out, what a claim may change and may not."""

import json
from pathlib import Path
from typing import Any

import pytest

from federation.resolver import Budget
from federation.signing.cavage import sign
from federation.synchronisation import Claim, digest, read_header
from social import jobs
from social.jobs import SyncFollowers
from social.people import relations, synchronise
from storage import followers
from storage import relations as relation_rows
from storage.engine.database import Tx
from storage.engine.query import Query
from storage.relations import FollowState
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_relations import sent
from tests.federation.test_delivery import delivering, until

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "followers_sync.json").read_text())[
    "cases"
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(len(case["followers"])))
def test_the_digest_is_that_of_the_vectors(case: dict[str, Any]) -> None:
    if "duplicate" in case.get("why", ""):
        # Of a set, nobody counts twice.
        assert digest(case["followers"]) == digest(set(case["followers"])) != case["digest"]
    else:
        assert digest(case["followers"]) == case["digest"]


@pytest.mark.parametrize(
    "text",
    ["", "x", 'collectionId="a"', 'collectionId="a", url="b", digest="short"', 'url="a", url="b", digest="c"', "a=b,"],
)
def test_a_header_that_says_too_little_says_nothing(text: str) -> None:
    assert read_header(text) is None


def test_a_header_is_read_in_any_order() -> None:
    text = f'digest="{"A" * 64}" , url="u",collectionId="c"'
    assert read_header(text) == Claim(collection="c", url="u", digest="a" * 64)


async def following(station: Station, siege: Neighbour, bruno: Somebody, *names: str) -> None:
    """People here follow bruno, who has agreed."""
    remote = await station.federation.resolver.actor(bruno.id, _budget())
    for name in names:
        await station.person(name)
        await station.db.write(
            relations.follow, station.viewer(name), remote.id, ids=station.ids, urls=station.urls, now=station.clock()
        )
        follow = await station.db.read(relation_rows.between, station.id(name), remote.id)
        assert follow is not None
        asked = siege.about("Follow", station.urls.actor(name), bruno.id) | {"id": follow.uri}
        await station.accept(siege, siege.about("Accept", bruno.id, asked), by=bruno)
    siege.answer("/inbox", status=202)
    async with delivering(station):
        await until(station, {})


def _budget() -> Budget:
    return Budget()


async def claim(
    station: Station, siege: Neighbour, bruno: Somebody, listed: list[str], **said: Any
) -> list[jobs.AnyJob]:
    """Bruno's node sends something with a header about `listed`; the jobs that follow."""
    url = said.get("url", siege.url("/users/bruno/followers_synchronization"))
    collection = said.get("collection", bruno.followers)
    text = f'collectionId="{collection}", url="{url}", digest="{said.get("digest") or digest(listed)}"'
    body = json.dumps(siege.create(siege.note(bruno))).encode()
    target = f"http://{station.host}/inbox"
    signed = sign(bruno.key, "POST", target, body, station.clock(), more=[("Collection-Synchronization", text)])
    if said.get("unsigned"):
        signed = {**sign(bruno.key, "POST", target, body, station.clock()), "Collection-Synchronization": text}
    assert (await siege.send("POST", station.at("/inbox"), signed, body)).status == 202
    return await station.db.read(_waiting)


_SYNC = Query(str, "SELECT j.arguments FROM jobs AS j WHERE j.kind = 'sync_followers'")


def _waiting(tx: Tx) -> list[jobs.AnyJob]:
    return [jobs.read(text) for text in tx.rows(_SYNC)]


def serve(siege: Neighbour, listed: list[str]) -> None:
    path = "/users/bruno/followers_synchronization"
    siege.document(path, {"type": "OrderedCollection", "totalItems": len(listed), "orderedItems": listed})


async def states(station: Station, bruno: Somebody) -> dict[str, FollowState]:
    row = await station.by_uri(bruno.id)
    assert row is not None
    return {here.uri.rpartition("/")[2]: here.follow.state for here in await station.db.read(followers.here_of, row.id)}


async def test_who_agrees_changes_nothing(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await following(station, siege, bruno, "amina")
    assert await claim(station, siege, bruno, [station.urls.actor("amina")]) == []


async def test_who_is_listed_no_longer_follows_no_longer_and_who_is_listed_and_asks_follows(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await following(station, siege, bruno, "amina", "luc")
    await station.person("ines")
    remote = await station.by_uri(bruno.id)
    assert remote is not None
    await station.db.write(
        relations.follow, station.viewer("ines"), remote.id, ids=station.ids, urls=station.urls, now=station.clock()
    )
    station.clock.pass_by(minutes=11)
    listed = [station.urls.actor(name) for name in ("luc", "ines")]
    serve(siege, listed)
    assert await claim(station, siege, bruno, listed) == [
        SyncFollowers(actor=bruno.id, url=siege.url("/users/bruno/followers_synchronization"), digest=digest(listed))
    ]
    await station.run_jobs()
    expected = {"luc": FollowState.ACCEPTED, "ines": FollowState.ACCEPTED}
    assert await states(station, bruno) == expected
    # Twice is as good as once.
    before = await station.db.read(synchronise.counted, remote)
    assert await station.db.write(synchronise.synchronise, remote, listed, before, now=station.clock()) == 0


async def test_what_changed_here_while_the_list_was_read_stays(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await following(station, siege, bruno, "amina")
    remote = await station.by_uri(bruno.id)
    assert remote is not None
    before = await station.db.read(synchronise.counted, remote)
    await following(station, siege, bruno, "luc")
    assert await station.db.write(synchronise.synchronise, remote, [], before, now=station.clock()) == 1
    assert await states(station, bruno) == {"luc": FollowState.ACCEPTED}


async def test_a_list_that_is_older_than_what_is_on_the_way_changes_nothing(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    """Luc took his follow back and follows again: listed is the first one, and nothing of that has gone out yet."""
    await following(station, siege, bruno, "luc")
    remote = await station.by_uri(bruno.id)
    assert remote is not None
    await station.db.write(relations.unfollow, station.viewer("luc"), remote.id, now=station.clock())
    await station.follow("luc", remote.id)
    await station.settle()
    station.clock.pass_by(minutes=11)
    listed = [station.urls.actor("luc")]
    serve(siege, listed)
    await claim(station, siege, bruno, listed)
    await station.run_jobs()
    assert await states(station, bruno) == {"luc": FollowState.REQUESTED}
    async with delivering(station):
        await until(station, {})
    await claim(station, siege, bruno, listed)
    await station.run_jobs()
    assert await states(station, bruno) == {"luc": FollowState.ACCEPTED}


async def test_a_late_answer_to_an_earlier_follow_is_none_to_the_next_one(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    account = await station.federation.remote.account_by_url(bruno.id)
    assert account is not None
    await station.follow("amina", account)
    await station.db.write(relations.unfollow, station.viewer("amina"), account, now=station.clock())
    await station.follow("amina", account)
    await station.settle()
    first, _, second = await sent(station)
    for verb in ("Accept", "Reject"):
        for object in (first, first["id"]):
            assert await station.accept(siege, siege.about(verb, bruno.id, object), by=bruno) == ["already"]
    follow = await station.db.read(relation_rows.between, station.id("amina"), account)
    assert follow is not None and (follow.state, follow.uri) == (FollowState.REQUESTED, second["id"])
    nameless = {name: value for name, value in second.items() if name != "id"}
    assert await station.accept(siege, siege.about("Accept", bruno.id, nameless), by=bruno) == ["applied"]


async def test_of_a_follow_that_is_unknown_here_the_other_node_is_told(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await following(station, siege, bruno, "amina")
    await station.person("luc")
    listed = [station.urls.actor(name) for name in ("amina", "luc")]
    serve(siege, listed)
    await claim(station, siege, bruno, listed)
    await station.run_jobs()
    await station.settle()
    siege.answer("/inbox", status=202)
    async with delivering(station):
        await until(station, {})
    undone = [seen.json() for seen in siege.requests if seen.path == "/inbox" and seen.json()["type"] == "Undo"]
    assert [(one["actor"], one["object"]["type"], one["object"]["object"]) for one in undone] == [
        (station.urls.actor("luc"), "Follow", bruno.id)
    ]


@pytest.mark.parametrize(
    "served",
    [
        pytest.param(["luc"], id="another list than announced"),
        pytest.param(None, id="no list at all"),
        pytest.param(["https://far.example/users/x"], id="people of other nodes"),
    ],
)
async def test_nothing_is_dropped_without_the_announced_list(
    station: Station, siege: Neighbour, bruno: Somebody, served: list[str] | None
) -> None:
    await following(station, siege, bruno, "amina", "luc")
    if served is not None:
        serve(siege, [name if "/" in name else station.urls.actor(name) for name in served])
    await claim(station, siege, bruno, [])
    if served is None:
        with pytest.raises(Exception, match="remote"):
            await station.run_jobs()
    else:
        await station.run_jobs()
    assert await states(station, bruno) == {"amina": FollowState.ACCEPTED, "luc": FollowState.ACCEPTED}


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"collection": "http://siege.localhost/users/carla/followers"}, id="somebody else's collection"),
        pytest.param({"url": "http://far.example/list"}, id="a list on another host"),
        pytest.param({"unsigned": True}, id="a header that is not covered"),
        pytest.param({"digest": "zz"}, id="no digest"),
    ],
)
async def test_a_claim_that_one_may_not_make_is_not_looked_into(
    quick: Station, siege: Neighbour, bruno: Somebody, said: dict[str, Any]
) -> None:
    await following(quick, siege, bruno, "amina")
    assert await claim(quick, siege, bruno, [], **said) == []


async def test_what_goes_to_followers_says_who_of_the_node_follows(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    await station.accept(siege, siege.about("Follow", bruno.id, station.urls.actor("amina")), by=bruno)
    await station.say("amina", "Line 3 stops")
    await station.settle()
    siege.answer("/inbox", status=202)
    async with delivering(station):
        await until(station, {})
    posts = [seen for seen in siege.requests if seen.path == "/inbox"]
    (create,) = [seen for seen in posts if seen.json()["type"] == "Create"]
    said = read_header(create.header("Collection-Synchronization") or "")
    amina = station.urls.actor("amina")
    assert said == Claim(
        collection=f"{amina}/followers", url=f"{amina}/followers_synchronization", digest=digest([bruno.id])
    )
    assert '"collection-synchronization"' in (create.header("Signature-Input") or "")
    (accept,) = [seen for seen in posts if seen.json()["type"] == "Accept"]
    assert accept.header("Collection-Synchronization") is None


async def test_a_node_is_told_of_its_own_people_and_of_nobody_else(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    await station.person("luc")
    await station.follow("luc", "amina")
    await station.accept(siege, siege.about("Follow", bruno.id, station.urls.actor("amina")), by=bruno)
    node = siege.node()
    for path in ("/users/amina/followers_synchronization", "/users/amina/followers?page=true"):
        reply = await station.show(siege, path, node.key)
        assert reply.json()["orderedItems"] == [bruno.id]
    whole = (await station.show(siege, "/users/amina/followers", node.key)).json()
    assert whole["totalItems"] == 2
    assert "orderedItems" not in whole
    assert (await station.show(siege, "/users/amina/following?page=true", node.key)).json()["orderedItems"] == []
    assert "first" not in (await station.show(siege, "/users/luc/followers", node.key)).json()
    for path in ("/users/amina/followers_synchronization", "/users/amina/followers"):
        assert (await station.show(siege, path)).status == 401
    assert (await station.show(siege, "/users/nobody/followers_synchronization", node.key)).status == 404


async def test_a_long_list_is_read_page_by_page(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await following(quick, siege, bruno, "amina", "luc")
    path = "/users/bruno/followers_synchronization"
    one, two = siege.url("/list/1"), siege.url("/list/2")
    siege.document(path, {"type": "OrderedCollection", "totalItems": 1, "first": one})
    siege.document("/list/1", {"type": "OrderedCollectionPage", "orderedItems": [], "next": two})
    siege.document("/list/2", {"type": "OrderedCollectionPage", "orderedItems": [quick.urls.actor("amina")]})
    await claim(quick, siege, bruno, [quick.urls.actor("amina")])
    await quick.run_jobs()
    assert await states(quick, bruno) == {"amina": FollowState.ACCEPTED}


async def test_a_list_without_end_changes_nothing(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await following(quick, siege, bruno, "amina", "luc")
    url = siege.url("/users/bruno/followers_synchronization")
    for page in range(30):
        fields = {"type": "OrderedCollectionPage", "orderedItems": [], "next": siege.url(f"/list/{page + 1}")}
        siege.document(f"/list/{page}", fields)
    siege.document(
        "/users/bruno/followers_synchronization",
        {"type": "OrderedCollection", "totalItems": 0, "first": siege.url("/list/0")},
    )
    await quick.federation.listener.synchronise(SyncFollowers(actor=bruno.id, url=url, digest=digest([])))
    assert len(await states(quick, bruno)) == 2
    assert len([seen for seen in siege.requests if seen.path.startswith("/list")]) <= 10
