"""Commits in groups: shared by those who wait, and nobody's mistake is another's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from storage.engine.database import (
    StorageError,
    StorageFull,
    StorageUnavailable,
    Tx,
    UniqueViolation,
    open_database,
)
from storage.engine.query import Query
from storage.engine.sqlite import GROUP_COMMANDS, SqliteDatabase
from tests.conftest import NewDatabase

LENGTH = Query(int, "SELECT COUNT(*) FROM events")
INSERT = Query(None, "INSERT INTO events (seq, kind, payload, at) VALUES (:seq, 'kind', '{}', 0)")
FILL = Query(None, "INSERT INTO events (kind, payload, at) VALUES ('kind', :payload, 0)")
INSERT_CHILD = Query(None, "INSERT INTO children (parent) VALUES (:parent)")
SETTING = Query(int, "SELECT synchronous FROM pragma_synchronous")
FOREIGN_KEYS = Query(int, "SELECT foreign_keys FROM pragma_foreign_keys")
JOURNAL = Query(str, "SELECT journal_mode FROM pragma_journal_mode")


@pytest.fixture
def path(new_database: NewDatabase) -> Path:
    """A migrated file."""
    return Path(new_database("sqlite").removeprefix("sqlite:///"))


@pytest.fixture
async def db(path: Path) -> AsyncIterator[SqliteDatabase]:
    """The file, opened with little patience for locks."""
    database = await open_database(path, busy_ms=50)
    assert isinstance(database, SqliteDatabase)
    yield database
    await database.close()


class Gate:
    """Holds the writer in a command until the test has queued what it wants in one group."""

    def __init__(self, db: SqliteDatabase) -> None:
        self._db = db
        self._entered = asyncio.Event()
        self._open = threading.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> None:
        loop = asyncio.get_running_loop()

        def wait(tx: Tx) -> None:
            loop.call_soon_threadsafe(self._entered.set)
            self._open.wait(20)

        self._task = asyncio.create_task(self._db.write(wait))
        await self._entered.wait()

    async def __aexit__(self, *_: object) -> None:
        await asyncio.sleep(0)  # what was just created as tasks queues its commands
        self._open.set()
        assert self._task is not None
        await self._task


def length(tx: Tx) -> int:
    """How many events there are."""
    return tx.value(LENGTH)


def insert(tx: Tx, seq: int) -> int:
    """Store an event with a number of our choice."""
    tx.run(INSERT, seq=seq)
    return seq


async def settled(*calls: object) -> list[object]:
    """What each call gave or raised."""
    return await asyncio.gather(*calls, return_exceptions=True)  # type: ignore[call-overload, no-any-return]


@asynccontextmanager
async def traced(db: SqliteDatabase) -> AsyncIterator[list[str]]:
    """The first words of what the writer's connection runs."""
    words: list[str] = []
    connection = db._connections[-1]
    await connection.call(lambda: connection.raw.set_trace_callback(lambda sql: words.append(sql.split()[0])))
    yield words
    await connection.call(lambda: connection.raw.set_trace_callback(None))


async def test_commands_that_wait_share_a_commit(db: SqliteDatabase) -> None:
    callbacks: list[None] = []
    db.on_commit(lambda: callbacks.append(None))
    async with traced(db) as words:
        async with Gate(db):
            calls = [asyncio.create_task(db.write(insert, number)) for number in range(1, 21)]
        assert await asyncio.gather(*calls) == list(range(1, 21))
    assert words == ["BEGIN", "COMMIT", "BEGIN", *["SAVEPOINT", "INSERT", "RELEASE"] * 20, "COMMIT"]
    assert len(callbacks) == 1


async def test_a_command_alone_needs_no_savepoint(db: SqliteDatabase) -> None:
    async with traced(db) as words:
        await db.write(insert, 1)
    assert words == ["BEGIN", "INSERT", "COMMIT"]


async def test_a_command_that_fails_alone_costs_no_commit(db: SqliteDatabase) -> None:
    def fail(tx: Tx) -> None:
        insert(tx, 1)
        raise KeyError

    async with traced(db) as words:
        with pytest.raises(KeyError):
            await db.write(fail)
    assert words == ["BEGIN", "INSERT", "ROLLBACK"]


async def test_a_group_has_a_greatest_size(db: SqliteDatabase) -> None:
    callbacks: list[None] = []
    db.on_commit(lambda: callbacks.append(None))
    async with Gate(db):
        calls = [asyncio.create_task(db.write(insert, number)) for number in range(1, 2 * GROUP_COMMANDS + 2)]
    await asyncio.gather(*calls)
    assert len(callbacks) == 3


async def test_a_group_has_a_greatest_time(db: SqliteDatabase) -> None:
    callbacks: list[None] = []
    db.on_commit(lambda: callbacks.append(None))
    pause = threading.Event()

    def slow(tx: Tx, number: int) -> None:
        pause.wait(0.03)
        insert(tx, number)

    async with Gate(db):
        calls = [asyncio.create_task(db.write(slow, number)) for number in range(1, 6)]
    await asyncio.gather(*calls)
    assert len(callbacks) == 5


async def test_an_error_in_a_group_is_its_callers_alone(db: SqliteDatabase) -> None:
    def change_her_mind(tx: Tx) -> None:
        insert(tx, 3)
        raise KeyError("no")

    async with Gate(db):
        group = asyncio.create_task(
            settled(
                db.write(insert, 1),
                db.write(insert, 1),
                db.write(insert, 2),
                db.write(change_her_mind),
                db.write(insert, 3),
            )
        )
        await asyncio.sleep(0)
    one, twice, two, mind, three = await group
    assert (one, two, three) == (1, 2, 3)
    assert isinstance(twice, UniqueViolation)
    assert isinstance(mind, KeyError)
    assert await db.read(length) == 3


async def test_a_command_sees_what_the_group_wrote_before_it(db: SqliteDatabase) -> None:
    async with Gate(db):
        group = asyncio.create_task(settled(db.write(insert, 1), db.write(length), db.write(insert, 2)))
        await asyncio.sleep(0)
    assert await group == [1, 1, 2]


async def test_a_commit_that_fails_fails_every_member(db: SqliteDatabase) -> None:
    def create(tx: Tx) -> None:
        tx.statement("CREATE TABLE parents (id INTEGER PRIMARY KEY)")
        tx.statement("CREATE TABLE children (parent INTEGER REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)")

    await db.write(create)
    async with Gate(db):
        group = asyncio.create_task(
            settled(db.write(insert, 1), db.write(lambda tx: tx.run(INSERT_CHILD, parent=9)), db.write(insert, 2))
        )
        await asyncio.sleep(0)
    answers = await group
    assert [type(answer) for answer in answers] == [StorageUnavailable] * 3  # whose mistake it was, nobody can say
    assert len({id(answer) for answer in answers}) == 3
    assert await db.read(length) == 0
    assert await db.write(insert, 1) == 1


async def test_a_lost_transaction_fails_every_member(db: SqliteDatabase) -> None:
    def lose(tx: Tx) -> None:
        insert(tx, 5)
        tx.statement("ROLLBACK")  # as SQLite itself does when the disk is full
        raise StorageFull("no space")

    async with Gate(db):
        group = asyncio.create_task(settled(db.write(insert, 1), db.write(lose), db.write(insert, 2)))
        await asyncio.sleep(0)
    first, lost, after = await group
    assert isinstance(first, StorageFull)
    assert isinstance(lost, StorageFull)
    assert after == 2  # it had not begun, and went into the next group
    assert await db.read(length) == 1


async def test_a_command_that_ends_the_transaction_is_found_out(db: SqliteDatabase) -> None:
    with pytest.raises(StorageError):
        await db.write(lambda tx: tx.statement("ROLLBACK"))
    with pytest.raises(StorageError):
        await db.write(lambda tx: tx.statement("COMMIT"))
    assert await db.write(insert, 1) == 1


async def test_a_cancelled_request_in_a_group_is_kept_with_the_others(db: SqliteDatabase) -> None:
    async with Gate(db):
        calls = [asyncio.create_task(db.write(insert, number)) for number in (1, 2, 3)]
        await asyncio.sleep(0)
        calls[1].cancel()
    assert await settled(calls[0], calls[2]) == [1, 3]
    with pytest.raises(asyncio.CancelledError):
        await calls[1]
    assert await db.read(length) == 3
