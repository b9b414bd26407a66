"""Suspension and the end of accounts between nodes: what peers are told, what they may read then, what they send."""

import pytest

from federation.incoming.apply import OF_SUSPENDED
from social.governance import states
from social.people import keys
from social.people.accounts import ProfileChange, edit_profile
from social.policy import Role
from storage.ids import AccountId
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_outgoing import bodies


async def plant(station: Station, bruno: Somebody) -> AccountId:
    """Amina, with words about herself; Ines, who administers; bruno of siege, who is known here: his account."""
    await station.person("amina")
    await station.person("ines", role=Role.ADMIN)
    change = ProfileChange(note="I repair presses", display_name="Amina Benali")
    await station.db.write(edit_profile, station.viewer("amina"), change, urls=station.urls, now=station.clock())
    account = await station.federation.remote.account_by_url(bruno.id)
    assert account is not None
    await bodies(station)
    return account


async def test_peers_hear_of_a_suspension_and_read_no_more_than_that(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await plant(station, bruno)
    ines, amina = station.viewer("ines"), station.id("amina")
    await station.db.write(states.suspend, ines, amina, now=station.clock())
    (update,) = await bodies(station)
    assert (update["type"], update["object"]["suspended"]) == ("Update", True)
    for document in (update["object"], (await station.show(siege, "/users/amina", bruno.key)).json()):
        assert document["suspended"] is True and document["publicKey"]["publicKeyPem"]
        assert "presses" not in str(document) and "Benali" not in str(document)
        assert "icon" not in document and document.get("attachment") is None
    for path in ("outbox", "followers", "following"):
        assert (await station.show(siege, f"/users/amina/{path}", bruno.key)).status == 404
    station.clock.pass_by(minutes=1)
    await station.db.write(states.restore, ines, amina, now=station.clock())
    (update,) = await bodies(station)
    assert "suspended" not in update["object"] and "presses" in update["object"]["summary"]


async def test_the_end_of_an_account_is_told_to_every_known_node_and_signed(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await plant(station, bruno)
    amina = await station.row(station.id("amina"))
    post = await station.say("amina", "hello")
    await bodies(station)
    await station.db.write(states.delete, station.viewer("ines"), amina.id, now=station.clock())
    (farewell,) = await bodies(station)
    assert (farewell["type"], farewell["actor"], farewell["object"]) == ("Delete", amina.uri, amina.uri)
    key, _ = await station.db.read(keys.signing_key, amina.id)
    assert key.endswith("#main-key")
    for path in ("/users/amina", f"/users/amina/posts/{post}"):
        assert (await station.show(siege, path, bruno.key)).status in (404, 410)
    assert (await station.show(siege, "/users/amina", bruno.key)).status == 410
    finger = f"/.well-known/webfinger?resource=acct:amina@{station.host}"
    assert (await station.show(siege, finger)).status in (404, 410)


async def test_who_is_suspended_here_may_only_take_back(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    account = await plant(station, bruno)
    note = siege.note(bruno, to=[station.urls.actor("amina")], cc=[])
    assert await station.accept(siege, siege.create(note), by=bruno) == ["applied"]
    await station.db.write(states.suspend, station.viewer("ines"), account, now=station.clock())
    assert await station.posts() == []
    station.clock.pass_by(minutes=1)
    station.federation.signers.forget(f"{bruno.id}#main-key")
    refused = await station.take(siege, siege.create(siege.note(bruno)), bruno)
    assert refused.status == 403
    assert {"Delete", "Undo", "Reject", "Update"} == OF_SUSPENDED
    assert (await station.show(siege, "/users/amina", bruno.key)).status == 403


async def test_copies_of_whom_another_node_suspended_go_after_a_month(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    account = await plant(station, bruno)
    note = siege.note(bruno, to=[station.urls.actor("amina")], cc=[])
    await station.accept(siege, siege.create(note), by=bruno)
    update = siege.about("Update", bruno.id, siege.actor(bruno) | {"suspended": True})
    assert await station.accept(siege, update, by=bruno) == ["applied"]
    assert (await station.row(account)).suspended_at is not None
    assert len(await station.posts()) == 1
    await station.db.write(states.purge_suspended, account, now=station.clock.pass_by(days=29))
    assert len(await station.posts()) == 1
    await station.db.write(states.purge_suspended, account, now=station.clock.pass_by(days=1))
    assert await station.posts() == []


@pytest.mark.parametrize("lifted_between", [False, True])
async def test_what_this_node_decides_is_not_lifted_by_theirs(
    station: Station, siege: Neighbour, bruno: Somebody, lifted_between: bool
) -> None:
    account, ines = await plant(station, bruno), station.viewer("ines")
    hidden = siege.about("Update", bruno.id, siege.actor(bruno) | {"suspended": True})
    assert await station.accept(siege, hidden, by=bruno) == ["applied"]
    if lifted_between:
        await station.db.write(states.restore, ines, account, now=station.clock())
    await station.db.write(states.suspend, ines, account, now=station.clock())
    back = siege.about("Update", bruno.id, siege.actor(bruno))
    assert await station.accept(siege, back, by=bruno) == ["applied"]
    assert (await station.row(account)).suspended_at is not None


async def test_what_their_node_hides_it_shows_again(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    account = await plant(station, bruno)
    for is_suspended in (True, False):
        said = siege.about("Update", bruno.id, siege.actor(bruno) | {"suspended": is_suspended})
        assert await station.accept(siege, said, by=bruno) == ["applied"]
        assert ((await station.row(account)).suspended_at is not None) is is_suspended
