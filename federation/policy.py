"""Who is let in: an allow-list of hosts, and how fast each may speak.

Allowed are the hosts of the configuration, those of the group's entities (by its manifest, if there is one), and those
that an administrator allowed; whoever an administrator denied is not, whatever else says so. Hosts must be equal: a
subdomain is another node.
"""

import asyncio
import time
from collections.abc import Callable
from functools import lru_cache

from social.clock import Clock, system_clock
from social.settings import Settings
from social.trust.manifest import Manifest, read_manifest
from storage import manifests, peers
from storage.engine.database import Database, Tx
from storage.ids import Millis
from storage.peers import PeerRow
from storage.peers import Policy as Decision

KEPT_SECONDS = 2.0
"""How long a decision made by another process may go unnoticed."""
MINUTE_SECONDS = 60.0


class Policy:
    """The list, read from the database at most every other second."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        tick: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db = db
        self._own = settings.node.domain
        self._guests = frozenset(host.lower() for host in settings.federation.allow)
        self._group = frozenset(entity.domain.lower() for entity in settings.group.entities)
        self._clock = clock
        self._tick = tick
        self._read_at = -KEPT_SECONDS
        self._allowed: frozenset[str] = frozenset()
        self._failing: set[str] = set()
        self._manners: dict[str, tuple[str, int]] = {}
        self._reading = asyncio.Lock()

    async def allows(self, host: str | None) -> bool:
        """Whether this node speaks with the host at all. Raises StorageError."""
        await self._refresh()
        return host in self._allowed

    async def hosts(self) -> list[str]:
        """Everybody allowed. Raises StorageError."""
        await self._refresh()
        return sorted(self._allowed)

    def is_failing(self, host: str) -> bool:
        """Whether deliveries to the host failed when the list was read."""
        return host in self._failing

    def manner(self, host: str) -> tuple[str, int]:
        """Which signatures the host reads, and until when (ms) that is believed, when the list was read."""
        return self._manners.get(host, ("", 0))

    def answered(self, host: str) -> None:
        """The host is well again; until the list is read anew."""
        self._failing.discard(host)

    def forget(self) -> None:
        """Read the list anew at the next question."""
        self._read_at = self._tick() - KEPT_SECONDS

    async def _refresh(self) -> None:
        if self._tick() - self._read_at < KEPT_SECONDS:
            return
        async with self._reading:
            if self._tick() - self._read_at < KEPT_SECONDS:
                return
            rows, group = await self._db.read(_known, self._clock())
            self._allowed = self._decided(rows, self._group if group is None else group.domains)
            self._failing = {row.host for row in rows if row.failures}
            self._manners = {row.host: (row.manner, row.manner_until) for row in rows if row.manner}
            self._read_at = self._tick()

    def _decided(self, rows: list[PeerRow], group: frozenset[str]) -> frozenset[str]:
        allowed = {row.host for row in rows if row.policy is Decision.ALLOWED}
        denied = {row.host for row in rows if row.policy is Decision.DENIED}
        return frozenset((self._guests | group | allowed) - denied - {self._own})


def _known(tx: Tx, now: Millis) -> tuple[list[PeerRow], Manifest | None]:
    row = manifests.active(tx, now)
    return peers.peers(tx), None if row is None else _manifest(row.body)


# Read every other second, and changed once a month.
@lru_cache(maxsize=4)
def _manifest(body: str) -> Manifest:
    return read_manifest(body)


class Pace:
    """At most so many requests a minute from each host; 0: as many as come."""

    def __init__(self, per_minute: int, *, tick: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._tick = tick
        self._began = 0.0
        self._counts: dict[str, int] = {}

    def wait(self, host: str) -> int:
        """Count one more request of the host: 0, or the seconds until it may speak again."""
        if not self._limit:
            return 0
        now = self._tick()
        if now - self._began >= MINUTE_SECONDS:
            self._began, self._counts = now, {}
        count = self._counts[host] = self._counts.get(host, 0) + 1
        return 0 if count <= self._limit else max(1, round(MINUTE_SECONDS - (now - self._began)))
