"""The group's manifest: who has to sign it, what is refused, what happens when it is taken; statements of nodes."""

import json
from typing import Any

import msgspec
import pytest

from social import events
from social import peers as peer_commands
from social.clock import HOUR
from social.people import relations
from social.trust import manifests, node_keys
from social.trust.manifest import (
    BadManifest,
    Manifest,
    Member,
    check_signed,
    group_of,
    made,
    read_manifest,
    signed,
    signers,
)
from social.trust.node_keys import NodeKey, make_node_key
from social.trust.statements import BadStatement, sign_statement, verify_statement
from storage import peers
from storage.ids import Millis
from tests.world import NOON, World

KEYS = {name: make_node_key() for name in ("siege", "usine", "filiale", "agence")}


def member(name: str, *keys: NodeKey, **said: Any) -> Member:
    shown = tuple(key.public for key in keys or (KEYS[name],))
    return Member(id=name, name=name.capitalize(), domain=f"{name}.example", keys=shown, **said)


def manifest(
    *names: str, version: int = 1, threshold: int = 2, by: tuple[str, ...] = (), at: Millis = NOON
) -> Manifest:
    """Of these entities, signed by those."""
    entities = [member(name) for name in names or ("siege", "usine", "filiale")]
    new = made(group="Groupe Armor", version=version, starts_at=at, threshold=threshold, entities=entities)
    for name in by:
        new = signed(new, name, KEYS[name])
    return new


def test_a_manifest_is_the_same_after_it_was_written_and_read() -> None:
    first = manifest(by=("siege", "usine"))
    assert read_manifest(first.text).document == first.document
    assert signers(read_manifest(first.text), first) == {"siege", "usine"}


def test_the_first_one_needs_as_many_signatures_as_it_says() -> None:
    check_signed(manifest(by=("siege", "usine")), None)
    with pytest.raises(BadManifest, match="1 of its entities"):
        check_signed(manifest(by=("siege",)), None)


def test_two_signatures_of_one_entity_are_one() -> None:
    twice = signed(manifest(by=("siege",)), "siege", KEYS["siege"])
    assert len(twice.signatures) == 1
    other = made(
        group="Groupe Armor",
        version=1,
        starts_at=NOON,
        threshold=2,
        entities=[member("siege", KEYS["siege"], KEYS["agence"]), member("usine")],
    )
    both = signed(signed(other, "siege", KEYS["siege"]), "siege", KEYS["agence"])
    assert signers(both, both) == {"siege"}


def test_nobody_signs_for_another_one() -> None:
    forged = signed(manifest(by=("siege",)), "usine", KEYS["filiale"])
    assert signers(forged, forged) == {"siege"}


def test_a_later_one_needs_those_of_the_one_before() -> None:
    before = manifest(by=("siege", "usine"))
    check_signed(manifest(version=2, by=("siege", "filiale")), before)
    # Newcomers alone decide nothing, however many they are.
    strangers = manifest("filiale", "agence", version=2, by=("filiale", "agence"))
    with pytest.raises(BadManifest, match="1 entities of version 1"):
        check_signed(strangers, before)
    with pytest.raises(BadManifest, match="not above"):
        check_signed(manifest(version=1, by=("siege", "usine")), before)


def test_a_key_that_was_replaced_is_proved_by_the_old_and_by_the_new_one() -> None:
    before = manifest("siege", "usine", by=("siege", "usine"))
    new_key = make_node_key()
    after = made(
        group="Groupe Armor",
        version=2,
        starts_at=NOON,
        threshold=2,
        entities=[member("siege", new_key, KEYS["siege"]), member("usine")],
    )
    check_signed(signed(signed(after, "siege", KEYS["siege"]), "usine", KEYS["usine"]), before)
    with pytest.raises(BadManifest):
        check_signed(signed(signed(after, "siege", new_key), "usine", KEYS["usine"]), before)


def test_what_is_changed_after_signing_is_signed_by_nobody() -> None:
    document = json.loads(manifest(by=("siege", "usine")).text)
    document["entities"][0]["domain"] = "evil.example"
    changed = read_manifest(json.dumps(document))
    assert signers(changed, changed) == frozenset()


def test_what_is_unknown_here_is_signed_and_kept() -> None:
    document = {**manifest().document, "motto": "é"}
    with_motto = signed(read_manifest(json.dumps(document)), "siege", KEYS["siege"])
    assert with_motto.document["motto"] == "é"
    without = read_manifest(json.dumps({k: v for k, v in with_motto.document.items() if k != "motto"}))
    assert signers(without, without) == frozenset()


def spoilt(**said: Any) -> str:
    return json.dumps({**manifest().document, **said})


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="no object"),
        pytest.param('{"type": "ArchipelManifest", "type": "x"}', id="a key twice"),
        pytest.param("[" * 10_000, id="deep"),
        pytest.param(" " * (1024 * 1024 + 1), id="large"),
        pytest.param(spoilt(type="Other"), id="another type"),
        pytest.param(spoilt(version=0), id="version 0"),
        pytest.param(spoilt(version=2**53), id="version beyond every number"),
        pytest.param(spoilt(threshold=1), id="threshold 1"),
        pytest.param(spoilt(threshold=4), id="threshold above the entities"),
        pytest.param(spoilt(validFrom="soon"), id="no time"),
        pytest.param(spoilt(validFrom="2026-11-24T12:00:00"), id="no zone"),
        pytest.param(spoilt(entities=[]), id="nobody"),
        pytest.param(spoilt(group=""), id="no name"),
        pytest.param(spoilt(entities=[msgspec.to_builtins(member("siege"))] * 2), id="an entity twice"),
        pytest.param(
            spoilt(
                entities=[msgspec.to_builtins(member("siege")), msgspec.to_builtins(member("usine", KEYS["siege"]))]
            ),
            id="a key twice used",
        ),
        pytest.param(spoilt(entities=[{**msgspec.to_builtins(member("siege")), "keys": ["z6Mk"]}] * 1), id="no key"),
        pytest.param(
            spoilt(entities=[{**msgspec.to_builtins(member("siege")), "domain": "Siege.example"}]), id="upper case"
        ),
        pytest.param(spoilt(entities=[{**msgspec.to_builtins(member("siege")), "colour": "red"}]), id="colour"),
    ],
)
def test_what_is_no_manifest_is_refused(text: str) -> None:
    with pytest.raises(BadManifest):
        read_manifest(text)


def test_the_group_is_shown_as_the_manifest_says() -> None:
    shown = group_of(manifest())
    assert (shown.name, [entity.domain for entity in shown.entities][:2]) == (
        "Groupe Armor",
        ["siege.example", "usine.example"],
    )


@pytest.fixture
async def plant(world: World) -> World:
    """The plant's node, with an administrator."""
    await world.person("amina")
    return world


async def take(plant: World, one: Manifest) -> Manifest | None:
    return await plant.db.write(manifests.take, one.text, now=plant.clock())


async def test_a_version_is_taken_once_and_told(plant: World) -> None:
    first = manifest(by=("siege", "usine"))
    await plant.happened()
    assert await take(plant, first) is not None
    assert await take(plant, first) is None
    assert [type(event) for event in await plant.happened()] == [events.ManifestTaken]
    assert await plant.db.read(manifests.active, now=plant.clock()) == first


async def test_another_text_of_the_same_version_is_refused(plant: World) -> None:
    await take(plant, manifest(by=("siege", "usine")))
    with pytest.raises(BadManifest, match="not above"):
        await take(plant, manifest("siege", "usine", by=("siege", "usine")))


async def test_a_version_of_tomorrow_is_kept_and_not_in_force(plant: World) -> None:
    first, second = manifest(by=("siege", "usine")), manifest(version=2, by=("siege", "usine"), at=Millis(NOON + HOUR))
    await take(plant, first)
    await take(plant, second)
    assert await plant.db.read(manifests.active, now=plant.clock()) == first
    assert await plant.db.read(manifests.latest) == second
    assert await plant.db.read(manifests.active, now=Millis(NOON + HOUR)) == second


async def test_who_is_named_no_longer_is_parted_from_and_a_guest_is_not(plant: World) -> None:
    await take(plant, manifest(by=("siege", "usine")))
    await plant.db.write(manifests.enter, "usine.example", now=plant.clock())
    bruno = await plant.elsewhere("bruno")
    await plant.follow("amina", bruno.id)
    host = bruno.domain
    await plant.db.write(peer_commands.allow, None, host, now=plant.clock())
    plant.clock.pass_by(minutes=1)
    await take(plant, manifest("usine", "filiale", version=2, by=("usine", "filiale")))
    await plant.db.write(manifests.enter, "usine.example", now=plant.clock())
    peer = await plant.db.read(peers.by_host, host)
    assert peer is not None
    assert peer.policy is peers.Policy.UNKNOWN
    assert await plant.db.read(relations.follow_between, plant.id("amina"), bruno.id) is None
    # Let in once more, it is a guest and stays one.
    plant.clock.pass_by(minutes=1)
    await plant.db.write(peer_commands.allow, None, host, now=plant.clock())
    await plant.db.write(manifests.enter, "usine.example", now=plant.clock())
    peer = await plant.db.read(peers.by_host, host)
    assert peer is not None
    assert peer.policy is peers.Policy.ALLOWED


async def test_a_node_has_one_key_until_it_makes_another(plant: World) -> None:
    first = await plant.db.write(node_keys.node_key, now=plant.clock())
    assert await plant.db.write(node_keys.node_key, now=plant.clock()) == first
    plant.clock.pass_by(minutes=1)
    second = await plant.db.write(node_keys.renew, now=plant.clock())
    assert await plant.db.write(node_keys.node_key, now=plant.clock()) == second != first


# Statements.


def test_a_statement_of_an_entity_is_believed_by_its_key() -> None:
    said = sign_statement(KEYS["usine"], {"type": "Count", "yes": 12, "é": [1, None]})
    found = verify_statement(manifest(), json.loads(json.dumps(said)))
    assert (found.entity.id, found.document) == ("usine", {"type": "Count", "yes": 12, "é": [1, None]})


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda said: {**said, "yes": 13}, id="changed"),
        pytest.param(lambda said: {**said, "more": 1}, id="added"),
        pytest.param(lambda said: {key: said[key] for key in said if key != "signature"}, id="unsigned"),
        pytest.param(
            lambda said: {**said, "signature": {**said["signature"], "key": KEYS["siege"].public}}, id="other"
        ),
        pytest.param(lambda said: {**said, "signature": {**said["signature"], "value": "z1"}}, id="short"),
        pytest.param(lambda said: {**said, "signature": {"key": 1, "value": 2}}, id="no texts"),
        pytest.param(lambda said: sign_statement(make_node_key(), {"yes": 12}), id="a stranger"),
        pytest.param(lambda said: {**said, "big": 2**60}, id="no canonical form"),
    ],
)
def test_a_statement_that_does_not_hold_is_refused(spoil: Any) -> None:
    with pytest.raises(BadStatement):
        verify_statement(manifest(), spoil(sign_statement(KEYS["usine"], {"yes": 12})))


def test_a_signature_under_a_manifest_is_none_under_a_statement() -> None:
    bare = {name: part for name, part in manifest().document.items() if name != "signatures"}
    said = sign_statement(KEYS["usine"], bare)
    forged = {**bare, "signatures": [{"entity": "usine", **said["signature"]}]}
    read = read_manifest(json.dumps(forged))
    assert signers(read, read) == frozenset()


def test_what_is_signed_is_not_signed_again() -> None:
    with pytest.raises(ValueError, match="signed already"):
        sign_statement(KEYS["usine"], sign_statement(KEYS["usine"], {}))
