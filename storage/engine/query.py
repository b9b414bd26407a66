"""Queries as typed constants: the text of SQL beside the type of its rows.

    POST = Query(PostRow, f"SELECT {PostRow.columns()} FROM posts WHERE id = :id", hot=True)

A decoder is generated once for each type of row.
Truth values are 0/1 integers in both engines and become `bool` here; enumerations and NewTypes
likewise, so that nobody above sees what the columns hold.
"""

from __future__ import annotations

import enum
import sys
import types
import typing
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar, overload

import msgspec

from storage.engine.statement import ENGINES, Engine, Statement

R = TypeVar("R")
Decoder = Callable[[Sequence[tuple[Any, ...]]], list[R]]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What a SELECT returns; each subclass names its columns, in their order."""

    @classmethod
    def columns(cls, alias: str = "", prefix: str = "") -> str:
        """The columns for a SELECT: `columns("p")` → `p.id, p.author_id`.

        With a prefix the results are renamed: `columns("a", "author_")` → `a.id AS author_id`.
        """
        source = f"{alias}." if alias else ""
        return ", ".join(
            f"{source}{name} AS {prefix}{name}" if prefix else f"{source}{name}" for name in cls.__struct_fields__
        )


class Query(Generic[R]):
    """One statement, for both engines, and the type of what it returns.

    `hot` marks what runs for every request: its plan on SQLite is tested to read no whole table.
    `postgres` is the text for PostgreSQL where it must differ; `only` names the one engine that
    has the statement at all.
    A node has over a thousand of them: each is translated, and its decoder generated, when it is asked for first.
    Doing it at import was 0.9 of 2.0 seconds of a node's start. Each is looked at by a test that walks `all`.
    """

    all: ClassVar[list[Query[Any]]] = []

    @overload
    def __init__(
        self: Query[None],
        row: None,
        sql: str,
        *,
        hot: bool = ...,
        postgres: str | None = ...,
        only: Engine | None = ...,
    ) -> None: ...
    @overload
    def __init__(
        self,
        row: type[R],
        sql: str,
        *,
        hot: bool = ...,
        postgres: str | None = ...,
        only: Engine | None = ...,
    ) -> None: ...
    def __init__(
        self,
        row: type[R] | None,
        sql: str,
        *,
        hot: bool = False,
        postgres: str | None = None,
        only: Engine | None = None,
    ) -> None:
        self.row = row
        self.sql = sql
        self.hot = hot
        self.engines = (only,) if only else ENGINES
        self._own = postgres
        self.module = _caller()
        Query.all.append(self)

    @cached_property
    def text(self) -> dict[Engine, str]:
        """What each engine is given. Raises ValueError for a text that cannot serve both."""
        own = self._shared if self._own is None else Statement(self._own)
        if own.names != self.names:
            raise ValueError(f"the engines' texts take different parameters: {self.sql}")
        return {"sqlite": self._shared.sqlite, "postgres": own.postgres}

    @cached_property
    def names(self) -> frozenset[str]:
        """The parameters."""
        return self._shared.names

    @cached_property
    def lists(self) -> frozenset[str]:
        """Those parameters that are lists."""
        return self._shared.lists

    @cached_property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self._shared.writes

    @cached_property
    def decode(self) -> Decoder[R]:
        """Makes rows of what the engine gives. Raises TypeError for a type that no column holds."""
        return _decoder(self.row)

    @cached_property
    def _shared(self) -> Statement:
        return Statement(self.sql)

    @property
    def name(self) -> str:
        """The name of the constant that holds this query, or a tuple with it: `_PAGE`, `_BOTH.down`, `_ALL[2]`."""
        for name, value in vars(sys.modules[self.module]).items():
            if value is self:
                return name
            if isinstance(value, tuple):
                labels = getattr(value, "_fields", None)
                for place, member in enumerate(value):
                    if member is self:
                        return f"{name}.{labels[place]}" if labels else f"{name}[{place}]"
        return "(nameless)"

    def __repr__(self) -> str:
        return f"<Query {self.module}.{self.name}>"


def _caller() -> str:
    frame = sys._getframe(2)
    while frame.f_globals["__name__"] == "typing" and frame.f_back:  # Query[int | None](…)
        frame = frame.f_back
    return str(frame.f_globals["__name__"])


class _Members(dict[Any, enum.Enum]):
    """Value → member: a dictionary is five times as fast as calling the enumeration."""

    def __init__(self, kind: type[enum.Enum]) -> None:
        super().__init__({member.value: member for member in kind})
        self._kind = kind

    def __missing__(self, value: object) -> enum.Enum:
        return self._kind(value)


def plain_type(hint: Any) -> tuple[Any, bool]:
    """What a hint means for a column: the type behind NewType and Annotated, and may it be NULL."""
    nullable = False
    while True:
        if isinstance(hint, typing.NewType):
            hint = hint.__supertype__
        elif hasattr(hint, "__metadata__"):
            hint = hint.__origin__
        elif isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
            kinds = [kind for kind in typing.get_args(hint) if kind is not types.NoneType]
            if len(kinds) != 1:
                raise TypeError(f"a column has one type, or none: {hint}")
            nullable, hint = True, kinds[0]
        elif typing.get_origin(hint) is typing.Literal:
            return type(typing.get_args(hint)[0]), nullable
        else:
            return hint, nullable


def column_types(row: Any) -> list[tuple[str, Any, bool]]:
    """Name, type and nullability of each column that a query expects; those of a row within a row stand in place."""
    if not _is_row(row):
        return [("", *plain_type(row))]
    hints = typing.get_type_hints(row, include_extras=True)
    columns: list[tuple[str, Any, bool]] = []
    for name in row.__struct_fields__:
        inner = hints[name]
        columns.extend(column_types(inner) if _is_row(inner) else [(name, *plain_type(inner))])
    return columns


def _is_row(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Row)


def _decoder(row: Any) -> Decoder[Any]:
    if row is None:
        return _nothing
    columns = column_types(row)
    scope: dict[str, Any] = {}
    values = []
    for place, (_, kind, nullable) in enumerate(columns):
        expression = _expression(place, kind, scope)
        changed = expression != f"c{place}"
        values.append(f"None if c{place} is None else {expression}" if nullable and changed else expression)
    names = "".join(f"c{place}, " for place in range(len(columns)))
    made = _made(row, iter(values), scope) if _is_row(row) else values[0]
    # The text is made of field names and numbers only; a generated comprehension is four times as
    # fast as a loop over the fields.
    return typing.cast(Decoder[Any], eval(f"lambda rows: [{made} for {names} in rows]", scope))  # noqa: S307


def _made(row: Any, values: Iterator[str], scope: dict[str, Any]) -> str:
    own = f"Made{len(scope)}"
    scope[own] = row
    hints = typing.get_type_hints(row, include_extras=True)
    fields = [
        f"{name}={_made(hints[name], values, scope) if _is_row(hints[name]) else next(values)}"
        for name in row.__struct_fields__
    ]
    return f"{own}({', '.join(fields)})"


def _expression(place: int, kind: Any, scope: dict[str, Any]) -> str:
    if kind is bool:
        return f"c{place} != 0"
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        scope[f"e{place}"] = _Members(kind)
        return f"e{place}[c{place}]"
    if kind in (int, str, float, bytes):
        return f"c{place}"
    raise TypeError(f"no column holds a {kind}")


def _nothing(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    raise TypeError("this query was declared to return nothing: use Tx.run")
