"""The courier: brings deliveries to their inboxes.

Order is kept for each pair of actor and host; nothing else waits for anything else (`lanes.py`). What is said to
somebody goes before posts, and these before boosts, when more waits than can go at once.
A host that does not answer closes its breaker: nothing goes there until it opens again, then one delivery goes first as
a probe. A host that speaks to us is due at once (`revive`).
A body was frozen when it was written and is signed anew at each try. What was sent but not yet noted when the process
died is sent again, and the peer knows it by its id.
Several processes may deliver for one node (PostgreSQL): what one has taken is leased to it and renewed while it lives.
"""

import asyncio
import logging
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from itertools import groupby, islice

import msgspec

from federation.client import Client
from federation.communities.audience import Reading, reading_of
from federation.errors import PeerError, Silent
from federation.incoming.forwarding import FORWARDED
from federation.keyring import Keyring
from federation.lanes import PER_HOST, Lanes
from federation.patience import Patience, is_left_unanswered, pause_after, retry_after
from federation.synchronisation import Announcer
from social.clock import DAY, MINUTE, SECOND, Clock
from social.errors import NotFound
from storage import deliveries, peers
from storage.deliveries import DeliveryRow
from storage.engine.database import Database, Tx
from storage.engine.errors import StorageError
from storage.ids import AccountId, DeliveryId, Millis

logger = logging.getLogger("archipel.delivery")

CLAIMED = 400
LEASE = 15 * SECOND
"""Renewed as long as a delivery is held: of a killed process nothing waits longer."""
NOTED_EVERY = 10 * MINUTE
"""How often it is written down of a host that takes everything."""
IDLE_SECONDS = 5.0
GATHER_SECONDS = 0.005
GATHER_TIMES = 5
"""While much waits for busy hosts, each look at the queue is long: so many times as long nobody looks."""
BLOCKED_SECONDS = 0.05


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one try: `final` is no more to be tried, `retry_after` the peer's own wish in ms, `overtaken` one
    that failed after the host had spoken to us meanwhile, `silent` one to which nothing was said."""

    row: DeliveryRow
    arrived: bool
    overtaken: bool = False
    silent: bool = False
    final: bool = False
    host_failed: bool = False
    retry_after: int | None = None
    error: str = ""


class Courier:
    """One task of the node."""

    def __init__(
        self,
        db: Database,
        client: Client,
        clock: Clock,
        *,
        may_send: Callable[[str], Awaitable[bool]],
        retry_days: int,
        keep_days: int = 90,
    ) -> None:
        self._db = db
        self._client = client
        self._clock = clock
        self._may_send = may_send
        self._patience = Patience(retry_days * DAY, max(retry_days, keep_days) * DAY)
        self._is_heir = True
        self._wake = asyncio.Event()
        self._lanes = Lanes()
        self._gather = GATHER_SECONDS
        self._keyring = Keyring(db)
        self._announcer = Announcer(db)
        self._failing: dict[str, int] = {}
        self._revivals: Counter[str] = Counter()
        self._heard: Counter[str] = Counter()
        self._unanswered: Counter[DeliveryId] = Counter()
        self._succeeded_at: dict[str, Millis] = {}
        self._chains: set[asyncio.Task[None]] = set()
        self._results: list[Outcome] = []
        self._untried: list[DeliveryId] = []
        self._held: dict[DeliveryId, str] = {}
        """What is leased to us, and for which host."""
        self._probed: set[str] = set()
        self._noted = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._unsubscribe: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Begin with what waits."""
        self._unsubscribe = self._db.on_commit(self._wake.set)
        self._tasks = [
            asyncio.create_task(self._run(), name="courier"),
            asyncio.create_task(self._note_for_ever(), name="courier notes"),
            asyncio.create_task(self._hold_for_ever(), name="courier leases"),
        ]

    async def stop(self) -> None:
        """End; what is on the way is noted, what was not tried goes at the next start."""
        self._unsubscribe()
        for task in [*self._tasks, *self._chains]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._chains, return_exceptions=True)
        tried = {outcome.row.id for outcome in self._results}
        self._untried = list({*self._held, *self._untried} - tried)
        await self._note()

    def is_failing(self, host: str) -> bool:
        """Whether the last delivery to the host failed."""
        return host in self._failing

    def heard(self, host: str) -> None:
        """The host spoke to us."""
        self._heard[host] += 1

    async def revive(self, host: str) -> None:
        """The host spoke to us: close its breaker and make all that waits for it due."""
        self._failing.pop(host, None)
        self._revivals[host] += 1
        await self._db.write(_revive, host, self._clock())

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._inherit()
                wait = await self._turn()
            except StorageError:
                logger.exception("deliveries could not be read; trying again")
                wait = 1.0
            if not wait:
                continue
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                continue
            # What several commits bring is looked at once.
            await asyncio.sleep(self._gather)

    async def _inherit(self) -> None:
        """Once: who was failing, and what a killed process had claimed is due.

        On PostgreSQL another process may live, and leases end by themselves.
        """
        if not self._is_heir:
            return
        self._failing = {row.host: row.failures for row in await self._db.read(peers.failing)}
        if self._db.engine == "sqlite":
            await self._db.write(deliveries.release_all)
        self._is_heir = False

    async def _turn(self) -> float:
        """Take what is due; the seconds until there may be more, 0 for at once."""
        now, busy = self._clock(), [*self._lanes.busy(), *self._probed]
        began = time.monotonic()
        due = await self._db.read(deliveries.next_due, now, busy)
        self._gather = max(GATHER_SECONDS, GATHER_TIMES * (time.monotonic() - began)) if busy else GATHER_SECONDS
        if due is None or due > now:
            return IDLE_SECONDS if due is None else min((due - now) / 1000, IDLE_SECONDS)
        if self._lanes.are_full:
            return IDLE_SECONDS
        rows = await self._db.write(deliveries.claim, now, Millis(now + LEASE), CLAIMED, busy)
        for host, chains in _by_host(self._with_room(rows)).items():
            if host in self._failing:
                self._launch(host, self._probe(host, chains))
            else:
                for chain in chains:
                    self._launch(host, self._chain(chain))
        if rows:
            return 0.0
        # What is due and was not to be had stands behind something on the way, whose end wakes us.
        return IDLE_SECONDS if self._chains else BLOCKED_SECONDS

    def _with_room(self, rows: list[DeliveryRow]) -> list[DeliveryRow]:
        """Those for which there is room beside what is held of their host; the others go back."""
        counts = Counter(row.host for row in rows)
        room = {host: self._lanes.take(host, count) for host, count in counts.items()}
        kept = []
        for row in rows:
            if room[row.host] > 0:
                room[row.host] -= 1
                kept.append(row)
                self._held[row.id] = row.host
            else:
                self._untried.append(row.id)
                self._noted.set()
        return kept

    def _launch(self, host: str, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name=host)
        self._chains.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._chains.discard(task)
        if not self._lanes.is_busy(task.get_name()):
            self._wake.set()
        if not task.cancelled() and task.exception() is not None:
            logger.error("a chain of deliveries broke", exc_info=task.exception())

    async def _probe(self, host: str, chains: list[list[DeliveryRow]]) -> None:
        """One delivery first; the rest only if it is taken."""
        first, *others = chains
        head, *rest = first
        self._probed.add(host)
        try:
            is_taken = await self._deliver(head)
        finally:
            self._probed.discard(host)
        if is_taken:
            for chain in ([rest] if rest else []) + others:
                self._launch(host, self._chain(chain))
        else:
            self._untried += [row.id for chain in [rest, *others] for row in chain]
            self._noted.set()

    async def _chain(self, rows: list[DeliveryRow]) -> None:
        """Deliveries of one actor to one host in their order; a failure leaves the rest for later.

        One activity goes to several inboxes of the host at the same time: among themselves these have no order.
        """
        sent = 0
        for _, group in groupby(rows, key=lambda row: row.body):
            for together in _batched(group, PER_HOST):
                taken = await asyncio.gather(*(self._deliver(row) for row in together))
                sent += len(together)
                if not all(taken):
                    self._untried += [later.id for later in rows[sent:]]
                    self._noted.set()
                    return

    async def _deliver(self, row: DeliveryRow) -> bool:
        """Whether the next one of the chain may go."""
        async with self._lanes.on_the_way(row.host):
            revived, heard = self._revivals[row.host], self._heard[row.host]
            outcome = await self._try(row)
            if outcome.silent and self._heard[row.host] > heard:
                outcome = await self._unanswered_by_one_that_speaks(outcome)
            if outcome.host_failed and self._revivals[row.host] > revived:
                outcome = msgspec.structs.replace(outcome, overtaken=True)
        if outcome.arrived or outcome.final:
            self._unanswered.pop(row.id, None)
        self._results.append(outcome)
        self._noted.set()
        return outcome.arrived or outcome.final

    async def _unanswered_by_one_that_speaks(self, outcome: Outcome) -> Outcome:
        """NodeBB leaves a request for ever that it refuses: what stands behind it is not to wait as long."""
        row = outcome.row
        self._unanswered[row.id] += 1
        if not is_left_unanswered(self._unanswered[row.id], self._clock() - row.created_at):
            return outcome
        if reading_of(await self._db.read(peers.by_host, row.host)) is Reading.OURS:
            # Ours answer what they refuse: one that does not is too busy, and loses nothing by it.
            return outcome
        return msgspec.structs.replace(outcome, final=True, host_failed=False)

    async def _try(self, row: DeliveryRow) -> Outcome:
        if not await self._may_send(row.host):
            return Outcome(row=row, arrived=False, final=True, error="the host is not allowed here")
        try:
            key = await self._keyring.of(row.account_id)
        except NotFound:
            return Outcome(row=row, arrived=False, final=True, error="the actor has no key any more")
        try:
            more = await self._announcer.headers(row.account_id, row.host, row.body)
            answer = await self._client.post(row.inbox_url, row.body.encode(), key, more=more)
        except PeerError as error:
            said, is_silent = f"{type(error).__name__}: {error}"[:300], isinstance(error, Silent)
            return Outcome(row=row, arrived=False, host_failed=True, silent=is_silent, error=said)
        if 200 <= answer.status < 300:
            return Outcome(row=row, arrived=True)
        retried = answer.status in _later(row) or (answer.status >= 500 and answer.status != 501)
        return Outcome(
            row=row,
            arrived=False,
            final=not retried,
            host_failed=answer.status >= 500,
            retry_after=answer.retry_after * SECOND if answer.retry_after is not None else None,
            error=f"{answer.status} {answer.error}"[:300],
        )

    async def _note_for_ever(self) -> None:
        while True:
            await self._noted.wait()
            self._noted.clear()
            try:
                await self._note()
            except StorageError:
                logger.exception("results could not be noted; trying again")
                await asyncio.sleep(1.0)
                self._noted.set()

    async def _hold_for_ever(self) -> None:
        """Keep what is on the way, however long the line and slow the host, from being taken a second time."""
        while True:
            await asyncio.sleep(LEASE / SECOND / 3)
            if not self._held:
                continue
            try:
                await self._db.write(deliveries.renew, list(self._held), Millis(self._clock() + LEASE))
            except StorageError:
                logger.exception("deliveries could not be held; trying again")

    async def _note(self) -> None:
        results, untried = self._results, self._untried
        self._results, self._untried = [], []
        if not results and not untried:
            return
        try:
            await self._db.write(self._write_down, results, untried, self._clock())
        except StorageError:
            self._results, self._untried = results + self._results, untried + self._untried
            raise
        for id in (*untried, *(outcome.row.id for outcome in results)):
            host = self._held.pop(id, None)
            if host is not None:
                self._lanes.give_back(host, 1)
        self._wake.set()

    def _write_down(self, tx: Tx, results: list[Outcome], untried: list[DeliveryId], now: Millis) -> None:
        taken = [outcome.row.id for outcome in results if outcome.arrived]
        if taken:
            deliveries.arrived(tx, taken, now)
        for host in {outcome.row.host for outcome in results if outcome.arrived}:
            failed = self._failing.pop(host, None) is not None
            if failed or now - self._succeeded_at.get(host, 0) >= NOTED_EVERY:
                self._succeeded_at[host] = now
                peers.succeeded(tx, host, now)
            if failed:
                deliveries.revive(tx, host, now)
        for outcome in results:
            if not outcome.arrived:
                self._write_failure(tx, outcome, now)
        deliveries.release(tx, untried)

    def _write_failure(self, tx: Tx, outcome: Outcome, now: Millis) -> None:
        row = outcome.row
        if outcome.overtaken:
            # It began while the host was away, and says nothing of the host that is back.
            deliveries.later(tx, row.id, Millis(now + SECOND), outcome.error)
            return
        age = now - row.created_at
        delay = retry_after(row.attempts + 1, age, self._patience, is_away=outcome.host_failed)
        if outcome.final or delay is None:
            deliveries.refused(tx, row.id, outcome.error, now)
        else:
            spread = random.uniform(0.5, 1.0)  # noqa: S311  # spreads retries, guards nothing
            wait = outcome.retry_after if outcome.retry_after is not None else int(delay * spread)
            deliveries.later(tx, row.id, Millis(now + wait), outcome.error)
        if outcome.host_failed:
            failures = self._failing[row.host] = self._failing.get(row.host, 0) + 1
            peers.failed(tx, row.host, outcome.error, Millis(now + pause_after(failures)), now)


def _later(row: DeliveryRow) -> tuple[int, ...]:
    """Refusals after which another try may help; what others said and we bring on is refused for good."""
    return (408, 429) if row.kind == FORWARDED else (401, 408, 429)


def _revive(tx: Tx, host: str, now: Millis) -> None:
    peers.succeeded(tx, host, now)
    deliveries.revive(tx, host, now)


def _by_host(rows: list[DeliveryRow]) -> dict[str, list[list[DeliveryRow]]]:
    """Chains (one actor's deliveries in order) of each host."""
    hosts: dict[str, dict[AccountId, list[DeliveryRow]]] = {}
    for row in rows:
        hosts.setdefault(row.host, {}).setdefault(row.account_id, []).append(row)
    return {host: list(chains.values()) for host, chains in hosts.items()}


def _batched(rows: Iterable[DeliveryRow], size: int) -> Iterator[list[DeliveryRow]]:
    """So many at a time."""
    left = iter(rows)
    while some := list(islice(left, size)):
        yield some
