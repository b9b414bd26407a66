"""Jobs: claims rows that are due and runs each kind with its function.

A job may run twice; a lease of a minute is renewed while it runs.
Whether and when it is tried again is a pure function of the attempt.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from social import jobs
from social.clock import DAY, HOUR, MINUTE, SECOND, Clock
from social.errors import SocialError
from storage import jobs as rows
from storage.engine.database import Database
from storage.engine.errors import StorageError
from storage.ids import Millis

logger = logging.getLogger("archipel.jobs")

SLOTS = 6
LEASE = 60 * SECOND
IDLE_SECONDS = 5.0
LEAST_SECONDS = 0.05
"""What is due and not to be had (another process has it, a kind that is not ours) is not asked for without end."""
DELAYS = (10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 2 * DAY)

Run = Callable[[Any], Awaitable[None]]


def retry_after(attempt: int) -> int | None:
    """Milliseconds until the try after `attempt` (1 is the first), or None: give up, and keep it for the operator."""
    return DELAYS[attempt - 1] if attempt <= len(DELAYS) else None


class JobRunner:
    """One task of the node, with `slots` jobs of the kinds of `table` at a time."""

    def __init__(self, db: Database, clock: Clock, table: Mapping[type[jobs.Job], Run], *, slots: int = SLOTS) -> None:
        self._slots = slots
        self._db = db
        self._clock = clock
        self._table = {str(kind.__struct_config__.tag): run for kind, run in table.items()}
        self._is_heir = True
        self._wake = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Begin with what is due."""
        self._unsubscribe = self._db.on_commit(self._wake.set)
        self._task = asyncio.create_task(self._run(), name="jobs")

    @property
    def running(self) -> int:
        """How many jobs are running just now."""
        return len(self._running)

    async def stop(self) -> None:
        """End; jobs under way are cancelled, and run again after their lease."""
        self._unsubscribe()
        tasks = [*self._running, *([self._task] if self._task else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._inherit()
                wait = await self._until_next()
                if wait <= 0:
                    await self._claim()
                    wait = max(await self._until_next(), LEAST_SECONDS)
            except StorageError:
                logger.exception("the jobs could not be read; trying again")
                wait = 1.0
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _inherit(self) -> None:
        """Once: jobs of a killed process are due. On PostgreSQL another may live, and leases end by themselves."""
        if self._is_heir and self._db.engine == "sqlite":
            await self._db.write(rows.release_all, list(self._table))
        self._is_heir = False

    async def _claim(self) -> None:
        free = self._slots - len(self._running)
        if free <= 0:
            return
        for job in await self._db.write(rows.claim, list(self._table), self._clock(), LEASE, free):
            task = asyncio.create_task(self._work(job), name=f"job {job.kind}")
            self._running.add(task)
            task.add_done_callback(self._done)

    def wake(self) -> None:
        """Look at the clock and the jobs again, now."""
        self._wake.set()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            # The database could not even note it: the job is claimed again when its lease has ended.
            logger.error("%s was not noted", task.get_name(), exc_info=task.exception())

    async def _until_next(self) -> float:
        due = await self._db.read(rows.next_due, list(self._table))
        if due is None or len(self._running) >= self._slots:
            return IDLE_SECONDS
        return min(max(due - self._clock(), 0) / 1000, IDLE_SECONDS)

    async def _work(self, job: rows.JobRow) -> None:
        lease = asyncio.create_task(self._keep(job))
        try:
            await self._table[job.kind](jobs.read(job.arguments))
        except (SocialError, StorageError, msgspec.ValidationError, OSError, TimeoutError) as error:
            await self._failed(job, error)
        except Exception as error:
            logger.exception("job %s %s", job.kind, job.arguments)
            await self._failed(job, error)
        else:
            await self._db.write(rows.finish, job.id)
        finally:
            lease.cancel()

    async def _failed(self, job: rows.JobRow, error: Exception) -> None:
        delay = retry_after(job.attempts)
        spread = random.uniform(0.5, 1.0)  # noqa: S311  # spreads retries, guards nothing
        retry_at = None if delay is None else Millis(self._clock() + int(delay * spread))
        await self._db.write(rows.fail, job.id, repr(error)[:500], retry_at)

    async def _keep(self, job: rows.JobRow) -> None:
        while True:
            await asyncio.sleep(LEASE / 2_000)
            await self._db.write(rows.renew, job, Millis(self._clock() + LEASE))
