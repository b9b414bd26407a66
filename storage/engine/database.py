"""The database of a node: `await db.read(fn, …)` and `await db.write(fn, …)`.

`fn(tx, …)` is a plain function; it is run whole in a database thread, one hop each.
It must depend on nothing but its arguments and the transaction, because it may be run again: after
a serialization failure, or when a connection was lost before the commit.
"""

from __future__ import annotations

import asyncio
import logging
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar

from storage.engine.errors import (
    BadValue,
    CheckViolation,
    CommitUnknown,
    ConstraintViolation,
    DatabaseInUse,
    ForeignKeyViolation,
    NotNullViolation,
    ReadOnly,
    StorageBusy,
    StorageError,
    StorageFull,
    StorageUnavailable,
    TransactionFailed,
    UniqueViolation,
)
from storage.engine.statement import Engine
from storage.engine.transaction import Clock, FailAt, Tx

__all__ = [
    "BadValue",
    "CheckViolation",
    "Command",
    "CommitUnknown",
    "ConstraintViolation",
    "Database",
    "DatabaseInUse",
    "ForeignKeyViolation",
    "NotNullViolation",
    "ReadOnly",
    "StorageBusy",
    "StorageError",
    "StorageFull",
    "StorageUnavailable",
    "TransactionFailed",
    "Tx",
    "UniqueViolation",
    "open_database",
]

P = ParamSpec("P")
T = TypeVar("T")
logger = logging.getLogger(__name__)

READERS = 3
BUSY_MS = 5_000


class Command:
    """One call of `read` or `write` on its way through a database thread."""

    __slots__ = ("call", "changed", "error", "future", "result")

    def __init__(self, call: Callable[[Tx], Any], future: asyncio.Future[Any]) -> None:
        self.call = call
        self.future = future
        self.result: Any = None
        self.error: BaseException | None = None
        self.changed = False

    def answer(self) -> None:
        """Wake the caller, in the event loop; a caller that went away is not missed."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        elif isinstance(self.error, StopIteration):  # asyncio refuses it as a future's error
            self.future.set_exception(RuntimeError(f"a command raised {self.error!r}"))
        else:
            self.future.set_exception(self.error)


class Database(ABC):
    """What both engines offer. `fail_at` is called before each statement, for tests of faults; `clock` tells what time
    it is in a transaction, and is the machine's until the node gives it its own."""

    engine: ClassVar[Engine]

    def __init__(self) -> None:
        self.fail_at: FailAt | None = None
        self.clock: Clock = _machine_clock
        self.loop = asyncio.get_running_loop()
        self._closed = False
        self._open_commands = 0
        self._all_answered = asyncio.Event()
        self._callbacks: list[Callable[[], None]] = []

    async def read(self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, …)` in one read-only snapshot. Raises StorageError and what `fn` raises."""
        command = self._command(fn, args, kwargs)
        self._submit_read(command)
        result: T = await command.future
        return result

    async def write(self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, …)` in a transaction, durable when this returns.

        A caller that is cancelled does not stop its command.
        Raises StorageError, and what `fn` raises: then nothing of it was kept.
        """
        command = self._command(fn, args, kwargs)
        self._submit_write(command)
        result: T = await command.future
        return result

    def on_commit(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back in the event loop after commits that changed something; gives the undo.

        Several commits may share one call, and on PostgreSQL other processes' commits count too.
        """
        self._callbacks.append(callback)
        return partial(self._forget, callback)

    @abstractmethod
    async def alone(self, fn: Callable[[Tx], T]) -> T:
        """Run `fn` outside any transaction while no other process migrates; for migrations."""

    @abstractmethod
    async def close(self) -> None:
        """Finish what was begun and close the connections; calls after it are refused."""

    @abstractmethod
    def _submit_read(self, command: Command) -> None: ...

    @abstractmethod
    def _submit_write(self, command: Command) -> None: ...

    def _command(self, fn: Callable[..., Any], args: Any, kwargs: Any) -> Command:
        self._require_open()
        self._open_commands += 1
        return Command(lambda tx: fn(tx, *args, **kwargs), self.loop.create_future())

    def answer(self, commands: Sequence[Command]) -> None:
        """Answer commands that have passed a database thread; in the event loop."""
        for command in commands:
            command.answer()
        self._open_commands -= len(commands)
        if self._open_commands == 0 and self._closed:
            self._all_answered.set()
        if any(command.changed for command in commands):
            self._committed()

    def _require_open(self) -> None:
        if self._closed:
            raise StorageUnavailable("the database is closed")

    async def _finish(self) -> None:
        self._closed = True
        if self._open_commands:
            await self._all_answered.wait()

    def _forget(self, callback: Callable[[], None]) -> None:
        if callback in self._callbacks:
            self._callbacks.remove(callback)

    def _committed(self) -> None:
        for callback in tuple(self._callbacks):
            try:
                callback()
            except Exception:
                # The commit stands and its callers are answered; the others must still be woken.
                logger.exception("a commit callback failed: %r", callback)


def _machine_clock() -> int:
    return time.time_ns() // 1_000_000


async def open_database(
    url: str | Path,
    *,
    readers: int = READERS,
    connections: int = 8,
    exclusive: bool = False,
    busy_ms: int = BUSY_MS,
    max_pages: int | None = None,
) -> Database:
    """Open `sqlite:///path`, a plain path, or `postgresql://…`.

    `readers` and `max_pages` (pages of 4 KiB that the file may grow to) are SQLite's,
    `connections` PostgreSQL's. `exclusive` refuses a second node on the same SQLite file with
    DatabaseInUse. `busy_ms` is how long a lock is waited for. Raises StorageError.
    """
    text = str(url)
    if text.startswith(("postgresql://", "postgres://")):
        # Each driver is loaded only by the node that uses it: psycopg costs memory and start time.
        from storage.engine import postgres

        return await postgres.PostgresDatabase.open(text, connections=connections, busy_ms=busy_ms)
    from storage.engine import sqlite

    return await sqlite.SqliteDatabase.open(
        Path(text.removeprefix("sqlite:///")),
        readers=readers,
        exclusive=exclusive,
        busy_ms=busy_ms,
        max_pages=max_pages,
    )
