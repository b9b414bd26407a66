"""A running node under attack, with another node that it allows. No attack may make it log an error of its own."""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio

from social.policy import Role
from social.settings import CardSettings, FederationSettings
from storage.engine import postgres
from storage.engine.database import Database, open_database
from tests.attacks.foe import Foe
from tests.attacks.meeting import PAUSE, TIMES
from tests.doors.askers import Person
from tests.nodes import running_node
from tests.sites import LocalNode


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def foe() -> AsyncIterator[Foe]:
    """The attacker's own node, which the other allows."""
    async with Foe() as peer:
        yield peer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def usine(foe: Foe, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalNode]:
    """The node that is attacked. What a link leads to is read by another client (`tests/federation/test_cards.py`)."""
    federation = FederationSettings(insecure_loopback=True, allow=(foe.authority,))
    async with running_node(
        tmp_path_factory.mktemp("usine"), federation=federation, cards=CardSettings(enabled=False)
    ) as node:
        yield node


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def amina(usine: LocalNode) -> Person:
    """Somebody who is attacked."""
    return await Person.of(usine, "victim", await usine.person("amina"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mallory(usine: LocalNode) -> Person:
    """A member of the same node who attacks."""
    return await Person.of(usine, "attacker", await usine.person("mallory"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chief(usine: LocalNode) -> Person:
    """The administrator."""
    return await Person.of(usine, "admin", await usine.person("chief", role=Role.ADMIN))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def nobody(usine: LocalNode) -> Person:
    """Somebody from the internet."""
    return Person(usine, "anonymous", None, "")


@pytest.fixture(autouse=True)
def unshaken(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever was sent, the node logged no error of its own: an attack is refused, not stumbled over."""
    yield
    errors = [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR]
    assert not [(record.name, record.getMessage()) for record in errors]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transactions of PostgreSQL last long enough to meet."""

    def waits(call: Callable[..., Any]) -> Callable[..., Any]:
        def late(tx: Any, *words: Any) -> Any:
            found = call(tx, *words)
            tx._bare(PAUSE)
            return found

        return late

    for name in ("_fetch", "_run"):
        monkeypatch.setattr(postgres.PostgresTx, name, waits(getattr(postgres.PostgresTx, name)))


@pytest.fixture
async def crowded(db_url: str) -> AsyncIterator[Database]:
    """A database with as many connections as there are attempts."""
    database = await open_database(db_url, connections=TIMES)
    yield database
    await database.close()
