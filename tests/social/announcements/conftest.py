"""The plant with a communicator."""

import pytest

from social.policy import Role
from tests.social.announcements.newsroom import Newsroom
from tests.world import World


@pytest.fixture
async def newsroom(world: World) -> Newsroom:
    """Bruno writes; Amina, Luc and Carla read; Marc manages the site."""
    await world.person("bruno", role=Role.COMMUNICATOR)
    for name in ("amina", "luc", "carla", "marc"):
        await world.person(name)
    await world.settle()
    await world.happened()
    return Newsroom(world)
