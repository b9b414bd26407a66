"""One Chromium for a whole run, and before it a node with a morning on it, for each test another.

Starting a browser takes longer than most of these tests: all of them share one event loop, and the browser on it. What
a test does stays in profiles of its own.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from storage.engine.database import Database, open_database
from tests.browser.harbour import Harbour, chromium, moored
from tests.conftest import NewDatabase

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of this folder run on the loop of the browser."""
    for item in items:
        if item.path.is_relative_to(HERE) and item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(loop_scope="session")
async def sqlite_db(new_database: NewDatabase) -> AsyncIterator[Database]:
    """A migrated, empty database on SQLite."""
    database = await open_database(new_database("sqlite"))
    yield database
    await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def harbour(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Harbour]:
    """The headquarters' node, running."""
    async with moored(sqlite_db, tmp_path) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, without a window."""
    async with chromium() as opened:
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_browser() -> AsyncIterator[Browser]:
    """The Chromium that people have, for what the other one lacks."""
    async with chromium(whole=True) as opened:
        yield opened
