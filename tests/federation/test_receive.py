"""POST to an inbox, over a socket: what is accepted, once, and why everything else is not."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from federation import signers
from federation.signing.keys import signing_key
from social.clock import HOUR, MINUTE
from social.people import accounts
from social.policy import Role
from social.settings import LimitSettings
from storage import deliveries, peers, tombstones
from storage.deliveries import InboxTarget
from storage.engine.database import Database
from storage.ids import Millis
from tests.federation.neighbour import Neighbour, Somebody, pem
from tests.federation.station import Station, open_station


def follow(siege: Neighbour, bruno: Somebody, station: Station, **said: Any) -> dict[str, Any]:
    return siege.about("Follow", bruno.id, station.urls.actor("amina"), **said)


async def test_a_signed_activity_is_kept_once_however_often_it_comes(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    activity = follow(siege, bruno, station)
    for path in ("/inbox", "/users/amina/inbox", "/actor/inbox", "/inbox"):
        assert (await station.take(siege, activity, bruno, path=path)).status == 202
    (row,) = await station.received()
    assert (row.activity_id, row.actor_uri, row.state) == (activity["id"], bruno.id, "waiting")
    assert json.loads(row.body) == activity
    # The key was fetched once, signed.
    (seen,) = [seen for seen in siege.requests if seen.path == "/users/bruno"]
    assert seen.header("Signature")


async def test_activities_of_one_moment_are_all_kept(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    activities = [follow(siege, bruno, station) for _ in range(40)]
    replies = await asyncio.gather(*(station.take(siege, one, bruno) for one in activities))
    assert {reply.status for reply in replies} == {202}
    assert len(await station.received()) == 40
    assert len([seen for seen in siege.requests if seen.path == "/users/bruno"]) == 1


async def test_an_activity_without_an_id_is_known_by_what_it_says(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    activity = follow(siege, bruno, quick)
    del activity["id"]
    for _ in range(2):
        assert (await quick.take(siege, activity, bruno)).status == 202
    (row,) = await quick.received()
    assert row.activity_id.startswith(f"{bruno.id}#sha256-")


async def test_a_stranger_is_refused_before_anything_is_fetched(quick: Station) -> None:
    async with Neighbour("elsewhere.localhost") as elsewhere:
        eve = elsewhere.person("eve")
        reply = await quick.take(elsewhere, follow(elsewhere, eve, quick), eve)
        assert reply.status == 403
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert elsewhere.requests == []
    assert await quick.received() == []


async def test_a_denied_node_is_refused_although_it_is_configured(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await quick.db.write(peers.decide, siege.authority, peers.Policy.DENIED, quick.clock())
    assert (await quick.take(siege, follow(siege, bruno, quick), bruno)).status == 403
    await quick.db.write(peers.decide, siege.authority, peers.Policy.ALLOWED, quick.clock())
    quick.federation.policy.forget()
    assert (await quick.take(siege, follow(siege, bruno, quick), bruno)).status == 202


async def test_a_request_without_a_signature_gets_401(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    body = json.dumps(follow(siege, bruno, quick)).encode()
    headers = {"Host": quick.host, "Content-Type": "application/activity+json"}
    reply = await siege.send("POST", quick.at("/inbox"), headers, body)
    assert (reply.status, reply.json()["status"]) == (401, 401)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        pytest.param('keyId="a', 400, id="cut off"),
        pytest.param('keyId="https://a.example/k",keyId="https://b.example/k",signature="aa=="', 400, id="two keys"),
        pytest.param('keyId="http://10.0.0.1/k",headers="host date",signature="YWE="', 401, id="a private address"),
        pytest.param('keyId="acct:a@b.example",headers="host date",signature="YWE="', 401, id="no url"),
        pytest.param('keyId="http://localhost:1/k",headers="host date",signature="YWE="', 403, id="this machine"),
    ],
)
async def test_a_signature_that_names_no_key_of_ours_to_ask_for_is_refused(
    quick: Station, siege: Neighbour, header: str, status: int
) -> None:
    headers = {"Host": quick.host, "Content-Type": "application/activity+json", "Signature": header}
    assert (await siege.send("POST", quick.at("/inbox"), headers, b"{}")).status == status


@pytest.mark.parametrize("away", [-2 * HOUR, 2 * HOUR], ids=["stale", "from the future"])
async def test_a_signature_of_another_time_is_refused(
    quick: Station, siege: Neighbour, bruno: Somebody, away: int
) -> None:
    activity = follow(siege, bruno, quick)
    now = Millis(quick.clock() + away)
    reply = await siege.deliver(quick.at("/inbox"), activity, bruno.key, host=quick.host, now=now)
    assert reply.status == 401


async def test_a_body_that_was_changed_on_the_way_is_refused(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    signed = json.dumps(follow(siege, bruno, quick)).encode()
    changed = signed.replace(b"amina", b"carla")
    reply = await quick.take(siege, changed, bruno, signed_body=signed)
    assert reply.status == 401


async def test_a_request_that_was_signed_for_another_node_is_refused(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    activity = follow(siege, bruno, quick)
    reply = await siege.deliver(quick.at("/inbox"), activity, bruno.key, host="filiale.localhost", now=quick.clock())
    assert reply.status == 401


async def test_a_forged_signature_makes_the_node_fetch_the_key_once_more_and_no_oftener(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await quick.take(siege, follow(siege, bruno, quick), bruno)
    forger = signing_key(bruno.key.id, pem(1))
    for _ in range(3):
        activity = follow(siege, bruno, quick)
        reply = await siege.deliver(quick.at("/inbox"), activity, forger, host=quick.host, now=quick.clock())
        assert reply.status == 401
    assert len([seen for seen in siege.requests if seen.path == "/users/bruno"]) == 2
    assert len(await quick.received()) == 1


async def test_a_new_key_is_found_by_the_fetch_that_a_failed_signature_causes(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.take(siege, follow(siege, bruno, station), bruno)
    rotated = siege.person("bruno", key=1)
    assert rotated.key.id == bruno.key.id
    assert (await station.take(siege, follow(siege, bruno, station), rotated)).status == 202
    assert (await station.take(siege, follow(siege, bruno, station), bruno)).status == 401


async def test_the_owner_of_the_key_is_the_actor(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    eve = siege.person("eve", key=1)
    assert (await quick.take(siege, follow(siege, bruno, quick), eve)).status == 403
    assert await quick.received() == []


async def test_a_key_that_its_actor_does_not_list_is_refused(quick: Station, siege: Neighbour) -> None:
    carla = siege.person("carla", key=1)
    siege.document("/users/carla", siege.actor(carla, pem(1), publicKey=[]))
    assert (await quick.take(siege, follow(siege, carla, quick), carla)).status == 401


async def test_a_key_whose_document_names_its_owner_is_believed_of_the_owner_only(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    key_id = siege.url("/keys/1")
    document = siege.actor(bruno, pem(0))
    document["publicKey"]["id"] = key_id
    siege.document("/users/bruno", document)
    siege.document("/keys/1", {"id": key_id, "type": "Key", "owner": bruno.id, "publicKeyPem": "whatever"})
    key = signing_key(key_id, pem(0))
    activity = follow(siege, bruno, quick)
    reply = await siege.deliver(quick.at("/inbox"), activity, key, host=quick.host, now=quick.clock())
    assert reply.status == 202, reply.body


@pytest.mark.parametrize(
    ("change", "status"),
    [
        pytest.param({"id": "https://evil.example/1"}, 400, id="an id of another origin"),
        pytest.param({"type": None}, 400, id="no type"),
        pytest.param({"actor": ["https://a.example/a", "https://a.example/b"]}, 400, id="two actors"),
    ],
)
async def test_an_activity_whose_ids_disagree_is_refused(
    quick: Station, siege: Neighbour, bruno: Somebody, change: dict[str, Any], status: int
) -> None:
    assert (await quick.take(siege, {**follow(siege, bruno, quick), **change}, bruno)).status == status
    assert await quick.received() == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{", id="no JSON"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'{"id":1,"id":2}', id="a key twice"),
        pytest.param(b"[" * 4000 + b"]" * 4000, id="deep"),
        pytest.param(b'{"a":"\\u0000"}', id="a NUL"),
        pytest.param(b'{"a":1e999}', id="infinity"),
        pytest.param(b"\xff\xfe", id="not UTF-8"),
        pytest.param(b'{"a":[' + b"1," * 30_000 + b"1]}", id="wide"),
    ],
)
async def test_a_body_that_is_no_document_is_refused_and_nothing_is_kept(
    quick: Station, siege: Neighbour, bruno: Somebody, body: bytes
) -> None:
    assert (await quick.take(siege, body, bruno)).status == 400
    assert await quick.received() == []


async def test_more_than_a_mebibyte_is_refused(quick: Station, siege: Neighbour, bruno: Somebody) -> None:
    assert (await quick.take(siege, b" " * (1024 * 1024 + 1), bruno)).status == 413


@pytest.mark.parametrize("kind", ["application/json", "text/html", "multipart/form-data"])
async def test_another_type_is_refused(quick: Station, siege: Neighbour, bruno: Somebody, kind: str) -> None:
    reply = await quick.take(siege, follow(siege, bruno, quick), bruno, headers={"Content-Type": kind})
    assert reply.status == 415


async def test_a_key_that_cannot_be_fetched_just_now_is_503_and_not_asked_for_again_at_once(
    quick: Station, siege: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signers, "FETCH_SECONDS", 0.3)
    luc = siege.person("luc", serve=False)
    siege.silent("/users/luc")
    for _ in range(3):
        reply = await quick.take(siege, follow(siege, luc, quick), luc)
        assert (reply.status, reply.headers["Retry-After"]) == (503, "30")
    assert len(siege.requests) == 1


async def test_a_key_that_is_refused_to_us_for_now_is_503(quick: Station, siege: Neighbour) -> None:
    luc = siege.person("luc", serve=False)
    siege.answer("/users/luc", status=403)
    assert (await quick.take(siege, follow(siege, luc, quick), luc)).status == 503


async def test_a_key_that_is_nowhere_is_401(quick: Station, siege: Neighbour) -> None:
    luc = siege.person("luc", serve=False)
    assert (await quick.take(siege, follow(siege, luc, quick), luc)).status == 401


async def test_a_key_that_never_ends_is_refused_in_time(
    quick: Station, siege: Neighbour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signers, "FETCH_SECONDS", 2.0)
    luc = siege.person("luc", serve=False)
    siege.endless("/users/luc", headers="Content-Type: application/activity+json\r\n")
    assert (await quick.take(siege, follow(siege, luc, quick), luc)).status in (401, 503)


async def test_a_key_that_is_redirected_in_a_circle_is_refused(quick: Station, siege: Neighbour) -> None:
    luc = siege.person("luc", serve=False)
    siege.redirect("/users/luc", siege.url("/users/other"))
    siege.redirect("/users/other", siege.url("/users/luc"))
    assert (await quick.take(siege, follow(siege, luc, quick), luc)).status == 401


async def test_the_end_of_an_actor_who_is_unknown_here_is_accepted_without_a_fetch(
    quick: Station, siege: Neighbour
) -> None:
    luc = siege.person("luc", serve=False)
    for object in (luc.id, {"id": luc.id, "type": "Tombstone"}):
        assert (await quick.take(siege, siege.about("Delete", luc.id, object), luc)).status == 202
    assert siege.requests == []
    assert await quick.received() == []


async def test_an_actor_who_is_gone_is_remembered_as_gone(station: Station, siege: Neighbour) -> None:
    luc = siege.person("luc", serve=False)
    siege.gone("/users/luc")
    assert (await station.take(siege, follow(siege, luc, station), luc)).status == 202
    assert await station.db.read(tombstones.by_uri, luc.id, luc.id) is not None
    assert await station.received() == []


async def test_somebody_suspended_here_may_take_back_and_nothing_else(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("marc", role=Role.ADMIN)
    activity = follow(siege, bruno, station)
    await station.take(siege, activity, bruno)
    row = await station.by_uri(bruno.id)
    assert row is not None
    await station.db.write(accounts.suspend, station.viewer("marc"), row.id, now=station.clock())
    station.federation.signers.forget(bruno.key.id)
    assert (await station.take(siege, follow(siege, bruno, station), bruno)).status == 403
    undo = siege.about("Undo", bruno.id, activity)
    assert (await station.take(siege, undo, bruno)).status == 202


async def test_who_speaks_too_fast_is_told_when_to_go_on(
    sqlite_db: Database, siege: Neighbour, bruno: Somebody, tmp_path: Path
) -> None:
    limits = LimitSettings(per_peer=3)
    async with open_station(sqlite_db, tmp_path, siege.authority, limits=limits) as station:
        replies = [await station.take(siege, follow(siege, bruno, station), bruno) for _ in range(4)]
        assert [reply.status for reply in replies] == [202, 202, 202, 429]
        assert 0 < int(replies[3].headers["Retry-After"]) <= 60


async def test_a_host_that_failed_and_speaks_is_well_again(station: Station, siege: Neighbour, bruno: Somebody) -> None:
    now = station.clock()
    await station.db.write(peers.failed, siege.authority, "no answer", Millis(now + HOUR), now)
    node = await station.db.read(accounts.instance_actor)

    def queued(tx: Any) -> None:
        deliveries.freeze(tx, 1, node.id, "https://usine.example/1", "Create", "{}", now)
        deliveries.address(tx, 1, node.id, [2], [InboxTarget(inbox_url=siege.url("/inbox"), host=siege.authority)], now)
        deliveries.later(tx, 2, Millis(now + 30 * MINUTE), "no answer")  # type: ignore[arg-type]  # an id of the test

    await station.db.write(queued)
    assert await station.db.read(deliveries.next_due, now) == now + 30 * MINUTE
    await station.take(siege, follow(siege, bruno, station), bruno)
    assert await station.db.read(deliveries.next_due, now) == now
    peer = await station.db.read(peers.by_host, siege.authority)
    assert peer is not None and peer.failures == 0
