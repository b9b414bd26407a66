"""Proofs (FEP-8b32), by the vectors and between nodes; answers that are brought on (ActivityPub §7.1.2)."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from federation.signing.keys import SigningKey, VerifyKey, signing_key, verify_key
from federation.signing.proofs import BadProof, check, read_proof, with_proof
from social.people.keys import make_ed25519
from social.trust.multikey import decoded, public_pem, text_of_pem
from storage import peers
from storage.engine.database import Database, Tx
from storage.engine.query import Query, Row
from storage.ids import Millis
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station, open_station
from tests.federation.test_delivery import delivering, until
from tests.peer import Seen, response
from tests.world import NOON

CASES: dict[str, dict[str, Any]] = {
    case["name"]: case for case in json.loads((Path(__file__).parent / "vectors" / "fep8b32.json").read_text())["cases"]
}
GOOD = [name for name, case in CASES.items() if case["expect"] == "valid"]
NOW = NOON + 1


def of_vector(case: dict[str, Any]) -> VerifyKey:
    key_id = case["document"]["proof"]["verificationMethod"]
    return verify_key(key_id, key_id.partition("#")[0], public_pem(case["publicKeyMultibase"]))


def accept(document: dict[str, Any], key: VerifyKey, now: int = NOW) -> None:
    proof = read_proof(document)
    assert proof is not None
    check(proof, key, document["actor"], now)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_proof_of_the_vectors_is_accepted(name: str) -> None:
    accept(CASES[name]["document"], of_vector(CASES[name]))


@pytest.mark.parametrize("name", sorted(CASES.keys() - set(GOOD)))
def test_a_bad_proof_of_the_vectors_is_refused(name: str) -> None:
    with pytest.raises(BadProof):
        accept(CASES[name]["document"], of_vector(CASES[name]))


def test_our_proof_is_the_one_of_the_proposal_byte_for_byte() -> None:
    case = CASES["fep-8b32-feature"]
    seed = decoded(case["secretKeyMultibase"])[2:]
    private = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    proof = read_proof(case["document"])
    assert proof is not None
    assert signing_key(proof.key_id, pem).sign(proof.signed) == proof.signature


PUBLIC_PEM, PRIVATE_PEM = make_ed25519()
ACTOR = "https://node-a.example/users/alice"
OURS = signing_key(f"{ACTOR}#ed25519-key", PRIVATE_PEM)
THEIRS = verify_key(OURS.id, ACTOR, PUBLIC_PEM)


def proved(**said: Any) -> dict[str, Any]:
    document = {"@context": "https://www.w3.org/ns/activitystreams", "type": "Like", "actor": ACTOR, **said}
    return with_proof(document, OURS, NOON)


def test_what_we_prove_is_accepted_also_after_a_journey_and_with_an_ld_signature() -> None:
    document = json.loads(json.dumps({**proved(object="é"), "signature": {"type": "RsaSignature2017"}}))
    accept(document, THEIRS)
    assert document["@context"][0] == "https://www.w3.org/ns/activitystreams"


def test_an_activity_whose_context_was_taken_off_on_its_way_is_still_its_actor_s() -> None:
    """So PieFed announces what members of its communities said."""
    document = proved(object="x")
    del document["@context"]
    accept(document, THEIRS)
    with pytest.raises(BadProof):
        accept({**document, "object": "y"}, THEIRS)


def changed(**said: Any) -> dict[str, Any]:
    document = proved()
    return {**document, "proof": {**document["proof"], **said}}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(changed(type="Other"), id="type"),
        pytest.param(changed(cryptosuite="mldsa44-jcs-2024"), id="suite"),
        pytest.param(changed(proofValue="z1"), id="short"),
        pytest.param(changed(proofValue="uAAAA"), id="another base"),
        pytest.param(changed(created="yesterday"), id="no time"),
        pytest.param(changed(expires="never"), id="no end"),
        pytest.param(changed(expires="2026-11-23T00:00:00Z"), id="ended and unsigned"),
        pytest.param(changed(verificationMethod=None), id="no key"),
        pytest.param(changed(**{"@context": ["https://elsewhere.example"]}), id="another context"),
        pytest.param({**proved(), "proof": [proved()["proof"]] * 2}, id="two proofs"),
        pytest.param({**proved(), "big": 2**60}, id="no canonical form"),
        pytest.param({**proved(), "actor": "https://node-a.example/users/mallory"}, id="another actor"),
    ],
)
def test_a_proof_that_is_not_as_it_should_be_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(BadProof):
        accept(document, THEIRS)


def test_a_proof_from_the_future_is_refused() -> None:
    with pytest.raises(BadProof, match="future"):
        accept(proved(), THEIRS, NOON - 3_700_000)


# Between nodes.


class Prover(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with an Ed25519 key."""

    who: Somebody
    key: SigningKey


def prover(node: Neighbour, name: str) -> Prover:
    public, private = make_ed25519()
    id = node.url(f"/users/{name}")
    shown = {"id": f"{id}#ed25519-key", "type": "Multikey", "controller": id, "publicKeyMultibase": text_of_pem(public)}
    who = node.person(name, assertionMethod=[shown])
    return Prover(who=who, key=signing_key(f"{id}#ed25519-key", private))


@pytest.fixture
async def filiale() -> AsyncIterator[Neighbour]:
    async with Neighbour("filiale.localhost") as running:
        yield running


@pytest.fixture
async def between(db: Database, siege: Neighbour, filiale: Neighbour, tmp_path: Path) -> AsyncIterator[Station]:
    """Our node between two others."""
    async with AsyncExitStack() as stack:
        station = open_station(db, tmp_path / "media", siege.authority, filiale.authority)
        yield await stack.enter_async_context(station)


async def bring(station: Station, by: Neighbour, who: Somebody, activity: dict[str, Any]) -> int:
    return (await station.take(by, activity, who)).status


async def test_what_another_node_brings_is_believed_by_its_proof(
    between: Station, siege: Neighbour, filiale: Neighbour
) -> None:
    carla, bruno = prover(filiale, "carla"), siege.person("bruno")
    activity = with_proof(filiale.create(filiale.note(carla.who)), carla.key, between.clock())
    assert await bring(between, siege, bruno, activity) == 202
    assert [row.actor_uri for row in await between.received()] == [carla.who.id]


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        pytest.param(lambda fields: fields | {"published": "2026-11-24T00:00:00Z"}, 401, id="changed"),
        pytest.param(lambda fields: {name: part for name, part in fields.items() if name != "proof"}, 403, id="none"),
        pytest.param(
            lambda fields: fields | {"proof": fields["proof"] | {"verificationMethod": "https://far.example/k"}},
            403,
            id="a key of a stranger",
        ),
    ],
)
async def test_what_another_node_brings_without_a_good_proof_is_refused(
    between: Station, siege: Neighbour, filiale: Neighbour, spoil: Any, status: int
) -> None:
    carla, bruno = prover(filiale, "carla"), siege.person("bruno")
    activity = with_proof(filiale.create(filiale.note(carla.who)), carla.key, between.clock())
    assert await bring(between, siege, bruno, spoil(activity)) == status
    assert await between.received() == []


async def test_a_proof_by_somebody_else_of_the_node_is_refused(
    between: Station, siege: Neighbour, filiale: Neighbour
) -> None:
    carla, bruno = prover(filiale, "carla"), siege.person("bruno")
    mallory = prover(filiale, "mallory")
    activity = with_proof(filiale.create(filiale.note(carla.who)), mallory.key, between.clock())
    assert await bring(between, siege, bruno, activity) == 401


class Frozen(Row, frozen=True, kw_only=True):
    uri: str
    kind: str
    body: str
    inbox_url: str
    state: str


_FROZEN = Query(
    Frozen,
    """
    SELECT a.uri, a.kind, a.body, d.inbox_url, d.state
    FROM activities AS a JOIN deliveries AS d ON d.activity_id = a.id
    ORDER BY a.id, d.inbox_url""",
)


def _frozen(tx: Tx) -> list[Frozen]:
    return tx.rows(_FROZEN)


async def sent(station: Station, kind: str) -> list[Frozen]:
    return [row for row in await station.db.read(_frozen) if row.kind == kind]


async def follow(station: Station, node: Neighbour, who: Somebody, target: str) -> None:
    activity = node.about("Follow", who.id, station.urls.actor(target))
    assert await station.accept(node, activity, by=who) == ["applied"]


def describe(tx: Tx, host: str, software: str) -> None:
    peers.describe(tx, host, software, "", Millis(NOON))


async def test_what_everybody_may_see_goes_out_with_a_proof_and_nothing_else_does(
    between: Station, siege: Neighbour
) -> None:
    await between.person("amina")
    await follow(between, siege, siege.person("bruno"), "amina")
    await between.say("amina", "For all")
    await between.say("amina", "For followers", visibility="followers")
    await between.settle()
    open_one, closed_one = [json.loads(row.body) for row in await sent(between, "Create")]
    key = (await between.federation.resolver._keyring.of(between.id("amina"))).ed25519
    assert isinstance(key, SigningKey)
    accept(open_one, verify_key(key.id, open_one["actor"], _public(key)), between.clock())
    assert "proof" not in closed_one


def _public(key: SigningKey) -> str:
    return key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


async def answered(station: Station, siege: Neighbour, filiale: Neighbour, software: str = "archipel 0.2") -> Prover:
    """Amina has a follower at the subsidiary; somebody of headquarters with a key answers her."""
    await station.person("amina")
    await follow(station, filiale, filiale.person("carla"), "amina")
    await station.db.write(describe, filiale.authority, software)
    return prover(siege, "bruno")


async def test_an_answer_to_our_post_goes_on_to_our_followers_byte_for_byte_with_its_edit_and_its_end(
    between: Station, siege: Neighbour, filiale: Neighbour
) -> None:
    bruno = await answered(between, siege, filiale)
    post = await between.say("amina", "Line 3 stops")
    note = siege.note(bruno.who, "Since when?", inReplyTo=between.urls.post_uri("amina", post))
    create = with_proof(siege.create(note), bruno.key, between.clock())
    changed_at = between.clock.pass_by(minutes=1)
    public = ["https://www.w3.org/ns/activitystreams#Public"]
    update = with_proof(siege.update(note, "Since noon?", changed_at) | {"to": public}, bruno.key, between.clock())
    delete = with_proof(siege.delete(note) | {"to": public}, bruno.key, between.clock())
    assert await between.accept(siege, create, update, delete, by=bruno.who) == ["applied"] * 3
    gone_on = await sent(between, "Forward")
    assert [row.body for row in gone_on] == [json.dumps(activity) for activity in (create, update, delete)]
    assert {row.inbox_url for row in gone_on} == {filiale.url("/inbox")}


@pytest.mark.parametrize(
    ("said", "software"),
    [
        pytest.param({"to": ["mentioned"], "cc": []}, "archipel 0.2", id="direct"),
        pytest.param({"to": ["followers"], "cc": []}, "archipel 0.2", id="for followers"),
        pytest.param({}, "mastodon 4.5", id="to a node that reads no proofs"),
        pytest.param({"proof": None}, "archipel 0.2", id="without a proof"),
    ],
)
async def test_an_answer_goes_on_to_nobody_beyond_its_audience(
    between: Station, siege: Neighbour, filiale: Neighbour, said: dict[str, Any], software: str
) -> None:
    bruno = await answered(between, siege, filiale, software)
    post = await between.say("amina", "Line 3 stops")
    amina = between.urls.actor("amina")
    words = {"mentioned": amina, "followers": bruno.who.followers}
    to: dict[str, Any] = {name: [words[word] for word in said[name]] for name in ("to", "cc") if name in said}
    tag = [{"type": "Mention", "href": amina, "name": "@amina"}]
    note = siege.note(bruno.who, inReplyTo=between.urls.post_uri("amina", post), tag=tag, **to)
    create = siege.create(note)
    if "proof" not in said:
        create = with_proof(create, bruno.key, between.clock())
    await between.accept(siege, create, by=bruno.who)
    assert await sent(between, "Forward") == []


async def test_a_refusal_of_what_is_brought_on_is_final(between: Station, siege: Neighbour, filiale: Neighbour) -> None:
    bruno = await answered(between, siege, filiale)
    post = await between.say("amina", "Line 3 stops")
    note = siege.note(bruno.who, inReplyTo=between.urls.post_uri("amina", post))
    await between.accept(siege, with_proof(siege.create(note), bruno.key, between.clock()), by=bruno.who)

    async def picky(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(response(401 if bruno.who.id in str(seen.json().get("actor")) else 202, b"", {}))

    filiale.answer("/users/carla/inbox", status=202)
    filiale.on("/inbox", picky)
    async with delivering(between):
        await until(between, {})
    assert [row.state for row in await sent(between, "Forward")] == ["failed"]
