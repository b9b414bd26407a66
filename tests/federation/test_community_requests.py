"""Requests to come into a community, between the node that keeps it and those who moderate it from elsewhere.

Chess is kept by our node: Bruno of siege moderates it and Carla of filiale asks. Football is kept by siege: Amina of
our node moderates it.
"""

import itertools
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from social.communities import front, membership
from social.feeds import notifications
from social.paging import FIRST
from storage import memberships, passed_requests
from storage.accounts import AccountRow
from storage.communities import Entry
from storage.engine.database import Database, Tx
from storage.engine.query import Query
from storage.memberships import MemberRole, MembershipRow, MemberState
from storage.notifications import Kind
from storage.peers import Policy
from tests.federation.neighbour import Somebody
from tests.federation.scene import Scene, opened

WORDS = "5 < 6 & I keep goals"
_WAITING = Query(
    str, "SELECT d.state FROM deliveries AS d JOIN activities AS a ON a.id = d.activity_id WHERE a.uri = :uri"
)


@pytest.fixture
async def scene(db: Database, tmp_path: Path) -> AsyncIterator[Scene]:
    """Both other nodes are Archipel's, and let in by name."""
    async with opened(db, tmp_path) as made:
        for peer in (made.siege, made.filiale):
            await made.is_of(peer, "archipel 1.0", Policy.ALLOWED)
        yield made


async def seat(scene: Scene, community: AccountRow, who: str, role: MemberRole) -> None:
    """Somebody is something in a community."""
    account = await scene.station.by_uri(who)
    assert account is not None
    row = await scene.station.db.read(memberships.one, community.id, account.id)
    row = row or MembershipRow(
        community_id=community.id, account_id=account.id, state=MemberState.MEMBER, created_at=scene.station.clock()
    )
    await scene.station.db.write(memberships.put, msgspec.structs.replace(row, role=role))


async def chess(scene: Scene, *moderators: Somebody) -> AccountRow:
    """A community of our node « on request », with moderators of siege."""
    made = await scene.founded(Entry.REQUEST)
    for who in moderators:
        await appointed(scene, made, who)
    return made


async def appointed(scene: Scene, made: AccountRow, who: Somebody) -> None:
    """Somebody of siege is let in, and becomes a moderator by Amina's word."""
    station, amina = scene.station, scene.station.viewer("amina")
    await scene.asks(who, made, scene.siege)
    account = await station.by_uri(who.id)
    assert account is not None
    now = station.clock()
    await station.db.write(membership.answer_request, amina, made.id, account.id, accept=True, now=now)
    await station.db.write(membership.set_role, amina, made.id, account.id, MemberRole.MODERATOR, now=now)
    await station.settle()


async def wishes(scene: Scene, made: AccountRow, words: str = WORDS) -> dict[str, Any]:
    """Carla asks."""
    follow = scene.filiale.about("Follow", scene.carla.id, made.uri, content=words)
    assert await scene.station.accept(scene.filiale, follow, by=scene.carla) == ["applied"]
    return follow


async def offers(scene: Scene, to: Somebody | None = None) -> list[dict[str, Any]]:
    """What was passed on to siege of Carla's requests, to one of its people."""
    sent = [one for one in await scene.sent(scene.siege.authority) if one["type"] == "Offer"]
    return [one for one in sent if one["object"]["actor"] == scene.carla.id and (to is None or one["to"] == [to.id])]


async def undone(scene: Scene) -> list[str]:
    """The ids of what of that was taken back."""
    sent, offered = await scene.sent(scene.siege.authority), [one["id"] for one in await offers(scene)]
    return [one["object"]["id"] for one in sent if one["type"] == "Undo" and one["object"]["id"] in offered]


def answer(scene: Scene, offer: dict[str, Any], kind: str = "Accept", by: Somebody | None = None) -> dict[str, Any]:
    about = {"id": offer["id"], "type": "Offer", "actor": offer["actor"]}
    return scene.siege.about(kind, (by or scene.bruno).id, about, to=[offer["actor"]])


async def state(scene: Scene, made: AccountRow, who: str) -> str:
    account = await scene.station.by_uri(who)
    row = None if account is None else await scene.station.db.read(memberships.one, made.id, account.id)
    return "" if row is None else row.state.value


async def told_to_carla(scene: Scene) -> list[str]:
    """How the requests of Carla were answered."""
    return [one["type"] for one in await scene.sent(scene.filiale.authority) if one["type"] in ("Accept", "Reject")]


async def test_a_request_is_passed_to_each_moderator_alone_and_to_no_other_node(scene: Scene) -> None:
    zoe = scene.siege.person("zoe", key=4)
    made = await chess(scene, scene.bruno, zoe)
    follow = await wishes(scene, made)
    (offer,) = await offers(scene, scene.bruno)
    assert len(await offers(scene)) == 2
    assert (offer["actor"], offer["to"], offer["cc"]) == (made.uri, [scene.bruno.id], [])
    asked = offer["object"]
    assert (asked["id"], asked["type"], asked["actor"], asked["object"]) == (
        *(follow["id"], "Follow", scene.carla.id, made.uri),
    )
    assert asked["source"]["content"] == WORDS and asked["content"] == "5 &lt; 6 &amp; I keep goals"
    assert "proof" not in offer and "audience" not in offer
    station, carla = scene.station, await scene.station.by_uri(scene.carla.id)
    assert carla is not None
    await station.db.write(
        membership.answer_request, station.viewer("amina"), made.id, carla.id, accept=True, now=station.clock()
    )
    assert sorted(await undone(scene)) == sorted(one["id"] for one in await offers(scene))
    everything = json.dumps(await scene.sent(scene.filiale.authority))
    assert "Offer" not in everything and "keep goals" not in everything
    backs = [one for one in await scene.sent(scene.siege.authority) if one["type"] == "Undo"]
    assert scene.carla.id not in json.dumps(backs), "who asked is not said again"


async def test_nothing_is_passed_to_a_node_that_would_not_keep_it(scene: Scene) -> None:
    made = await chess(scene, scene.bruno)
    await scene.is_of(scene.siege, "mastodon 4.5")
    await wishes(scene, made)
    assert await offers(scene) == []
    assert "keep goals" not in json.dumps(await scene.sent())


@pytest.mark.parametrize(("kind", "becomes", "said"), [("Accept", "member", "Accept"), ("Reject", "", "Reject")])
async def test_a_moderator_of_elsewhere_answers_and_the_community_tells_who_asked(
    scene: Scene, kind: str, becomes: str, said: str
) -> None:
    zoe = scene.siege.person("zoe", key=4)
    made = await chess(scene, scene.bruno, zoe)
    await wishes(scene, made)
    (offer,), (other,) = await offers(scene, scene.bruno), await offers(scene, zoe)
    assert await scene.station.accept(scene.siege, answer(scene, offer, kind), by=scene.bruno) == ["applied"]
    assert await state(scene, made, scene.carla.id) == becomes
    opposite = "Reject" if kind == "Accept" else "Accept"
    assert await scene.station.accept(scene.siege, answer(scene, other, opposite, zoe), by=zoe) == ["already"]
    assert await scene.station.accept(scene.siege, answer(scene, offer, kind), by=scene.bruno) == ["already"]
    assert await state(scene, made, scene.carla.id) == becomes, "the first answer counts"
    assert await told_to_carla(scene) == [said]
    assert sorted(await undone(scene)) == sorted([offer["id"], other["id"]])


async def test_an_answer_counts_by_what_its_author_is_at_that_moment(scene: Scene) -> None:
    zoe = scene.siege.person("zoe", key=4)
    made = await chess(scene, scene.bruno, zoe)
    await wishes(scene, made)
    (offer,) = await offers(scene, scene.bruno)
    assert await scene.station.accept(scene.siege, answer(scene, offer, by=zoe), by=zoe) == ["refused"], "bruno's"
    assert await state(scene, made, scene.carla.id) == "asked"
    await seat(scene, made, scene.bruno.id, MemberRole.MEMBER)
    assert await scene.station.accept(scene.siege, answer(scene, offer), by=scene.bruno) == ["refused"]
    assert await state(scene, made, scene.carla.id) == "asked" and await told_to_carla(scene) == []


async def test_an_answer_to_what_was_withdrawn_or_made_anew_changes_nothing(scene: Scene) -> None:
    made = await chess(scene, scene.bruno)
    follow = await wishes(scene, made)
    (first,) = await offers(scene)
    undo = scene.filiale.about("Undo", scene.carla.id, follow)
    assert await scene.station.accept(scene.filiale, undo, by=scene.carla) == ["applied"]
    assert await undone(scene) == [first["id"]]
    assert await scene.station.accept(scene.siege, answer(scene, first), by=scene.bruno) == ["already"]
    await wishes(scene, made, "Please")
    _, second = await offers(scene)
    assert await scene.station.accept(scene.siege, answer(scene, first), by=scene.bruno) == ["already"]
    assert await state(scene, made, scene.carla.id) == "asked"
    assert await scene.station.accept(scene.siege, answer(scene, second), by=scene.bruno) == ["applied"]
    assert await state(scene, made, scene.carla.id) == "member"


async def test_an_answer_to_a_request_that_was_just_made_anew_changes_nothing(scene: Scene) -> None:
    """Before anybody was told so."""
    made = await chess(scene, scene.bruno)
    follow = await wishes(scene, made)
    (first,) = await offers(scene)
    again = scene.filiale.about("Follow", scene.carla.id, made.uri)
    said = (
        (scene.filiale, scene.filiale.about("Undo", scene.carla.id, follow), scene.carla),
        (scene.filiale, again, scene.carla),
        (scene.siege, answer(scene, first), scene.bruno),
    )
    for peer, activity, by in said:
        await scene.station.take(peer, activity, by)
        await scene.station.federation.inbox.settle()
    assert await state(scene, made, scene.carla.id) == "asked"
    assert await offers(scene) != [first]


async def test_who_moderates_later_is_sent_what_is_open_and_who_does_no_more_loses_it(scene: Scene) -> None:
    made = await chess(scene)
    await scene.asks(scene.bruno, made, scene.siege)
    await wishes(scene, made)
    assert await offers(scene) == []
    await appointed(scene, made, scene.bruno)
    (offer,) = await offers(scene)
    station, bruno = scene.station, await scene.station.by_uri(scene.bruno.id)
    assert bruno is not None

    async def role(given: MemberRole) -> None:
        amina = station.viewer("amina")
        await station.db.write(membership.set_role, amina, made.id, bruno.id, given, now=station.clock())
        await station.settle()

    await role(MemberRole.MEMBER)
    assert await undone(scene) == [offer["id"]]
    assert await station.db.read(_states, offer["id"]) == ["failed"], "what has not arrived is not sent any more"
    await role(MemberRole.HOST)
    offered = await offers(scene)
    assert len(offered) == 2 and offered[1]["id"] != offer["id"]


def _states(tx: Tx, uri: str) -> list[str]:
    return tx.rows(_WAITING, uri=uri)


def passed(scene: Scene, by: Somebody, number: int = 1, words: str = WORDS) -> dict[str, Any]:
    """What siege says to Amina of who asks to come into the football."""
    wish: dict[str, Any] = {
        "id": f"{by.id}#follows/{number}",
        "type": "Follow",
        "actor": by.id,
        "object": scene.group.id,
    }
    wish |= {"content": "words", "source": {"content": words, "mediaType": "text/plain"}}
    to = [scene.station.urls.actor("amina")]
    return scene.siege.about("Offer", scene.group.id, wish, to=to, id=f"{scene.group.id}#offers/{number}")


def back(scene: Scene, offer: dict[str, Any]) -> dict[str, Any]:
    about = {"id": offer["id"], "type": "Offer", "actor": scene.group.id}
    return scene.siege.about("Undo", scene.group.id, about, to=offer["to"])


async def moderated(scene: Scene) -> AccountRow:
    await scene.joined()
    football = await scene.football()
    await seat(scene, football, scene.station.urls.actor("amina"), MemberRole.MODERATOR)
    return football


async def asking(scene: Scene) -> list[tuple[str, str, str]]:
    """Who asks, as Amina sees it."""
    football = await scene.football()
    _, desk = await scene.station.db.read(front.desk, scene.station.viewer("amina"), football.id)
    return [(one.account.uri, one.reason, one.answer.value) for one in desk.asking]


async def told(scene: Scene) -> int:
    found = await scene.station.db.read(
        notifications.notifications, scene.station.viewer("amina"), FIRST, now=scene.station.clock()
    )
    return len([one for one in found if one.kind is Kind.COMMUNITY_REQUEST])


async def test_who_moderates_here_sees_it_and_answers_where_the_community_is_kept(scene: Scene) -> None:
    football, station = await moderated(scene), scene.station
    offer = passed(scene, scene.carla)
    assert await station.accept(scene.siege, offer, by=scene.group) == ["applied"]
    assert await asking(scene) == [(scene.carla.id, WORDS, "")] and await told(scene) == 1
    carla = await station.by_uri(scene.carla.id)
    assert carla is not None
    amina, now = station.viewer("amina"), station.clock()
    assert not await station.db.write(membership.answer_request, amina, football.id, carla.id, accept=True, now=now)
    assert await asking(scene) == [(scene.carla.id, WORDS, "accept")]
    (said,) = [one for one in await scene.sent(scene.siege.authority) if one["type"] == "Accept"]
    assert (said["actor"], said["to"]) == (station.urls.actor("amina"), [scene.group.id])
    assert said["object"] == {"id": offer["id"], "type": "Offer", "actor": scene.group.id}
    assert await station.accept(scene.siege, back(scene, offer), by=scene.group) == ["applied"]
    assert await asking(scene) == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=lambda order: "".join(map(str, order)))
async def test_in_whatever_order_it_comes_what_stands_is_what_was_asked_last(
    scene: Scene, order: tuple[int, ...]
) -> None:
    """The first request, that it is over, the second one; and once more all of them."""
    await moderated(scene)
    first, second = passed(scene, scene.carla), passed(scene, scene.carla, 2, "Please")
    said = [first, back(scene, first), second]
    for place in (*order, *order):
        again = said[place] | ({"id": f"{said[place]['id']}/again"} if place == 1 else {})
        await scene.station.accept(scene.siege, again, by=scene.group)
    assert await asking(scene) == [(scene.carla.id, "Please", "")]
    assert await told(scene) == 1
    await scene.station.accept(scene.siege, back(scene, second), by=scene.group)
    assert await asking(scene) == [], "and nothing of the first one stands behind it"


async def test_what_is_no_word_of_the_community_to_one_of_its_people_is_not_taken(scene: Scene) -> None:
    await moderated(scene)
    station, siege = scene.station, scene.siege
    await station.person("luc")
    good = passed(scene, scene.carla)
    luc = good | {"id": f"{scene.group.id}#offers/7", "to": [station.urls.actor("luc")]}
    assert await station.accept(siege, luc, by=scene.group) == ["refused"], "luc is nothing to the community"
    both = good | {"id": f"{scene.group.id}#offers/8", "to": [*good["to"], station.urls.actor("luc")]}
    assert await station.accept(siege, both, by=scene.group) == ["unrelated"]
    by_bruno = siege.about("Offer", scene.bruno.id, good["object"], to=good["to"])
    assert await station.accept(siege, by_bruno, by=scene.bruno) == ["unrelated"]
    other = good | {"id": f"{scene.group.id}#offers/9", "object": good["object"] | {"object": scene.bruno.id}}
    assert await station.accept(siege, other, by=scene.group) == ["refused"], "a request to somebody else"
    assert await station.accept(siege, good, by=scene.group) == ["applied"]
    foreign = scene.filiale.about("Undo", scene.carla.id, {"id": good["id"], "type": "Offer", "actor": scene.group.id})
    assert await station.accept(scene.filiale, foreign, by=scene.carla) == ["refused"]
    mine = siege.about("Undo", scene.bruno.id, {"id": good["id"], "type": "Offer", "actor": scene.group.id})
    assert await station.accept(siege, mine, by=scene.bruno) == ["unrelated"], "bruno is no community"
    assert await asking(scene) == [(scene.carla.id, WORDS, "")]


async def test_who_asks_and_cannot_be_fetched_now_is_asked_for_again(scene: Scene) -> None:
    await moderated(scene)
    nina = scene.filiale.person("nina", key=5, serve=False)
    path = nina.id.removeprefix(scene.filiale.url(""))
    scene.filiale.answer(path, status=503)
    offer = passed(scene, nina)
    assert await scene.station.accept(scene.siege, offer, by=scene.group) == ["waiting"]
    assert await asking(scene) == []
    scene.filiale.person("nina", key=5)
    scene.station.clock.pass_by(minutes=1)
    await scene.station.work()
    assert await asking(scene) == [(nina.id, WORDS, "")]


async def test_no_host_fills_a_node_with_requests(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    football = await moderated(scene)
    monkeypatch.setattr("social.communities.requests.MOST", 2)
    first, *others = [passed(scene, scene.carla, number) for number in range(1, 8)]
    assert await scene.station.accept(scene.siege, first, by=scene.group) == ["applied"]
    outcomes = await scene.station.accept(scene.siege, *others, by=scene.group)
    assert outcomes == ["applied"] * 3 + ["refused"] * 3
    amina = scene.station.viewer("amina").account
    assert await scene.station.db.read(passed_requests.count, football.id, amina) == 4
