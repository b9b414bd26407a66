"""How often somebody may ask: counters in the memory of the process, in windows that begin at full multiples.

With several processes (PostgreSQL) each adds what it counted to the others' every second: no request waits for that.

A window is one dict that is thrown away when the next begins, so nothing is ever swept. Mastodon's headers say what is
left (Mastodon.py sleeps until the reset: a wrong time would hang bots).
"""

import asyncio
import hashlib
import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from social.clock import MINUTE
from social.errors import TooMany
from social.settings import LimitSettings
from storage import limits as rows
from storage.engine.database import Database, Tx
from storage.engine.errors import StorageError
from storage.ids import Millis

logger = logging.getLogger("archipel.limits")

SHARE_SECONDS = 1.0
MOST_KEYS = 100_000
"""Counters kept in a window. A flood of addresses beyond that starts the window anew rather than fill the memory."""


class Standing(NamedTuple):
    """Where somebody stands in a window: the limit, what is left, and when it opens again as the header says it."""

    limit: int
    remaining: int
    reset: bytes


class Window:
    """At most `limit` in `period` ms for each key; a limit of 0 counts nothing."""

    def __init__(self, limit: int, period: int, name: str = "") -> None:
        self.limit = limit
        self.period = period
        self.name = name
        self.ends = Millis(0)
        self._reset = b""
        self._counts: dict[str, int] = {}
        self._others: dict[str, int] = {}
        self._fresh: dict[str, int] = {}

    def count(self, key: str, now: Millis) -> Standing | None:
        """Count one more. Raises TooMany above the limit; None when the limit is off."""
        if not self.limit:
            return None
        if now >= self.ends or len(self._counts) > MOST_KEYS:
            self._begin(now)
        own = self._counts[key] = self._counts.get(key, 0) + 1
        self._fresh[key] = self._fresh.get(key, 0) + 1
        used = own + self._others.get(key, 0)
        if used > self.limit:
            raise TooMany(self.ends, "rate_limit", limit=self.limit)
        return Standing(self.limit, self.limit - used, self._reset)

    def fresh(self) -> dict[str, int]:
        """What was counted here since the last time that this was asked."""
        taken, self._fresh = self._fresh, {}
        return taken

    def untold(self, counted: Mapping[str, int], ends: Millis) -> None:
        """Take back what was fresh of the window that ends then: the others were not told."""
        if ends == self.ends:
            self._fresh |= {key: self._fresh.get(key, 0) + count for key, count in counted.items()}

    def learn(self, totals: Mapping[str, int], ends: Millis) -> None:
        """What all processes counted together, of the window that ends then."""
        if ends == self.ends:
            self._others |= {key: max(0, total - self._told(key)) for key, total in totals.items()}

    def _told(self, key: str) -> int:
        """How many of a key's own counts the others know of."""
        return self._counts.get(key, 0) - self._fresh.get(key, 0)

    def _begin(self, now: Millis) -> None:
        self.ends = Millis((now // self.period + 1) * self.period)
        self._counts, self._others, self._fresh = {}, {}, {}
        self._reset = f"{datetime.fromtimestamp(self.ends / 1000, UTC):%Y-%m-%dT%H:%M:%S.%f}Z".encode()


class Limits:
    """The windows of a node, and the task that adds them up with those of its other processes."""

    def __init__(self, settings: LimitSettings, db: Database | None = None) -> None:
        def window(name: str, limit: int, minutes: int) -> Window:
            return Window(0 if settings.off else limit, minutes * MINUTE, name)

        self.user = window("user", settings.per_user, 5)
        self.token = window("token", settings.per_token, 5)
        self.address = window("address", settings.per_address, 5)
        self.paging = window("paging", settings.paging, 15)
        self.uploads = window("uploads", settings.media_uploads, 30)
        self.deletes = window("deletes", settings.deletes, 30)
        self.sign_ups = window("sign_ups", settings.sign_ups, 30)
        self.apps = window("apps", settings.app_registrations, 10)
        self._db = db if db is not None and db.engine == "postgres" else None
        self._task: asyncio.Task[None] | None = None

    @property
    def windows(self) -> tuple[Window, ...]:
        """All of them."""
        return (
            self.user, self.token, self.address, self.paging, self.uploads, self.deletes, self.sign_ups, self.apps
        )  # fmt: skip

    async def start(self) -> None:
        """Begin to add up; nothing where there is one process."""
        if self._db is not None:
            self._task = asyncio.create_task(self._share_for_ever(self._db), name="limits")

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def share(self, db: Database) -> None:
        """Tell the others what was counted here, and learn what they counted."""
        for window in self.windows:
            counted, ends = window.fresh(), window.ends
            if counted:
                # Neither tokens nor addresses are written down: a key is kept as what it hashes to.
                names = {_name(window.name, key): key for key in counted}
                told = {name: counted[key] for name, key in names.items()}
                try:
                    totals = await db.write(_exchange, told, ends)
                except StorageError:
                    window.untold(counted, ends)
                    raise
                window.learn({names[name]: total for name, total in totals.items()}, ends)

    async def _share_for_ever(self, db: Database) -> None:
        while True:
            await asyncio.sleep(SHARE_SECONDS)
            try:
                await self.share(db)
            except StorageError:
                logger.exception("limits were not added up; the next second does")


def _exchange(tx: Tx, counted: dict[str, int], ends: Millis) -> dict[str, int]:
    rows.add(tx, counted, ends)
    return rows.counts(tx, list(counted), ends)


def _name(window: str, key: str) -> str:
    return f"{window}:{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}"


def nearest(first: Standing | None, second: Standing | None) -> Standing | None:
    """The one closer to exhaustion: that is the one the headers tell."""
    if first is None or second is None:
        return first or second
    return first if first.remaining <= second.remaining else second


def network_of(address: str) -> str:
    """What counts as one asker: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return found.exploded[:19]
    return str(found)
