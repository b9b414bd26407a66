"""What happened here, as it is told: which activity, to whom, once; and nothing to anybody it is not for."""

import json
from typing import Any

import pytest

from federation.read.activities import read_activity
from social import events
from social.people import accounts, relations
from social.people.accounts import ProfileChange
from social.policy import Role
from social.posts import edit, reactions
from social.posts.publish import Draft
from storage import deliveries
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, PostId
from tests.faults import every_statement_fails_once
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station


class Sent(Row, frozen=True, kw_only=True):
    """A delivery with its activity."""

    body: str
    inbox_url: str


_SENT = Query(
    Sent,
    """
    SELECT a.body, d.inbox_url FROM deliveries AS d JOIN activities AS a ON a.id = d.activity_id
    ORDER BY d.id""",
)


async def told(station: Station) -> list[tuple[str, str]]:
    """Kind of each activity and the path of the inbox it goes to, in order; each is taken out."""
    await station.settle()
    rows = await station.db.write(_taken)
    for row in rows:
        read_activity(json.loads(row.body), insecure=True)
    return [(json.loads(row.body)["type"], row.inbox_url.split("/", 3)[3]) for row in rows]


async def bodies(station: Station) -> list[dict[str, Any]]:
    """The activities, in order; each is taken out."""
    await station.settle()
    return [json.loads(row.body) for row in await station.db.write(_taken)]


def _taken(tx: Tx) -> list[Sent]:
    found = tx.rows(_SENT)
    tx.run(_FORGET)
    return found


_FORGET = Query(None, "DELETE FROM deliveries")


class Neighbours:
    """Who stands how to amina: bruno follows her, luc does not, the node of siege follows ours."""

    bruno: AccountId
    luc: AccountId


@pytest.fixture
async def around(station: Station, siege: Neighbour) -> Neighbours:
    """Amina with a follower and a stranger at siege."""
    await station.person("amina", role=Role.ADMIN)
    await station.person("carla")
    found = Neighbours()
    for name in ("bruno", "luc"):
        who = siege.person(name)
        account = await station.federation.remote.account_by_url(who.id)
        assert account is not None
        setattr(found, name, account)
    bruno = siege.person("bruno")
    await station.accept(siege, siege.about("Follow", bruno.id, station.urls.actor("amina")), by=bruno)
    assert await told(station) == [("Accept", "inbox")]
    return found


async def node_follows(station: Station, siege: Neighbour) -> None:
    node = siege.node()
    await station.accept(siege, siege.about("Follow", node.id, station.urls.instance_actor), by=node)
    await told(station)


@pytest.mark.parametrize(
    ("visibility", "text", "expected"),
    [
        pytest.param("public", "Hello", ["inbox"], id="public to followers"),
        pytest.param("unlisted", "Hello", ["inbox"], id="unlisted to followers"),
        pytest.param("followers", "Hello", ["inbox"], id="followers"),
        pytest.param("direct", "Hello", [], id="direct to nobody"),
        pytest.param("direct", "@luc@{host} psst", ["users/luc/inbox"], id="direct to an inbox of one's own"),
        pytest.param("public", "@luc@{host} hello", ["inbox"], id="a shared inbox once"),
    ],
)
async def test_a_post_goes_to_whom_it_is_for(
    station: Station, siege: Neighbour, around: Neighbours, visibility: str, text: str, expected: list[str]
) -> None:
    await station.say("amina", text.format(host=siege.authority), visibility=visibility)
    assert await told(station) == [("Create", inbox) for inbox in expected]


@pytest.mark.parametrize(("visibility", "count"), [("public", 1), ("unlisted", 0), ("followers", 0), ("direct", 0)])
async def test_only_public_posts_go_to_nodes_that_follow_this_one(
    quick: Station, siege: Neighbour, visibility: str, count: int
) -> None:
    await quick.person("amina")
    await node_follows(quick, siege)
    await quick.say("amina", "Hello", visibility=visibility)
    assert len(await told(quick)) == count


async def test_a_post_that_is_fetched_again_and_the_one_that_was_sent_are_the_same(
    station: Station, siege: Neighbour, around: Neighbours
) -> None:
    id = await station.say("amina", "Hello #panne")
    (activity,) = await bodies(station)
    node = siege.node()
    reply = await station.show(siege, f"/users/amina/posts/{id}", node.key)
    document = reply.json()
    del document["@context"]
    assert activity["object"] == document
    assert (activity["actor"], activity["to"]) == (station.urls.actor("amina"), [PUBLIC])


async def test_an_edit_and_an_end_go_to_whoever_had_the_post_and_not_to_whoever_follows_now(
    station: Station, siege: Neighbour, around: Neighbours
) -> None:
    id = await station.say("amina", "Hello")
    await told(station)
    viewer = station.viewer("amina")
    await station.db.write(relations.remove_follower, viewer, around.bruno, now=station.clock())
    await told(station)
    station.clock.pass_by(minutes=1)
    await station.db.write(edit.edit, viewer, id, Draft(text="Hello all"), context=station.context, now=station.clock())
    assert await told(station) == [("Update", "inbox")]
    await station.db.write(edit.delete, viewer, id, now=station.clock())
    (activity,) = await bodies(station)
    assert (activity["type"], activity["object"]["type"]) == ("Delete", "Tombstone")
    assert activity["object"]["id"] == station.urls.post_uri("amina", id)
    assert await station.db.read(deliveries.having, id) == []


async def remote_post(station: Station, siege: Neighbour, name: str = "luc") -> PostId:
    note = siege.note(siege.person(name), "From siege")
    found = await station.federation.remote.post_by_url(note["id"])
    assert found is not None
    return found


async def test_a_boost_goes_to_followers_and_to_the_author_and_is_taken_back_from_both(
    station: Station, siege: Neighbour, around: Neighbours
) -> None:
    post = await remote_post(station, siege)
    boost = await station.boost("amina", post)
    (announce,) = await bodies(station)
    assert (announce["type"], announce["id"]) == ("Announce", f"{station.urls.actor('amina')}/boosts/{boost}")
    await station.db.write(reactions.unboost, station.viewer("amina"), post, now=station.clock())
    (undo,) = await bodies(station)
    assert undo["object"] == {
        key: value for key, value in announce.items() if key not in ("@context", "proof", "published")
    } | {"published": undo["object"]["published"]}


async def test_a_like_goes_to_the_author_only(station: Station, siege: Neighbour, around: Neighbours) -> None:
    post = await remote_post(station, siege)
    await station.like("carla", post)
    await station.db.write(reactions.unlike, station.viewer("carla"), post, now=station.clock())
    like, undo = await bodies(station)
    assert (like["type"], undo["type"], undo["object"]["id"]) == ("Like", "Undo", like["id"])


async def test_a_follow_is_asked_and_taken_back(station: Station, siege: Neighbour, around: Neighbours) -> None:
    await station.follow("carla", around.luc)
    await station.db.write(relations.unfollow, station.viewer("carla"), around.luc, now=station.clock())
    follow, undo = await bodies(station)
    assert (follow["type"], follow["object"]) == ("Follow", siege.url("/users/luc"))
    assert undo["object"]["id"] == follow["id"]


async def test_a_block_is_told_and_lifted(station: Station, siege: Neighbour, around: Neighbours) -> None:
    viewer = station.viewer("amina")
    await station.db.write(
        relations.block, viewer, around.bruno, ids=station.ids, urls=station.urls, now=station.clock()
    )
    await station.db.write(relations.unblock, viewer, around.bruno, now=station.clock())
    assert [kind for kind, _ in await told(station)] == ["Reject", "Block", "Undo"]


async def test_a_profile_goes_to_followers_whole(station: Station, siege: Neighbour, around: Neighbours) -> None:
    await station.db.write(
        accounts.edit_profile,
        station.viewer("amina"),
        ProfileChange(display_name="Amina B."),
        urls=station.urls,
        now=station.clock(),
    )
    (update,) = await bodies(station)
    assert (update["type"], update["object"]["name"], update["object"]["id"]) == (
        "Update",
        "Amina B.",
        station.urls.actor("amina"),
    )
    assert "publicKey" in update["object"]


async def test_a_suspension_is_told(station: Station, siege: Neighbour, around: Neighbours) -> None:
    carla = siege.about("Follow", siege.person("luc").id, station.urls.actor("carla"))
    await station.accept(siege, carla, by=siege.person("luc"))
    await told(station)
    await station.db.write(accounts.suspend, station.viewer("amina"), station.id("carla"), now=station.clock())
    (update,) = await bodies(station)
    assert update["object"]["suspended"] is True
    station.clock.pass_by(minutes=1)
    await station.db.write(accounts.restore, station.viewer("amina"), station.id("carla"), now=station.clock())
    (update,) = await bodies(station)
    assert "suspended" not in update["object"]


async def test_what_came_from_elsewhere_is_not_told_again(
    station: Station, siege: Neighbour, around: Neighbours, bruno: Somebody
) -> None:
    post = await station.say("amina", "Hello")
    await told(station)
    uri = station.urls.post_uri("amina", post)
    answers = siege.note(bruno, inReplyTo=uri, cc=[station.urls.actor("amina")])
    await station.accept(
        siege,
        siege.create(answers),
        siege.about("Like", bruno.id, uri),
        siege.about("Announce", bruno.id, uri, to=[PUBLIC]),
        siege.about("Update", bruno.id, siege.actor(bruno, name="B.")),
        siege.delete(answers),
        by=bruno,
    )
    assert await told(station) == []


async def test_an_event_that_is_handled_twice_is_told_once(
    station: Station, siege: Neighbour, around: Neighbours
) -> None:
    await station.happened()
    id = await station.say("amina", "Hello")
    (event,) = await station.happened()
    assert isinstance(event, events.PostPublished) and event.post == id
    teller = station.federation.subscribers()["deliveries"]
    for _ in range(3):
        await station.db.write(teller, event, station.clock())
    assert await told(station) == [("Create", "inbox")]


async def test_telling_survives_the_failure_of_each_statement(
    station: Station, siege: Neighbour, around: Neighbours
) -> None:
    await station.settle()
    id = await station.say("amina", f"@luc@{siege.authority} hello #panne")
    (event,) = [one for one in await station.happened() if isinstance(one, events.PostPublished)]
    teller = station.federation.subscribers()["deliveries"]

    async def check() -> None:
        assert await station.db.read(deliveries.having, id) == []

    await every_statement_fails_once(station.db, lambda: station.db.write(teller, event, station.clock()), check)
    assert await told(station) == [("Create", "inbox")]
