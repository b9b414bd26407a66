"""Whether a node has done all that there is to do now: for the seed of the demo and for tests, which wait for it."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence

import msgspec

from server.work.dispatcher import CURSOR
from storage import deliveries, inbox, jobs, log
from storage.engine.database import Database, Tx
from storage.ids import Millis

JOB_SECONDS = 0.05
"""How often is looked whether a job has ended."""


class Unquiet(msgspec.Struct, frozen=True, kw_only=True):
    """What waits on a node: events in the log, deliveries, activities that came in, jobs that are due."""

    events: int
    deliveries: int
    activities: int
    jobs: int

    def __bool__(self) -> bool:
        return any((self.events, self.deliveries, self.activities, self.jobs))


class NeverQuiet(Exception):
    """Nothing moves any more, and something still waits."""


class Watched(msgspec.Struct, frozen=True, kw_only=True):
    """A node to be waited for: its database, its clock, and how many jobs are running just now.

    `wake` has it look at the clock again: whoever sleeps until a job is due does not see that a story's clock jumped.
    """

    name: str
    db: Database
    clock: Callable[[], Millis]
    running_jobs: Callable[[], int]
    wake: Callable[[], None] = lambda: None


async def settled(nodes: Sequence[Watched], *, seconds: float = 30.0) -> None:
    """Wait until nothing waits on any of the nodes: what one of them does may give another something to do.

    What waits for a host that does not answer counts too. Raises NeverQuiet when nothing has changed for `seconds`.
    """
    for node in nodes:
        node.wake()
    changed = asyncio.Event()
    undo = [node.db.on_commit(changed.set) for node in nodes]
    try:
        looks = 0
        while looks < 2:
            # Twice without a commit between: what one node handed on during a look shows in the next.
            changed.clear()
            running = _running(nodes)
            waiting = {node.name: await _look(node) for node in nodes}
            if not any(waiting.values()) and not changed.is_set():
                looks += 1
                continue
            looks = 0
            try:
                async with asyncio.timeout(seconds):
                    await _movement(changed, nodes, running)
            except TimeoutError as cause:
                kept = {name: msgspec.to_builtins(found) for name, found in waiting.items() if found}
                raise NeverQuiet(f"nothing has moved for {seconds:.0f} s: {kept}") from cause
    finally:
        for forget in undo:
            forget()


def unquiet(tx: Tx, now: Millis) -> Unquiet:
    """What waits here."""
    due = jobs.next_due(tx)
    return Unquiet(
        events=max(log.last(tx) - log.cursor(tx, CURSOR), 0),
        deliveries=sum(queue.waiting for queue in deliveries.queues(tx)),
        activities=inbox.waiting_count(tx),
        jobs=int(due is not None and due <= now),
    )


async def _look(node: Watched) -> Unquiet:
    if node.db.engine == "postgres":
        await node.db.write(log.number)
    found = await node.db.read(unquiet, node.clock())
    return msgspec.structs.replace(found, jobs=found.jobs + node.running_jobs())


async def _movement(changed: asyncio.Event, nodes: Sequence[Watched], running: list[int]) -> None:
    """Until there is a commit, or a job has ended: that comes after the last commit of the job, and makes none."""
    while not changed.is_set() and _running(nodes) == running:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), JOB_SECONDS)


def _running(nodes: Sequence[Watched]) -> list[int]:
    return [node.running_jobs() for node in nodes]
