"""The scene of visibility, built once for each file and engine: its tests only look."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.doors.scene import Scene, open_scene


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A closed node."""
    async with open_scene(_folder(tmp_path_factory)) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_to_all(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A node that the internet may read."""
    async with open_scene(_folder(tmp_path_factory), is_open=True) as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def suspended(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """A node on which the author was suspended after everybody had seen everything."""
    async with open_scene(_folder(tmp_path_factory), is_open=True) as opened:
        await opened.suspend()
        yield opened


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("scene")
