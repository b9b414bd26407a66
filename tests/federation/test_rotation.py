"""Keys are replaced: as planned, or because they are known to others. No letter is lost, no old key is believed."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from federation.signing.cavage import sign
from federation.signing.keys import SigningKey, key_of
from social import peers as peer_commands
from social.clock import MINUTE
from social.people import keys
from social.people.keys import OVERLAP, KeyPair, make_ed25519, make_keys
from storage import deliveries
from storage.deliveries import InboxTarget
from storage.engine.database import Database, Tx, open_database
from storage.ids import Millis
from tests.conftest import NewDatabase
from tests.federation.neighbour import Neighbour
from tests.federation.station import Station, open_station
from tests.federation.test_delivery import delivering, until

LETTERS = 100


@pytest.fixture
async def other(new_database: NewDatabase, tmp_path: Path) -> AsyncIterator[Station]:
    """A second node of ours."""
    db: Database = await open_database(new_database("sqlite"))
    async with open_station(db, tmp_path / "other") as running:
        yield running
    await db.close()


async def meet(one: Station, two: Station) -> None:
    """Both let each other in."""
    for here, there in ((one, two), (two, one)):
        await here.db.write(peer_commands.allow, None, there.host, now=here.clock())
        here.federation.policy.forget()


def _queue(tx: Tx, station: Station, name: str, to: str, count: int) -> list[str]:
    made = []
    for _ in range(count):
        id = station.ids.make()
        actor = station.urls.actor(name)
        uri = f"{actor}#test/{id}"
        body = json.dumps({"id": uri, "type": "Like", "actor": actor, "object": f"{to}/nothing"})
        deliveries.freeze(tx, id, station.id(name), uri, "Like", body, station.clock())
        inbox = InboxTarget(inbox_url=f"{to}/inbox", host=to.split("/")[2])
        deliveries.address(tx, id, station.id(name), [station.ids.make()], [inbox], station.clock())
        made.append(uri)
    return made


async def letters(station: Station, to: Station, count: int) -> list[str]:
    """Queue activities of amina to the other node; their ids."""
    await station.person("amina")
    return await station.db.write(_queue, station, "amina", to.urls.base, count)


async def own(station: Station) -> SigningKey:
    return key_of(await station.db.read(keys.signing_keys, station.id("amina")))


async def rotate(station: Station, *, leaked: bool, pair: KeyPair | None = None) -> None:
    actor = station.urls.actor("amina")
    await station.db.write(
        keys.rotate,
        station.id("amina"),
        station.urls.key(actor),
        pair or make_keys(),
        leaked=leaked,
        now=station.clock.pass_by(minutes=1),
    )


async def knock(of: Station, at: Station, key: SigningKey) -> int:
    """Read something at the other node, signed with a key."""
    url = f"{at.urls.base}/users/nobody/outbox"
    headers = sign(key, "GET", url, None, at.clock())
    async with Neighbour("anybody.localhost") as anybody:
        return (await anybody.send("GET", at.at("/users/nobody/outbox"), headers, None)).status


@pytest.mark.parametrize("leaked", [False, True], ids=["planned", "leaked"])
async def test_a_hundred_letters_that_wait_arrive_signed_anew(quick: Station, other: Station, leaked: bool) -> None:
    await meet(quick, other)
    await letters(quick, other, 1)
    async with delivering(quick):
        await until(quick, {})
    old = await own(quick)
    waiting = await letters(quick, other, LETTERS)
    await rotate(quick, leaked=leaked)
    other.clock.now = quick.clock.now
    # Others' in-memory copies live for seconds; here the courier is a new one anyway.
    quick.federation.courier._keyring._kept.clear()
    async with delivering(quick):
        await until(quick, {})
    came = [row.activity_id for row in await other.received()]
    assert came[1:] == waiting
    assert await knock(quick, other, await own(quick)) == 404
    assert await knock(quick, other, old) == (401 if leaked else 404)


async def test_an_old_key_is_shown_for_two_days_and_then_forgotten(quick: Station, siege: Neighbour) -> None:
    await quick.person("amina")
    before = await quick.db.read(keys.public_keys, quick.id("amina"))
    await rotate(quick, leaked=False)
    shown = (await quick.show(siege, "/users/amina")).json()
    first, *rest = [shown["publicKey"]["id"], *(key["id"] for key in shown["assertionMethod"])]
    assert first.startswith(f"{quick.urls.actor('amina')}#main-key-")
    assert {key.id for key in before} <= set(rest)
    quick.clock.pass_by(minutes=OVERLAP // MINUTE + 1)
    assert await quick.db.write(keys.prune, now=quick.clock()) == 2
    shown = (await quick.show(siege, "/users/amina")).json()
    assert len(shown["assertionMethod"]) == 1


async def test_a_leaked_key_is_shown_no_longer_and_everybody_is_told(quick: Station, siege: Neighbour) -> None:
    await quick.person("amina")
    bruno = siege.person("bruno")
    assert await quick.accept(siege, siege.about("Follow", bruno.id, quick.urls.actor("amina")), by=bruno)
    await rotate(quick, leaked=True)
    await quick.settle()
    shown = (await quick.show(siege, "/users/amina")).json()
    assert len(shown["assertionMethod"]) == 1
    siege.answer("/inbox", status=202)
    async with delivering(quick):
        await until(quick, {})
    assert siege.requests[-1].json()["type"] == "Update"
    assert siege.requests[-1].json()["object"]["publicKey"]["id"] == shown["publicKey"]["id"]


async def test_accounts_of_before_get_an_ed25519_key_when_the_node_starts(quick: Station) -> None:
    actor = quick.urls.actor("amina")
    await quick.person("amina")
    pair = make_keys()
    await rotate(quick, leaked=True, pair=KeyPair(public_pem=pair.public_pem, private_pem=pair.private_pem))
    assert (await own(quick)).ed25519 is None
    await quick.federation.start()
    completed = (await own(quick)).ed25519
    assert completed is not None
    assert completed.id == f"{actor}#ed25519-key"


def test_an_ed25519_key_is_small_enough_to_be_told_from_rsa() -> None:
    assert len(make_ed25519()[0]) < 200 < len(make_keys().public_pem)


async def test_a_delete_of_somebody_whose_key_is_gone_is_answered_without_asking_twice(
    quick: Station, siege: Neighbour
) -> None:
    bruno = siege.person("bruno")
    note = siege.note(bruno)
    await quick.accept(siege, siege.create(note), by=bruno)
    siege.gone("/users/bruno")
    farewell = siege.about("Delete", bruno.id, bruno.id)
    other_key = SigningKey(id=f"{bruno.id}#main-key-2", private=bruno.key.private)
    for _ in range(3):
        reply = await siege.deliver(quick.at("/inbox"), farewell, other_key, host=quick.host, now=Millis(quick.clock()))
        assert reply.status == 202
        quick.clock.pass_by(minutes=1)
    assert len([seen for seen in siege.requests if seen.path == "/users/bruno"]) <= 2
    row = await quick.by_uri(bruno.id)
    assert row is not None
    assert row.deleted_at is not None


async def test_a_delete_whose_key_is_not_found_is_refused_and_asked_for_once(quick: Station, siege: Neighbour) -> None:
    bruno = siege.person("bruno")
    await quick.accept(siege, siege.create(siege.note(bruno)), by=bruno)
    siege.answer("/users/bruno", status=404)
    asked = len([seen for seen in siege.requests if seen.path == "/users/bruno"])
    other_key = SigningKey(id=f"{bruno.id}#main-key-2", private=bruno.key.private)
    for _ in range(5):
        farewell = siege.about("Delete", bruno.id, bruno.id)
        reply = await siege.deliver(quick.at("/inbox"), farewell, other_key, host=quick.host, now=Millis(quick.clock()))
        assert reply.status == 401
        quick.clock.pass_by(minutes=1)
    # Signed in two ways, asked for once: 404 is no proof that somebody is gone.
    assert len([seen for seen in siege.requests if seen.path == "/users/bruno"]) - asked <= 2
    row = await quick.by_uri(bruno.id)
    assert row is not None
    assert row.deleted_at is None
