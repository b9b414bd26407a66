"""Jobs are done once they are due, tried again when they fail, and lost by nobody's death."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from server.work.runner import DELAYS, JobRunner, Run, retry_after
from social import jobs
from social.errors import Unavailable
from storage import jobs as rows
from storage.engine.database import Database, open_database
from storage.ids import Millis
from tests.conftest import NewDatabase
from tests.nodes import eventually
from tests.world import StoryClock


class Asked:
    """Remembers what it was asked to do; fails as often as it was told to."""

    def __init__(self, failures: int = 0, error: Exception | None = None) -> None:
        self.hosts: list[str] = []
        self.failures = failures
        self.error = error or Unavailable("remote")

    async def __call__(self, job: jobs.Greet) -> None:
        self.hosts.append(job.host)
        if len(self.hosts) <= self.failures:
            raise self.error


@pytest.fixture
def clock() -> StoryClock:
    return StoryClock()


@asynccontextmanager
async def _running(db: Database, clock: StoryClock, run: Run) -> AsyncIterator[JobRunner]:
    runner = JobRunner(db, clock, {jobs.Greet: run})
    await runner.start()
    try:
        yield runner
    finally:
        await runner.stop()


async def _ask(db: Database, clock: StoryClock, host: str, *, later: int = 0) -> None:
    due = Millis(clock() + later)
    await db.write(jobs.enqueue, jobs.Greet(host=host), key=host, due=due)


async def _is_empty(db: Database) -> bool:
    return await db.read(rows.next_due) is None and await db.read(rows.dead) == []


async def test_a_job_is_done_once_and_forgotten(db: Database, clock: StoryClock) -> None:
    asked = Asked()
    await _ask(db, clock, "siege.example")
    async with _running(db, clock, asked):
        await eventually(lambda: _is_empty(db))
        await _ask(db, clock, "filiale.example")
        await eventually(lambda: len(asked.hosts) == 2)
        await eventually(lambda: _is_empty(db))
    assert asked.hosts == ["siege.example", "filiale.example"]


async def test_a_job_of_tomorrow_waits_for_tomorrow(db: Database, clock: StoryClock) -> None:
    asked = Asked()
    await _ask(db, clock, "siege.example", later=24 * 3_600_000)
    await _ask(db, clock, "usine.example")
    async with _running(db, clock, asked):
        await eventually(lambda: asked.hosts)
        assert asked.hosts == ["usine.example"]
        clock.pass_by(days=1)
        await _ask(db, clock, "filiale.example")
        await eventually(lambda: set(asked.hosts) >= {"siege.example", "filiale.example"})


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(Unavailable("remote"), id="said by the network"),
        pytest.param(OSError("no route"), id="said by the system"),
        pytest.param(ZeroDivisionError(), id="our own mistake"),
    ],
)
async def test_a_job_that_fails_is_tried_again_later(db: Database, clock: StoryClock, error: Exception) -> None:
    asked = Asked(failures=1, error=error)
    await _ask(db, clock, "siege.example")
    async with _running(db, clock, asked):
        await eventually(lambda: _waits_with_error(db, clock))
        assert len(asked.hosts) == 1
        clock.pass_by(minutes=1)
        await _ask(db, clock, "usine.example")
        await eventually(lambda: asked.hosts.count("siege.example") == 2)
        await eventually(lambda: _is_empty(db))


async def test_a_job_is_given_up_after_its_last_try_and_kept_for_the_operator(db: Database, clock: StoryClock) -> None:
    asked = Asked(failures=100)
    await _ask(db, clock, "siege.example")
    async with _running(db, clock, asked) as runner:
        for tries in range(1, len(DELAYS) + 2):
            await eventually(_reached(asked, tries))
            # As long as it runs, what is asked for is a job of its own, with its own tries.
            await eventually(lambda: runner.running == 0)
            await eventually(lambda: _waits_with_error(db, clock))
            clock.pass_by(days=3)
            await _ask(db, clock, "siege.example", later=-1) if tries <= len(DELAYS) else None
        found = await eventually(lambda: db.read(rows.dead))
    assert [(job.kind, "Unavailable" in (job.last_error or "")) for job in found] == [("greet", True)]
    assert len(asked.hosts) == len(DELAYS) + 1


def test_the_delays_grow_and_end() -> None:
    delays = [retry_after(attempt) for attempt in range(1, len(DELAYS) + 2)]
    assert delays[-1] is None
    known = [delay for delay in delays if delay is not None]
    assert known == sorted(known)


async def test_jobs_of_a_killed_process_are_done_by_the_next(sqlite_db: Database, clock: StoryClock) -> None:
    await _ask(sqlite_db, clock, "siege.example")
    await sqlite_db.write(rows.claim, ["greet"], clock(), 60_000, 1)
    asked = Asked()
    async with _running(sqlite_db, clock, asked):
        await eventually(lambda: asked.hosts == ["siege.example"])


async def test_a_job_that_another_process_holds_is_left_to_it_as_long_as_it_lives(
    new_database: NewDatabase, clock: StoryClock
) -> None:
    db = await open_database(new_database("postgres"))
    await _ask(db, clock, "usine.example")
    assert await db.write(rows.claim, ["greet"], clock(), 60_000, 1)
    asked = Asked()
    async with _running(db, clock, asked):
        await _ask(db, clock, "filiale.example")
        await eventually(lambda: asked.hosts)
        assert asked.hosts == ["filiale.example"]
        clock.pass_by(minutes=2)
        await _ask(db, clock, "siege.example")
        await eventually(lambda: "usine.example" in asked.hosts)
    await db.close()


async def test_a_job_under_way_when_the_node_stops_is_done_at_the_next_start(db: Database, clock: StoryClock) -> None:
    begun = asyncio.Event()

    async def endless(job: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    await _ask(db, clock, "siege.example")
    async with _running(db, clock, endless):
        await asyncio.wait_for(begun.wait(), 10)
    clock.pass_by(minutes=2)
    asked = Asked()
    async with _running(db, clock, asked):
        await eventually(lambda: asked.hosts == ["siege.example"])


def _reached(asked: Asked, tries: int) -> Callable[[], bool]:
    return lambda: len(asked.hosts) >= tries


async def _waits_with_error(db: Database, clock: StoryClock) -> bool:
    """Whether nothing is due now: the job that failed waits, or is given up."""
    due = await db.read(rows.next_due)
    return bool(await db.read(rows.dead)) or (due is not None and due > clock())
