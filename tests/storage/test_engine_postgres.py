"""What only PostgreSQL's engine does: several connections, retries, lost connections, LISTEN."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg import errors

from storage.engine import postgres
from storage.engine.database import (
    BadValue,
    CommitUnknown,
    Database,
    ForeignKeyViolation,
    StorageBusy,
    StorageError,
    StorageFull,
    StorageUnavailable,
    Tx,
    open_database,
)
from storage.engine.query import Query
from tests.conftest import NewDatabase

LENGTH = Query(int, "SELECT COUNT(*) FROM events")
APPEND = Query(None, "INSERT INTO events (kind, payload, at) VALUES (:kind, '{}', 0)")
TOUCH = Query(None, "UPDATE cursors SET seq = seq + 1 WHERE subscriber = :name")
CURSOR = Query(None, "INSERT INTO cursors (subscriber, seq) VALUES (:name, 0)")
SEQ = Query(int, "SELECT seq FROM cursors WHERE subscriber = :name")
SHIPS = Query(int, "SELECT COUNT(*) FROM ships")
ABOARD = Query(None, "INSERT INTO aboard (ship) VALUES (9)")
PROCESS = Query(int, "SELECT pg_backend_pid()")
ISOLATION = Query(str, "SELECT current_setting('transaction_isolation')")
PREPARED = Query(int, "SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM cursors WHERE%'")


@pytest.fixture
def url(new_database: NewDatabase) -> str:
    """A migrated database."""
    return new_database("postgres")


@pytest.fixture
async def db(url: str) -> AsyncIterator[Database]:
    """The database by few connections and with little patience for locks."""
    database = await open_database(url, connections=3, busy_ms=300)
    yield database
    await database.close()


def length(tx: Tx) -> int:
    """How many events there are."""
    return tx.value(LENGTH)


async def test_reads_are_snapshots_and_writes_read_what_is_committed(db: Database) -> None:
    assert await db.read(lambda tx: tx.value(ISOLATION)) == "repeatable read"
    assert await db.write(lambda tx: tx.value(ISOLATION)) == "read committed"


async def test_a_deadlock_is_run_again(db: Database) -> None:
    await db.write(lambda tx: tx.many(CURSOR, [{"name": "a"}, {"name": "b"}]))
    both_hold_one = threading.Barrier(2, timeout=20)
    attempts: list[str] = []

    def touch(tx: Tx, first: str, second: str) -> None:
        is_first_attempt = first not in attempts
        attempts.append(first)
        tx.run(TOUCH, name=first)
        if is_first_attempt:
            both_hold_one.wait()
        tx.run(TOUCH, name=second)

    patient = await open_database(db.url, connections=3, busy_ms=20_000)  # type: ignore[attr-defined]
    await asyncio.gather(patient.write(touch, "a", "b"), patient.write(touch, "b", "a"))
    assert sorted(set(attempts)) == ["a", "b"]
    assert len(attempts) >= 3
    assert [await db.read(lambda tx, name=name: tx.value(SEQ, name=name)) for name in "ab"] == [2, 2]  # type: ignore[misc]
    await patient.close()


async def test_what_went_while_a_command_wrote_about_it_is_gone_when_it_is_run_again(db: Database) -> None:
    seen: list[bool] = []

    def write(tx: Tx) -> bool:
        seen.append(tx.value(SHIPS) > 0)
        if seen[-1]:
            with psycopg.connect(db.url, autocommit=True) as other:  # type: ignore[attr-defined]
                other.execute("DELETE FROM ships")
            tx.run(ABOARD)
        return seen[-1]

    with psycopg.connect(db.url, autocommit=True) as other:  # type: ignore[attr-defined]
        other.execute("CREATE TABLE ships (id BIGINT PRIMARY KEY)")
        other.execute("CREATE TABLE aboard (ship BIGINT REFERENCES ships (id))")
        other.execute("INSERT INTO ships VALUES (9)")
    assert not await db.write(write)
    assert seen == [True, False]
    with pytest.raises(ForeignKeyViolation):
        await db.write(lambda tx: tx.run(ABOARD))


async def test_a_row_locked_for_too_long_is_busy(db: Database, url: str) -> None:
    await db.write(lambda tx: tx.run(CURSOR, name="a"))
    with psycopg.connect(url) as other:
        other.execute("UPDATE cursors SET seq = 5")
        with pytest.raises(StorageBusy):
            await db.write(lambda tx: tx.run(TOUCH, name="a"))
        other.rollback()
    assert await db.write(lambda tx: tx.run(TOUCH, name="a")) == 1


def cut_connections(url: str) -> None:
    """As when the server restarts: everybody's connection to this database is gone."""
    with psycopg.connect(url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 20000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def test_connections_that_were_lost_are_opened_again(db: Database, url: str) -> None:
    await asyncio.gather(*(db.read(length) for _ in range(20)))
    await asyncio.to_thread(cut_connections, url)
    assert await asyncio.gather(*(db.read(length) for _ in range(20))) == [0] * 20
    await asyncio.to_thread(cut_connections, url)
    assert await asyncio.gather(*(db.write(lambda tx: tx.run(APPEND, kind="k")) for _ in range(20))) == [1] * 20
    assert await db.read(length) == 20


async def test_a_command_that_loses_its_connection_before_the_commit_is_run_again(db: Database, url: str) -> None:
    processes: list[int] = []

    def append_and_lose(tx: Tx) -> None:
        tx.run(APPEND, kind="k")
        processes.append(tx.value(PROCESS))
        if len(processes) == 1:
            cut_connections(url)
        tx.run(APPEND, kind="k")

    await db.write(append_and_lose)
    assert len(set(processes)) == 2
    assert await db.read(length) == 2


async def test_a_connection_lost_during_the_commit_is_not_run_again(db: Database, url: str) -> None:
    runs: list[int] = []

    def append(tx: Tx) -> None:
        runs.append(tx.run(APPEND, kind="k"))

    def cut(_: int, sql: str) -> None:
        if sql == "COMMIT":
            cut_connections(url)

    db.fail_at = cut
    with pytest.raises(CommitUnknown):
        await db.write(append)
    db.fail_at = None
    assert runs == [1]
    assert await db.read(length) == 0


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(StorageUnavailable):
        await open_database("postgresql://nobody@127.0.0.1:1/nothing")


async def test_a_statement_is_prepared_once_whatever_the_size_of_its_numbers(url: str) -> None:
    db = await open_database(url, connections=1)

    def look(tx: Tx) -> int:
        for seq in (1, 2**20, 2**40):
            tx.run(CURSOR_AT, name=str(seq), seq=seq)
            tx.rows(AT, seq=seq)
        return tx.value(PREPARED)

    assert await db.write(look) == 2  # AT, and the question itself
    await db.close()


CURSOR_AT = Query(None, "INSERT INTO cursors (subscriber, seq) VALUES (:name, :seq)")
AT = Query(str, "SELECT subscriber FROM cursors WHERE seq = :seq")


async def test_other_processes_hear_of_a_commit(db: Database, url: str) -> None:
    heard = asyncio.Event()
    listening = asyncio.Event()

    def hear() -> None:
        (heard if listening.is_set() else listening).set()

    db.on_commit(hear)
    await asyncio.wait_for(listening.wait(), 20)
    other = await open_database(url, connections=1)
    await other.write(lambda tx: tx.run(APPEND, kind="k"))
    await other.close()
    await asyncio.wait_for(heard.wait(), 20)


async def test_a_notice_survives_a_connection_that_was_lost_while_idle(url: str) -> None:
    db = await open_database(url, connections=1)
    assert isinstance(db, postgres.PostgresDatabase)
    await db.read(length)
    await asyncio.to_thread(cut_connections, url)
    await db._call(lambda worker: worker.notify("somebody"))
    assert await db.write(length) == 0
    await db.close()


async def test_a_listener_that_was_cut_off_listens_again(
    db: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "LISTEN_AGAIN_SECONDS", 0.01)
    calls: asyncio.Queue[None] = asyncio.Queue()
    db.on_commit(lambda: calls.put_nowait(None))
    await asyncio.wait_for(calls.get(), 20)
    await asyncio.to_thread(cut_connections, url)
    await asyncio.wait_for(calls.get(), 20)  # whatever was committed in between


def test_errors_that_are_hard_to_provoke_have_their_class() -> None:
    for theirs, ours in (
        (errors.DiskFull, StorageFull),
        (errors.TooManyConnections, StorageBusy),
        (errors.QueryCanceled, StorageBusy),
        (errors.IoError, StorageUnavailable),
        (errors.NumericValueOutOfRange, BadValue),
        (errors.SyntaxError, StorageError),
    ):
        assert type(postgres.translated(theirs("made up"))) is ours
    assert postgres.translated(KeyError()) is None
