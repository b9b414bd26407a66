"""Nodes meet."""

from pathlib import Path

import pytest

from federation.resolver import Budget
from social import jobs
from social.communities import communities
from social.communities.communities import NewCommunity
from social.errors import Unavailable
from storage import deliveries, peers
from storage.engine.database import Database
from tests.federation.neighbour import Neighbour
from tests.federation.station import Station, open_station
from tests.world import one_pair


async def test_a_node_says_who_it_is(station: Station, siege: Neighbour) -> None:
    node = siege.node()
    await station.federation.greeting.greet_all()
    await station.run_jobs()

    row = await station.by_uri(node.id)
    assert row is not None and (row.kind, row.domain) == ("application", siege.authority)
    peer = await station.db.read(peers.by_host, siege.authority)
    assert peer is not None and (peer.software, peer.title) == ("archipel 0.1.0", "Siège")
    assert all(seen.header("Signature") for seen in siege.requests)


async def test_a_node_that_is_away_is_greeted_again_until_it_is_followed(quick: Station, siege: Neighbour) -> None:
    greet = jobs.Greet(host=siege.authority)
    with pytest.raises(Unavailable):
        await quick.federation.greeting.greet(greet)
    siege.node()
    await quick.federation.greeting.greet(greet)
    siege.answer("/.well-known/nodeinfo", status=502)
    # Followed already: one greeting is enough, and its failure is no job to be done again.
    await quick.federation.greeting.greet(greet)


async def test_a_node_that_says_it_is_another_one_is_not_followed(quick: Station, siege: Neighbour) -> None:
    siege.node()
    links = [{"rel": "https://www.w3.org/ns/activitystreams#Application", "href": "https://evil.example/actor"}]
    siege.json("/.well-known/nodeinfo", {"links": links})
    with pytest.raises(Unavailable):
        await quick.federation.greeting.greet(jobs.Greet(host=siege.authority))


@pytest.mark.parametrize("kind", ["application/json", "application/jrd+json"])
async def test_of_a_server_without_an_actor_of_its_own_the_software_is_known(
    quick: Station, siege: Neighbour, kind: str
) -> None:
    """As of WordPress or Misskey: nobody is there to be followed, and that is no failure."""
    links = [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": siege.url("/nodeinfo/2.1")}]
    siege.json("/.well-known/nodeinfo", {"links": links}, kind)
    siege.json("/nodeinfo/2.1", {"version": "2.1", "software": {"name": "wordpress", "version": "6.6"}})
    await quick.federation.greeting.greet(jobs.Greet(host=siege.authority))
    peer = await quick.db.read(peers.by_host, siege.authority)
    assert peer is not None and peer.software == "wordpress 6.6"
    await quick.settle()
    assert not [seen for seen in siege.requests if seen.method == "POST"]


async def test_the_actor_of_a_forum_is_known_and_not_followed(quick: Station, siege: Neighbour) -> None:
    """To follow that of NodeBB is to subscribe to a relay, which boosts whatever is said at either node."""
    siege.person("forum.example", kind="Application")
    links = [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": siege.url("/nodeinfo/2.0")}]
    siege.json("/.well-known/nodeinfo", {"links": links})
    siege.json("/nodeinfo/2.0", {"version": "2.0", "software": {"name": "NodeBB", "version": "4.15.1"}})
    await quick.federation.greeting.greet(jobs.Greet(host=siege.authority))
    assert await quick.by_uri(siege.url("/actor")) is not None
    await quick.settle()
    assert await quick.db.read(deliveries.queues) == []


async def test_a_stranger_is_not_greeted(quick: Station) -> None:
    async with Neighbour("elsewhere.localhost") as elsewhere:
        await quick.federation.greeting.greet(jobs.Greet(host=elsewhere.authority))
        assert elsewhere.requests == []


async def test_a_node_whose_people_come_into_a_community_is_asked_what_it_runs_and_not_followed(
    sqlite_db: Database, siege: Neighbour, tmp_path: Path
) -> None:
    """In open mode nobody else would ask; and what PieFed is not told in its own way is lost."""
    async with open_station(sqlite_db, tmp_path / "media", mode="open") as station:
        node = siege.node()
        siege.json("/nodeinfo/2.1", {"version": "2.1", "software": {"name": "piefed", "version": "1.6.18"}})
        await station.person("amina")
        new = NewCommunity(username="chess", keys=one_pair())
        by, now = station.viewer("amina"), station.clock()
        await station.db.write(communities.create, by, new, ids=station.ids, urls=station.urls, now=now)
        bruno = siege.person("bruno")
        follow = siege.about("Follow", bruno.id, station.urls.actor("chess"))
        assert await station.accept(siege, follow, by=bruno) == ["applied"]
        await station.run_jobs()
        peer = await station.db.read(peers.by_host, siege.authority)
        assert peer is not None and peer.software == "piefed 1.6.18"
        assert await station.by_uri(node.id) is None


async def test_of_a_community_of_elsewhere_it_is_known_what_its_host_runs(
    sqlite_db: Database, siege: Neighbour, tmp_path: Path
) -> None:
    async with open_station(sqlite_db, tmp_path / "media", mode="open") as station:
        siege.node()
        group = siege.person("football", kind="Group")
        await station.federation.resolver.actor(group.id, Budget())
        await station.run_jobs()
        peer = await station.db.read(peers.by_host, siege.authority)
        assert peer is not None and peer.software == "archipel 0.1.0"
