"""SQLite: one writer that commits in groups, and a few readers.

Commands that wait share one COMMIT, each in its own savepoint, and are answered after it.
The disk decides what a durable commit costs, so sharing it is what makes many writers fast.
The reason for a savepoint each: a command that fails undoes itself and nobody else.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from storage.engine.database import Command, Database
from storage.engine.errors import StorageBusy, StorageError, StorageFull, StorageUnavailable
from storage.engine.sqlite_connection import (
    Connection,
    SqliteTx,
    lock_of,
    opened,
    prepare_reader,
    prepare_writer,
    translated,
)
from storage.engine.transaction import Tx

logger = logging.getLogger(__name__)
T = TypeVar("T")

GROUP_COMMANDS: Final = 64
GROUP_SECONDS: Final = 0.020


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
        tx = SqliteTx(connection, self._database.fail_at, self._database.clock)
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
        _roll_back(self._connection.raw)
        known = translated(cause) or cause
        kind: type[StorageError] = StorageUnavailable
        if isinstance(known, StorageFull | StorageBusy) or (len(members) == 1 and isinstance(known, StorageError)):
            kind = type(known)  # another member's own mistake would mislead the rest
        for member in members:
            member.changed = False
            if member.error is None:
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
        tx = SqliteTx(connection, self._database.fail_at, self._database.clock)
        try:
            connection.execute("BEGIN")
            command.result = command.call(tx)
            tx.before_end(is_commit=False)
        except BaseException as error:
            command.error = translated(error) or error
        _roll_back(connection)


def _roll_back(connection: sqlite3.Connection) -> None:
    try:
        connection.rollback()
    except sqlite3.Error:
        # Its callers must be answered all the same; the next transaction meets the fault by itself.
        logger.exception("a transaction could not be rolled back")


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
        lock = lock_of(path) if exclusive else None
        connections: list[Connection] = []
        try:
            connections.append(await opened(path, busy_ms, partial(prepare_writer, busy_ms, max_pages)))
            for _ in range(readers):
                connections.append(await opened(path, busy_ms, prepare_reader))
        except BaseException:
            for connection in connections:
                await connection.close()
            if lock is not None:
                os.close(lock)
            raise
        return cls(path, connections[0], connections[1:], lock)

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
            return fn(SqliteTx(self._connections[-1].raw, self.fail_at, self.clock))
        finally:
            os.close(lock)
