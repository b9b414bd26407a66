"""The courier: everything arrives once and in order, a dead host delays nobody, and a host that is back gets all."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from federation import delivery
from federation.patience import DELAYS, OPEN_AFTER, Patience, pause_after, retry_after
from federation.signing.cavage import SignedRequest
from federation.signing.keys import verify_key
from federation.signing.schemes import read_signature, verify
from social import peers as peer_commands
from social.clock import DAY, HOUR, MINUTE, SECOND
from social.people import keys
from storage import arrivals, deliveries, peers
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from tests.federation.neighbour import Neighbour
from tests.federation.station import Station
from tests.peer import Seen, response


@asynccontextmanager
async def delivering(station: Station) -> AsyncIterator[None]:
    """The courier at work."""
    await station.federation.courier.start()
    try:
        yield
    finally:
        await station.federation.courier.stop()


async def queue(station: Station, by: str, *inboxes: str, count: int = 1) -> list[str]:
    """Activities of somebody here, each to all inboxes; their ids."""
    account = await station.person(by)

    def write(tx: Tx) -> list[str]:
        made = []
        for _ in range(count):
            id = station.ids.make()
            uri = f"{station.urls.actor(by)}#test/{id}"
            body = json.dumps({"id": uri, "type": "Create"})
            deliveries.freeze(tx, id, account, uri, "Create", body, station.clock())
            to = [InboxTarget(inbox_url=url, host=url.split("/")[2]) for url in inboxes]
            deliveries.address(tx, id, account, [station.ids.make() for _ in to], to, station.clock())
            made.append(uri)
        return made

    return await station.db.write(write)


async def waiting(station: Station) -> dict[str, int]:
    """How many deliveries wait, by host."""
    return {row.host: row.waiting for row in await station.db.read(deliveries.queues)}


async def until(station: Station, expected: dict[str, int]) -> None:
    """Wait until so many deliveries wait."""
    async with asyncio.timeout(10):
        while await waiting(station) != expected:
            changed = asyncio.Event()
            undo = station.db.on_commit(changed.set)
            try:
                if await waiting(station) == expected:
                    return
                await changed.wait()
            finally:
                undo()


def arrived(peer: Neighbour) -> list[str]:
    """Ids of what arrived, in order."""
    return [json.loads(seen.body)["id"] for seen in peer.requests if seen.path == "/inbox"]


async def test_what_is_delivered_is_signed_by_its_actor_and_arrives_once(station: Station, siege: Neighbour) -> None:
    inbox = siege.answer("/inbox", status=202)
    (uri,) = await queue(station, "amina", inbox)
    async with delivering(station):
        await until(station, {})
    (seen,) = siege.requests
    assert arrived(siege) == [uri]
    key = (await station.db.read(keys.public_keys, station.id("amina")))[0]
    public = verify_key(key.id, station.urls.actor("amina"), key.public_pem)
    request = SignedRequest(method="POST", target=seen.target, headers=seen.headers, body=seen.body)
    verify(read_signature(seen.headers), request, public, station.clock(), siege.url(""))
    assert seen.header("Content-Type") == "application/activity+json"
    async with delivering(station):
        await until(station, {})
    assert len(siege.requests) == 1


async def test_the_order_of_one_actor_is_kept_for_each_host(station: Station, siege: Neighbour) -> None:
    inbox = siege.answer("/inbox", status=202)
    first = await queue(station, "amina", inbox, count=30)
    second = await queue(station, "carla", inbox, count=30)
    async with delivering(station):
        await until(station, {})
    came = arrived(siege)
    assert [uri for uri in came if uri in first] == first
    assert [uri for uri in came if uri in second] == second


async def test_a_silent_host_delays_nobody_else(quick: Station, siege: Neighbour) -> None:
    async with Neighbour("filiale.localhost") as filiale:
        await quick.db.write(peer_commands.allow, None, filiale.authority, now=quick.clock())
        await queue(quick, "amina", filiale.silent("/inbox"), siege.answer("/inbox", status=202), count=5)
        async with delivering(quick):
            await until(quick, {filiale.authority: 5})
            assert len(arrived(siege)) == 5
            # One at a time: the others wait for the first.
            assert len(await filiale.asked(1)) == 1


async def test_a_refusal_is_final_for_one_and_does_not_stop_the_next(station: Station, siege: Neighbour) -> None:
    async def picky(seen: Seen, writer: asyncio.StreamWriter) -> None:
        first = len(arrived(siege)) == 1
        writer.write(response(422 if first else 202, b'{"error":"no"}', {}))

    uris = await queue(station, "amina", siege.on("/inbox", picky), count=3)
    async with delivering(station):
        await until(station, {})
    assert arrived(siege) == uris
    peer = await station.db.read(peers.by_host, siege.authority)
    assert peer is None or peer.failures == 0


@pytest.mark.parametrize("status", [401, 408, 429, 500, 502, 503])
async def test_trouble_of_the_other_side_is_tried_again_and_the_rest_waits_behind_it(
    quick: Station, siege: Neighbour, status: int
) -> None:
    uris = await queue(quick, "amina", siege.answer("/inbox", status=status), count=3)
    async with delivering(quick):
        await siege.asked(1)
        await until(quick, {siege.authority: 3})
    siege.answer("/inbox", status=202)
    quick.clock.pass_by(hours=2)
    async with delivering(quick):
        await until(quick, {})
    # What was not believed is signed in another way at once, and never a third time.
    first = [uris[0], uris[0]] if status == 401 else [uris[0]]
    assert arrived(siege) == [*first, *uris]


async def test_a_peer_s_own_wish_to_wait_is_kept(quick: Station, siege: Neighbour) -> None:
    await queue(quick, "amina", siege.answer("/inbox", status=429, headers={"Retry-After": "7200"}))
    async with delivering(quick):
        await siege.asked(1)
        await until_noted(quick)
    assert await quick.db.read(deliveries.next_due, quick.clock()) == quick.clock() + 2 * HOUR


async def until_noted(station: Station) -> None:
    """Wait until the first try is written down."""
    async with asyncio.timeout(10):
        while (await station.db.read(deliveries.next_due, station.clock()) or 0) <= station.clock():
            await asyncio.sleep(0)


async def test_a_host_that_does_not_answer_is_left_alone_and_then_asked_by_one(
    station: Station, siege: Neighbour
) -> None:
    inbox = siege.answer("/inbox", status=503)
    await queue(station, "amina", inbox, count=10)
    await queue(station, "carla", inbox, count=10)

    async def failures() -> int:
        peer = await station.db.read(peers.by_host, siege.authority)
        return peer.failures if peer is not None else 0

    async def round_of_tries() -> int:
        asked = len(siege.requests)
        async with delivering(station):
            await siege.asked(asked + 1)
            await until_noted(station)
        station.clock.pass_by(hours=13)
        return len(siege.requests) - asked

    while await failures() < OPEN_AFTER:
        await round_of_tries()
    # Closed now: after its pause one goes first as a probe, and nobody else.
    assert [await round_of_tries() for _ in range(3)] == [1, 1, 1]
    siege.answer("/inbox", status=202)
    async with delivering(station):
        await until(station, {})
    peer = await station.db.read(peers.by_host, siege.authority)
    assert peer is not None and (peer.failures, peer.closed_until) == (0, 0)


@pytest.mark.parametrize(("status", "state"), [(503, "waiting"), (400, "failed")], ids=["late", "refused"])
async def test_what_its_author_tries_again_arrives_though_the_host_is_left_alone(
    station: Station, siege: Neighbour, status: int, state: str
) -> None:
    rounds = OPEN_AFTER if status == 503 else 1
    *_, second = await queue(station, "amina", siege.answer("/inbox", status=status), count=min(rounds, 2))
    account = station.id("amina")
    for number in range(rounds):
        async with delivering(station):
            await siege.asked(number + 1)
            await (until_noted(station) if status == 503 else until(station, {}))
        if number < rounds - 1:
            station.clock.pass_by(hours=13)
    (row,) = await station.db.read(arrivals.of, second)
    assert row.state == state
    if status == 503:
        peer = await station.db.read(peers.by_host, siege.authority)
        assert peer is not None and peer.closed_until > station.clock()
    siege.answer("/inbox", status=202)
    assert await station.db.write(arrivals.again, account, second, siege.authority, station.clock())
    async with delivering(station):
        await until(station, {})
    assert arrived(siege)[-1] == second
    (row,) = await station.db.read(arrivals.of, second)
    assert row.state == "done"
    assert not await station.db.write(arrivals.again, account, second, siege.authority, station.clock())


async def test_a_host_that_speaks_again_gets_everything_at_once(station: Station, siege: Neighbour) -> None:
    uris = await queue(station, "amina", siege.answer("/inbox", status=503), count=5)
    async with delivering(station):
        await siege.asked(1)
        await until_noted(station)
        siege.answer("/inbox", status=202)
        assert station.federation.courier.is_failing(siege.authority)
        await station.federation.courier.revive(siege.authority)
        await until(station, {})
    assert arrived(siege)[1:] == uris


async def test_a_try_that_began_before_a_host_spoke_again_holds_nothing_up(station: Station, siege: Neighbour) -> None:
    spoke = asyncio.Event()

    async def late(_: Seen, writer: asyncio.StreamWriter) -> None:
        await spoke.wait()
        writer.write(response(503, b"", {}))

    [uri] = await queue(station, "amina", siege.on("/inbox", late))
    async with delivering(station):
        await siege.asked(1)
        await station.federation.courier.revive(siege.authority)
        siege.answer("/inbox", status=202)
        spoke.set()
        await until_noted(station)
        assert not station.federation.courier.is_failing(siege.authority)
        station.clock.pass_by(seconds=2)
        await station.db.write(lambda tx: None)
        await until(station, {})
    assert arrived(siege)[-1] == uri


@pytest.mark.parametrize(
    ("speaks", "software", "gives_up"),
    [
        pytest.param(True, "nodebb 4.15.1", True, id="speaks"),
        pytest.param(False, "nodebb 4.15.1", False, id="is silent"),
        pytest.param(True, "archipel 0.1.0", False, id="one of ours is too busy"),
    ],
)
async def test_what_a_host_leaves_unanswered_while_it_speaks_holds_nothing_up_for_days(
    quick: Station, siege: Neighbour, speaks: bool, software: str, gives_up: bool
) -> None:
    """NodeBB answers nothing to what it refuses, and sends a Reject meanwhile."""
    await quick.db.write(peers.describe, siege.authority, software, "", quick.clock())
    client = quick.federation.client
    client.settings = msgspec.structs.replace(client.settings, silence_seconds=0.5)
    bruno = siege.person("bruno")
    await quick.take(siege, siege.about("Like", bruno.id, bruno.id), bruno)

    async def rejecting(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if json.loads(seen.body)["id"] == first:
            if speaks:
                await quick.take(siege, siege.about("Like", bruno.id, bruno.id), bruno)
            await asyncio.Event().wait()
        writer.write(response(202, b"", {}))

    first, *others = await queue(quick, "amina", siege.on("/inbox", rejecting), count=3)
    async with delivering(quick):
        for number in range(1, 4):
            await siege.asked(number, "/inbox")
            await (until(quick, {}) if gives_up and number == 3 else until_noted(quick))
            quick.clock.pass_by(minutes=6)
            await quick.db.write(lambda tx: None)
    assert arrived(siege) == [first] * 3 + (others if gives_up else [])
    (row,) = await quick.db.read(arrivals.of, first)
    assert row.state == ("failed" if gives_up else "waiting")


async def test_a_host_that_is_denied_is_sent_nothing_that_was_waiting(quick: Station, siege: Neighbour) -> None:
    inbox = siege.answer("/inbox", status=202)
    await queue(quick, "amina", inbox, count=3)
    await quick.db.write(peers.decide, siege.authority, peers.Policy.DENIED, quick.clock())
    async with delivering(quick):
        await until(quick, {})
    assert siege.requests == []


async def test_what_a_killed_process_had_taken_goes_after_its_lease(quick: Station, siege: Neighbour) -> None:
    uris = await queue(quick, "amina", siege.answer("/inbox", status=202), count=3)
    now = quick.clock()
    taken = await quick.db.write(deliveries.claim, now, Millis(now + delivery.LEASE), 100)
    assert len(taken) == 3
    quick.clock.pass_by(minutes=6)
    async with delivering(quick):
        await until(quick, {})
    assert arrived(siege) == uris


async def test_a_delivery_of_an_actor_without_a_key_is_given_up(quick: Station, siege: Neighbour) -> None:
    inbox = siege.answer("/inbox", status=202)
    stranger: Any = AccountId(1)

    def write(tx: Tx) -> None:
        account = quick.id("amina")
        deliveries.freeze(tx, 1, account, "https://usine.example/1", "Create", "{}", quick.clock())
        deliveries.address(tx, 1, stranger, [2], [InboxTarget(inbox_url=inbox, host=siege.authority)], quick.clock())

    await quick.person("amina")
    await quick.db.write(write)
    async with delivering(quick):
        await until(quick, {})
    assert siege.requests == []


def test_tries_grow_rarer_and_end_after_a_week() -> None:
    age, attempt, tries = 0, 1, []
    while (delay := retry_after(attempt, age, Patience(7 * DAY, 7 * DAY))) is not None:
        age += delay
        attempt += 1
        tries.append(delay)
    assert tries[:4] == [MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR]
    assert max(tries) == DELAYS[-1] == 12 * HOUR
    assert 6 * DAY < age <= 7 * DAY


def test_a_host_is_left_alone_for_longer_and_longer() -> None:
    pauses = [pause_after(failures) for failures in range(1, 12)]
    assert pauses[: OPEN_AFTER - 1] == [0] * (OPEN_AFTER - 1)
    assert pauses[OPEN_AFTER - 1] == 30 * SECOND
    assert pauses == sorted(pauses) and pauses[-1] == HOUR
