"""The dispatcher: takes what happened from the log and gives it to the subscribers, in order, losing nothing.

Row-writing subscribers run together, a batch in one transaction, which also moves their common cursor.
When a batch fails it is run again event by event, each subscriber in a savepoint of its own: whoever fails three times
on an event has it parked (`archipel check` shows it), and the cursor goes on.
Listeners (streaming) hold no rows: they start at the end of the log and are told, after the commit, only what the rows
subscribers have done with.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from social import events
from social.clock import Clock
from storage import log
from storage.engine.database import Database, Tx
from storage.engine.errors import BadValue, ConstraintViolation, StorageError, TransactionFailed
from storage.ids import EventSeq, Millis

logger = logging.getLogger("archipel.dispatcher")

CURSOR = "rows"
BATCH = 200
RETRY_SECONDS = 0.2
IDLE_SECONDS = 5.0

OF_THE_EVENT = (ConstraintViolation, BadValue, TransactionFailed)
"""Errors of the database that a subscriber's own statement made, and would make again."""

Subscriber = Callable[[Tx, events.AnyEvent, Millis], None]
Listener = Callable[[Sequence[events.AnyEvent]], Awaitable[None]]


class Dispatcher:
    """One task of the node. `start` it after migration; `stop` waits for the transaction under way.

    One that does not lead (a process for the web alone) writes nothing: it tells its listeners what the others did.
    """

    def __init__(
        self, db: Database, clock: Clock, subscribers: Mapping[str, Subscriber], *, leads: bool = True
    ) -> None:
        self._db = db
        self._clock = clock
        self._subscribers = subscribers
        self._leads = leads
        self._listeners: list[Listener] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._told: EventSeq | None = None
        self._stopping = False

    def listen(self, listener: Listener) -> None:
        """Have `listener` told what happened, in order, from now on."""
        self._listeners.append(listener)

    @property
    def is_awake(self) -> bool:
        """Whether the end of the log was found: listeners hear what happens from here on."""
        return self._told is not None

    async def start(self) -> None:
        """Begin; what happened while nobody ran is done first."""
        self._unsubscribe = self._db.on_commit(self._wake.set)
        try:
            # Before anybody is answered: whoever listens from then on misses nothing.
            await self._find_end()
        except StorageError:
            logger.exception("the end of the log was not found; it is looked for again")
        self._task = asyncio.create_task(self._run(), name="dispatcher")

    async def stop(self) -> None:
        """Finish the batch under way and end."""
        self._unsubscribe()
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def settle(self) -> None:
        """Do everything that the log holds now; for tests and for the demo's seed."""
        while await self._turn():
            continue

    async def _run(self) -> None:
        self._wake.set()
        trouble = 0
        while not self._stopping:
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                logger.debug("nothing happened; looking all the same")
            self._wake.clear()
            try:
                await self._find_end()
                while await self._turn() and not self._stopping:
                    continue
                trouble = 0
            except Exception:
                # Whatever it is, a node whose log stands still is worse than one that tries once more.
                logger.exception("the log could not be worked off; trying again")
                await asyncio.sleep(min(RETRY_SECONDS * 2**trouble, IDLE_SECONDS))
                trouble = min(trouble + 1, 10)
                self._wake.set()

    async def _find_end(self) -> None:
        """Where listeners begin to hear; once, before anything is done."""
        if self._told is None:
            await self._number()
            self._told = await self._db.read(log.last)

    async def _turn(self) -> bool:
        """One batch. Whether there may be more."""
        if not self._leads:
            await self._tell()
            return False
        await self._number()
        if not await self._db.read(_waits):
            await self._tell()
            return False
        try:
            done = await self._db.write(self._pass)
        except Exception as error:
            if _is_of_the_database(error):
                raise
            # One event must not hold up the others: whoever cannot do it is found out.
            logger.exception("a subscriber failed; going on event by event")
            done = await self._carefully()
        await self._tell()
        return done > 0

    async def _number(self) -> None:
        """On PostgreSQL places in the log are given after the commit, in a transaction of their own."""
        if self._db.engine == "postgres":
            await self._db.write(log.number)

    def _pass(self, tx: Tx) -> int:
        if not log.lead(tx):
            return 0
        rows = log.after(tx, log.cursor(tx, CURSOR), BATCH)
        now = self._clock()
        for row in rows:
            event = events.read(row.payload)
            for subscriber in self._subscribers.values():
                subscriber(tx, event, now)
        if rows:
            log.advance(tx, CURSOR, rows[-1].seq)
        return len(rows)

    async def _carefully(self) -> int:
        done = 0
        for _ in range(BATCH):
            outcome = await self._db.write(self._one)
            if outcome is None:
                break
            seq, failures = outcome
            parked = [await self._db.write(log.park, name, seq, error, self._clock()) for name, error in failures]
            if all(parked):
                await self._db.write(log.advance, CURSOR, seq)
                done += 1
            else:
                await asyncio.sleep(RETRY_SECONDS)
        return done

    def _one(self, tx: Tx) -> tuple[EventSeq, list[tuple[str, str]]] | None:
        if not log.lead(tx):
            return None
        row = next(iter(log.after(tx, log.cursor(tx, CURSOR), 1)), None)
        if row is None:
            return None
        try:
            event = events.read(row.payload)
        except msgspec.ValidationError as error:
            return row.seq, [("log", repr(error))]
        failures: list[tuple[str, str]] = []
        for name, subscriber in self._subscribers.items():
            try:
                with tx.savepoint():
                    subscriber(tx, event, self._clock())
            except Exception as error:
                if _is_of_the_database(error):
                    raise
                logger.exception("%s failed on event %d", name, row.seq)
                failures.append((name, repr(error)[:500]))
        return row.seq, failures

    async def _tell(self) -> None:
        if not self._listeners or self._told is None:
            return
        for _ in range(1_000):
            fresh = await self._db.read(_fresh, self._told)
            if not fresh:
                return
            self._told = fresh[-1].seq
            happened = [events.read(row.payload) for row in fresh]
            for listener in self._listeners:
                await listener(happened)


def _is_of_the_database(error: Exception) -> bool:
    """Full, busy, gone: no fault of the event, which waits until it is over."""
    return isinstance(error, StorageError) and not isinstance(error, OF_THE_EVENT)


def _waits(tx: Tx) -> bool:
    """Whether there is anything to do: the subscribers' own commits wake the dispatcher too."""
    return log.last(tx) > log.cursor(tx, CURSOR)


def _fresh(tx: Tx, told: EventSeq) -> list[log.EventRow]:
    done = log.cursor(tx, CURSOR)
    return [row for row in log.after(tx, told, BATCH) if row.seq <= done]
