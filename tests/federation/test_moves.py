"""Accounts that move: believed only when both sides say so, and followers go along."""

from typing import Any

import pytest

from social.errors import Conflict, Invalid
from social.people import moves, relations
from storage.accounts import AccountRow
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_apply_posts import followed
from tests.federation.test_outgoing import bodies


async def here(station: Station, who: Somebody) -> AccountRow:
    row = await station.by_uri(who.id)
    assert row is not None
    return row


async def follows(station: Station, name: str, who: Somebody) -> bool:
    row = await here(station, who)
    tie = await station.db.read(relations.relationship, station.viewer(name), row.id, now=station.clock())
    return tie.following or tie.requested


def moving(siege: Neighbour, who: Somebody, target: str) -> dict[str, Any]:
    return siege.about("Move", who.id, who.id, target=target, to=[who.followers])


async def test_followers_go_along_with_what_they_chose(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(station, siege, bruno)
    new = siege.person("bruno2", key=1, alsoKnownAs=[bruno.id])
    assert await station.accept(siege, moving(siege, bruno, new.id), by=bruno) == ["applied"]
    await station.run_jobs()
    assert await follows(station, "amina", new)
    assert not await follows(station, "amina", bruno)
    old = await here(station, bruno)
    assert (old.moved_to, old.moved_id) == (new.id, (await here(station, new)).id)
    assert await station.accept(siege, moving(siege, bruno, new.id), by=bruno) == ["already"]


@pytest.mark.parametrize(
    "claimed",
    [
        pytest.param({}, id="the new account says nothing"),
        pytest.param({"alsoKnownAs": ["https://x.example/users/bruno"]}, id="it names somebody else"),
        pytest.param({"alsoKnownAs": [], "movedTo": "https://x.example/users/bruno"}, id="it has moved itself"),
    ],
)
async def test_nobody_is_moved_to_an_account_that_does_not_say_so(
    quick: Station, siege: Neighbour, bruno: Somebody, claimed: dict[str, Any]
) -> None:
    await followed(quick, siege, bruno)
    new = siege.person("eve", key=1, **claimed)
    await quick.accept(siege, moving(siege, bruno, new.id), by=bruno)
    await quick.run_jobs()
    assert (await here(quick, bruno)).moved_id is None
    assert await follows(quick, "amina", bruno)


async def test_nobody_moves_somebody_else(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    eve = siege.person("eve", key=1, alsoKnownAs=[bruno.id])
    forged = siege.about("Move", eve.id, bruno.id, target=eve.id)
    assert await quick.accept(siege, forged, by=eve) == ["refused"]
    assert await quick.accept(siege, siege.about("Move", bruno.id, bruno.id), by=bruno) == ["refused"]
    assert await follows(quick, "amina", bruno)


async def test_after_a_move_there_is_rest_for_seven_days(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    new = siege.person("bruno2", key=1, alsoKnownAs=[bruno.id])
    third = siege.person("bruno3", key=1, alsoKnownAs=[bruno.id])
    await quick.accept(siege, moving(siege, bruno, new.id), by=bruno)
    await quick.run_jobs()
    quick.clock.pass_by(days=6)
    assert await quick.accept(siege, moving(siege, bruno, third.id), by=bruno) == ["already"]
    quick.clock.pass_by(days=2)
    assert await quick.accept(siege, moving(siege, bruno, third.id), by=bruno) == ["applied"]


async def test_whoever_was_blocked_or_muted_stays_so(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await followed(quick, siege, bruno)
    old = await here(quick, bruno)
    await quick.person("ines")
    await quick.person("luc")
    now = quick.clock()
    await quick.db.write(relations.mute, quick.viewer("luc"), old.id, ids=quick.ids, now=now)
    await quick.db.write(relations.block, quick.viewer("ines"), old.id, ids=quick.ids, urls=quick.urls, now=now)
    new = siege.person("bruno2", key=1, alsoKnownAs=[bruno.id])
    await quick.accept(siege, moving(siege, bruno, new.id), by=bruno)
    await quick.run_jobs()
    target = (await here(quick, new)).id
    assert (await quick.db.read(relations.relationship, quick.viewer("luc"), target, now=now)).muting
    assert (await quick.db.read(relations.relationship, quick.viewer("ines"), target, now=now)).blocking


async def test_somebody_here_moves_away(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    amina = await quick.person("amina")
    uri = quick.urls.actor("amina")
    target = await quick.federation.remote.account_by_url(bruno.id)
    assert target is not None
    with pytest.raises(Invalid):
        await quick.db.write(moves.move, quick.viewer("amina"), target, now=quick.clock())
    new = siege.person("amina2", key=1, alsoKnownAs=[uri])
    place = await quick.federation.remote.account_by_url(new.id)
    assert place is not None
    eve = siege.person("eve", key=1)
    await quick.accept(siege, siege.about("Follow", eve.id, uri), by=eve)
    await quick.db.write(moves.move, quick.viewer("amina"), place, now=quick.clock())
    with pytest.raises(Conflict):
        await quick.db.write(moves.move, quick.viewer("amina"), place, now=quick.clock())
    document = (await quick.show(siege, "/users/amina", bruno.key)).json()
    assert document["movedTo"] == new.id
    (sent,) = [one for one in await bodies(quick) if one["type"] == "Move"]
    assert (sent["object"], sent["target"], sent["actor"]) == (uri, new.id, uri)
    await quick.db.write(moves.stay, quick.viewer("amina"), now=quick.clock())
    assert (await quick.row(amina)).moved_id is None


async def test_aliases_stand_in_the_actor(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    await quick.person("amina")
    await quick.db.write(moves.call_also, quick.viewer("amina"), [bruno.id, bruno.id], now=quick.clock())
    document = (await quick.show(siege, "/users/amina", bruno.key)).json()
    assert document["alsoKnownAs"] == [bruno.id]
