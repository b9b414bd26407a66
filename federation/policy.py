"""Who is let in: an allow-list of hosts (or, in the open mode, all but the denied), and how fast each may speak.

Allowed are the hosts of the configuration, those of the group's entities (by its manifest, if there is one), and those
that an administrator allowed; whoever an administrator denied is not, whatever else says so. An allowed
host must be the very one: a subdomain is another node. What denies or limits holds for all below a name.
"""

import asyncio
import time
from collections.abc import Callable
from functools import lru_cache

from social.clock import Clock, system_clock
from social.peer_rules import FREE, Rule, rule_among
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
KEPT_RULES = 10_000


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
        self._is_open = settings.federation.mode == "open"
        self._guests = frozenset(host.lower() for host in settings.federation.allow)
        self._group = frozenset(entity.domain.lower() for entity in settings.group.entities)
        self._clock = clock
        self._tick = tick
        self._read_at = -KEPT_SECONDS
        self._allowed: frozenset[str] = frozenset()
        self._limiting: tuple[PeerRow, ...] = ()
        self._rules: dict[str, Rule] = {}
        self._failing: set[str] = set()
        self._manners: dict[str, tuple[str, int]] = {}
        self._software: dict[str, str] = {}
        self._reading = asyncio.Lock()

    async def allows(self, host: str | None) -> bool:
        """Whether this node speaks with the host at all. Raises StorageError."""
        await self._refresh()
        return host is not None and self._admits(host)

    async def admits(self) -> Callable[[str], bool]:
        """The same as a predicate, good for as long as a batch takes. Raises StorageError."""
        await self._refresh()
        return self._admits

    async def rule(self, host: str) -> Rule:
        """What the host may do. Raises StorageError."""
        await self._refresh()
        return self._rule(host)

    def pace(self, host: str) -> int:
        """How many activities a minute an administrator grants the host, when the list was read; 0: as for all."""
        return self._rule(host).per_minute

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

    def software(self, host: str) -> str:
        """The name of what the host runs, in lower case, when the list was read; empty: it is not known."""
        return self._software.get(host, "")

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
            self._limiting = tuple(row for row in rows if row.rule_id and _limits(row))
            self._rules = {}
            self._failing = {row.host for row in rows if row.failures}
            self._manners = {row.host: (row.manner, row.manner_until) for row in rows if row.manner}
            self._software = {row.host: row.program for row in rows}
            self._read_at = self._tick()

    def _admits(self, host: str) -> bool:
        if host == self._own or self._rule(host).is_denied:
            return False
        return self._is_open or host in self._allowed

    def _rule(self, host: str) -> Rule:
        if not self._limiting:
            return FREE
        found = self._rules.get(host)
        if found is None:
            if len(self._rules) >= KEPT_RULES:
                self._rules.clear()
            found = self._rules[host] = rule_among(self._limiting, host)
        return found

    def _decided(self, rows: list[PeerRow], group: frozenset[str]) -> frozenset[str]:
        allowed = {row.host for row in rows if row.policy is Decision.ALLOWED}
        denied = [row for row in rows if row.policy is Decision.DENIED]
        let_in = (self._guests | group | allowed) - {self._own}
        return frozenset(host for host in let_in if not rule_among(denied, host).is_denied)


def _limits(row: PeerRow) -> bool:
    is_bound = row.is_silenced or row.refuses_media or row.refuses_reports or row.per_minute > 0
    return is_bound or row.policy is Decision.DENIED


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

    def wait(self, host: str, own: int = 0) -> int:
        """Count one more request of the host: 0, or the seconds until it may speak again. `own`: its own limit."""
        limit = own or self._limit
        if not limit:
            return 0
        now = self._tick()
        if now - self._began >= MINUTE_SECONDS:
            self._began, self._counts = now, {}
        count = self._counts[host] = self._counts.get(host, 0) + 1
        return 0 if count <= limit else max(1, round(MINUTE_SECONDS - (now - self._began)))
