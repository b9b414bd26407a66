"""Acts of moderators that come before what they are about, or before it is known that who did them moderates."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from federation.document import type_of
from federation.render.communities import topic_uri
from federation.resolver import Budget
from social.clock import MINUTE, iso
from social.communities import membership
from storage import community_log, memberships
from storage.accounts import AccountRow
from storage.engine.database import Database, Tx
from storage.ids import Millis
from storage.memberships import MemberRole
from tests.federation.neighbour import PUBLIC, Somebody
from tests.federation.scene import Scene, opened
from tests.world import NOON


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    async with opened(db, tmp_path) as made:
        for peer in (made.siege, made.filiale):
            await made.is_of(peer, "archipel 1.0")
        yield made


async def hosted(scene: Scene) -> AccountRow:
    """A community of our node, with Bruno of `siege`, who moderates it, and Carla of `filiale` in it."""
    chess = await scene.founded()
    await scene.asks(scene.bruno, chess, scene.siege)
    await scene.asks(scene.carla, chess, scene.filiale)
    await seats(scene, chess, scene.bruno, MemberRole.MODERATOR)
    return chess


async def seats(scene: Scene, chess: AccountRow, who: Somebody, role: MemberRole) -> None:
    account = await scene.station.by_uri(who.id)
    assert account is not None
    await scene.station.db.write(_seat, chess, account, role)


def _seat(tx: Tx, chess: AccountRow, account: AccountRow, role: MemberRole) -> None:
    row = memberships.one(tx, chess.id, account.id)
    assert row is not None
    memberships.put(tx, msgspec.structs.replace(row, role=role))


async def announced(scene: Scene, host: str) -> list[dict[str, Any]]:
    """What the community told a node, without what it says of itself."""
    told = [one["object"] for one in await scene.sent(host) if one["type"] == "Announce"]
    return [one for one in told if type_of(one) != "Update"]


async def test_what_moderators_do_to_a_post_that_the_host_has_not_got_is_so_when_it_comes(scene: Scene) -> None:
    chess = await hosted(scene)
    posts = [
        scene.filiale.note(scene.carla, f"Line {number}", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
        for number in range(3)
    ]
    out, back, top = (post["id"] for post in posts)
    said = {"to": [PUBLIC], "cc": [chess.uri], "audience": chess.uri}
    deletes = [scene.siege.about("Delete", scene.bruno.id, uri, summary="rude", **said) for uri in (out, back)]
    undo = scene.siege.about("Undo", scene.bruno.id, deletes[1], **said)
    lock = scene.siege.about("Lock", scene.bruno.id, top, **said)
    add = scene.siege.about("Add", scene.bruno.id, top, target=f"{chess.uri}/collections/featured", **said)
    sort = scene.siege.about("Add", scene.bruno.id, top, target=f"{chess.uri}#topics/openings", **said)
    acts = [*deletes, undo, lock, add, sort]
    assert await scene.station.accept(scene.siege, *acts, by=scene.bruno) == ["applied"] * 6
    again = scene.siege.about("Lock", scene.bruno.id, top, **said)
    assert await scene.station.accept(scene.siege, again, by=scene.bruno) == ["already"]
    assert await announced(scene, scene.filiale.authority) == acts, "in the order of the host"
    creates = [scene.filiale.create(post) for post in posts]
    assert await scene.station.accept(scene.filiale, *creates, by=scene.carla) == ["applied"] * 3
    assert (await announced(scene, scene.siege.authority))[-3:] == creates, "their places are for all"
    rows = [row for uri in (out, back, top) if (row := await scene.placed(uri)) is not None]
    assert [(row.removed_reason, row.locked, row.sticky, row.topic) for row in rows] == [
        ("rude", False, False, ""),
        ("", False, False, ""),
        ("", True, True, "openings"),
    ]
    assert all(row.place is not None for row in rows)
    log = await scene.station.db.read(community_log.about, chess.id, out)
    assert [type_of(msgspec.json.decode(row.body)["object"]) for row in log] == ["Delete", "Create"]


async def test_forums_are_not_told_of_a_post_that_was_out_before_it_came_until_it_is_back(scene: Scene) -> None:
    chess = await hosted(scene)
    await scene.is_of(scene.filiale, "lemmy 1.0")
    post = scene.siege.note(scene.bruno, "Line 1", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    delete = scene.siege.about("Delete", scene.bruno.id, post["id"], summary="no", audience=chess.uri)
    create, undo = scene.siege.create(post), scene.siege.about("Undo", scene.bruno.id, delete)
    await scene.station.accept(scene.siege, delete, create, by=scene.bruno)
    assert create not in await announced(scene, scene.filiale.authority)
    assert await scene.station.accept(scene.siege, undo, by=scene.bruno) == ["applied"]
    assert (await announced(scene, scene.filiale.authority))[-2:] == [undo, create]


async def test_of_what_somebody_may_not_do_is_told_what_is_so_at_the_host(scene: Scene) -> None:
    """Also of what they took back, and of what they did and took back: their node ends as the host."""
    chess = await hosted(scene)
    post = scene.filiale.note(scene.carla, "Line 1", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    unknown = f"{post['id']}0"
    await scene.station.accept(scene.filiale, scene.filiale.create(post), by=scene.carla)
    said = {"to": [PUBLIC], "cc": [chess.uri], "audience": chess.uri}
    featured = f"{chess.uri}/collections/featured"

    async def refused(kind: str, about: object, **more: Any) -> list[tuple[str, Any]]:
        before = len(await announced(scene, scene.siege.authority))
        act = scene.siege.about(kind, scene.bruno.id, about, **said, **more)
        assert await scene.station.accept(scene.siege, act, by=scene.bruno) == ["refused"]
        told = (await announced(scene, scene.siege.authority))[before:]
        assert all(one["actor"] == chess.uri for one in told)
        return [(one["type"], one["object"]["type"] if one["type"] == "Undo" else one["object"]) for one in told]

    delete = scene.siege.about("Delete", scene.bruno.id, post["id"], summary="rude", **said)
    lock = scene.siege.about("Lock", scene.bruno.id, post["id"], **said)
    assert await scene.station.accept(scene.siege, delete, by=scene.bruno) == ["applied"]
    await seats(scene, chess, scene.bruno, MemberRole.MEMBER)
    assert await refused("Undo", delete) == [("Delete", post["id"])]
    assert await refused("Delete", post["id"], summary="rude") == [], "so it is"
    assert await refused("Lock", post["id"]) == [("Undo", "Lock")]
    assert await refused("Undo", lock) == []
    assert await refused("Delete", unknown, summary="rude") == [("Undo", "Delete")]
    assert await refused("Add", post["id"], target=featured) == [("Remove", post["id"])]
    assert await refused("Remove", post["id"], target=featured) == []
    placed = await scene.placed(post["id"])
    assert placed is not None and (placed.removed_reason, placed.locked, placed.sticky) == ("rude", False, False)


@pytest.mark.parametrize("is_over", [False, True], ids=["moderates", "moderates no more"])
async def test_an_act_that_overtakes_the_word_that_somebody_moderates_counts_then(scene: Scene, is_over: bool) -> None:
    """Carla of a third node is made a moderator, takes out her own post, and is (maybe) one no more: in that order, by
    a clock that is ahead of ours."""
    await scene.joined()
    post, target = scene.post(), {"target": f"{scene.group.id}/moderators"}
    await scene.hears(scene.filiale.create(post), published=iso(Millis(NOON + 10)))
    said = {"id": scene.filiale.url("/acts/1"), "to": [PUBLIC], "summary": "no"}
    delete = scene.filiale.about("Delete", scene.carla.id, post["id"], **said)
    scene.filiale.document("/acts/1", delete)
    told = scene.announce(delete, published=iso(Millis(NOON + 3 * MINUTE)))
    assert await scene.station.accept(scene.siege, told, by=scene.group) == ["refused"]
    if is_over:
        over = scene.siege.about("Remove", scene.group.id, scene.carla.id, **target)
        await scene.hears(over, published=iso(Millis(NOON + 4 * MINUTE)))
    named = scene.siege.about("Add", scene.group.id, scene.carla.id, **target)
    await scene.hears(named, published=iso(Millis(NOON + 2 * MINUTE)))
    await scene.station.work()
    placed = await scene.placed(post["id"])
    assert placed is not None and placed.removed_reason == "no", "and the post is not gone"


async def test_what_a_host_did_not_take_does_not_come_in_by_a_change_of_it(scene: Scene) -> None:
    """Whoever had it from its author's node was told that it is out, and would not have it again."""
    chess = await hosted(scene)
    post = scene.filiale.note(scene.carla, "Line 1", to=[PUBLIC, chess.uri], cc=[], audience=chess.uri)
    changed = {**post, "content": "<p>Line 2</p>", "updated": iso(Millis(NOON + MINUTE))}
    carla = await scene.station.by_uri(scene.carla.id)
    assert carla is not None
    amina = scene.station.viewer("amina")
    await scene.station.db.write(membership.ban, amina, chess.id, carla.id, now=scene.station.clock())
    assert await scene.station.accept(scene.filiale, scene.filiale.create(post), by=scene.carla) == ["refused"]
    await scene.station.db.write(membership.unban, amina, chess.id, carla.id, now=scene.station.clock())
    await scene.asks(scene.carla, chess, scene.filiale)
    update = scene.filiale.about("Update", scene.carla.id, changed, to=[PUBLIC], audience=chess.uri)
    assert await scene.station.accept(scene.filiale, update, by=scene.carla) == ["refused"]
    assert await scene.station.posts() == []
    other = {**changed, "id": f"{post['id']}1"}
    again = scene.filiale.about("Update", scene.carla.id, other, to=[PUBLIC], audience=chess.uri)
    assert await scene.station.accept(scene.filiale, again, by=scene.carla) == ["applied"], "of one never heard of"


@pytest.mark.parametrize("is_member", [True, False])
async def test_what_was_found_for_an_answer_that_overtook_it_is_in_when_it_comes(scene: Scene, is_member: bool) -> None:
    chess = await scene.founded()
    if is_member:
        await scene.asks(scene.carla, chess, scene.filiale)
    topic = topic_uri(chess.uri, "openings")
    said: dict[str, Any] = {
        "to": [PUBLIC, chess.uri],
        "cc": [scene.carla.followers],
        "audience": chess.uri,
        "topic": topic,
    }
    post = scene.filiale.note(scene.carla, "Who plays?", **said)
    found = await scene.station.federation.resolver.post(post["id"], Budget())
    assert found is not None and await scene.placed(post["id"]) is None, "what is only found is no part of it"
    outcome = await scene.station.accept(scene.filiale, scene.filiale.create(post), by=scene.carla)
    placed = await scene.placed(post["id"])
    passed_on = [one["object"]["id"] for one in await announced(scene, scene.filiale.authority) if "object" in one]
    if is_member:
        assert outcome == ["applied"] and placed is not None and placed.place is not None
        assert placed.topic == "openings" and passed_on == [post["id"]]
    else:
        assert outcome == ["refused"] and placed is None and passed_on == []


async def test_what_the_host_did_not_take_is_out_whichever_comes_first_and_nobody_answers_in_it(scene: Scene) -> None:
    await scene.joined()
    post = scene.post("I am put out")
    refused = scene.siege.about("Delete", scene.group.id, post["id"], summary="refused")
    assert await scene.hears(refused, published=None) == "unrelated"
    listed = {"type": "Service", "name": scene.filiale.authority, "inbox": scene.filiale.url("/inbox"), "members": 1}
    nodes = {"id": f"{scene.group.id}/nodes", "type": "Collection", "version": 7, "items": [listed]}
    update = scene.siege.about("Update", scene.group.id, nodes)
    assert await scene.station.accept(scene.siege, update, by=scene.group) == ["applied"]
    assert await scene.station.accept(scene.filiale, scene.filiale.create(post), by=scene.carla) == ["applied"]
    placed = await scene.placed(post["id"])
    assert placed is not None and (placed.removed_reason, placed.place) == ("refused", None)
    said = {"inReplyTo": post["id"], "to": [PUBLIC, scene.station.urls.actor("amina")], "cc": [], "audience": None}
    answer = scene.post("So what", **said)
    assert await scene.station.accept(scene.filiale, scene.filiale.create(answer), by=scene.carla) == ["applied"]
    assert await scene.placed(answer["id"]) is None, "as at the host, which does not know what it answers"
