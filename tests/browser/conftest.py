"""One node with a morning on it, and one Chromium, for all the tests of a file that only look."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from storage.engine.database import Database
from tests.browser.harbour import Harbour, chromium, moored


@pytest.fixture
async def harbour(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Harbour]:
    """The headquarters' node, running."""
    async with moored(sqlite_db, tmp_path) as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Chromium, without a window."""
    async with chromium() as opened:
        yield opened
