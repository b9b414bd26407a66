"""What only SQLite's engine does: commits in groups, one file, one process, a full or locked file."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import pytest

from storage import log
from storage.engine.database import (
    BadValue,
    Database,
    DatabaseInUse,
    StorageBusy,
    StorageError,
    StorageFull,
    StorageUnavailable,
    Tx,
    UniqueViolation,
    open_database,
)
from storage.engine.query import Query
from storage.engine.sqlite import GROUP_COMMANDS, SqliteDatabase, translated
from storage.ids import EventSeq, Millis
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


async def test_the_file_is_durable_checked_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new.sqlite"
    db = await open_database(f"sqlite:///{path}")

    def settings(tx: Tx) -> tuple[int, int, str]:
        return tx.value(SETTING), tx.value(FOREIGN_KEYS), tx.value(JOURNAL)

    assert await db.write(settings) == (2, 1, "wal")
    await db.write(lambda tx: tx.statement("CREATE TABLE a (b)"))
    for file in (path, Path(f"{path}-wal")):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    await db.close()
    assert os.listdir(tmp_path) == ["new.sqlite"]  # noqa: PTH208 - short, and outside any load


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
    assert [type(answer).__name__ for answer in answers] == ["ForeignKeyViolation"] * 3
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


async def test_a_full_database_refuses_and_keeps_what_it_had(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
    db = await open_database(path, max_pages=pages + 20)
    stored = 0
    with pytest.raises(StorageFull):
        for _ in range(200):
            await db.write(lambda tx: tx.run(FILL, payload="x" * 2_000))
            stored += 1
    assert stored > 0
    assert await db.read(length) == stored

    answers = await settled(*(db.write(lambda tx: tx.run(FILL, payload="x" * 9_000)) for _ in range(10)))
    assert {type(answer) for answer in answers} == {StorageFull}
    assert await db.read(length) == stored
    assert await db.write(lambda tx: tx.run(Query(None, "DELETE FROM events WHERE seq > 1"))) == stored - 1
    assert await db.write(lambda tx: tx.run(FILL, payload="x" * 2_000)) == 1
    await db.close()


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """A second connection that holds the write lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


async def test_a_database_locked_by_somebody_else_is_busy_for_all_who_waited(db: SqliteDatabase, path: Path) -> None:
    with locked(path):
        answers = await settled(*(db.write(insert, number) for number in range(1, 10)))
        assert {type(answer) for answer in answers} == {StorageBusy}
        assert await db.read(length) == 0
    assert await db.write(insert, 1) == 1


async def test_a_lock_that_ends_in_time_is_not_noticed(path: Path) -> None:
    db = await open_database(path, busy_ms=20_000)
    with locked(path):
        waiting = asyncio.create_task(db.write(insert, 1))
        await db.read(length)
        assert not waiting.done()
    assert await waiting == 1
    await db.close()


async def test_a_second_node_on_the_same_file_is_refused(path: Path) -> None:
    node = await open_database(path, exclusive=True)
    with pytest.raises(DatabaseInUse):
        await open_database(path, exclusive=True)
    command = await open_database(path)  # the command line beside a running node
    assert await command.write(insert, 1) == 1
    assert await node.read(length) == 1
    await command.close()
    await node.close()
    again = await open_database(path, exclusive=True)
    await again.close()


def _die_with_the_lock(path: Path) -> None:
    async def hold() -> None:
        database = await open_database(path, exclusive=True)
        await database.write(insert, 1)
        os.kill(os.getpid(), signal.SIGKILL)

    asyncio.run(hold())


async def test_a_killed_node_leaves_no_lock_and_all_that_it_answered(path: Path) -> None:
    node = multiprocessing.get_context("spawn").Process(target=_die_with_the_lock, args=(path,))
    node.start()
    await asyncio.to_thread(node.join, 60)
    assert node.exitcode == -9
    node.close()
    db = await open_database(path, exclusive=True)
    assert await db.read(length) == 1
    await db.close()


@pytest.mark.parametrize("name", ["missing/folder/x.sqlite", "."])
async def test_a_place_that_holds_no_database_is_unavailable(tmp_path: Path, name: str) -> None:
    for exclusive in (False, True):
        with pytest.raises(StorageUnavailable):
            await open_database(tmp_path / name, exclusive=exclusive)


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "letter.sqlite"
    path.write_text("Dear database, " * 1_000)
    with pytest.raises(StorageUnavailable):
        await open_database(path, exclusive=True)
    path.write_bytes(b"")
    await (await open_database(path, exclusive=True)).close()


async def test_a_long_read_holds_up_neither_writes_nor_other_reads(db: SqliteDatabase) -> None:
    started, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def long(tx: Tx) -> tuple[int, int]:
        before = length(tx)
        loop.call_soon_threadsafe(started.set)
        assert go_on.wait(20)
        return before, length(tx)

    reading = asyncio.create_task(db.read(long))
    await started.wait()
    for number in range(1, 11):
        await db.write(insert, number)
    assert await asyncio.gather(*(db.read(length) for _ in range(20))) == [10] * 20
    go_on.set()
    assert await reading == (0, 0)


async def test_the_log_gives_places_in_the_order_of_commits(db: Database) -> None:
    await asyncio.gather(*(db.write(log.append, "kind", str(number), Millis(number)) for number in range(50)))
    events = await db.read(log.after, EventSeq(0), 100)
    assert [event.seq for event in events] == list(range(1, 51))


def test_errors_that_are_hard_to_provoke_have_their_class() -> None:
    def raised(code: int) -> StorageError | None:
        error = sqlite3.OperationalError("made up")
        error.sqlite_errorcode = code
        error.sqlite_errorname = "SQLITE_MADE_UP"
        return translated(error)

    assert type(raised(sqlite3.SQLITE_IOERR_FSYNC)) is StorageUnavailable
    assert type(raised(sqlite3.SQLITE_BUSY_SNAPSHOT)) is StorageBusy
    assert type(raised(sqlite3.SQLITE_CORRUPT)) is StorageUnavailable
    assert type(raised(sqlite3.SQLITE_TOOBIG)) is BadValue
    assert type(raised(sqlite3.SQLITE_ERROR)) is StorageError
    assert translated(KeyError()) is None
