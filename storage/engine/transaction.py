"""The transaction that commands and queries are given: `fn(tx, …)`.

It is synchronous and lives in a database thread, so nothing in it can wait for the network.
Both engines behave alike in it: after a failed statement nothing but the end of the surrounding
savepoint, or of the transaction, is possible.
"""

from __future__ import annotations

import enum
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, TypeVar

from storage.engine.errors import BadValue, StorageError, TransactionFailed
from storage.engine.query import Query
from storage.engine.statement import Engine

R = TypeVar("R")
FailAt = Callable[[int, str], None]
Clock = Callable[[], int]

MOMENT = "moment"
"""The parameter that no caller hands over: when the transaction asked for it first, in milliseconds. What somebody may
see ends at a time, and that condition stands in statements whose callers have no clock."""


class Tx(ABC):
    """One transaction. `statements` counts what was run in it, without BEGIN and COMMIT."""

    engine: ClassVar[Engine]

    def __init__(self, fail_at: FailAt | None, clock: Clock) -> None:
        self._clock = clock
        self._moment: int | None = None
        self.statements = 0
        self.changed = False
        self._fail_at = fail_at
        self._failed = False

    @property
    def moment(self) -> int:
        """One time for the whole transaction, in milliseconds."""
        if self._moment is None:
            self._moment = self._clock()
        return self._moment

    def rows(self, query: Query[R], /, **params: Any) -> list[R]:
        """All rows. Raises StorageError."""
        found = self._guard(query, self._fetch, params)
        self.changed = self.changed or (query.writes and bool(found))
        return query.decode(found)

    def row(self, query: Query[R], /, **params: Any) -> R | None:
        """The first row, or None. Raises StorageError."""
        found = self.rows(query, **params)
        return found[0] if found else None

    def value(self, query: Query[R], /, **params: Any) -> R:
        """The one row. Raises LookupError when there is none or more than one."""
        found = self.rows(query, **params)
        if len(found) != 1:
            raise LookupError(f"{query} gave {len(found)} rows, not one")
        return found[0]

    def run(self, query: Query[Any], /, **params: Any) -> int:
        """Run a statement that returns no rows; gives the number of rows it changed."""
        count = self._guard(query, self._run, params)
        self.changed = self.changed or (query.writes and count != 0)
        return count

    def many(self, query: Query[Any], /, params: Iterable[dict[str, Any]]) -> None:
        """Run a statement once for each set of parameters; counts as one statement."""
        bound = [self._bound(query, dict(one)) for one in params]  # a command may be run twice with them
        if bound:
            self._guard(query, self._many, None, bound)
            self.changed = True

    def statement(self, sql: str) -> None:
        """Run one text as it stands, for migrations only: everything else is a Query."""
        self.changed = True
        self._counted(sql, self._bare, sql)

    def abandon(self) -> None:
        """Roll back what `statement("BEGIN")` began, for migrations only."""
        if self._is_open():
            self._bare("ROLLBACK")
        self._failed = False

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What fails inside is undone up to here, and the error goes on to the caller."""
        self._require_sound()
        self._bare("SAVEPOINT nested")
        try:
            yield
            self._require_sound()
        except BaseException:
            if self._is_open():
                self._bare("ROLLBACK TO SAVEPOINT nested")
                self._bare("RELEASE SAVEPOINT nested")
                self._failed = False
            raise
        self._bare("RELEASE SAVEPOINT nested")

    def before_end(self, is_commit: bool) -> None:
        """Raises TransactionFailed when a statement failed and the function went on."""
        self._require_sound()
        if is_commit and self._fail_at:
            self._fail_at(self.statements + 1, "COMMIT")

    def _require_sound(self) -> None:
        if self._failed:
            raise TransactionFailed("an earlier statement of this transaction failed")

    def _guard(
        self,
        query: Query[Any],
        primitive: Callable[[Query[Any], Any], R],
        params: dict[str, Any] | None,
        bound: Any = None,
    ) -> R:
        return self._counted(
            query.text[self.engine],
            primitive,
            query,
            bound if params is None else self._bound(query, params),
        )

    def _counted(self, sql: str, primitive: Callable[..., R], *arguments: Any) -> R:
        self._require_sound()
        self.statements += 1
        try:
            if self._fail_at:
                self._fail_at(self.statements, sql)
            return primitive(*arguments)
        except BaseException as error:
            self._failed = True
            translated = self._translated(error)
            if translated is not None:
                raise translated from error
            if isinstance(error, OverflowError):  # both drivers, for a number of more than 64 bits
                raise BadValue(str(error)) from error
            raise

    def _bound(self, query: Query[Any], params: dict[str, Any]) -> dict[str, Any]:
        if MOMENT in query.names:
            params = {**params, MOMENT: self.moment}
        if params.keys() != query.names:
            raise TypeError(f"{query} takes {sorted(query.names)}, not {sorted(params)}")
        for name, value in params.items():
            kind = type(value)
            if kind is int or value is None:
                continue
            if kind is not bytes and kind is not float and name not in query.lists:
                params[name] = _plain(query, name, value)
        for name in query.lists:
            params[name] = self._list(_members(query, name, params[name]))
        return params

    @abstractmethod
    def _fetch(self, query: Query[Any], params: dict[str, Any]) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def _run(self, query: Query[Any], params: dict[str, Any]) -> int: ...

    @abstractmethod
    def _many(self, query: Query[Any], params: list[dict[str, Any]]) -> None: ...

    @abstractmethod
    def _bare(self, sql: str) -> None: ...

    @abstractmethod
    def _list(self, values: list[Any]) -> Any: ...

    @abstractmethod
    def _is_open(self) -> bool: ...

    @abstractmethod
    def _translated(self, error: BaseException) -> StorageError | None: ...


def _plain(query: Query[Any], name: str, value: Any) -> Any:
    if isinstance(value, enum.Enum):
        value = value.value
    if isinstance(value, str):
        if "\0" in value or not _is_unicode(value):
            raise BadValue(f":{name} of {query} is no text that a database holds")
        return value
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int | bytes | float):
        return value
    raise TypeError(f":{name} of {query} cannot be a {type(value).__name__}")


def _members(query: Query[Any], name: str, values: Any) -> list[Any]:
    if not isinstance(values, list | tuple | set | frozenset):
        raise TypeError(f":{name} of {query} is a list, not a {type(values).__name__}")
    members = [_plain(query, name, value) for value in values]
    if not all(isinstance(member, int | str) for member in members):
        raise TypeError(f":{name} of {query} holds numbers or text only")
    return members


def _is_unicode(text: str) -> bool:
    """Not so for half of a surrogate pair, which JSON can smuggle in."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
