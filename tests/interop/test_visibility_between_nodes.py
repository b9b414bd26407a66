"""Who is sent what: each public post once to each node, the others to nobody who may not read them.

Counted on the wires between real nodes, and held against what each node has.
"""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from storage import posts as post_rows
from storage.engine.database import Tx
from storage.engine.query import Query
from tests.interop.wires import Wires
from tests.nodes import running_group, settled
from tests.sites import LocalNode, Person, Refused

pytestmark = pytest.mark.asyncio(loop_scope="module")
KEPT = Query(int, "SELECT COUNT(*) FROM inbox AS i WHERE i.activity_id = :id")
CROWD = 4
"""Followers at one node: more than one, so that a delivery for each would show."""


class Armor:
    """Three nodes, their wires, and people: Bruno of `siege` is followed at `usine` and by nobody at `filiale`."""

    def __init__(self, siege: LocalNode, usine: LocalNode, filiale: LocalNode, wires: Wires) -> None:
        self.siege, self.usine, self.filiale = siege, usine, filiale
        self.wires = wires
        self.people: dict[str, Person] = {}

    @property
    def sites(self) -> tuple[LocalNode, ...]:
        return self.siege, self.usine, self.filiale

    async def settle(self) -> None:
        self.people["bruno"] = await self.siege.person("bruno")
        self.people["ines"] = await self.siege.person("ines")
        self.people["amina"] = await self.usine.person("amina")
        self.people["carla"] = await self.filiale.person("carla")
        crowd = [self.people["amina"], *[await self.usine.person(f"crowd{n}") for n in range(1, CROWD)]]
        for person in crowd:
            await self.usine.follow(person, self.people["bruno"])
        # Known at each other's nodes, so that a mention needs no look-up.
        await self.siege.account_of(self.people["bruno"], self.people["carla"])
        await settled(*self.sites)

    async def say(self, text: str, **params: Any) -> str:
        """Bruno says something; its URI, when everything has arrived."""
        uri: str = (await self.siege.say(self.people["bruno"], text, **params))["uri"]
        await settled(*self.sites)
        return uri

    async def having(self, uri: str) -> set[str]:
        """The nodes that have a post in their database."""
        return {site.name for site in self.sites if await site.read(post_rows.by_uri, uri) is not None}

    async def kept(self, uri: str) -> Counter[str]:
        """How many activities about a post each node's inbox holds."""
        ids = {one.id for one in self.wires.posts_about(uri)}
        kept = {site.name: sum([await site.read(_kept, id) for id in ids]) for site in self.sites}
        return +Counter(kept)

    def paths(self, uri: str) -> set[tuple[str, str]]:
        """Where it was sent: host and path of the inbox."""
        return {(one.to, one.path) for one in self.wires.posts_about(uri)}

    async def may_read(self, site: LocalNode, name: str, uri: str) -> bool:
        """Whether somebody of a node reads it there."""
        row = await site.read(post_rows.by_uri, uri)
        if row is None:
            return False
        try:
            await site.api("GET", f"/api/v1/statuses/{row.id}", self.people[name])
        except Refused as refused:
            assert refused.status == 404
            return False
        return True


def _kept(tx: Tx, activity: str) -> int:
    return tx.value(KEPT, id=activity)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def group(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Armor]:
    folder = tmp_path_factory.mktemp("armor")
    async with running_group(folder, "siege", "usine", "filiale") as (siege, usine, filiale):
        with pytest.MonkeyPatch.context() as patch:
            yield Armor(siege, usine, filiale, Wires((siege, usine, filiale), patch))


@pytest_asyncio.fixture(loop_scope="module")
async def armor(group: Armor) -> Armor:
    """The group with its followers, whatever another test left, and nothing noted yet."""
    await group.settle()
    group.wires.forget()
    return group


async def test_a_public_post_reaches_each_node_once_by_its_shared_inbox(armor: Armor) -> None:
    people = armor.people
    said = [
        await armor.say("La presse tourne."),
        await armor.say(f"@{people['amina'].acct} et @{people['carla'].acct} : venez voir."),
    ]
    for uri in said:
        assert armor.wires.count(uri) == {armor.usine.host: 1, armor.filiale.host: 1}
        assert armor.paths(uri) == {(armor.usine.host, "/inbox"), (armor.filiale.host, "/inbox")}
        assert await armor.kept(uri) == {"usine": 1, "filiale": 1}
        assert await armor.having(uri) == {"siege", "usine", "filiale"}
    assert not [url for _, url in armor.wires.fetched if url in said], "what was sent need not be fetched"


async def test_many_public_posts_at_once_reach_each_node_once(armor: Armor) -> None:
    posts = [await armor.siege.say(armor.people[name], f"{n}") for n in range(20) for name in ("bruno", "ines")]
    posts += [await armor.usine.say(armor.people["amina"], f"{n}") for n in range(20)]
    await settled(*armor.sites)
    for post in posts:
        home = armor.usine.host if armor.usine.host in post["uri"] else armor.siege.host
        assert armor.wires.count(post["uri"]) == {site.host: 1 for site in armor.sites if site.host != home}
        assert await armor.having(post["uri"]) == {"siege", "usine", "filiale"}


async def test_an_answer_between_two_nodes_reaches_the_third_once(armor: Armor) -> None:
    uri = await armor.say("Qui vient jeudi ?")
    people, usine = armor.people, armor.usine
    for name, site in (("amina", usine), ("carla", armor.filiale)):
        parent = await site.find(people[name], uri)
        answer = await site.say(people[name], f"@{people['bruno'].acct} Moi.", in_reply_to_id=parent)
        await settled(*armor.sites)
        assert armor.wires.count(answer["uri"]) == {other.host: 1 for other in armor.sites if other is not site}
        assert await armor.having(answer["uri"]) == {"siege", "usine", "filiale"}


async def test_a_post_for_followers_goes_to_nodes_with_followers_alone(armor: Armor) -> None:
    uri = await armor.say("Pour qui me suit.", visibility="private")
    assert armor.wires.count(uri) == {armor.usine.host: 1}
    assert armor.paths(uri) == {(armor.usine.host, "/inbox")}
    assert await armor.having(uri) == {"siege", "usine"}
    armor.people["stranger"] = await armor.usine.person("stranger")
    assert await armor.may_read(armor.usine, "amina", uri)
    assert not await armor.may_read(armor.usine, "stranger", uri)
    assert not await armor.may_read(armor.siege, "ines", uri)


async def test_a_quiet_post_goes_to_nodes_with_followers_and_into_no_feed_of_the_group(armor: Armor) -> None:
    uri = await armor.say("Sans bruit.", visibility="unlisted")
    assert armor.wires.count(uri) == {armor.usine.host: 1}
    assert await armor.having(uri) == {"siege", "usine"}
    for site, name in ((armor.siege, "ines"), (armor.usine, "amina"), (armor.filiale, "carla")):
        group = await site.api("GET", "/api/v1/timelines/public", armor.people[name])
        assert uri not in [post["uri"] for post in group]
    assert await armor.filiale.find(armor.people["carla"], uri), "whoever has its address may read it"


async def test_a_direct_post_goes_to_the_inbox_of_whom_it_names_and_nowhere_else(armor: Armor) -> None:
    uri = await armor.say(f"@{armor.people['carla'].acct} entre nous.", visibility="direct")
    assert armor.wires.count(uri) == {armor.filiale.host: 1}
    assert armor.paths(uri) == {(armor.filiale.host, "/users/carla/inbox")}
    assert await armor.having(uri) == {"siege", "filiale"}
    armor.people["javier"] = await armor.filiale.person("javier")
    assert await armor.may_read(armor.filiale, "carla", uri)
    assert not await armor.may_read(armor.filiale, "javier", uri)
    assert not await armor.may_read(armor.siege, "ines", uri)


async def test_a_direct_post_to_two_people_of_one_node_goes_to_each_of_their_inboxes(armor: Armor) -> None:
    people = armor.people
    uri = await armor.say(f"@{people['amina'].acct} @crowd1@{armor.usine.host} à trois.", visibility="direct")
    assert armor.paths(uri) == {(armor.usine.host, "/users/amina/inbox"), (armor.usine.host, "/users/crowd1/inbox")}
    assert await armor.kept(uri) == {"usine": 1}, "the second is known by its id"
    assert await armor.having(uri) == {"siege", "usine"}


@pytest.mark.parametrize("visibility", ["unlisted", "private", "direct"])
async def test_nobody_fetches_what_is_not_for_them(armor: Armor, visibility: str) -> None:
    uri = await armor.say(f"@{armor.people['amina'].acct} pour vous.", visibility=visibility)
    found = await armor.filiale.api(
        "GET", "/api/v2/search", armor.people["carla"], q=uri, type="statuses", resolve="true"
    )
    assert bool(found["statuses"]) is (visibility == "unlisted")
    assert ("filiale" in await armor.having(uri)) is (visibility == "unlisted")


async def test_an_edit_and_a_deletion_go_once_to_whoever_had_the_post(armor: Armor) -> None:
    """Also to those who would not be sent it now: the followers at `usine` have left."""
    people, siege = armor.people, armor.siege
    everybody = await armor.say("Réunion à 14 h.")
    few = await armor.say("Réunion à 15 h.", visibility="private")
    for name in ["amina", *[f"crowd{n}" for n in range(1, CROWD)]]:
        person = await armor.usine.person(name)
        account = await armor.usine.account_of(person, people["bruno"])
        await armor.usine.api("POST", f"/api/v1/accounts/{account}/unfollow", person)
    await settled(*armor.sites)
    for uri, hosts in ((everybody, {armor.usine.host, armor.filiale.host}), (few, {armor.usine.host})):
        id = uri.rsplit("/", 1)[1]
        await siege.api("PUT", f"/api/v1/statuses/{id}", people["bruno"], status="Réunion à 16 h.")
        await settled(*armor.sites)
        await siege.api("DELETE", f"/api/v1/statuses/{id}", people["bruno"])
        await settled(*armor.sites)
        kinds = Counter((one.kind, one.to) for one in armor.wires.posts_about(uri))
        assert kinds == {(kind, host): 1 for kind in ("Create", "Update", "Delete") for host in hosts}
        assert await armor.having(uri) == set()


async def test_a_like_goes_to_the_author_s_node_and_a_boost_to_every_node_once(armor: Armor) -> None:
    people, usine, filiale = armor.people, armor.usine, armor.filiale
    uri = await armor.say("La presse tourne.")
    id = await usine.find(people["amina"], uri)
    for verb in ("favourite", "reblog", "unfavourite", "unreblog"):
        await usine.api("POST", f"/api/v1/statuses/{id}/{verb}", people["amina"])
        await settled(*armor.sites)
    kinds = Counter((one.kind, one.to) for one in armor.wires.sent if one.by == usine.host)
    assert kinds == {
        ("Like", armor.siege.host): 1,
        ("Announce", armor.siege.host): 1,
        ("Announce", filiale.host): 1,
        ("Undo", armor.siege.host): 2,
        ("Undo", filiale.host): 1,
    }


async def test_what_one_may_not_read_shows_in_no_feed_of_another_node(armor: Armor) -> None:
    """Timelines of the group, of a subject and of a person at each node, for somebody without relations."""
    people = armor.people
    secret = {
        await armor.say("Pour qui me suit. #secret", visibility="private"),
        await armor.say(f"@{people['carla'].acct} @{people['amina'].acct} entre nous. #secret", visibility="direct"),
    }
    open_one = await armor.say("Pour tous. #secret")
    for site in armor.sites:
        stranger = await site.person("stranger")
        bruno = await site.account_of(stranger, people["bruno"])
        for path in (
            "/api/v1/timelines/public",
            "/api/v1/timelines/tag/secret",
            f"/api/v1/accounts/{bruno}/statuses",
            "/api/v1/timelines/home",
        ):
            seen = {post["uri"] for post in await site.api("GET", path, stranger)}
            assert not seen & secret
            assert (open_one in seen) is not path.endswith("home")
