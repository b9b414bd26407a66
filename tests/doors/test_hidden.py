"""What is hidden is as if it were not there: the same answer, byte for byte; no counter and no cache tells of it."""

import re

import pytest

from social.people import accounts
from storage.engine.database import Tx
from tests.attacks.foe import Reply
from tests.doors.askers import Peer, Person
from tests.doors.probes import Probe
from tests.doors.scene import Scene, Subject
from tests.doors.table import PROBES
from tests.nodes import settled

pytestmark = pytest.mark.asyncio(loop_scope="module")

OF_ONE = [probe for probe in PROBES if not probe.is_list]
VARYING = ("date", "x-request-id")
OUTSIDE = ("stranger", "blocked", "former", "moderator", "stranger's node", "stranger elsewhere", "blocked elsewhere")


def alike(reply: Reply, id: str) -> tuple[int, dict[str, str], bytes]:
    """The answer without what differs each time, and without the id that was asked for."""
    headers = {name: value.replace(id, "ID") for name, value in reply.headers.items() if name not in VARYING}
    return reply.status, headers, reply.body.replace(id.encode(), b"ID")


@pytest.mark.parametrize("probe", [pytest.param(one, id=one.name.replace("/", "|")) for one in OF_ONE])
async def test_the_answer_for_what_is_hidden_is_the_answer_for_what_is_not_there(scene: Scene, probe: Probe) -> None:
    for name in OUTSIDE:
        asker = scene.askers[name]
        if not probe.may_come(asker):
            continue
        for subject in scene.subjects.values():
            if scene.sees(asker, subject) or not probe.is_for(subject) or (subject.parent and "parent" in probe.path):
                continue
            absent = _absent(scene, subject)
            hidden = alike(await probe.ask(asker, subject), subject.id)
            assert hidden == alike(await probe.ask(asker, absent), absent.id), (name, subject.name)


def _absent(scene: Scene, subject: Subject) -> Subject:
    """A subject like this one, with an id that nobody has; ids are as long, so that lengths can be compared."""
    id = str(int(subject.id) + 3)
    return Subject(
        name="absent",
        visibility=subject.visibility,
        id=id,
        uri=subject.uri.replace(subject.id, id),
        word=subject.word,
        booster=subject.booster,
    )


@pytest.mark.parametrize("probe", [pytest.param(one, id=one.name.replace("/", "|")) for one in PROBES])
async def test_what_depends_on_the_viewer_is_kept_by_no_cache_that_others_share(scene: Scene, probe: Probe) -> None:
    for name in ("follower", "stranger", "anonymous", "follower's node", "unsigned", "denied's node"):
        asker = scene.askers[name]
        if not probe.may_come(asker):
            continue
        subjects = [None] if probe.is_list else [one for one in scene.subjects.values() if probe.is_for(one)][:3]
        for subject in subjects:
            reply = await probe.ask(asker, subject)
            assert re.search(r"\b(private|no-store)\b", reply.headers.get("cache-control", "")), (name, reply.status)


async def test_answers_that_are_hidden_are_not_counted(scene: Scene) -> None:
    """The public post has one answer, for followers only: its counter says the same to all, and that is nothing."""
    subject = scene.subjects["public"]
    status = (await scene.askers["stranger"].ask("GET", f"/api/v1/statuses/{subject.id}")).json
    assert status["replies_count"] == 0
    document = (await scene.askers["stranger's node"].ask("GET", f"/users/amina/posts/{subject.id}/replies")).json
    assert document["totalItems"] == 0


async def test_messages_to_those_named_count_nowhere(scene: Scene) -> None:
    """A direct post changes nothing that others can see of its author."""
    node, author = scene.node, scene.person("author")

    def seen(tx: Tx) -> tuple[int, int | None]:
        row = accounts.by_id(tx, author.account)
        assert row is not None
        return row.posts_count, row.last_post_at

    before = await node.read(seen)
    said = await node.say(author.person, "entre nous @mentioned", visibility="direct")
    assert await node.read(seen) == before
    outbox = (await scene.askers["stranger's node"].ask("GET", "/users/amina/outbox")).json
    assert outbox["totalItems"] == before[0]
    await node.api("DELETE", f"/api/v1/statuses/{said['id']}", author.person)
    await settled(node)
    assert (await node.read(seen))[0] == before[0]


async def test_of_a_deleted_post_only_an_open_one_is_said_to_have_been_there(scene: Scene) -> None:
    node, author = scene.node, scene.person("author")
    for visibility, status in (("public", 410), ("unlisted", 410), ("private", 404), ("direct", 404)):
        said = await node.say(author.person, "bientôt effacé @mentioned", visibility=visibility)
        await settled(node)
        await node.api("DELETE", f"/api/v1/statuses/{said['id']}", author.person)
        await settled(node)
        for name in ("follower's node", "stranger's node"):
            reply = await scene.askers[name].ask("GET", f"/users/amina/posts/{said['id']}")
            assert reply.status == status, (visibility, name)


async def test_ids_that_are_none_are_not_found(scene: Scene) -> None:
    person, peer = scene.askers["stranger"], scene.askers["stranger's node"]
    assert isinstance(person, Person) and isinstance(peer, Peer)
    for id in ("9" * 19, "9" * 30, "9" * 5_000, "0", "00", "-1", "1.5", "x", "%00", "%0a1", "١٢٣"):
        for path in (f"/api/v1/statuses/{id}", f"/@amina/{id}", f"/posts/{id}/edit", f"/people/{id}/block"):
            reply = await person.ask("GET", path)
            assert reply.status == 404, (path[:60], reply.status)
        for path in (f"/users/amina/posts/{id}", f"/users/amina/boosts/{id}", f"/users/amina/posts/{id}/replies"):
            if path.isascii() and len(path) < 2_000:
                reply = await peer.ask("GET", path)
                assert reply.status == 404, (path[:60], reply.status)


@pytest.mark.parametrize("probe", [pytest.param(one, id=one.name.replace("/", "|")) for one in OF_ONE])
async def test_nobody_from_the_internet_learns_what_is_hidden_on_an_open_node(open_to_all: Scene, probe: Probe) -> None:
    asker = open_to_all.askers["anonymous"]
    for subject in open_to_all.subjects.values() if probe.may_come(asker) else ():
        if open_to_all.sees(asker, subject) or not probe.is_for(subject) or (subject.parent and "parent" in probe.path):
            continue
        absent = _absent(open_to_all, subject)
        hidden = alike(await probe.ask(asker, subject), subject.id)
        assert hidden == alike(await probe.ask(asker, absent), absent.id), subject.name


async def test_a_hashtag_of_closed_posts_alone_is_found_by_nobody_else(scene: Scene) -> None:
    author = scene.person("author").person
    said = [
        await scene.node.say(author, "aux miens #dieseferme", visibility=visibility)
        for visibility in ("unlisted", "private", "direct")
    ]
    for name in ("stranger", "blocked", "former", "moderator"):
        for path in ("/api/v2/search?q=dieseferme", "/search?q=dieseferme", "/search?q=%23dieseferme"):
            found = await scene.askers[name].ask("GET", path)
            assert "/tags/dieseferme" not in found.text, (name, path)
    for one in said:
        await scene.node.api("DELETE", f"/api/v1/statuses/{one['id']}", author)


async def test_as_many_notifications_are_counted_as_are_shown(scene: Scene) -> None:
    for name, asker in scene.askers.items():
        if isinstance(asker, Person) and asker.is_somebody:
            shown = (await asker.ask("GET", "/api/v1/notifications?limit=80")).json
            counted = (await asker.ask("GET", "/api/v1/notifications/unread_count?limit=100")).json
            assert counted["count"] == len(shown), name
