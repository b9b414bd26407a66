"""One SQLite connection: its thread, its settings, its transactions and its errors."""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import aiosqlite
import msgspec

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
from storage.engine.transaction import Clock, FailAt, Tx

T = TypeVar("T")

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

    def __init__(self, connection: sqlite3.Connection, fail_at: FailAt | None, clock: Clock) -> None:
        super().__init__(fail_at, clock)
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


def lock_of(path: Path) -> int:
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


async def opened(path: Path, busy_ms: int, prepare: Callable[[sqlite3.Connection], None]) -> Connection:
    """A connection to a file, made if missing, after `prepare` in its thread. Raises StorageError."""

    def connect() -> sqlite3.Connection:
        _make(path)
        return sqlite3.connect(path, timeout=busy_ms / 1000, isolation_level=None, cached_statements=STATEMENTS_KEPT)

    connection = Connection(connect)
    try:
        await connection
    except (sqlite3.Error, OSError) as error:
        await connection.ended()
        raise translated(error) or StorageUnavailable(str(error)) from error
    try:
        await connection.call(partial(prepare, connection.raw))
    except BaseException as error:
        await connection.close()
        raise translated(error) or error from error
    return connection


def _make(path: Path) -> None:
    """Make the file if there is none: sessions and password hashes are in it, and its other files get the same mode.

    A file that is there is never opened here: closing any descriptor of it would drop the locks that this process's
    connections hold (POSIX), and another process that ends would take itself for the last and remove a log in use.
    """
    try:
        made = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return
    os.close(made)


def prepare_writer(busy_ms: int, max_pages: int | None, connection: sqlite3.Connection) -> None:
    """Durable, checked, and with a write-ahead log."""
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


def prepare_reader(connection: sqlite3.Connection) -> None:
    """Unable to write."""
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
