"""The node of the plant, on each engine."""

import pytest

from storage.engine.database import Database
from tests.world import World


@pytest.fixture
def world(db: Database) -> World:
    """A node with nobody on it yet."""
    return World(db)
