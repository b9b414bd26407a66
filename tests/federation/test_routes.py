"""The protocol's addresses, over a socket: authorised fetch, the same silence for absent and hidden, discovery."""

from typing import Any

import pytest

from federation.names import parse_handle
from federation.read.actors import read_actor
from federation.read.posts import read_post
from federation.signing.keys import SigningKey, signing_key
from social.clock import HOUR
from social.people import relations
from social.posts import edit
from storage import deliveries, peers
from storage import posts as post_rows
from storage.ids import Millis, PostId
from tests.federation.neighbour import Neighbour, Reply, Somebody, pem
from tests.federation.station import Station

OPEN = ["public", "unlisted"]
CLOSED = ["followers", "direct"]


async def known(station: Station, siege: Neighbour) -> SigningKey:
    """The neighbour's instance actor, whose key signs its requests."""
    return siege.node().key


async def path_of(station: Station, post: PostId) -> str:
    row = await station.db.read(post_rows.by_id, post)
    assert row is not None
    return row.uri.removeprefix(station.urls.base)


async def test_a_post_is_handed_to_a_node_that_signs(station: Station, siege: Neighbour) -> None:
    await station.person("amina")
    await station.person("carla")
    id = await station.say("amina", "Line 3 stops #panne @carla", spoiler="Noise", language="en")
    path = await path_of(station, id)
    reply = await station.show(siege, path, await known(station, siege))
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/activity+json")
    assert (reply.headers["Cache-Control"], reply.headers["Vary"]) == ("private, no-store", "Accept, Signature")
    post = read_post(reply.json(), insecure=True)
    assert (post.id, post.author, post.summary) == (station.urls.base + path, station.urls.actor("amina"), "Noise")
    assert [tag.name for tag in post.hashtags] == ["panne"]
    assert [mention.href for mention in post.mentions] == [station.urls.actor("carla")]
    activity = (await station.show(siege, f"{path}/activity", await known(station, siege))).json()
    assert (activity["type"], activity["object"]["id"]) == ("Create", post.id)
    assert activity["to"] == activity["object"]["to"]


def timeless(reply: Reply) -> dict[str, str]:
    """Headers without the moment of the answer."""
    return {name.lower(): value for name, value in reply.headers.items() if name.lower() != "date"}


GUARDED = ["{post}", "{post}/activity", "{post}/replies", "{post}/likes", "{post}/shares", "/users/amina/outbox"]
COUNTED = ["/users/amina/followers", "/users/amina/following", "/actor/outbox", "/actor/followers", "/actor/following"]


@pytest.mark.parametrize("path", GUARDED + COUNTED)
async def test_everything_else_asks_for_a_signature(quick: Station, siege: Neighbour, path: str) -> None:
    await quick.person("amina")
    post = await path_of(quick, await quick.say("amina", "Line 3 stops"))
    target = path.format(post=post)
    assert (await quick.show(siege, target)).status == 401
    key = await known(quick, siege)
    assert (await quick.show(siege, target, key)).status == 200
    reply = await siege.ask(quick.at(target), key, host="filiale.localhost", now=quick.clock())
    assert reply.status == 401
    async with Neighbour("elsewhere.localhost") as elsewhere:
        stranger = elsewhere.node().key
        assert (await quick.show(elsewhere, target, stranger)).status == 403
        assert elsewhere.requests == []


@pytest.mark.parametrize("visibility", OPEN + CLOSED)
@pytest.mark.parametrize("relation", ["nobody", "follower", "mentioned"])
async def test_what_a_node_may_not_see_is_not_there(
    quick: Station, siege: Neighbour, bruno: Somebody, visibility: str, relation: str
) -> None:
    await quick.person("amina")
    key = await known(quick, siege)
    account = await quick.federation.remote.account_by_url(bruno.id)
    assert account is not None
    if relation == "follower":
        await quick.accept(siege, siege.about("Follow", bruno.id, quick.urls.actor("amina")), by=bruno)
    text = f"Hello @bruno@{siege.authority}" if relation == "mentioned" else "Hello"
    path = await path_of(quick, await quick.say("amina", text, visibility=visibility))
    expected = visibility in OPEN or relation == "mentioned" or (relation == "follower" and visibility == "followers")
    for suffix in ("", "/activity", "/replies", "/likes", "/shares"):
        reply = await quick.show(siege, path + suffix, key)
        assert reply.status == (200 if expected else 404)
        absent = await quick.show(siege, f"{path[:-1]}{(int(path[-1]) + 1) % 10}{suffix}", key)
        assert absent.status == 404
        if not expected:
            assert reply.body == absent.body
            assert timeless(reply) == timeless(absent)


async def test_a_person_who_signs_sees_what_is_for_them_and_no_more(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    eve = siege.person("eve", key=1)
    await quick.person("amina")
    for who in (bruno, eve):
        await quick.federation.remote.account_by_url(who.id)
    path = await path_of(quick, await quick.say("amina", f"@bruno@{siege.authority} psst", visibility="direct"))
    assert (await quick.show(siege, path, bruno.key)).status == 200
    assert (await quick.show(siege, path, eve.key)).status == 404


async def test_somebody_blocked_sees_nothing_of_the_one_who_blocks(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await quick.person("amina")
    account = await quick.federation.remote.account_by_url(bruno.id)
    assert account is not None
    path = await path_of(quick, await quick.say("amina", "Hello"))
    assert (await quick.show(siege, path, bruno.key)).status == 200
    viewer = quick.viewer("amina")
    await quick.db.write(relations.block, viewer, account, ids=quick.ids, urls=quick.urls, now=quick.clock())
    assert (await quick.show(siege, path, bruno.key)).status == 404


async def test_a_deleted_post_is_gone_and_says_what_it_was(station: Station, siege: Neighbour) -> None:
    await station.person("amina")
    id = await station.say("amina", "Hello")
    path = await path_of(station, id)
    await station.db.write(edit.delete, station.viewer("amina"), id, now=station.clock())
    reply = await station.show(siege, path, await known(station, siege))
    assert reply.status == 410
    tombstone = reply.json()
    assert (tombstone["type"], tombstone["formerType"], tombstone["id"]) == (
        "Tombstone",
        "Note",
        station.urls.base + path,
    )
    assert (await station.show(siege, path)).status == 401


async def test_who_fetched_a_post_is_told_of_its_end(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await station.person("amina")
    await station.federation.remote.account_by_url(bruno.id)
    id = await station.say("amina", "Hello")
    await station.settle()
    assert await station.db.read(deliveries.having, id) == []
    for _ in range(2):
        await station.show(siege, await path_of(station, id), await known(station, siege))
    (had,) = await station.db.read(deliveries.having, id)
    assert (had.inbox_url, had.host) == (siege.url("/inbox"), siege.authority)


async def test_a_name_of_another_author_leads_nowhere(quick: Station, siege: Neighbour) -> None:
    await quick.person("amina")
    await quick.person("carla")
    path = await path_of(quick, await quick.say("amina", "Hello"))
    assert (await quick.show(siege, path.replace("amina", "carla"), await known(quick, siege))).status == 404


async def test_a_boost_is_an_announce_and_no_post(station: Station, siege: Neighbour) -> None:
    await station.person("amina")
    await station.person("carla")
    post = await station.say("amina", "Hello")
    boost = await station.boost("carla", post)
    key = await known(station, siege)
    announce = (await station.show(siege, f"/users/carla/boosts/{boost}", key)).json()
    assert (announce["type"], announce["object"]) == ("Announce", station.urls.post_uri("amina", post))
    assert (await station.show(siege, f"/users/carla/posts/{boost}", key)).status == 404
    assert (await station.show(siege, f"/users/amina/boosts/{post}", key)).status == 404


async def test_an_actor_is_whole_to_who_signs_and_a_key_to_everybody(station: Station, siege: Neighbour) -> None:
    await station.person("amina")
    whole = await station.show(siege, "/users/amina", await known(station, siege))
    actor = read_actor(whole.json(), insecure=True)
    assert (actor.id, actor.title, actor.followers) == (
        station.urls.actor("amina"),
        "Amina Benali",
        station.urls.followers("amina"),
    )
    assert actor.keys[0].id == f"{actor.id}#main-key"
    stub = (await station.show(siege, "/users/amina")).json()
    assert stub["publicKey"]["publicKeyPem"] == actor.keys[0].pem
    assert "name" not in stub and "followers" not in stub


@pytest.mark.parametrize("path", ["/users/nobody", "/users/instance.actor", "/users/nobody/outbox"])
async def test_nobody_is_not_found(quick: Station, siege: Neighbour, path: str) -> None:
    assert (await quick.show(siege, path, await known(quick, siege))).status == 404


async def test_the_node_s_own_actor_is_open_to_all(station: Station, siege: Neighbour) -> None:
    reply = await station.show(siege, "/actor")
    actor = read_actor(reply.json(), insecure=True)
    assert (actor.kind, actor.id, actor.shared_inbox) == (
        "Application",
        station.urls.instance_actor,
        station.urls.shared_inbox,
    )
    assert "public" in reply.headers["Cache-Control"]


@pytest.mark.parametrize("page", ["/users/amina", "{post}"])
async def test_a_browser_is_sent_to_the_page(quick: Station, siege: Neighbour, page: str) -> None:
    await quick.person("amina")
    path = page.format(post=await path_of(quick, await quick.say("amina", "Hello")))
    reply = await quick.show(siege, path, Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert reply.status == 303
    assert reply.headers["Location"].startswith(quick.urls.profile("amina"))


async def test_a_page_leads_servers_to_what_it_shows(quick: Station, siege: Neighbour) -> None:
    await quick.person("amina")
    id = await quick.say("amina", "Hello")
    reply = await quick.show(siege, "/@amina")
    assert (reply.status, reply.headers["Location"]) == (302, quick.urls.actor("amina"))
    reply = await quick.show(siege, f"/@amina/{id}")
    assert reply.headers["Location"] == quick.urls.post_uri("amina", id)
    # Browsers, and pages of accounts of elsewhere, are not this floor's.
    assert (await quick.show(siege, "/@amina", Accept="text/html")).status == 404
    assert (await quick.show(siege, "/@amina@siege.example")).status == 404


async def test_an_outbox_has_what_the_node_may_see_newest_first_by_page(station: Station, siege: Neighbour) -> None:
    await station.person("amina")
    await station.person("carla")
    other = await station.say("carla", "By carla")
    ids = []
    for place in range(25):
        station.clock.pass_by(seconds=1)
        ids.append(await station.say("amina", f"Note {place}", visibility="direct" if place == 3 else "public"))
    station.clock.pass_by(seconds=1)
    await station.boost("amina", other)
    await station.say("amina", "For followers", visibility="followers")
    key = await known(station, siege)
    outbox = (await station.show(siege, "/users/amina/outbox", key)).json()
    assert (outbox["type"], outbox["totalItems"]) == ("OrderedCollection", 27)
    first = (await station.show(siege, outbox["first"].removeprefix(station.urls.base), key)).json()
    assert first["id"] == outbox["first"]
    assert [item["type"] for item in first["orderedItems"][:2]] == ["Announce", "Create"]
    second = (await station.show(siege, first["next"].removeprefix(station.urls.base), key)).json()
    shown = [
        item["object"]["id"] for item in (*first["orderedItems"], *second["orderedItems"]) if item["type"] == "Create"
    ]
    expected = [station.urls.post_uri("amina", id) for place, id in enumerate(ids) if place != 3]
    assert shown == expected[::-1]
    assert "next" not in second


async def test_replies_are_ids_of_what_may_be_seen(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await station.person("amina")
    question = await station.say("amina", "Who?")
    answer = await station.say("amina", "I", parent=question)
    await station.say("amina", "Psst", parent=question, visibility="direct")
    key = await known(station, siege)
    path = f"{await path_of(station, question)}/replies"
    collection = (await station.show(siege, path, key)).json()
    page = (await station.show(siege, collection["first"].removeprefix(station.urls.base), key)).json()
    assert page["items"] == [station.urls.post_uri("amina", answer)]


async def test_followers_are_a_number_and_of_names_only_the_asker_s_own(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    await station.accept(siege, siege.about("Follow", bruno.id, station.urls.actor("amina")), by=bruno)
    key = await known(station, siege)
    reply = (await station.show(siege, "/users/amina/followers", key)).json()
    assert (reply["totalItems"], reply["first"].endswith("?page=true"), "orderedItems" in reply) == (1, True, False)
    assert (await station.show(siege, "/users/amina/following", key)).json()["totalItems"] == 0


@pytest.mark.parametrize(
    "resource",
    ["acct:amina@{host}", "amina@{host}", "acct:Amina@{host}", "{base}/users/amina", "{base}/@amina"],
)
async def test_webfinger_knows_who_is_here_in_every_writing(quick: Station, siege: Neighbour, resource: str) -> None:
    await quick.person("amina")
    asked = resource.format(host=quick.host, base=quick.urls.base)
    reply = await quick.show(siege, f"/.well-known/webfinger?resource={asked}")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/jrd+json")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    found = reply.json()
    assert parse_handle(found["subject"]).name == "amina"
    selves = [link["href"] for link in found["links"] if link["rel"] == "self"]
    assert selves == [quick.urls.actor("amina")]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("?resource=", 400),
        ("?resource=nonsense", 400),
        ("?resource=acct:nobody@{host}", 404),
        ("?resource=acct:amina@elsewhere.example", 404),
        ("?resource=https://elsewhere.example/users/amina", 404),
    ],
)
async def test_webfinger_says_what_is_wrong(quick: Station, siege: Neighbour, query: str, status: int) -> None:
    await quick.person("amina")
    reply = await quick.show(siege, f"/.well-known/webfinger{query.format(host=quick.host)}")
    assert reply.status == status


async def test_webfinger_filters_links_and_knows_the_node_itself(quick: Station, siege: Neighbour) -> None:
    await quick.person("amina")
    reply = await quick.show(siege, f"/.well-known/webfinger?resource=acct:amina@{quick.host}&rel=self")
    assert [link["rel"] for link in reply.json()["links"]] == ["self"]
    reply = await quick.show(siege, f"/.well-known/webfinger?resource={quick.urls.base}/")
    assert [link["href"] for link in reply.json()["links"]] == [quick.urls.instance_actor]


async def test_host_meta_and_nodeinfo_are_open(station: Station, siege: Neighbour) -> None:
    await station.person("amina")
    await station.say("amina", "Hello")
    meta = await station.show(siege, "/.well-known/host-meta")
    assert meta.headers["Content-Type"] == "application/xrd+xml"
    assert b"/.well-known/webfinger?resource={uri}" in meta.body
    links = (await station.show(siege, "/.well-known/nodeinfo")).json()["links"]
    hrefs: dict[str, str] = {link["rel"].rsplit("/", 1)[-1]: link["href"] for link in links}
    assert hrefs["activitystreams#Application"] == station.urls.instance_actor
    for version in ("2.0", "2.1"):
        reply = await station.show(siege, hrefs[version].removeprefix(station.urls.base))
        info: dict[str, Any] = reply.json()
        assert (info["version"], info["software"]["name"], info["openRegistrations"]) == (version, "archipel", False)
        assert info["metadata"]["nodeName"] == "Usine"
        # megalodon, the library of Whalebird, takes no server that names neither software it knows nor this.
        assert info["metadata"]["upstream"] == {"name": "mastodon"}
        assert f"schema/{version}#" in reply.headers["Content-Type"]


async def test_a_greeting_at_an_open_door_opens_the_way_back(quick: Station, siege: Neighbour) -> None:
    node = siege.node()
    await quick.federation.greeting.greet_all()
    await quick.run_jobs()
    now = quick.clock()
    await quick.db.write(peers.failed, siege.authority, "no answer", Millis(now + HOUR), now)
    quick.federation.policy.forget()

    async def failures() -> int:
        peer = await quick.db.read(peers.by_host, siege.authority)
        return peer.failures if peer is not None else 0

    await quick.show(siege, "/.well-known/nodeinfo")
    assert await failures() == 1
    forger = signing_key(node.key.id, pem(1))
    await quick.show(siege, "/actor", forger)
    assert await failures() == 1
    await quick.show(siege, "/actor", node.key)
    assert await failures() == 0


async def test_an_open_door_fetches_no_key(quick: Station, siege: Neighbour) -> None:
    unknown = siege.person("luc", serve=False)
    for path in ("/actor", "/.well-known/nodeinfo"):
        assert (await quick.show(siege, path, unknown.key)).status == 200
    assert siege.requests == []
