"""Posts of communities at every door: open or closed, listed or hidden; for who is in, who is out, and other nodes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from social.communities import communities, membership, moderation
from social.communities.communities import NewCommunity
from social.people import accounts, received
from social.posts.publish import Context, Draft, publish
from social.settings import FederationSettings
from social.visibility import Facts, may_see
from storage import peers
from storage.communities import Entry
from storage.ids import AccountId, PostId
from storage.visibility import Visibility
from tests.attacks.foe import Foe
from tests.doors.askers import Asker, Peer, Person, picture
from tests.doors.probes import Probe
from tests.doors.scene import Scene, Subject
from tests.doors.table import FEDERATION, FEEDS, PAGES, REST, SEARCH
from tests.doors.test_matrix import mistakes
from tests.nodes import running_node, settled
from tests.world import one_pair

pytestmark = pytest.mark.asyncio(loop_scope="module")

CELLS = {
    "open": (Entry.OPEN, True, Visibility.PUBLIC),
    "open unlisted": (Entry.OPEN, False, Visibility.UNLISTED),
    "closed": (Entry.REQUEST, True, Visibility.FOLLOWERS),
    "hidden": (Entry.HIDDEN, False, Visibility.FOLLOWERS),
}
PEOPLE = {"author": "amina", "member": "luc", "former": "former", "stranger": "stranger", "moderator": "boss"}
INSIDE = ("author", "member")
PLACES = ("/site", "/group", "/@amina", "/api/v1/timelines/public")
TRIED = [
    one
    for one in (*REST, *SEARCH, *PAGES, *FEDERATION, *(feed for feed in FEEDS if feed.path.startswith(PLACES)))
    if not one.spare and not one.path.startswith("/compose")
]


class Communities(Scene):
    """The author in a community of each cell: a member stays, `former` is put out, the stranger follows the author."""

    places: dict[str, AccountId]

    def sees(self, asker: Asker, subject: Subject) -> bool:
        """Whether the asker may see it, by the one predicate, if the node lets them in at all."""
        if not asker.is_let_in(is_open=self.is_open):
            return False
        return may_see(
            Facts(
                visibility=subject.visibility,
                is_author=asker.relation == "author",
                follows=asker.relation == "stranger",
                mentioned=asker.relation == "stranger",
                in_community=True,
                member=asker.relation in INSIDE,
                removed=subject.name == "removed",
                is_host=asker.is_host,
            )
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Communities]:
    """The node with everybody."""
    async with AsyncExitStack() as stack:
        hosts = ("member", "stranger")
        foes = {name: await stack.enter_async_context(Foe(f"{name}.localhost")) for name in hosts}
        federation = FederationSettings(insecure_loopback=True, allow=tuple(foe.authority for foe in foes.values()))
        folder: Path = tmp_path_factory.mktemp("communities")
        node = await stack.enter_async_context(running_node(folder, federation=federation))
        opened = Communities(node, foes, is_open=False)
        await _fill(opened)
        yield opened


async def _fill(scene: Communities) -> None:
    node = scene.node
    scene.places = {}
    for relation, name in PEOPLE.items():
        scene.askers[relation] = await Person.of(node, relation, await node.person(name))
    scene.askers["anonymous"] = Person(node, "anonymous", None, "")
    for host, foe in scene.foes.items():
        id = foe.actor(f"r{host}")
        known = await node.running.federation.remote.account_by_url(id)
        assert known is not None
        # Of our kind and let in: others are shown nothing of what is closed (`tests/attacks/test_closed.py`).
        await node.write(peers.describe, foe.authority, "archipel 1.0", "", node.clock())
        scene.remote[host] = known
        scene.askers[f"{host}'s node"] = Peer(node, host, foe, foe.node, is_host=True)
        scene.askers[f"{host} elsewhere"] = Peer(node, host, foe, id, is_host=False)
    author = scene.person("author")
    await node.api("POST", f"/api/v1/accounts/{author.account}/follow", scene.person("stranger").person)
    for cell in CELLS:
        await _make(scene, cell)
    await _say(scene, "removed", "closed")
    await settled(node)
    for asker in scene.askers.values():
        for subject in scene.subjects.values():
            if isinstance(asker, Person) and asker.is_somebody:
                # What somebody liked is found by them later on: search finds nothing quiet for others.
                await asker.ask("POST", f"/api/v1/statuses/{subject.id}/favourite")
    await settled(node)
    for place in scene.places.values():
        await node.write(membership.expel, author.viewer, place, scene.person("former").account, now=node.clock())
    out = PostId(int(scene.subjects["removed"].id))
    await node.write(moderation.remove, author.viewer, out, "hors sujet", now=node.clock())
    await settled(node)


async def _make(scene: Communities, cell: str) -> None:
    node, author = scene.node, scene.person("author").viewer
    entry, listed, _ = CELLS[cell]
    new = NewCommunity(username=cell.replace(" ", "_"), keys=one_pair(), entry=entry, listed=listed)
    made = await node.write(communities.create, author, new, ids=node.ids, urls=node.urls, now=node.clock())
    scene.places[cell] = made.id
    inside = [scene.person(name).account for name in ("member", "former")]
    for account in (*inside, scene.remote["member"]):
        await node.write(membership.invite, author, made.id, account, ids=node.ids, now=node.clock())
    for name in ("member", "former"):
        await node.write(
            membership.join, scene.person(name).viewer, made.id, ids=node.ids, urls=node.urls, now=node.clock()
        )
    actor = await node.read(accounts.by_id, scene.remote["member"])
    row = await node.read(accounts.by_id, made.id)
    assert actor is not None and row is not None
    uri = f"{actor.uri}#follows/{made.id}"
    assert await node.write(received.receive_follow, actor, row, uri, ids=node.ids, now=node.clock())
    await _say(scene, cell, cell)


async def _say(scene: Communities, name: str, cell: str) -> None:
    node, author = scene.node, scene.person("author")
    word = f"mot{name.replace(' ', '')}seul"
    uploaded = await author.upload(picture(), f"image {word}")
    draft = Draft(
        text=f"{word} @stranger @rstranger@{scene.foes['stranger'].authority} #armor",
        community=scene.places[cell],
        media=(int(uploaded),),  # type: ignore[arg-type]
    )
    context = Context(node.ids, node.urls, node.running.node.settings)
    id = await node.write(publish, author.viewer, draft, context=context, now=node.clock())
    shown = (await author.ask("GET", f"/api/v1/statuses/{id}")).json
    scene.subjects[name] = Subject(
        name=name,
        visibility=CELLS[cell][2],
        id=str(id),
        uri=shown["uri"],
        word=word,
        token=shown["media_attachments"][0]["url"].split("/")[-2],
    )


@pytest.mark.parametrize("probe", [pytest.param(one, id=one.name.replace("/", "|")) for one in TRIED])
async def test_a_door_shows_of_a_community_what_the_rule_says(scene: Communities, probe: Probe) -> None:
    assert not await mistakes(scene, probe)


async def test_an_answer_is_begun_by_members_alone(scene: Communities) -> None:
    """What is open to everybody is answered by who is in: the composer says so to the others."""
    for cell, subject in scene.subjects.items():
        for name in ("member", "former", "stranger"):
            reply = await scene.askers[name].ask("GET", f"/compose?reply={subject.id}")
            is_in = name == "member" and cell != "removed"
            refused = 403 if cell.startswith("open") else 404
            assert reply.status == (200 if is_in else refused), (cell, name)
            assert (subject.word.encode() in reply.body) == is_in, (cell, name)


async def test_who_was_put_out_has_no_picture_by_the_address_of_before(scene: Communities) -> None:
    """The address that was handed out before is dead; the one of now is not handed to them."""
    former, member = scene.person("former"), scene.person("member")
    for cell in ("closed", "hidden"):
        subject = scene.subjects[cell]
        path = f"/media/{subject.token}/original"
        assert (await former.ask("GET", path)).status == 404, cell
        shown = (await member.ask("GET", f"/api/v1/statuses/{subject.id}")).json
        address = shown["media_attachments"][0]["url"]
        assert address.split("/")[-2] != subject.token
        place = address[address.index("/media/") :]
        assert (await member.ask("GET", place)).status == 200, cell


async def test_the_account_of_a_hidden_community_is_at_no_door_of_others(scene: Communities) -> None:
    id = scene.places["hidden"]
    paths = (
        f"/api/v1/accounts/{id}",
        "/api/v1/accounts/lookup?acct=hidden",
        f"/api/v1/accounts/{id}/statuses",
        f"/api/v1/accounts/{id}/followers",
        f"/api/v1/accounts/{id}/following",
        "/@hidden",
    )
    for path in paths:
        assert (await scene.askers["stranger"].ask("GET", path)).status == 404, path
        assert (await scene.askers["member"].ask("GET", path)).status in (200, 303), path
    lists = (
        "/api/v2/search?q=hidden",
        "/api/v1/accounts/search?q=hidden",
        "/api/v1/directory?local=true&limit=80",
        f"/api/v1/accounts/{scene.person('author').account}/following",
        f"/api/v1/accounts?id[]={id}",
        f"/api/v1/accounts/relationships?id[]={id}",
        "/people",
        "/search?q=hidden",
        "/@amina/following",
    )
    for path in lists:
        reply = await scene.askers["stranger"].ask("GET", path)
        assert reply.status == 200 and str(id).encode() not in reply.body and b"@hidden" not in reply.body, path


async def test_who_is_in_a_closed_community_is_told_to_nobody_outside(scene: Communities) -> None:
    """Neither by whom somebody follows, nor as a suggestion with its reason, nor as faces in common."""
    closed, opened = str(scene.places["closed"]), str(scene.places["open"])
    stranger, member = scene.askers["stranger"], scene.askers["member"]
    follows = f"/api/v1/accounts/{scene.person('author').account}/following"
    for path in (follows, "/@amina/following", "/api/v1/suggestions", "/api/v2/suggestions"):
        reply = await stranger.ask("GET", path)
        assert reply.status == 200 and closed.encode() not in reply.body, path
    for asker, seen in ((stranger, {opened}), (member, {opened, closed})):
        assert {one["id"] for one in (await asker.ask("GET", follows)).json} & {opened, closed} == seen
    assert opened in {one["account"]["id"] for one in (await stranger.ask("GET", "/api/v2/suggestions")).json}
    common = (await stranger.ask("GET", f"/api/v1/accounts/familiar_followers?id[]={closed}&id[]={opened}")).json
    assert [(one["id"] == opened, bool(one["accounts"])) for one in common] == [(False, False), (True, True)]


async def test_an_unlisted_community_is_found_by_its_address_alone(scene: Communities) -> None:
    stranger = scene.askers["stranger"]
    assert (await stranger.ask("GET", "/api/v1/accounts/lookup?acct=open_unlisted")).status == 200
    for path in ("/api/v1/directory?local=true&limit=80", "/people"):
        assert b"open_unlisted" not in (await stranger.ask("GET", path)).body, path


async def test_a_person_who_asks_in_vain_learns_as_much_as_of_what_is_not_there(scene: Communities) -> None:
    stranger = scene.askers["stranger"]
    hidden = await stranger.ask("POST", f"/api/v1/accounts/{scene.places['hidden']}/follow")
    absent = await stranger.ask("POST", f"/api/v1/accounts/{scene.places['hidden'] + 3}/follow")
    assert (hidden.status, hidden.body) == (absent.status, absent.body) == (404, absent.body)
