"""PostgreSQL: a few threads, each with its own connection, fed from one queue.

Writes run READ COMMITTED, reads in one REPEATABLE READ READ ONLY snapshot.
What PostgreSQL refuses for reasons of its own (serialization, deadlock) is run again.
Other processes learn of a commit by NOTIFY, sent after it and many at a time: inside the
transaction it would make all commits of the cluster wait for one another.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Final, TypeVar

import psycopg
from psycopg import errors
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.types.numeric import Int8BinaryDumper, Int8Dumper

from storage.engine import dialect
from storage.engine.database import Command, Database
from storage.engine.errors import (
    BadValue,
    CheckViolation,
    CommitUnknown,
    ConstraintViolation,
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
logger = logging.getLogger(__name__)

ATTEMPTS: Final = 6
STATEMENTS_KEPT: Final = 512
CONNECT_SECONDS: Final = 10
KEEPALIVE_SECONDS: Final = 30
NOTIFY_PAUSE_SECONDS: Final = 0.005
LISTEN_AGAIN_SECONDS: Final = 1.0
CHANNEL: Final = "archipel_commits"
BEGIN_READ: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"

_KINDS: Final[tuple[tuple[type[Exception], type[StorageError]], ...]] = (
    (errors.UniqueViolation, UniqueViolation),
    (errors.ForeignKeyViolation, ForeignKeyViolation),
    (errors.NotNullViolation, NotNullViolation),
    (errors.CheckViolation, CheckViolation),
    (errors.IntegrityError, ConstraintViolation),
    (errors.DiskFull, StorageFull),
    (errors.LockNotAvailable, StorageBusy),
    (errors.QueryCanceled, StorageBusy),
    (errors.TooManyConnections, StorageBusy),
    (errors.SerializationFailure, StorageBusy),
    (errors.DeadlockDetected, StorageBusy),
    (errors.ReadOnlySqlTransaction, ReadOnly),
    (errors.DataError, BadValue),
    (errors.InFailedSqlTransaction, StorageError),
    (errors.OperationalError, StorageUnavailable),
    (errors.Error, StorageError),
)
AGAIN: Final = (errors.SerializationFailure, errors.DeadlockDetected, errors.ForeignKeyViolation)
"""What somebody else's transaction does to one: what was read, and is written about, may have gone meanwhile; read once
more it is not there, and that is said."""


def translated(error: BaseException) -> StorageError | None:
    """Our error for one of psycopg's, or None when it is not the database's."""
    for theirs, ours in _KINDS:
        if isinstance(error, theirs):
            return ours(str(error))
    return None


class PostgresTx(Tx):
    """A transaction on one PostgreSQL connection."""

    engine = "postgres"

    def __init__(self, connection: psycopg.Connection[Any], fail_at: FailAt | None, clock: Clock) -> None:
        super().__init__(fail_at, clock)
        self._connection = connection
        self._cursor = connection.cursor(binary=True)

    def _fetch(self, query: Query[Any], params: dict[str, Any]) -> list[tuple[Any, ...]]:
        return self._cursor.execute(query.text["postgres"].encode(), params).fetchall()

    def _run(self, query: Query[Any], params: dict[str, Any]) -> int:
        return max(self._cursor.execute(query.text["postgres"].encode(), params).rowcount, 0)

    def _many(self, query: Query[Any], params: list[dict[str, Any]]) -> None:
        self._cursor.executemany(query.text["postgres"].encode(), params)

    def _bare(self, sql: str) -> None:
        try:
            _execute(self._connection, sql)
        except psycopg.Error as error:
            raise translated(error) or error from error

    def _list(self, values: list[Any]) -> list[Any]:
        return values

    def _is_open(self) -> bool:
        status = self._connection.info.transaction_status
        return status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def _translated(self, error: BaseException) -> StorageError | None:
        return translated(error)


class Worker(threading.Thread):
    """A thread with a connection that is opened when needed and again when it was lost."""

    def __init__(self, database: PostgresDatabase, number: int) -> None:
        super().__init__(name=f"postgres-{number}", daemon=True)
        self._database = database
        self._connection: psycopg.Connection[Any] | None = None

    def run(self) -> None:
        while (work := self._database.queue.get()) is not None:
            work(self)
        if self._connection is not None:
            self._connection.close()

    def serve(self, command: Command, begin: str) -> None:
        """Run one command and have it answered."""
        for attempt in range(ATTEMPTS):
            command.error = command.result = None
            try:
                self._transact(command, begin)
                break
            except BaseException as error:
                command.error = translated(error) or error
                if not self._may_try_again(error, attempt):
                    break
        self._database.loop.call_soon_threadsafe(self._database.answer, [command])

    def connected(self) -> psycopg.Connection[Any]:
        """The connection, opened if there is none. Raises StorageError."""
        if self._connection is None or self._connection.closed:
            try:
                self._connection = _connect(self._database.url, self._database.busy_ms)
            except psycopg.Error as error:
                raise translated(error) or error from error
        return self._connection

    def notify(self, origin: str) -> None:
        """Tell the other processes of a commit. Raises StorageError."""
        try:
            self._send(origin)
        except StorageUnavailable:  # a connection that was lost while idle
            self._send(origin)

    def _send(self, origin: str) -> None:
        connection = self.connected()
        try:
            # A lost notice costs a little delay, so it need not wait for the disk.
            for sql in ("BEGIN", "SET LOCAL synchronous_commit = off", f"NOTIFY {CHANNEL}, '{origin}'", "COMMIT"):
                _execute(connection, sql)
        except psycopg.Error as error:
            self._roll_back(connection)
            raise translated(error) or error from error

    def _transact(self, command: Command, begin: str) -> None:
        connection = self.connected()
        tx = PostgresTx(connection, self._database.fail_at, self._database.clock)
        try:
            _execute(connection, begin)
            command.result = command.call(tx)
            tx.before_end(is_commit=begin != BEGIN_READ)
        except BaseException:
            self._roll_back(connection)
            raise
        self._commit(connection, tx)
        command.changed = tx.changed

    def _commit(self, connection: psycopg.Connection[Any], tx: PostgresTx) -> None:
        try:
            outcome = _execute(connection, "COMMIT")
        except psycopg.Error as error:
            if tx.changed and connection.closed:
                raise CommitUnknown(str(error)) from error
            raise
        if outcome != b"COMMIT":
            raise StorageError("PostgreSQL rolled the transaction back")

    def _roll_back(self, connection: psycopg.Connection[Any]) -> None:
        try:
            _execute(connection, "ROLLBACK")
        except psycopg.Error:
            connection.close()  # the server forgets the transaction with the connection

    def _may_try_again(self, error: BaseException, attempt: int) -> bool:
        if isinstance(error, CommitUnknown):
            return False
        cause = error.__cause__ if isinstance(error, StorageError) else error
        if isinstance(cause, AGAIN):
            time.sleep(random.uniform(0, 0.002 * 2**attempt))  # noqa: S311 - no secret
            return True
        # The server closed the connection, and COMMIT was not sent; the second attempt has a fresh one.
        is_lost = self._connection is not None and self._connection.closed
        return is_lost and attempt == 0 and isinstance(cause, errors.OperationalError)


class PostgresDatabase(Database):
    """A PostgreSQL database; any number of processes may share it."""

    engine = "postgres"

    def __init__(self, url: str, connections: int, busy_ms: int) -> None:
        super().__init__()
        self.url = url
        self.busy_ms = busy_ms
        self.queue: SimpleQueue[Callable[[Worker], None] | None] = SimpleQueue()
        self._workers = [Worker(self, number) for number in range(connections)]
        self._origin = secrets.token_hex(8)
        self._listener: asyncio.Task[None] | None = None
        self._notifier: asyncio.Task[None] | None = None
        self._is_unannounced = False
        for worker in self._workers:
            worker.start()

    @classmethod
    async def open(cls, url: str, *, connections: int, busy_ms: int) -> PostgresDatabase:
        """Connect. Raises StorageError."""
        database = cls(url, connections, busy_ms)
        try:
            await database._call(lambda worker: worker.connected())
        except BaseException:
            await database.close()
            raise
        return database

    def on_commit(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back in the event loop after commits that changed something; gives the undo."""
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())
        return super().on_commit(callback)

    async def alone(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` outside any transaction while no other process migrates; for migrations."""
        self._require_open()
        return await self._call(lambda worker: self._alone(fn))

    async def close(self) -> None:
        """Finish what was begun and close the connections; calls after it are refused."""
        if self._closed:
            return
        await self._finish()
        if self._notifier is not None:
            await self._notifier
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.wait([self._listener])
        for _ in self._workers:
            self.queue.put(None)
        for worker in self._workers:
            await self.loop.run_in_executor(None, worker.join)

    def answer(self, commands: Sequence[Command]) -> None:
        """Answer commands, and let other processes know when one changed something."""
        super().answer(commands)
        if any(command.changed for command in commands):
            self._is_unannounced = True
            if self._notifier is None or self._notifier.done():
                self._notifier = asyncio.create_task(self._notify())

    def _submit_read(self, command: Command) -> None:
        self.queue.put(lambda worker: worker.serve(command, BEGIN_READ))

    def _submit_write(self, command: Command) -> None:
        self.queue.put(lambda worker: worker.serve(command, dialect.BEGIN_WRITE["postgres"]))

    async def _call(self, function: Callable[[Worker], T]) -> T:
        future: asyncio.Future[T] = self.loop.create_future()
        command = Command(lambda tx: None, future)

        def work(worker: Worker) -> None:
            try:
                command.result = function(worker)
            except BaseException as error:
                command.error = error
            self.loop.call_soon_threadsafe(command.answer)

        self.queue.put(work)
        return await future

    def _alone(self, fn: Callable[[Tx], T]) -> T:
        try:
            connection = _connect(self.url, busy_ms=0)  # its own: building an index waits for long
            try:
                connection.execute("SELECT pg_advisory_lock(%s)", (dialect.MIGRATION_LOCK,))
                return fn(PostgresTx(connection, self.fail_at, self.clock))
            finally:
                connection.close()
        except psycopg.Error as error:
            raise translated(error) or error from error

    async def _notify(self) -> None:
        """Tell the other processes, once for all commits since the last time."""
        while self._is_unannounced:
            self._is_unannounced = False
            try:
                await self._call(lambda worker: worker.notify(self._origin))
            except StorageError:
                # Their dispatchers look by themselves from time to time; the commit stands.
                logger.warning("other processes were not told of a commit", exc_info=True)
            if not self._closed:
                await asyncio.sleep(NOTIFY_PAUSE_SECONDS)

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except psycopg.Error as error:
                logger.warning("not listening for other processes' commits: %s", error)
            await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    async def _hear(self) -> None:
        connection = await psycopg.AsyncConnection.connect(
            self.url, autocommit=True, connect_timeout=CONNECT_SECONDS, keepalives_idle=KEEPALIVE_SECONDS
        )
        async with connection:
            await connection.execute(f"LISTEN {CHANNEL}".encode())
            self._committed()  # for what was committed while nobody listened
            async for notice in connection.notifies():
                if notice.payload != self._origin:
                    self._committed()


def _connect(url: str, busy_ms: int) -> psycopg.Connection[Any]:
    connection: psycopg.Connection[Any] = psycopg.connect(
        url, autocommit=True, prepare_threshold=0, connect_timeout=CONNECT_SECONDS, keepalives_idle=KEEPALIVE_SECONDS
    )
    connection.prepared_max = STATEMENTS_KEPT
    # One type for all numbers: one prepared statement instead of one for each size of number.
    connection.adapters.register_dumper(int, Int8BinaryDumper)
    connection.adapters.register_dumper(int, Int8Dumper)
    for setting in (
        f"lock_timeout = {busy_ms}",
        "TimeZone = 'UTC'",
        "client_min_messages = warning",
    ):
        _execute(connection, f"SET {setting}")
    return connection


def _execute(connection: psycopg.Connection[Any], sql: str) -> bytes:
    """Run one text without parameters by the simple protocol: the shortest way for BEGIN."""
    result = connection.pgconn.exec_(sql.encode())
    if connection.closed:  # without a code of its own, as the server had no time to give one
        raise errors.OperationalError("the connection to PostgreSQL was lost")
    if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        raise errors.error_from_result(result)
    return result.command_status or b""
