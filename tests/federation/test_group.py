"""The manifest between nodes: it decides who is let in, it is told and asked for, and nobody else's is taken."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from social import peers as peer_commands
from social.settings import Entity, GroupSettings
from social.trust import manifests, node_keys
from social.trust.manifest import Manifest, Member, made, signed
from social.trust.node_keys import NodeKey, make_node_key
from storage.engine.database import open_database
from tests.conftest import NewDatabase
from tests.federation.neighbour import Neighbour
from tests.federation.station import Station, open_station
from tests.federation.test_delivery import delivering, until

STRANGER = make_node_key()


@pytest.fixture
async def other(new_database: NewDatabase, tmp_path: Path) -> AsyncIterator[Station]:
    """A second node of ours."""
    db = await open_database(new_database("sqlite"))
    async with open_station(db, tmp_path / "other") as running:
        yield running
    await db.close()


@pytest.fixture
async def alone(new_database: NewDatabase, tmp_path: Path) -> AsyncIterator[Station]:
    """Our node, which lets nobody in by its configuration."""
    db = await open_database(new_database("sqlite"))
    async with open_station(db, tmp_path / "alone") as running:
        yield running
    await db.close()


async def key_of(station: Station) -> NodeKey:
    return await station.db.write(node_keys.node_key, now=station.clock())


async def member(station: Station, id: str) -> Member:
    return Member(id=id, name=id.capitalize(), domain=station.host, keys=((await key_of(station)).public,))


def guest(node: Neighbour, id: str, key: NodeKey = STRANGER) -> Member:
    return Member(id=id, name=id.capitalize(), domain=node.authority, keys=(key.public,))


async def written(one: Station, two: Station, *more: Member, version: int = 1) -> Manifest:
    """A version of the group of both nodes and of others, signed by both."""
    entities = [await member(one, "usine"), await member(two, "siege"), *more]
    new = made(group="Groupe Armor", version=version, starts_at=one.clock(), threshold=2, entities=entities)
    return signed(signed(new, "usine", await key_of(one)), "siege", await key_of(two))


async def take(station: Station, manifest: Manifest) -> None:
    await station.db.write(manifests.take, manifest.text, now=station.clock())
    await station.federation.group.look()


async def version(station: Station) -> int:
    taken = await station.db.read(manifests.latest)
    return 0 if taken is None else taken.version


async def test_the_manifest_decides_who_is_let_in(alone: Station, other: Station, siege: Neighbour) -> None:
    node = siege.node()
    assert (await alone.show(siege, "/actor/outbox", node.key)).status == 403
    await take(alone, await written(alone, other, guest(siege, "filiale")))
    assert (await alone.show(siege, "/actor/outbox", node.key)).status == 200
    await take(alone, await written(alone, other, version=2))
    assert (await alone.show(siege, "/actor/outbox", node.key)).status == 403
    # A guest of an administrator is let in whatever the manifest says.
    await alone.db.write(peer_commands.allow, None, siege.authority, now=alone.clock())
    alone.federation.policy.forget()
    assert (await alone.show(siege, "/actor/outbox", node.key)).status == 200


async def test_a_group_of_the_configuration_counts_until_there_is_a_manifest(
    new_database: NewDatabase, tmp_path: Path, other: Station, siege: Neighbour
) -> None:
    group = GroupSettings(entities=(Entity(id="siege", name="Siège", domain=siege.authority),))
    db = await open_database(new_database("sqlite"))
    async with open_station(db, tmp_path / "third", group=group) as station:
        node = siege.node()
        assert (await station.show(siege, "/actor/outbox", node.key)).status == 200
        await take(station, await written(station, other))
        assert (await station.show(siege, "/actor/outbox", node.key)).status == 403
    await db.close()


async def test_a_version_that_a_command_takes_is_noticed_by_the_running_node(alone: Station, other: Station) -> None:
    shown: list[GroupSettings] = []
    noticed = asyncio.Event()

    def join(group: GroupSettings) -> None:
        shown.append(group)
        noticed.set()

    alone.federation.group.on_change(join)
    await alone.federation.group.start()
    text = (await written(alone, other)).text
    await alone.db.write(manifests.take, text, now=alone.clock())
    async with asyncio.timeout(10):
        await noticed.wait()
    assert [entity.name for entity in shown[0].entities] == ["Usine", "Siege"]


async def meet(one: Station, two: Station) -> None:
    first = await written(one, two)
    await take(one, first)
    await take(two, first)


async def test_a_version_is_told_to_the_nodes_that_it_names(alone: Station, other: Station, siege: Neighbour) -> None:
    await meet(alone, other)
    await take(alone, await written(alone, other, guest(siege, "filiale"), version=2))
    await alone.settle()
    siege.answer("/.well-known/archipel-manifest", status=202)
    async with delivering(alone):
        await until(alone, {})
    assert await version(other) == 2
    (seen,) = [seen for seen in siege.requests if seen.path == "/.well-known/archipel-manifest"]
    assert seen.json()["version"] == 2


async def test_a_version_that_was_not_told_is_asked_for(alone: Station, other: Station) -> None:
    await meet(alone, other)
    await take(alone, await written(alone, other, version=2))
    await other.federation.group.poll()
    assert await version(other) == 2


async def test_a_node_without_a_manifest_takes_its_first_one_by_hand_only(alone: Station, other: Station) -> None:
    await take(alone, await written(alone, other))
    for here, there in ((alone, other), (other, alone)):
        await here.db.write(peer_commands.allow, None, there.host, now=here.clock())
        here.federation.policy.forget()
    assert await other.federation.group.ask(alone.host) is None
    assert await version(other) == 0


async def test_a_version_that_too_few_have_signed_is_not_taken(
    alone: Station, other: Station, siege: Neighbour
) -> None:
    first = await written(alone, other, guest(siege, "filiale"))
    await take(alone, first)
    entities = [await member(alone, "usine"), guest(siege, "filiale")]
    coup = made(group="Groupe Armor", version=9, starts_at=alone.clock(), threshold=2, entities=entities)
    coup = signed(signed(coup, "filiale", STRANGER), "filiale", STRANGER)
    path = "/.well-known/archipel-manifest"
    siege.answer(path, coup.text.encode(), headers={"Content-Type": "application/json"})
    assert await alone.federation.group.ask(siege.authority) is None
    node = siege.node()
    reply = await siege.deliver(alone.at(path), coup.text.encode(), node.key, host=alone.host, now=alone.clock())
    assert reply.status == 422
    assert await version(alone) == 1


@pytest.mark.parametrize("answer", [b"{", b"\xff", b'{"type":"ArchipelManifest"}'], ids=["cut", "bytes", "empty"])
async def test_what_a_peer_gives_instead_is_no_manifest(
    alone: Station, other: Station, siege: Neighbour, answer: bytes
) -> None:
    await take(alone, await written(alone, other, guest(siege, "filiale")))
    path = "/.well-known/archipel-manifest"
    siege.answer(path, answer, headers={"Content-Type": "application/json"})
    assert await alone.federation.group.ask(siege.authority) is None
    node = siege.node()
    assert (await siege.deliver(alone.at(path), answer, node.key, host=alone.host, now=alone.clock())).status == 422


async def test_the_manifest_is_for_nodes_that_are_let_in(alone: Station, other: Station, siege: Neighbour) -> None:
    path, node = "/.well-known/archipel-manifest", siege.node()
    await take(alone, await written(alone, other, guest(siege, "filiale")))
    assert (await alone.show(siege, path)).status == 401
    reply = await alone.show(siege, path, node.key)
    assert reply.json()["version"] == 1
    async with Neighbour("far.localhost") as far:
        assert (await alone.show(far, path, far.node().key)).status == 403
    assert (await siege.send("POST", alone.at(path), {"Host": alone.host}, b"{}")).status == 401
