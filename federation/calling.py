"""Nodes that do not answer are called now and then, so that what waits goes soon after the network is whole again.

A delivery is tried again after hours, and whoever comes back greets the others; but a cut in the network ends without
anybody starting anew, and both sides would wait for their next try. A call is a greeting: it opens the way on both
sides. What came in and could not be finished without that node is tried again too.
"""

import asyncio
import logging
from collections.abc import Callable

from federation.policy import Policy
from federation.wire import Wire
from social import jobs
from social.clock import MINUTE, SECOND
from social.jobs import Greet
from storage import inbox
from storage import jobs as job_rows
from storage.engine.database import Tx
from storage.engine.errors import StorageError
from storage.ids import Millis

logger = logging.getLogger("archipel.federation")

LOOK_SECONDS = 5.0
FIRST = 10 * SECOND
LONGEST = 5 * MINUTE
"""Between two calls of one node: ever longer, so that a node that is gone for good costs next to nothing."""


class Calls:
    """One task of the node."""

    def __init__(self, wire: Wire, policy: Policy, is_failing: Callable[[str], bool]) -> None:
        self._wire = wire
        self._policy = policy
        self._is_failing = is_failing
        self._next: dict[str, tuple[Millis, int]] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._call_for_ever(), name="calls")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def call(self) -> list[str]:
        """Have those allowed nodes greeted that fail and whose turn it is; who these are. Raises StorageError."""
        now = self._wire.clock()
        failing = [host for host in await self._policy.hosts() if self._is_failing(host)]
        self._next = {host: self._next.get(host, (Millis(now + FIRST), FIRST)) for host in failing}
        called = [host for host, (at, _) in self._next.items() if at <= now]
        for host in called:
            pause = min(2 * self._next[host][1], LONGEST)
            self._next[host] = Millis(now + pause), pause
        if called:
            await self._wire.db.write(_greet, called, now)
        return called

    async def _call_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.call()
            except StorageError:
                logger.exception("nodes that do not answer were not called; trying again")


def _greet(tx: Tx, hosts: list[str], now: Millis) -> None:
    for host in hosts:
        jobs.enqueue(tx, Greet(host=host), key=host, due=now)


def hurry(tx: Tx, host: str, now: Millis) -> None:
    """The host is there again: what came from it, and jobs about it, are tried now, as if for the second time."""
    inbox.hurry(tx, host, now)
    job_rows.hurry(tx, host, now)
