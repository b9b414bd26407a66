"""What only SQLite's engine does: one file, one process, a full or locked file."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
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
    open_database,
)
from storage.engine.query import Query
from storage.engine.sqlite import SqliteDatabase
from storage.engine.sqlite_connection import translated
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
