"""Which way of signing a peer reads: RFC 9421 is tried first, a refusal leads to draft 12, and both are remembered."""

import asyncio
import json

import pytest

from federation.signing import cavage, message
from federation.signing.keys import signing_key
from federation.signing.knocking import REMEMBERED, Demand, Knocking, Manner, demanded
from social.people import keys
from social.trust.multikey import text_of_pem
from storage import peers
from tests.federation.neighbour import DOCUMENT, Neighbour, Somebody
from tests.federation.station import Station
from tests.peer import Seen, response
from tests.world import NOON

HOST = "siege.example"


class Time:
    now: int = NOON

    def __call__(self) -> int:
        return self.now


async def test_an_unknown_peer_is_asked_by_rfc_9421_and_then_by_draft_12() -> None:
    assert Knocking(Time()).order(HOST) == (Manner.MESSAGE, Manner.CAVAGE)


async def test_what_a_peer_took_is_remembered_and_kept_and_forgotten_after_a_week() -> None:
    time, kept = Time(), []

    async def keep(host: str, manner: str, until: int) -> None:
        kept.append((host, manner, until))

    knocking = Knocking(time, keep=keep)
    await knocking.learned(HOST, Manner.CAVAGE)
    await knocking.learned(HOST, Manner.CAVAGE)
    assert kept == [(HOST, "cavage", NOON + REMEMBERED)]
    assert knocking.order(HOST) == (Manner.CAVAGE, Manner.MESSAGE)
    time.now = NOON + REMEMBERED
    assert knocking.order(HOST) == (Manner.MESSAGE, Manner.CAVAGE)


async def test_what_was_kept_before_counts() -> None:
    knocking = Knocking(Time(), known=lambda host: ("ed25519", NOON + 1))
    assert knocking.manner(HOST) is Manner.ED25519
    await knocking.learned(HOST, Manner.MESSAGE)
    assert knocking.manner(HOST) is Manner.ED25519
    assert Knocking(Time(), known=lambda host: ("telepathy", NOON + 1)).manner(HOST) is Manner.UNKNOWN


@pytest.mark.parametrize(
    ("header", "demand"),
    [
        pytest.param(None, None, id="none"),
        pytest.param('sig1=("@method" "@authority")', Demand(covering=("@method", "@authority")), id="components"),
        pytest.param(
            'a=("x-secret"), b=("date");nonce="n";tag="t"', Demand(covering=("date",), nonce="n", tag="t"), id="second"
        ),
        pytest.param('sig1=("content-digest")', None, id="a digest of a get"),
        pytest.param('sig1=("@method";req)', None, id="parameters"),
        pytest.param('sig1=("@method");alg="hmac-sha256"', None, id="hmac"),
        pytest.param("(((", None, id="garbage"),
        pytest.param("x" * 2000, None, id="long"),
    ],
)
def test_an_accept_signature_is_understood_if_it_can_be_obeyed(header: str | None, demand: Demand | None) -> None:
    assert demanded(header, has_body=False) == demand


def picky(siege: Neighbour, reads: str, status: int = 401, **headers: str) -> str:
    """An inbox that reads one kind of signature only."""

    async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
        is_message = message.is_message_signature(seen.headers)
        good = is_message == (reads == "message")
        writer.write(response(202 if good else status, b"", {} if good else headers))

    return siege.on("/inbox", script)


async def post(station: Station, inbox: str) -> int:
    await station.person("amina")
    key = await station.federation.resolver.key()
    return (await station.federation.client.post(inbox, b"{}", key)).status


def kinds(siege: Neighbour) -> list[str]:
    return ["message" if message.is_message_signature(seen.headers) else "cavage" for seen in siege.requests]


@pytest.mark.parametrize("status", [400, 401])
async def test_a_peer_that_reads_only_draft_12_is_asked_twice_once(
    station: Station, siege: Neighbour, status: int
) -> None:
    inbox = picky(siege, "cavage", status)
    assert [await post(station, inbox) for _ in range(3)] == [202, 202, 202]
    assert kinds(siege) == ["message", "cavage", "cavage", "cavage"]
    row = await station.db.read(peers.by_host, siege.authority)
    assert row is not None
    assert (row.manner, row.manner_until) == ("cavage", station.clock() + REMEMBERED)
    station.clock.pass_by(days=8)
    assert await post(station, inbox) == 202
    assert kinds(siege)[4:] == ["message", "cavage"]


async def test_piefed_is_written_to_by_draft_12_for_it_would_take_the_second_letter_for_one_it_has(
    quick: Station, siege: Neighbour
) -> None:
    await quick.db.write(peers.describe, siege.authority, "piefed 1.6.18", "", quick.clock())
    inbox = picky(siege, "cavage", 400)
    assert [await post(quick, inbox) for _ in range(2)] == [202, 202]
    quick.clock.pass_by(days=8)
    assert await post(quick, inbox) == 202
    assert kinds(siege) == ["cavage", "cavage", "cavage"]


async def test_a_piefed_that_signs_by_rfc_9421_is_answered_so(quick: Station, siege: Neighbour) -> None:
    await quick.db.write(peers.describe, siege.authority, "piefed 9.0", "", quick.clock())
    await quick.federation.knocking.learned(siege.authority, Manner.MESSAGE)
    assert await post(quick, picky(siege, "message")) == 202
    assert kinds(siege) == ["message"]


async def test_a_peer_that_learned_rfc_9421_is_heard(quick: Station, siege: Neighbour) -> None:
    assert await post(quick, picky(siege, "cavage")) == 202
    assert await post(quick, picky(siege, "message")) == 202
    assert await post(quick, picky(siege, "message")) == 202
    assert kinds(siege) == ["message", "cavage", "cavage", "message", "message"]


async def test_who_reads_neither_is_asked_twice_and_not_a_third_time(quick: Station, siege: Neighbour) -> None:
    assert await post(quick, siege.answer("/inbox", status=401)) == 401
    assert kinds(siege) == ["message", "cavage"]
    assert quick.federation.knocking.manner(siege.authority) is Manner.UNKNOWN


async def test_another_refusal_is_no_question_of_the_signature(quick: Station, siege: Neighbour) -> None:
    assert await post(quick, siege.answer("/inbox", status=403)) == 403
    assert kinds(siege) == ["message"]


async def test_what_a_peer_demands_is_signed(quick: Station, siege: Neighbour) -> None:
    header = 'sig1=("@method" "@target-uri" "@authority" "content-digest");nonce="n-7"'
    assert await post(quick, siege.answer("/inbox", status=401, headers={"Accept-Signature": header})) == 401
    assert kinds(siege) == ["message", "message"]
    second = siege.requests[1].header("Signature-Input") or ""
    assert '"@authority"' in second
    assert 'nonce="n-7"' in second


async def test_a_document_that_is_refused_is_asked_for_once_more(quick: Station, siege: Neighbour) -> None:
    async def script(seen: Seen, writer: asyncio.StreamWriter) -> None:
        if message.is_message_signature(seen.headers):
            writer.write(response(401, b"", {}))
        else:
            writer.write(response(200, b'{"id":"%s"}' % siege.url("/x").encode(), {"Content-Type": DOCUMENT}))

    url = siege.on("/x", script)
    assert (await quick.federation.client.fetch_document(url, await quick.federation.resolver.key())).id == url
    assert kinds(siege) == ["message", "cavage"]
    assert quick.federation.knocking.manner(siege.authority) is Manner.CAVAGE


async def test_a_request_without_a_signature_says_what_is_wanted(quick: Station, siege: Neighbour) -> None:
    reply = await quick.show(siege, "/users/nobody/outbox")
    assert reply.status == 401
    assert reply.headers["Accept-Signature"] == 'sig1=("@method" "@target-uri");created;keyid'


def message_of(who: Somebody, station: Station, body: bytes, pem: str = "") -> dict[str, str]:
    key = signing_key(f"{who.id}#ed25519-key", pem) if pem else who.key
    return message.sign(key, "POST", f"http://{station.host}/inbox", body, station.clock())


async def test_who_signs_by_rfc_9421_is_believed_and_answered_so(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    activity = siege.create(siege.note(bruno))
    body = json.dumps(activity).encode()
    reply = await siege.send("POST", station.at("/inbox"), message_of(bruno, station, body), body)
    assert reply.status == 202
    assert [row.activity_id for row in await station.received()] == [activity["id"]]
    assert station.federation.knocking.manner(siege.authority) is Manner.MESSAGE
    forged = {**message_of(bruno, station, body), "Content-Digest": message.digest_of(b"{}")}
    assert (await siege.send("POST", station.at("/inbox"), forged, b"{}")).status == 401


async def test_an_ed25519_key_that_the_actor_lists_is_fetched_and_believed(station: Station, siege: Neighbour) -> None:
    public, private = keys.make_ed25519()
    carla = siege.person("carla", serve=False)
    listed = {
        "id": f"{carla.id}#ed25519-key",
        "type": "Multikey",
        "controller": carla.id,
        "publicKeyMultibase": text_of_pem(public),
    }
    siege.person("carla", assertionMethod=[listed])
    body = json.dumps(siege.create(siege.note(carla))).encode()
    headers = message_of(carla, station, body, private)
    assert (await siege.send("POST", station.at("/inbox"), headers, body)).status == 202
    assert station.federation.knocking.manner(siege.authority) is Manner.ED25519
    # And what we send is signed by our own from now on.
    await post(station, siege.answer("/inbox", status=202))
    assert "#ed25519-key" in (siege.requests[-1].header("Signature-Input") or "")
    _, other = keys.make_ed25519()
    assert (await siege.send("POST", station.at("/inbox"), message_of(carla, station, body, other), body)).status == 401


async def test_a_copy_of_a_request_is_answered_and_is_no_sign_of_life(
    quick: Station, siege: Neighbour, bruno: Somebody
) -> None:
    activity = siege.create(siege.note(bruno))
    body = json.dumps(activity).encode()
    headers = cavage.sign(bruno.key, "POST", f"http://{quick.host}/inbox", body, quick.clock())
    heard = []
    receiver_heard = quick.federation.signers.heard
    quick.federation.signers.heard = lambda host: (heard.append(host), receiver_heard(host))[1]  # type: ignore[method-assign,func-returns-value]
    for _ in range(3):
        assert (await siege.send("POST", quick.at("/inbox"), headers, body)).status == 202
    assert heard == [siege.authority]
    assert len(await quick.received()) == 1


async def test_a_key_is_fetched_while_every_delivery_to_its_host_waits(quick: Station, siege: Neighbour) -> None:
    client, key = quick.federation.client, await quick.federation.resolver.key()
    inbox = siege.silent("/inbox")
    posts = [asyncio.create_task(client.post(inbox, b"{}", key)) for _ in range(client.settings.sockets_per_host)]
    await siege.asked(len(posts), "/inbox")
    bruno = siege.person("bruno")
    assert (await client.fetch_document(bruno.id, key)).id == bruno.id
    for post in posts:
        post.cancel()
    await asyncio.gather(*posts, return_exceptions=True)
