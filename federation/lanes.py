"""Whom the courier serves at the same time: nobody who is slow keeps others waiting.

At most `QUICK` deliveries are on the way; one that is not answered within `PATIENCE` seconds makes room for another, so
that up to `SLOW` of these are waited for beside them. That bounds the open connections. A host has `PER_HOST` at a time
and holds so many rows in memory; whatever else waits for it stays in the database, and is not looked at meanwhile.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

QUICK = 64
SLOW = 192
PATIENCE = 1.0
PER_HOST = 6
"""As many as the client opens sockets to one host."""
HELD = 400
"""Rows of one host that are in memory."""
HELD_SLOW = 12
"""The same of a host that lets us wait."""
HELD_IN_ALL = 20_000


class Lanes:
    """Counts who is on the way. Made inside the event loop."""

    def __init__(self, *, quick: int = QUICK, slow: int = SLOW, patience: float = PATIENCE) -> None:
        self._quick = asyncio.Semaphore(quick)
        self._patience = patience
        self._places = slow
        self._doors: dict[str, asyncio.Semaphore] = {}
        self._held: Counter[str] = Counter()
        self._slow: Counter[str] = Counter()

    def take(self, host: str, rows: int) -> int:
        """How many of so many more rows of a host there is room for; they are held from now on."""
        room = max(self._most(host) - self._held[host], 0)
        taken = min(rows, room)
        self._held[host] += taken
        return taken

    def give_back(self, host: str, rows: int) -> None:
        """Rows of the host are done with, or go back untried."""
        self._held[host] -= rows
        if self._held[host] <= 0:
            del self._held[host]
            self._doors.pop(host, None)

    def busy(self) -> list[str]:
        """Hosts of which more rows would only lie here."""
        return [host for host, held in self._held.items() if held * 2 >= self._most(host)]

    def is_busy(self, host: str) -> bool:
        """Whether it is one of them."""
        return self._held[host] * 2 >= self._most(host)

    def _most(self, host: str) -> int:
        return HELD_SLOW if self._slow[host] else HELD

    @property
    def are_full(self) -> bool:
        """Whether nothing more is to be claimed, of whatever host."""
        return self._held.total() >= HELD_IN_ALL

    @asynccontextmanager
    async def on_the_way(self, host: str) -> AsyncIterator[None]:
        """A delivery to the host; waits for its turn."""
        door = self._doors.setdefault(host, asyncio.Semaphore(PER_HOST))
        async with door:
            await self._quick.acquire()
            trip = _Trip(self, host)
            try:
                yield
            finally:
                trip.end()


class _Trip:
    """One delivery: in the quick lane until it takes too long and there is a place in the slow one."""

    def __init__(self, lanes: Lanes, host: str) -> None:
        self._lanes = lanes
        self._host = host
        self._is_slow = False
        self._timer = asyncio.get_running_loop().call_later(lanes._patience, self._move)

    def _move(self) -> None:
        lanes = self._lanes
        if lanes._places == 0:
            self._timer = asyncio.get_running_loop().call_later(lanes._patience, self._move)
            return
        self._is_slow = True
        lanes._places -= 1
        lanes._slow[self._host] += 1
        lanes._quick.release()

    def end(self) -> None:
        """It was answered, or given up."""
        self._timer.cancel()
        lanes = self._lanes
        if not self._is_slow:
            lanes._quick.release()
            return
        lanes._places += 1
        lanes._slow[self._host] -= 1
        if lanes._slow[self._host] <= 0:
            del lanes._slow[self._host]
