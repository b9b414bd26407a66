"""Every query of the house: it is prepared on both engines, gives what its row expects, and reads no whole table.

And SQL stays where it belongs: in constants of `storage`.
"""

from __future__ import annotations

import ast
import enum
import importlib
import pkgutil
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.pq import ExecStatus

import storage
from storage.engine.query import Query, column_types

for _module in pkgutil.walk_packages(storage.__path__, "storage."):
    importlib.import_module(_module.name)

ROOT = Path(__file__).parents[2]
FLOORS = ("storage", "social", "federation", "web", "server")

QUERIES = sorted(
    (query for query in Query.all if query.module.startswith("storage.")), key=lambda query: (query.module, query.name)
)
ON_SQLITE = [pytest.param(query, id=f"{query.module}.{query.name}") for query in QUERIES if "sqlite" in query.engines]
ON_POSTGRES = [
    pytest.param(query, id=f"{query.module}.{query.name}") for query in QUERIES if "postgres" in query.engines
]
HOT = [pytest.param(query, id=f"{query.module}.{query.name}") for query in QUERIES if query.hot]

# PostgreSQL's numbers of the types that each of ours may come from.
TYPES: dict[type, set[int]] = {
    bool: {20, 21, 23},  # truth values are numbers, on both engines
    int: {20, 21, 23},
    str: {25, 1043},
    float: {701},
    bytes: {17},
}


@pytest.fixture(scope="module")
def sqlite_connection(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """An empty database of this schema, without the rules that rows of zeros would break."""
    path = shutil.copy(sqlite_template, tmp_path_factory.mktemp("queries"))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        yield connection


@pytest.fixture(scope="module")
def postgres_connection(request: pytest.FixtureRequest) -> Iterator[psycopg.Connection[Any]]:
    """A connection to an empty database of this schema."""
    pool = request.getfixturevalue("postgres_pool")
    name = pool.take()
    with closing(psycopg.connect(pool.url(name), autocommit=True)) as connection:
        yield connection
    pool.give_back(name)


def expected_columns(query: Query[Any]) -> list[str]:
    """The names that the row's fields ask for; a single value may be called anything."""
    return [name for name, _, _ in column_types(query.row)] if query.row is not None else []


@pytest.mark.parametrize("query", ON_SQLITE)
def test_a_query_is_prepared_on_sqlite_and_gives_the_columns_of_its_row(
    query: Query[Any], sqlite_connection: sqlite3.Connection
) -> None:
    zeros = {name: "[]" if name in query.lists else 0 for name in query.names}
    sqlite_connection.execute("BEGIN")
    try:
        cursor = sqlite_connection.execute(query.text["sqlite"], zeros)
        columns = [column[0] for column in cursor.description or ()]
        cursor.close()
    finally:
        sqlite_connection.execute("ROLLBACK")
    expected = expected_columns(query)
    assert columns == (columns[:1] if expected == [""] else expected)
    assert len(columns) == len(expected)


@pytest.mark.parametrize("query", ON_POSTGRES)
def test_a_query_is_prepared_on_postgres_and_gives_the_columns_and_types_of_its_row(
    query: Query[Any], postgres_connection: psycopg.Connection[Any]
) -> None:
    pgconn = postgres_connection.pgconn
    prepared = pgconn.prepare(b"", numbered(query.text["postgres"]).encode())
    assert prepared.status == ExecStatus.COMMAND_OK, prepared.error_message.decode()
    described = pgconn.describe_prepared(b"")
    columns = [(described.fname(place) or b"").decode() for place in range(described.nfields)]
    expected = expected_columns(query)
    assert columns == (columns[:1] if expected == [""] else expected)
    assert len(columns) == len(expected)
    if query.row is None:
        return
    for place, (name, kind, _) in enumerate(column_types(query.row)):
        base = column_base(kind)
        assert described.ftype(place) in TYPES[base], f"column {name or place} cannot be a {kind.__name__}: CAST it"


def test_each_query_can_make_its_rows() -> None:
    for query in QUERIES:
        if query.row is not None:
            assert query.decode([]) == [], query


def numbered(sql: str) -> str:
    """psycopg's `%(name)s` as PostgreSQL's own `$1`."""
    names: list[str] = []

    def place(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        if found[1] not in names:
            names.append(found[1])
        return f"${names.index(found[1]) + 1}"

    return re.sub(r"%%|%\((\w+)\)s", place, sql)


def column_base(kind: Any) -> type:
    """What a column of this type holds."""
    if issubclass(kind, enum.Enum):
        return type(next(iter(kind)).value)
    return kind  # type: ignore[no-any-return]


@pytest.mark.parametrize("query", HOT)
def test_a_hot_query_reads_no_whole_table(query: Query[Any], sqlite_connection: sqlite3.Connection) -> None:
    zeros = dict.fromkeys(query.names, 0)
    plan = [row[3] for row in sqlite_connection.execute(f"EXPLAIN QUERY PLAN {query.text['sqlite']}", zeros)]
    tables = {row[0] for row in sqlite_connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert whole_tables(query.text["sqlite"], plan, tables) == [], "\n".join(plan)


def whole_tables(sql: str, plan: list[str], tables: set[str]) -> list[str]:
    """The tables that a plan reads from end to end, without even an index."""
    aliases = dict(
        re.findall(r"(?i)\b(?:FROM|JOIN|UPDATE|INTO|,)\s+(\w+)\s+(?:AS\s+)?(?!ON\b|WHERE\b|SET\b)(\w+)", sql)
    )
    called = {alias: name for name, alias in aliases.items()}
    scans = [step.split()[1] for step in plan if re.match(r"SCAN \w+$", step)]
    return [scan for scan in scans if scan in tables or called.get(scan) in tables]


@pytest.mark.parametrize(
    ("sql", "is_whole"),
    [
        pytest.param("SELECT payload FROM events WHERE kind = 'a'", True, id="no index"),
        pytest.param("SELECT e.payload FROM events AS e WHERE e.kind = 'a'", True, id="no index, by alias"),
        pytest.param("SELECT payload FROM events WHERE seq > 5", False, id="primary key"),
        pytest.param("SELECT e.payload FROM events AS e JOIN cursors AS c ON e.seq = c.seq", True, id="one of two"),
        pytest.param("SELECT value FROM json_each('[1]')", False, id="a list"),
        pytest.param("WITH a AS (SELECT 1 AS b) SELECT b FROM a", False, id="a part of the query"),
    ],
)
def test_the_plan_reader_finds_whole_tables(sql: str, is_whole: bool, sqlite_connection: sqlite3.Connection) -> None:
    plan = [row[3] for row in sqlite_connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert bool(whole_tables(sql, plan, {"events", "cursors"})) is is_whole, plan


def test_queries_have_names_and_each_name_one_query() -> None:
    names = [(query.module, query.name) for query in QUERIES]
    assert len(QUERIES) > 20
    assert "(nameless)" not in [name for _, name in names]
    assert len(set(names)) == len(names)


STATEMENT = re.compile(
    r"(?is)\b(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s+\w|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s+\w"
    r"|(CREATE|DROP|ALTER)\s+(TABLE|INDEX)\s)"
)


def sources(floors: tuple[str, ...]) -> list[Path]:
    """The Python files of some floors."""
    return sorted(path for floor in floors for path in (ROOT / floor).rglob("*.py"))


def texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The string literals of a module, f-strings as one text, docstrings left out."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                " ".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values),
            )


def test_no_sql_stands_outside_storage() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources(FLOORS[1:])
        for line, text in texts(ast.parse(path.read_text()))
        if STATEMENT.search(text)
    ]
    assert found == []


def test_queries_are_made_at_import_only() -> None:
    """In a constant, or in a private function that makes constants and is called at the top of its module only."""
    found = []
    for path in sources(FLOORS):
        tree = ast.parse(path.read_text())
        functions = [
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        ]
        makers = {
            getattr(function, "name", "lambda"): function.lineno for function in functions if calls(function, {"Query"})
        }
        found += [f"{path.relative_to(ROOT)}:{line}" for name, line in makers.items() if not name.startswith("_")]
        found += [
            f"{path.relative_to(ROOT)}:{function.lineno}" for function in functions if calls(function, set(makers))
        ]
    assert found == []


def calls(function: ast.AST, names: set[str]) -> bool:
    """Does a function call one of these?"""
    return any(isinstance(node, ast.Call) and called_name(node) in names for node in ast.walk(function))


def test_only_migrations_run_a_text_as_it_stands() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources(FLOORS)
        if path.parent != ROOT / "storage" / "engine"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and called_name(node) in ("statement", "execute", "executemany", "executescript")
    ]
    assert found == []


def called_name(call: ast.Call) -> str:
    """The last part of what is called."""
    function: ast.expr = call.func
    while isinstance(function, ast.Subscript):
        function = function.value
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
