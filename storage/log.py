"""The log of what happened, and how far each subscriber has read (ARCHITECTURE: events).

An event is appended in the transaction of the command that made it happen.
`seq` is its place, in the order of commits. SQLite's one writer gives it at insert; on PostgreSQL
`number` gives it to rows that have been committed, one process at a time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from storage.engine import dialect
from storage.engine.query import Query, Row
from storage.engine.transaction import Tx
from storage.ids import EventSeq, Millis

ATTEMPTS: Final = 3


class EventRow(Row, frozen=True, kw_only=True):
    """One event; the payload is JSON."""

    seq: EventSeq
    kind: str
    payload: str
    at: Millis


class ParkedRow(Row, frozen=True, kw_only=True):
    """An event that a subscriber could not handle, with the last error."""

    subscriber: str
    seq: EventSeq
    kind: str
    payload: str
    at: Millis
    attempts: int
    error: str
    failed_at: Millis


APPEND = Query(
    None,
    "INSERT INTO events (kind, payload, at) VALUES (:kind, :payload, :at)",
    hot=True,
)
AFTER = Query(
    EventRow,
    f"""
    SELECT {EventRow.columns()}
    FROM events
    WHERE seq > :seq
    ORDER BY seq
    LIMIT :limit""",
    hot=True,
)
LAST = Query(int, "SELECT COALESCE(MAX(seq), 0) FROM events", hot=True)
CURSOR = Query(int, "SELECT seq FROM cursors WHERE subscriber = :subscriber", hot=True)
SLOWEST = Query(int, "SELECT COALESCE(MIN(seq), 0) FROM cursors")
ADVANCE = Query(
    None,
    """
    INSERT INTO cursors (subscriber, seq) VALUES (:subscriber, :seq)
    ON CONFLICT (subscriber) DO UPDATE SET seq = excluded.seq
    WHERE excluded.seq > cursors.seq""",
    hot=True,
)
FAIL = Query(
    int,
    """
    INSERT INTO event_failures (subscriber, seq, attempts, error, failed_at)
    VALUES (:subscriber, :seq, 1, :error, :at)
    ON CONFLICT (subscriber, seq) DO UPDATE
    SET attempts = event_failures.attempts + 1, error = excluded.error,
        failed_at = excluded.failed_at
    RETURNING attempts""",
)
PARKED = Query(
    ParkedRow,
    """
    SELECT f.subscriber, f.seq, e.kind, e.payload, e.at, f.attempts, f.error, f.failed_at
    FROM event_failures AS f
    JOIN events AS e ON e.seq = f.seq
    WHERE f.attempts >= :attempts
    ORDER BY f.seq, f.subscriber""",
)
EVENT = Query(EventRow, f"SELECT {EventRow.columns()} FROM events WHERE seq = :seq", hot=True)
UNPARK = Query(None, "DELETE FROM event_failures WHERE subscriber = :subscriber AND seq = :seq", hot=True)
FORGET_FAILURES = Query(
    None,
    """
    DELETE FROM event_failures
    WHERE attempts < :attempts
    AND seq <= (SELECT c.seq FROM cursors AS c WHERE c.subscriber = event_failures.subscriber)""",
)
PRUNE = Query(
    None,
    """
    DELETE FROM events
    WHERE seq <= :before
    AND seq <= (SELECT COALESCE(MIN(c.seq), 0) FROM cursors AS c)
    AND seq < (SELECT MAX(last.seq) FROM events AS last)
    AND at < :older_than
    AND NOT EXISTS (SELECT 1 FROM event_failures AS f WHERE f.seq = events.seq)""",
)


def append(tx: Tx, kind: str, payload: str, at: Millis) -> None:
    """Log an event; `payload` is JSON."""
    tx.run(APPEND, kind=kind, payload=payload, at=at)


def append_all(tx: Tx, rows: Iterable[tuple[str, str, Millis]]) -> None:
    """Log several events (kind, JSON, time) in their order, in one statement."""
    tx.many(APPEND, [{"kind": kind, "payload": payload, "at": at} for kind, payload, at in rows])


def number(tx: Tx) -> int:
    """Give committed events their places, in a transaction of its own; gives how many.

    Nothing to do on SQLite. Other processes that do the same wait until this one commits.
    """
    if tx.engine == "sqlite":
        return 0
    # The lock is a statement of its own: the next one sees all that was committed before it.
    tx.rows(dialect.LOCK_NUMBERING)
    return tx.run(dialect.NUMBER_EVENTS)


def lead(tx: Tx) -> bool:
    """Is this process the one that dispatches, until the end of the transaction?"""
    return tx.engine == "sqlite" or tx.value(dialect.TRY_LOCK_DISPATCH)


def after(tx: Tx, seq: EventSeq, limit: int) -> list[EventRow]:
    """The events that follow a place."""
    return tx.rows(AFTER, seq=seq, limit=limit)


def last(tx: Tx) -> EventSeq:
    """The last place given, 0 when there is none."""
    return EventSeq(tx.value(LAST))


def cursor(tx: Tx, subscriber: str) -> EventSeq:
    """The place up to which a subscriber has read, 0 for a new one."""
    return EventSeq(tx.row(CURSOR, subscriber=subscriber) or 0)


def slowest(tx: Tx) -> EventSeq:
    """The place up to which every subscriber has read."""
    return EventSeq(tx.value(SLOWEST))


def advance(tx: Tx, subscriber: str, seq: EventSeq) -> None:
    """Say that a subscriber has read up to a place; never goes back."""
    tx.run(ADVANCE, subscriber=subscriber, seq=seq)


def park(tx: Tx, subscriber: str, seq: EventSeq, error: str, at: Millis) -> bool:
    """Note that a subscriber failed on an event, in another transaction than the failed one.

    True from the third time on: it is parked now, and the cursor may go on.
    """
    return tx.value(FAIL, subscriber=subscriber, seq=seq, error=error, at=at) >= ATTEMPTS


def parked(tx: Tx) -> list[ParkedRow]:
    """The events that were given up."""
    return tx.rows(PARKED, attempts=ATTEMPTS)


def unpark(tx: Tx, subscriber: str, seq: EventSeq) -> EventRow | None:
    """Take an event out of the parked ones, to be handled again in this transaction."""
    return tx.row(EVENT, seq=seq) if tx.run(UNPARK, subscriber=subscriber, seq=seq) else None


def prune(tx: Tx, before: EventSeq, older_than: Millis) -> int:
    """Delete events up to a place that everybody has read and that are old; gives how many.

    Parked events stay, and so does the last one: its place must not be given again.
    """
    tx.run(FORGET_FAILURES, attempts=ATTEMPTS)
    return tx.run(PRUNE, before=before, older_than=older_than)
