"""A running node for the tests of the API, on each engine."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiosmtpd.controller import Controller

from storage.engine.database import Database
from tests.api.mail import Mailbox
from tests.api.site import Site, running
from tests.nodes import running_group
from tests.sites import LocalNode


@pytest.fixture
async def site(db: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """A closed node at http://localhost:PORT, without limits of requests."""
    async with running(db, tmp_path / "media") as served:
        yield served


@pytest.fixture
async def open_site(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[Site]:
    """A node that lets the anonymous internet read."""
    async with running(sqlite_db, tmp_path / "media", is_open=True) as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[LocalNode, ...]]:
    """Two nodes of one group at http://localhost, each at its port, for the tests of one file."""
    async with running_group(tmp_path_factory.mktemp("pair"), "siege", "usine", domain="localhost") as made:
        yield made


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that takes what comes."""
    made = Mailbox()
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    yield made
    controller.stop()
