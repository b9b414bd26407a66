"""The plant's node in a group: the headquarters by its manifest, and a stranger that is let in and no more."""

import pytest

from social.trust import manifests, node_keys
from social.trust.manifest import Member, made, signed
from social.trust.node_keys import NodeKey, make_node_key
from storage.engine.database import Database
from tests.world import DOMAIN, World

SIEGE = make_node_key()
FILIALE = make_node_key()
NODES = {"siege": ("siege.example", SIEGE), "filiale": ("filiale.example", FILIALE)}


@pytest.fixture
def world(db: Database) -> World:
    """A node with nobody on it yet."""
    return World(db)


@pytest.fixture
async def group(world: World) -> World:
    """Amina, Luc and Noor are at the plant."""
    for name in ("amina", "luc", "noor"):
        await world.person(name)
    own = await world.db.write(node_keys.node_key, now=world.clock())
    await charter(world, own)
    await world.happened()
    return world


async def charter(world: World, own: NodeKey) -> None:
    """The manifest of the three is in force."""
    entities = [Member(id="usine", name="Usine", domain=DOMAIN, keys=(own.public,))]
    entities += [Member(id=id, name=id, domain=domain, keys=(key.public,)) for id, (domain, key) in NODES.items()]
    new = made(group="Armor", version=1, starts_at=world.clock(), threshold=2, entities=entities)
    new = signed(signed(new, "usine", own), "siege", SIEGE)
    await world.db.write(manifests.take, new.text, now=world.clock())
