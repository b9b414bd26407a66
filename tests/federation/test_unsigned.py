"""Who asks without a signature: PieFed looks communities and people up so, and believes that this is the whole."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from federation.read.actors import read_actor
from social.communities import communities
from social.communities.communities import NewCommunity
from storage.accounts import AccountRow
from storage.communities import Entry
from storage.engine.database import Database
from tests.federation.neighbour import Neighbour
from tests.federation.station import Station, open_station
from tests.world import one_pair


@pytest.fixture
async def public(sqlite_db: Database, siege: Neighbour, tmp_path: Path) -> AsyncIterator[Station]:
    """Our node, which the anonymous internet may read."""
    async with open_station(sqlite_db, tmp_path / "media", siege.authority, is_open=True) as running:
        yield running


async def made(station: Station, username: str, entry: Entry = Entry.OPEN) -> AccountRow:
    """A community of amina's."""
    await station.person("amina")
    new = NewCommunity(username=username, keys=one_pair(), display_name="Grand Football", purpose="Jeudi", entry=entry)
    by = station.viewer("amina")
    return await station.db.write(communities.create, by, new, ids=station.ids, urls=station.urls, now=station.clock())


async def test_a_closed_node_says_of_a_community_its_addresses_and_no_words(quick: Station, siege: Neighbour) -> None:
    football = await made(quick, "football")
    stub = (await quick.show(siege, "/users/football")).json()
    group = read_actor(stub, insecure=True)
    assert (group.kind, group.title, group.shared_inbox) == ("Group", "football", quick.urls.shared_inbox)
    assert (group.followers, group.featured) == (football.followers_url, quick.urls.featured("football"))
    assert stub["attributedTo"] == f"{football.uri}/moderators"
    assert not {"summary", "rules", "welcome", "icon", "entry", "topics", "memberNodes"} & set(stub)
    assert "name" not in (await quick.show(siege, "/users/amina")).json()


async def test_an_open_node_shows_to_everybody_what_is_public(public: Station, siege: Neighbour) -> None:
    await made(public, "football")
    group = (await public.show(siege, "/users/football")).json()
    assert (group["name"], group["summary"], group["entry"]) == ("Grand Football", "<p>Jeudi</p>", "open")
    person = await public.show(siege, "/users/amina")
    assert person.json()["name"] == "Amina Benali"
    assert person.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize("entry", [Entry.REQUEST, Entry.INVITED])
async def test_of_a_closed_community_an_open_node_shows_no_words(
    public: Station, siege: Neighbour, entry: Entry
) -> None:
    await made(public, "safety", entry)
    stub = (await public.show(siege, "/users/safety")).json()
    assert (stub["name"], "summary" in stub) == ("safety", False)


async def test_of_a_hidden_community_an_open_node_shows_nothing(public: Station, siege: Neighbour) -> None:
    await made(public, "safety", Entry.HIDDEN)
    assert (await public.show(siege, "/users/safety")).status == 404
