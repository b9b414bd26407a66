"""The log: every event is read once by everybody, in the order of commits."""

from __future__ import annotations

import asyncio
import threading

import pytest

from storage import log
from storage.engine.database import Database, Tx, open_database
from storage.ids import EventSeq, Millis
from tests.faults import every_statement_fails_once

START = EventSeq(0)


def append(tx: Tx, *payloads: str) -> None:
    """Log some events."""
    for payload in payloads:
        log.append(tx, "said", payload, Millis(int(payload) * 10))


async def published(db: Database, *payloads: str) -> None:
    """Log some events and give them their places."""
    await db.write(append, *payloads)
    await db.write(log.number)


def payloads(tx: Tx, seq: EventSeq = START, limit: int = 1_000) -> list[str]:
    """What the log says after a place."""
    return [event.payload for event in log.after(tx, seq, limit)]


async def test_events_come_back_in_order_after_a_place(db: Database) -> None:
    assert await db.read(log.last) == 0
    await published(db, "1", "2", "3")
    events = await db.read(log.after, START, 2)
    assert [(event.seq, event.kind, event.payload, event.at) for event in events] == [
        (1, "said", "1", 10),
        (2, "said", "2", 20),
    ]
    assert await db.read(payloads, EventSeq(2)) == ["3"]
    assert await db.read(log.last) == 3


async def test_an_event_of_a_command_that_fails_never_was(db: Database) -> None:
    def fail(tx: Tx) -> None:
        append(tx, "1")
        raise KeyError

    with pytest.raises(KeyError):
        await db.write(fail)
    await published(db, "2")
    assert await db.read(payloads) == ["2"]


async def test_no_event_is_skipped_when_two_writers_interleave(db: Database, db_url: str) -> None:
    """The first draws its number first and commits last, on PostgreSQL; on SQLite they queue."""
    other = await open_database(db_url)
    drawn, go_on = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        append(tx, "1")
        drawn.set()
        if db.engine == "postgres":
            assert go_on.wait(20)

    seen: list[str] = []
    cursor = START

    async def dispatch() -> None:
        nonlocal cursor
        await db.write(log.number)
        for event in await db.read(log.after, cursor, 100):
            seen.append(event.payload)
            cursor = event.seq

    first = asyncio.create_task(db.write(slow))
    await asyncio.to_thread(drawn.wait, 20)
    await other.write(append, "2")
    await dispatch()
    assert "2" in seen
    go_on.set()
    await first
    await dispatch()
    assert sorted(seen) == ["1", "2"]
    await other.close()


async def test_every_event_of_many_writers_is_read_once(db: Database) -> None:
    seen: list[str] = []
    cursor = START
    writing = asyncio.gather(*(db.write(append, str(number), str(number + 1)) for number in range(0, 400, 2)))
    is_last_pass = False
    while not is_last_pass:
        is_last_pass = writing.done()
        await db.write(log.number)
        while events := await db.read(log.after, cursor, 50):
            assert [event.seq for event in events] == list(range(cursor + 1, cursor + 1 + len(events)))
            seen.extend(event.payload for event in events)
            cursor = events[-1].seq
    await writing
    assert sorted(map(int, seen)) == list(range(400))


async def test_processes_that_number_together_give_each_place_once(db: Database, db_url: str) -> None:
    other = await open_database(db_url)
    await db.write(append, *(str(number) for number in range(200)))
    numbered = await asyncio.gather(*(one.write(log.number) for one in (db, other) * 5))
    assert sum(numbered) == (200 if db.engine == "postgres" else 0)
    events = await db.read(log.after, START, 500)
    assert [event.seq for event in events] == list(range(1, 201))
    assert [event.payload for event in events] == [str(number) for number in range(200)]
    await other.close()


async def test_one_process_leads_until_its_transaction_ends(db: Database, db_url: str) -> None:
    other = await open_database(db_url)
    loop = asyncio.get_running_loop()

    def lead_and_ask(tx: Tx) -> tuple[bool, bool | None]:
        mine = log.lead(tx)
        if tx.engine == "sqlite":  # one process only: the other writer would wait for this one
            return mine, None
        return mine, asyncio.run_coroutine_threadsafe(other.write(log.lead), loop).result(20)

    assert await db.write(lead_and_ask) == (True, False if db.engine == "postgres" else None)
    assert await other.write(log.lead) is True
    await other.close()


async def test_a_cursor_only_goes_forward(db: Database) -> None:
    assert await db.read(log.cursor, "timelines") == 0
    for seq, expected in ((5, 5), (3, 5), (9, 9)):
        await db.write(log.advance, "timelines", EventSeq(seq))
        assert await db.read(log.cursor, "timelines") == expected
    await db.write(log.advance, "delivery", EventSeq(2))
    assert await db.read(log.slowest) == 2


async def test_an_event_that_fails_three_times_is_parked(db: Database) -> None:
    await published(db, "1", "2")
    for attempt in (1, 2, 3):
        is_parked = await db.write(log.park, "delivery", EventSeq(2), f"broken {attempt}", Millis(attempt))
        assert is_parked is (attempt == 3)
        assert len(await db.read(log.parked)) == (1 if is_parked else 0)
    (parked,) = await db.read(log.parked)
    assert (parked.subscriber, parked.seq, parked.payload) == ("delivery", 2, "2")
    assert (parked.attempts, parked.error, parked.failed_at) == (3, "broken 3", 3)


async def test_a_parked_event_is_taken_out_once(db: Database) -> None:
    await published(db, "1")
    for _ in range(3):
        await db.write(log.park, "delivery", EventSeq(1), "broken", Millis(1))
    event = await db.write(log.unpark, "delivery", EventSeq(1))
    assert event is not None
    assert event.payload == "1"
    assert await db.write(log.unpark, "delivery", EventSeq(1)) is None
    assert await db.read(log.parked) == []


async def test_pruning_keeps_what_is_unread_young_parked_or_last(db: Database) -> None:
    await published(db, *(str(number) for number in range(1, 9)))
    for _ in range(3):
        await db.write(log.park, "delivery", EventSeq(2), "broken", Millis(1))
    await db.write(log.park, "delivery", EventSeq(3), "failed once, then passed", Millis(1))
    assert await db.write(log.prune, EventSeq(8), Millis(10_000)) == 0  # nobody has read anything
    await db.write(log.advance, "delivery", EventSeq(8))
    await db.write(log.advance, "timelines", EventSeq(6))
    assert await db.write(log.prune, EventSeq(8), Millis(50)) == 3  # 1, 3, 4
    assert await db.read(payloads) == ["2", "5", "6", "7", "8"]
    await db.write(log.advance, "timelines", EventSeq(8))
    assert await db.write(log.prune, EventSeq(8), Millis(10_000)) == 3
    assert await db.read(payloads) == ["2", "8"]


async def test_a_place_is_never_given_again(db: Database) -> None:
    await published(db, "1", "2")
    await db.write(log.advance, "all", EventSeq(2))
    await db.write(log.prune, EventSeq(2), Millis(10_000))
    await published(db, "3")
    assert [event.seq for event in await db.read(log.after, EventSeq(2), 10)] == [3]


async def test_a_pass_that_dies_at_any_statement_handles_each_event_once(db: Database) -> None:
    await db.write(append, "1", "2", "3")

    def echo(tx: Tx) -> int:
        assert log.lead(tx)
        events = log.after(tx, log.cursor(tx, "echo"), 10)
        for event in events:
            log.append(tx, "echo", event.payload, event.at)
        if events:
            log.advance(tx, "echo", events[-1].seq)
        return len(events)

    async def dispatch() -> int:
        await db.write(log.number)
        return await db.write(echo)

    async def nothing_half() -> None:
        await db.write(log.number)
        kinds = [event.kind for event in await db.read(log.after, START, 100)]
        handled = await db.read(log.cursor, "echo")
        assert kinds.count("echo") == (3 if handled else 0)

    assert await every_statement_fails_once(db, dispatch, nothing_half) == 3
    await nothing_half()
