"""A scripted neighbour and our node, on each engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.engine.database import Database
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station, open_station


@pytest.fixture
async def siege() -> AsyncIterator[Neighbour]:
    """The node of headquarters, scripted."""
    async with Neighbour("siege.localhost") as running:
        yield running


@pytest.fixture
async def station(db: Database, siege: Neighbour, tmp_path: Path) -> AsyncIterator[Station]:
    """Our node, on each engine, which lets `siege` in."""
    async with open_station(db, tmp_path / "media", siege.authority) as running:
        yield running


@pytest.fixture
async def quick(sqlite_db: Database, siege: Neighbour, tmp_path: Path) -> AsyncIterator[Station]:
    """The same on SQLite only, for what no engine can change."""
    async with open_station(sqlite_db, tmp_path / "media", siege.authority) as running:
        yield running


@pytest.fixture
def bruno(siege: Neighbour) -> Somebody:
    """Somebody of the neighbour."""
    return siege.person("bruno")
