"""SQLite: one writer that commits in groups, and a few readers.

Commands that wait share one COMMIT, each in its own savepoint, and are answered after it.
The disk decides what a durable commit costs, so sharing it is what makes many writers fast.
The reason for a savepoint each: a command that fails undoes itself and nobody else.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import aiosqlite
import msgspec

from storage.engine.database import Command, Database
from storage.engine.errors import (
    BadValue,
    CheckViolation,
    ConstraintViolation,
    DatabaseInUse,
    ForeignKeyViolation,
    NotNullViolation,
    ReadOnly,
    StorageBusy,
    StorageError,
    StorageFull,
    StorageUnavailable,
    UniqueViolation,
)
from storage.engine.query import Query
from storage.engine.transaction import Tx

T = TypeVar("T")

GROUP_COMMANDS: Final = 64
GROUP_SECONDS: Final = 0.020
STATEMENTS_KEPT: Final = 512
WRITER_CACHE_KIB: Final = 8_192
READER_CACHE_KIB: Final = 4_096
WAL_KEPT_BYTES: Final = 32 * 1024 * 1024

_CONSTRAINTS: Final[dict[int, type[StorageError]]] = {
    sqlite3.SQLITE_CONSTRAINT_UNIQUE: UniqueViolation,
    sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY: UniqueViolation,
    sqlite3.SQLITE_CONSTRAINT_ROWID: UniqueViolation,
    sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY: ForeignKeyViolation,
    sqlite3.SQLITE_CONSTRAINT_NOTNULL: NotNullViolation,
    sqlite3.SQLITE_CONSTRAINT_CHECK: CheckViolation,
}
_KINDS: Final[dict[int, type[StorageError]]] = {
    sqlite3.SQLITE_CONSTRAINT: ConstraintViolation,
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_READONLY: ReadOnly,
    sqlite3.SQLITE_TOOBIG: BadValue,
    sqlite3.SQLITE_MISMATCH: BadValue,
    sqlite3.SQLITE_IOERR: StorageUnavailable,
    sqlite3.SQLITE_CORRUPT: StorageUnavailable,
    sqlite3.SQLITE_CANTOPEN: StorageUnavailable,
    sqlite3.SQLITE_NOTADB: StorageUnavailable,
    sqlite3.SQLITE_NOMEM: StorageUnavailable,
    sqlite3.SQLITE_PROTOCOL: StorageUnavailable,
}


def translated(error: BaseException) -> StorageError | None:
    """Our error for one of `sqlite3`'s, or None when it is not the database's."""
    if isinstance(error, OverflowError | UnicodeError):
        return BadValue(str(error))
    if not isinstance(error, sqlite3.Error):
        return None
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # raised by the Python module itself
        return StorageError(str(error))
    kind = _CONSTRAINTS.get(code) or _KINDS.get(code & 0xFF, StorageError)
    return kind(f"{error} ({error.sqlite_errorname})")


class Connection(aiosqlite.Connection):
    """A connection with its thread, which runs whole functions instead of single statements."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        super().__init__(connect, iter_chunk_size=64)
        # A process that ends without closing must end; what was answered is on the disk.
        self._thread.daemon = True

    @property
    def raw(self) -> sqlite3.Connection:
        """The connection itself, to be used in its thread only."""
        return self._conn

    async def ended(self) -> None:
        """Wait until the thread of a connection that could not be opened has had its last word."""
        await asyncio.to_thread(self._thread.join)

    def submit(self, function: Callable[[], object]) -> None:
        """Run a function in the thread; it must answer for itself and raise nothing."""
        self._tx.put_nowait((None, function))

    async def call(self, function: Callable[[], T]) -> T:
        """Run a function in the thread and wait for it."""
        result: T = await self._execute(function)  # type: ignore[no-untyped-call]  # not annotated there
        return result


class SqliteTx(Tx):
    """A transaction on one SQLite connection."""

    engine = "sqlite"

    def __init__(self, connection: sqlite3.Connection, fail_at: Any) -> None:
        super().__init__(fail_at)
        self._connection = connection

    def _fetch(self, query: Query[Any], params: dict[str, Any]) -> list[tuple[Any, ...]]:
        return self._connection.execute(query.text["sqlite"], params).fetchall()

    def _run(self, query: Query[Any], params: dict[str, Any]) -> int:
        count = self._connection.execute(query.text["sqlite"], params).rowcount
        if count < 0 and query.writes:  # the module counts only what starts with the verb
            count = self._connection.execute("SELECT changes()").fetchone()[0]
        return max(count, 0)

    def _many(self, query: Query[Any], params: list[dict[str, Any]]) -> None:
        self._connection.executemany(query.text["sqlite"], params)

    def _bare(self, sql: str) -> None:
        try:
            self._connection.execute(sql).fetchall()
        except sqlite3.Error as error:
            raise translated(error) or error from error

    def _list(self, values: list[Any]) -> str:
        return msgspec.json.encode(values).decode()

    def _is_open(self) -> bool:
        return self._connection.in_transaction

    def _translated(self, error: BaseException) -> StorageError | None:
        return translated(error)


class Writer:
    """The one connection that writes. Its queue is shared by the event loop and its thread."""

    def __init__(self, database: SqliteDatabase, connection: Connection) -> None:
        self._database = database
        self._connection = connection
        self._waiting: deque[Command] = deque()
        self._is_working = False

    def submit(self, command: Command) -> None:
        """Queue a command; in the event loop."""
        self._waiting.append(command)
        self._wake()

    def _wake(self) -> None:
        if self._waiting and not self._is_working:
            self._is_working = True
            self._connection.submit(self._work)

    def _work(self) -> None:
        """Commit group after group until nobody waits; in the writer's thread."""
        is_last = False
        while not is_last:
            members = self._group()
            is_last = not self._waiting
            self._database.loop.call_soon_threadsafe(self._answer, members, is_last)

    def _answer(self, members: list[Command], is_last: bool) -> None:
        self._database.answer(members)
        if is_last:
            self._is_working = False
            self._wake()

    def _group(self) -> list[Command]:
        """Run what waits in one transaction; afterwards each member has a result or an error."""
        members: list[Command] = []
        try:
            self._fill(members)
        except BaseException as error:
            if not self._connection.raw.in_transaction and isinstance(translated(error), StorageBusy):
                # They have all waited for the lock as long as the first; not once more each.
                members.extend(self._waiting.popleft() for _ in range(len(self._waiting)))
            self._lose(members, error)
        return members

    def _fill(self, members: list[Command]) -> None:
        connection = self._connection.raw
        members.append(self._waiting.popleft())
        is_shared = bool(self._waiting)
        deadline = time.monotonic() + GROUP_SECONDS
        connection.execute("BEGIN IMMEDIATE")
        self._run(members[-1], is_shared)
        while is_shared and self._waiting and len(members) < GROUP_COMMANDS:
            if time.monotonic() > deadline:
                break
            members.append(self._waiting.popleft())
            self._run(members[-1], is_shared)
        connection.execute("COMMIT" if any(m.error is None for m in members) else "ROLLBACK")

    def _run(self, member: Command, is_shared: bool) -> None:
        """Run one member; raises only when the transaction of all is lost."""
        connection = self._connection.raw
        tx = SqliteTx(connection, self._database.fail_at)
        if is_shared:
            connection.execute("SAVEPOINT command")
        try:
            member.result = member.call(tx)
            tx.before_end(is_commit=True)
        except BaseException as error:
            member.error = error
            if not connection.in_transaction:
                raise
            if is_shared:
                connection.execute("ROLLBACK TO command")
        else:
            member.changed = tx.changed
        if is_shared:
            connection.execute("RELEASE command")

    def _lose(self, members: list[Command], cause: BaseException) -> None:
        """The transaction is gone: nobody's command was kept, and everybody is told."""
        if self._connection.raw.in_transaction:
            self._connection.raw.rollback()
        known = translated(cause) or cause
        for member in members:
            member.changed = False
            if member.error is None:
                kind = type(known) if isinstance(known, StorageError) else StorageUnavailable
                member.error = kind(f"the transaction was lost: {known}")
                member.error.__cause__ = cause


class Readers:
    """A few connections that read, fed from one queue, so that a long query holds up nobody."""

    def __init__(self, database: SqliteDatabase, connections: list[Connection]) -> None:
        self._database = database
        self._waiting: deque[Command] = deque()
        self._idle = list(connections)

    def submit(self, command: Command) -> None:
        """Queue a command; in the event loop."""
        self._waiting.append(command)
        self._wake()

    def _wake(self) -> None:
        if self._waiting and self._idle:
            connection = self._idle.pop()
            connection.submit(partial(self._work, connection))

    def _work(self, connection: Connection) -> None:
        """Serve until nobody waits; in a reader's thread."""
        soon = self._database.loop.call_soon_threadsafe
        is_last = False
        while not is_last:
            try:
                command = self._waiting.popleft()
            except IndexError:  # another reader took it
                soon(self._rest, connection)
                return
            self._run(connection.raw, command)
            is_last = not self._waiting
            soon(self._answer, command, connection if is_last else None)

    def _answer(self, command: Command, idle: Connection | None) -> None:
        self._database.answer([command])
        if idle:
            self._rest(idle)

    def _rest(self, connection: Connection) -> None:
        self._idle.append(connection)
        self._wake()

    def _run(self, connection: sqlite3.Connection, command: Command) -> None:
        tx = SqliteTx(connection, self._database.fail_at)
        try:
            connection.execute("BEGIN")
            command.result = command.call(tx)
            tx.before_end(is_commit=False)
        except BaseException as error:
            command.error = translated(error) or error
        if connection.in_transaction:
            connection.rollback()


class SqliteDatabase(Database):
    """A SQLite file in WAL mode, synchronous=FULL; one process writes."""

    engine = "sqlite"

    def __init__(self, path: Path, writer: Connection, readers: list[Connection], lock: int | None):
        super().__init__()
        self._path = path
        self._connections = [*readers, writer]
        self._lock = lock
        self._writer = Writer(self, writer)
        self._readers = Readers(self, readers)

    @classmethod
    async def open(
        cls, path: Path, *, readers: int, exclusive: bool, busy_ms: int, max_pages: int | None
    ) -> SqliteDatabase:
        """Open or create the file. Raises DatabaseInUse, StorageError."""
        lock = _locked(path) if exclusive else None
        opened: list[Connection] = []
        try:
            for number in range(readers + 1):
                opened.append(await _connected(path, busy_ms))
                settings = _reader if number else partial(_writer, busy_ms, max_pages)
                await opened[-1].call(partial(settings, opened[-1].raw))
        except BaseException as error:
            for connection in opened:
                await connection.close()
            if lock is not None:
                os.close(lock)
            if isinstance(error, OSError):
                raise StorageUnavailable(str(error)) from error
            raise translated(error) or error from error
        return cls(path, opened[0], opened[1:], lock)

    async def alone(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` outside any transaction while no other process migrates; for migrations."""
        self._require_open()
        return await self._connections[-1].call(partial(self._alone, fn))

    async def close(self) -> None:
        """Finish what was begun and close the connections; calls after it are refused."""
        if self._closed:
            return
        await self._finish()
        for connection in self._connections:  # the writer last: it tidies the write-ahead log
            await connection.close()
        if self._lock is not None:
            os.close(self._lock)

    def _submit_read(self, command: Command) -> None:
        self._readers.submit(command)

    def _submit_write(self, command: Command) -> None:
        self._writer.submit(command)

    def _alone(self, fn: Callable[[Tx], T]) -> T:
        lock = os.open(f"{self._path}.migrating", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            return fn(SqliteTx(self._connections[-1].raw, self.fail_at))
        finally:
            os.close(lock)


def _locked(path: Path) -> int:
    """The lock that says a node has this file open; it ends with the process, however that dies."""
    try:
        lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageUnavailable(str(error)) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise DatabaseInUse(f"another process has {path} open") from error
    return lock


async def _connected(path: Path, busy_ms: int) -> Connection:
    def connect() -> sqlite3.Connection:
        # Sessions and password hashes are in it; SQLite gives its other files the same mode.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        return sqlite3.connect(path, timeout=busy_ms / 1000, isolation_level=None, cached_statements=STATEMENTS_KEPT)

    connection = Connection(connect)
    try:
        await connection
    except BaseException:
        await connection.ended()
        raise
    return connection


def _writer(busy_ms: int, max_pages: int | None, connection: sqlite3.Connection) -> None:
    _use_wal(connection, time.monotonic() + busy_ms / 1000)
    if max_pages is not None:
        connection.execute(f"PRAGMA max_page_count = {int(max_pages)}")
    _set(
        connection,
        "synchronous = FULL",
        "foreign_keys = ON",
        f"cache_size = -{WRITER_CACHE_KIB}",
        f"journal_size_limit = {WAL_KEPT_BYTES}",
    )


def _reader(connection: sqlite3.Connection) -> None:
    _set(connection, f"cache_size = -{READER_CACHE_KIB}", "query_only = ON")


def _set(connection: sqlite3.Connection, *settings: str) -> None:
    for setting in ("temp_store = MEMORY", *settings):
        connection.execute(f"PRAGMA {setting}")


def _use_wal(connection: sqlite3.Connection, deadline: float) -> None:
    while True:
        try:
            mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
            break
        except sqlite3.OperationalError:  # SQLite does not wait here for another who does the same
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    if mode != "wal":
        raise StorageUnavailable(f"this place does not allow a write-ahead log (journal mode {mode})")
