"""Every command and every subscriber with its n-th statement failing, for each n: half of it is never there."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from federation.assembly import Federation
from server.work.dispatcher import CURSOR, Dispatcher, Subscriber
from server.work.subscribers import subscribers
from social import events
from storage import log
from storage.engine.database import Database, Tx, open_database
from storage.engine.statement import Engine
from storage.files import LocalFiles
from storage.ids import Millis
from tests.conftest import NewDatabase
from tests.faults import every_statement_fails_once
from tests.outages.acts import ACTS, Act, Stage, stage
from tests.outages.snapshot import Reader, Snapshot, changed, counts, reader, snapshot
from tests.world import World

EACH_ACT = pytest.mark.parametrize("act", [pytest.param(act, id=act.__name__) for act in ACTS])


class Told:
    """The subscribers of a node, by the one table."""

    def __init__(self, world: World, folder: Path) -> None:
        self.threads = ThreadPoolExecutor(1)
        self.federation = Federation(
            settings=world.settings,
            db=world.db,
            files=LocalFiles(folder),
            clock=world.clock,
            ids=world.ids,
            urls=world.urls,
            crunch=self.threads,
            version="0",
        )
        self.table = dict(subscribers(self.federation))
        self.dispatcher = Dispatcher(world.db, world.clock, self.table)

    async def close(self) -> None:
        await self.federation.stop()
        self.threads.shutdown()


@pytest.fixture
async def on(db: Database) -> Stage:
    """The scene, its events still in the log."""
    return await stage(World(db))


@pytest.fixture
async def told(on: Stage, tmp_path: Path) -> AsyncIterator[Told]:
    """The subscribers, who have done all that led to the scene."""
    told = Told(on.world, tmp_path / "media")
    await told.dispatcher.settle()
    yield told
    await told.close()


@pytest.fixture
def held(on: Stage, db_url: str) -> Iterator[Reader]:
    """Asks what the database holds, from the scene on."""
    with reader(db_url) as read:
        yield read


@EACH_ACT
async def test_a_command_that_fails_anywhere_leaves_nothing(on: Stage, held: Reader, act: Act) -> None:
    before = held()

    def nothing_was_kept() -> None:
        assert not changed(before, held())

    await every_statement_fails_once(on.world.db, lambda: act(on), nothing_was_kept)
    assert "events" in changed(before, held())


@EACH_ACT
async def test_a_subscriber_that_fails_anywhere_leaves_nothing_and_twice_is_once(
    on: Stage, told: Told, held: Reader, act: Act
) -> None:
    await act(on)
    happened = await _happened(on.world.db)
    assert happened
    for name, subscriber in told.table.items():
        before = held()

        def nothing_was_kept(before: Snapshot = before) -> None:
            assert not changed(before, held())

        async def run(subscriber: Subscriber = subscriber) -> None:
            await on.world.db.write(_all_of, subscriber, happened, on.world.clock())

        await every_statement_fails_once(on.world.db, run, nothing_was_kept)
        once = held()
        await run()
        assert not changed(once, held()), name


@pytest.mark.parametrize(
    "at_once", [pytest.param(2, id="two"), pytest.param(len(ACTS), marks=pytest.mark.full, id="all")]
)
async def test_the_log_is_worked_off_the_same_whatever_fails_on_the_way(
    engine: Engine, new_database: NewDatabase, tmp_path: Path, at_once: int
) -> None:
    """A batch that fails is begun anew, so that the time grows by the square of the acts that are in it."""
    acts = [act for act in ACTS if act.__name__ not in ("deletes", "receives_a_delete")]
    found = []
    for is_hindered in (False, True):
        url = new_database(engine)
        db = await open_database(url)
        on = await stage(World(db))
        told = Told(on.world, tmp_path / "media")
        for first in range(0, len(acts), at_once):
            for act in acts[first : first + at_once]:
                await act(on)
            if is_hindered:
                await every_statement_fails_once(db, told.dispatcher.settle)
            else:
                await told.dispatcher.settle()
            assert await db.read(log.parked) == []
            assert await db.read(log.cursor, CURSOR) == await db.read(log.last)
        await told.close()
        await db.close()
        found.append(counts(snapshot(url)))
    assert found[0] == found[1]


def _all_of(tx: Tx, subscriber: Subscriber, happened: list[events.AnyEvent], now: Millis) -> None:
    for event in happened:
        subscriber(tx, event, now)


async def _happened(db: Database) -> list[events.AnyEvent]:
    await db.write(log.number)
    rows = await db.read(log.after, await db.read(log.cursor, CURSOR), 1_000)
    return [events.read(row.payload) for row in rows]
