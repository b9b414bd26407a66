"""Of two things that nodes say one after the other the second may come first: whichever does, all ends the same."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from federation.resolver import Budget
from social.clock import MINUTE, iso
from social.communities import membership
from social.gatherings.answers import answer as answer_to
from storage import communities, memberships
from storage.communities import Posting
from storage.engine.database import Database, Tx
from storage.ids import AccountId, Millis
from storage.memberships import MemberRole, MemberState
from storage.participations import State
from tests.federation.neighbour import PUBLIC, Neighbour, Reply, Somebody
from tests.federation.scene import Scene, opened
from tests.federation.station import Station
from tests.federation.test_community_early import announced, hosted
from tests.federation.test_gatherings import answer, held, ours, theirs
from tests.federation.test_outgoing import bodies
from tests.world import NOON


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """Our node, where Amina lives, the host of the football, and a third one."""
    async with opened(db, tmp_path) as made:
        for peer in (made.siege, made.filiale):
            await made.is_of(peer, "archipel 1.0")
        yield made


def at(minutes: int) -> dict[str, Any]:
    """The host's time."""
    return {"published": iso(Millis(NOON + minutes * MINUTE))}


def banned(scene: Scene, minutes: int, *, undone: bool = False) -> dict[str, Any]:
    """The host says that Amina is out, or may come back."""
    block = scene.siege.about("Block", scene.bruno.id, scene.station.urls.actor("amina"), target=scene.group.id)
    return scene.announce(scene.siege.about("Undo", scene.bruno.id, block) if undone else block, **at(minutes))


async def state(scene: Scene) -> str:
    """What Amina is in the football, at her own node."""
    football, amina = await scene.football(), scene.station.viewer("amina").account
    row = await scene.station.db.read(memberships.one, football.id, amina)
    return "" if row is None else row.state.value


async def hear(scene: Scene, *acts: dict[str, Any]) -> None:
    for act in acts:
        await scene.station.accept(scene.siege, act, by=scene.group)


async def joins_again(scene: Scene) -> dict[str, Any]:
    """Amina asks once more; the Accept of it, which the host gives in the third minute."""
    before = {one["id"] for one in await scene.sent() if one["type"] == "Follow"}
    station = scene.station
    await station.db.write(
        membership.join, station.viewer("amina"), (await scene.football()).id,
        ids=station.ids, urls=station.urls, now=station.clock(),
    )  # fmt: skip
    (asked,) = [one for one in await scene.sent() if one["type"] == "Follow" and one["id"] not in before]
    return scene.siege.about("Accept", scene.group.id, asked, **at(3))


@pytest.mark.parametrize("accepted_at", [0, 1, 2])
async def test_who_was_put_out_and_came_back_is_in_however_late_the_ban_of_before_comes(
    scene: Scene, accepted_at: int
) -> None:
    """A moderator of a third node put them out, whose key had to be asked for: what they did waits for that."""
    await scene.joined()
    football, amina = await scene.football(), scene.station.viewer("amina").account
    follow = next(one for one in await scene.sent() if one["type"] == "Follow")
    await hear(scene, scene.siege.about("Reject", scene.group.id, follow))
    assert await state(scene) == ""
    acts = [banned(scene, 1), banned(scene, 2, undone=True)]
    acts.insert(accepted_at, await joins_again(scene))
    await hear(scene, *acts)
    assert await state(scene) == "member"
    assert [one["type"] for one in await scene.sent()].count("Undo") == 0, "she asks for nothing else"
    await hear(scene, banned(scene, 9))
    row = await scene.station.db.read(memberships.one, football.id, amina)
    assert row is not None and row.state is MemberState.BANNED, "and what comes after that holds"


@pytest.mark.parametrize("invited_at", [0, 1, 2])
async def test_an_invitation_after_a_ban_that_was_lifted_arrives_whatever_it_overtakes(
    scene: Scene, invited_at: int
) -> None:
    """The host's people invite by themselves, and the community tells of bans."""
    await scene.station.person("amina")
    await scene.station.federation.resolver.actor(scene.group.id, Budget())
    acts = [(banned(scene, 1), scene.group), (banned(scene, 2, undone=True), scene.group)]
    to = {"target": scene.station.urls.actor("amina"), **at(3)}
    acts.insert(invited_at, (scene.siege.about("Invite", scene.bruno.id, scene.group.id, **to), scene.bruno))
    for act, by in acts:
        await scene.station.accept(scene.siege, act, by=by)
    assert await state(scene) == "invited"
    await hear(scene, banned(scene, 4))
    assert await state(scene) == "banned"


@pytest.mark.parametrize("is_lifted", [False, True])
async def test_an_invitation_from_before_a_ban_is_none_any_more(scene: Scene, is_lifted: bool) -> None:
    await scene.station.person("amina")
    await scene.station.federation.resolver.actor(scene.group.id, Budget())
    await hear(scene, banned(scene, 4))
    if is_lifted:
        await hear(scene, banned(scene, 5, undone=True))
    to = {"target": scene.station.urls.actor("amina"), **at(3)}
    invite = scene.siege.about("Invite", scene.bruno.id, scene.group.id, **to)
    assert await scene.station.accept(scene.siege, invite, by=scene.bruno) == ["already"]
    assert await state(scene) == ("" if is_lifted else "banned")


async def test_who_comes_in_and_who_is_invited_is_told_by_the_clock_of_the_host(scene: Scene) -> None:
    chess = await scene.founded()
    await scene.asks(scene.carla, chess, scene.filiale)
    (accept,) = [one for one in await scene.sent(scene.filiale.authority) if one["type"] == "Accept"]
    assert accept["published"] == iso(scene.station.clock())
    bruno = await scene.station.federation.resolver.actor(scene.bruno.id, Budget())
    station = scene.station
    await station.db.write(
        membership.invite, station.viewer("amina"), chess.id, bruno.id, ids=station.ids, now=station.clock()
    )
    (invite,) = [one for one in await scene.sent(scene.siege.authority) if one["type"] == "Invite"]
    assert invite["published"] == iso(scene.station.clock())


async def test_a_list_of_moderators_is_older_than_what_the_host_said_while_it_was_on_its_way(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.joined()
    carla = await scene.station.federation.resolver.actor(scene.carla.id, Budget())
    football = await scene.football()
    add = scene.announce(
        scene.siege.about("Add", scene.group.id, scene.carla.id, target=f"{scene.group.id}/moderators"), **at(1)
    )
    listed = {"id": scene.siege.url("/users/football/moderators"), "type": "OrderedCollection", "orderedItems": []}
    scene.siege.document("/users/football/moderators", listed)
    scene.siege.document("/users/football/outbox", listed | {"id": scene.siege.url("/users/football/outbox")})
    fetch = scene.station.federation.client.fetch

    async def slow(url: str, **options: Any) -> Any:
        found = await fetch(url, **options)
        if url.endswith("/moderators"):
            await hear(scene, add)
        return found

    monkeypatch.setattr(scene.station.federation.client, "fetch", slow)
    await scene.station.run_jobs()
    row = await scene.station.db.read(memberships.one, football.id, carla.id)
    assert row is not None and row.role is MemberRole.MODERATOR


async def test_what_an_actor_told_of_itself_is_newer_than_an_answer_that_was_on_its_way(
    station: Station, siege: Neighbour, bruno: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    await station.person("amina")
    await station.federation.resolver.actor(bruno.id, Budget())
    fetch, path = station.federation.client.fetch, bruno.id.removeprefix(siege.url(""))
    told: list[Reply] = []

    async def slow(url: str, **options: Any) -> Any:
        found = await fetch(url, **options)
        if url == bruno.id and not told:
            station.clock.pass_by(seconds=1)
            document = siege.actor(bruno, name="Bruno the Great")
            siege.document(path, document)
            told.append(await station.take(siege, siege.about("Update", bruno.id, document), bruno))
            await station.work()
        return found

    monkeypatch.setattr(station.federation.client, "fetch", slow)
    row = await station.federation.resolver.actor(bruno.id, Budget())
    assert told and told[0].status == 202
    assert row.display_name == "Bruno the Great"


@pytest.mark.parametrize("is_member", [True, False])
async def test_a_thread_whose_answer_comes_first_is_in_the_community_by_its_own_coming(
    scene: Scene, is_member: bool
) -> None:
    """The host has found it by then, as anybody may find a post, which lets nobody in."""
    chess = await hosted(scene)
    by = scene.carla if is_member else scene.filiale.person("mallory", key=3)
    said: dict[str, Any] = {"to": [PUBLIC, chess.uri], "cc": [], "audience": chess.uri}
    root = scene.filiale.note(by, "Who plays?", topic=f"{chess.uri}#topics/openings", **said)
    reply = scene.siege.note(scene.bruno, "I do", inReplyTo=root["id"], **said)
    assert await scene.station.accept(scene.siege, scene.siege.create(reply), by=scene.bruno) == ["applied"]
    await scene.station.run_jobs()
    assert {row.uri for row in await scene.station.posts()} == {root["id"], reply["id"]}
    assert await scene.placed(root["id"]) is None
    create = scene.filiale.create(root)
    outcome = await scene.station.accept(scene.filiale, create, by=by)
    placed = await scene.placed(root["id"])
    if not is_member:
        assert (outcome, placed) == (["refused"], None)
        return
    assert outcome == ["applied"]
    assert placed is not None and placed.place is not None and placed.is_root
    assert create in await announced(scene, scene.siege.authority), "and all others hear of it"


@pytest.mark.parametrize("is_root", [False, True])
async def test_an_answer_is_taken_where_hosts_alone_begin_threads_also_before_what_it_answers(
    scene: Scene, is_root: bool
) -> None:
    chess = await hosted(scene)
    await scene.station.db.write(_for_hosts, chess.id)
    said: dict[str, Any] = {"to": [PUBLIC, chess.uri], "cc": [], "audience": chess.uri}
    answered: dict[str, Any] = {} if is_root else {"inReplyTo": scene.siege.url("/posts/on-its-way")}
    note = scene.filiale.note(scene.carla, "Thank you", **said, **answered)
    outcome = await scene.station.accept(scene.filiale, scene.filiale.create(note), by=scene.carla)
    assert outcome == ["refused" if is_root else "applied"]


def _for_hosts(tx: Tx, id: AccountId) -> None:
    row = communities.by_id(tx, id)
    assert row is not None
    communities.rewrite(tx, msgspec.structs.replace(row, posting=Posting.HOSTS))


@pytest.mark.parametrize("order", [("TentativeAccept", "Accept"), ("Accept", "TentativeAccept")], ids="-".join)
async def test_who_has_a_seat_keeps_it_when_the_word_that_they_waited_is_late(
    quick: Station, siege: Neighbour, bruno: Somebody, order: tuple[str, str]
) -> None:
    post, join = await theirs(quick, siege, bruno)
    for kind in order:
        await quick.accept(siege, siege.about(kind, bruno.id, join), by=bruno)
    assert (await held(quick, post)).mine is State.GOING


@pytest.mark.parametrize("is_late", [False, True])
async def test_the_answer_to_a_yes_that_was_taken_back_is_not_that_to_the_next_one(
    quick: Station, siege: Neighbour, bruno: Somebody, is_late: bool
) -> None:
    """Asked, taken back and asked again before the organiser's node says anything: a seat first, then the queue."""
    post, first = await theirs(quick, siege, bruno)
    uri, amina = (await quick.posts())[0].uri, quick.urls.actor("amina")
    await answer(quick, post, "no")
    quick.clock.pass_by(seconds=1)
    await answer(quick, post)
    second = next(one["id"] for one in await bodies(quick) if one["type"] == "Join")

    def about(id: str) -> dict[str, Any]:
        return {"type": "Join", "id": id, "actor": amina, "object": uri}

    answers = [
        siege.about("Accept", bruno.id, about(first)),
        siege.about("TentativeAccept", bruno.id, about(second)),
    ]
    for one in reversed(answers) if is_late else answers:
        await quick.accept(siege, one, by=bruno)
    assert (await held(quick, post)).mine is State.WAITING


async def test_who_says_once_more_that_they_come_moves_up_by_the_last_word(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    post, uri = await ours(quick, siege, bruno)
    await quick.db.write(
        answer_to, quick.viewer("amina"), post, "yes", ids=quick.ids, urls=quick.urls, now=quick.clock()
    )
    joins = [siege.about("Join", bruno.id, uri) for _ in range(2)]
    await quick.accept(siege, *joins, by=bruno)
    await bodies(quick)
    await answer(quick, post, "no")
    (moved,) = [one for one in await bodies(quick) if one["type"] == "Accept"]
    assert moved["object"]["id"] == joins[1]["id"]
