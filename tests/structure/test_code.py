"""House rules about code that no linter knows."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.structure import tree

SQL = re.compile(
    r"^\s*(SELECT\s+\S|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX|VIRTUAL)\s"
    r"|WITH\s+\w+\s+AS\s|PRAGMA\s|BEGIN\s+(IMMEDIATE|DEFERRED)|SAVEPOINT\s)"
)
# The engines' drivers, and what reads passkeys, are loaded by the node that uses them, for memory and start time; the
# wheel with PostgreSQL warns when it is imported, and nothing but the import can be kept quiet.
LOADED_WHEN_USED = {
    Path("storage/engine/database.py"),
    Path("social/people/passkeys.py"),
    Path("tests/conftest.py"),
}
# The machine's clock itself, and the age of files, which the machine dated.
CLOCKS = {Path("social/clock.py"), Path("storage/ids.py"), Path("storage/files.py")}
EVERYTHING = {"Exception", "BaseException"}
FACES = {"status_code", "JSONResponse", "HTMLResponse"}


def test_sql_is_written_in_storage_only() -> None:
    others = tuple(floor for floor in tree.FLOORS if floor != "storage")
    found = [
        f"{path}:{line} {value.strip()[:40]}"
        for path in tree.python(*others)
        for line, value in tree.strings(path)
        if SQL.match(value)
    ]
    assert not found


def test_a_query_lists_its_columns() -> None:
    starred = [
        f"{path}:{line}"
        for path in tree.python("storage")
        for line, value in tree.strings(path)
        if re.search(r"\bSELECT\s+(\w+\.)?\*", value)
    ]
    assert not starred


def test_a_query_casts_in_the_way_both_engines_know() -> None:
    found = [
        f"{path}:{line}"
        for path in tree.python("storage")
        for line, value in tree.strings(path)
        if re.search(r"\w::[a-z]+", value)
    ]
    assert not found


def test_only_the_configuration_reads_the_environment() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in tree.python(*tree.FLOORS)
        if path != Path("server/config.py")
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    ]
    assert not found


def test_imports_stand_at_the_top_unless_the_dependency_is_optional() -> None:
    inside = [
        f"{each.place} {ast.unparse(node)}"
        for path in tree.python(*tree.FLOORS, "tests", "benchmarks")
        if path not in LOADED_WHEN_USED
        for each in tree.definitions(path)
        if not isinstance(each.node, ast.ClassDef)
        for node in ast.walk(each.node)
        if isinstance(node, ast.Import | ast.ImportFrom) and not _is_optional(path, node)
    ]
    assert not inside


def test_no_floor_imports_another_for_its_types_only() -> None:
    hidden = [
        f"{path}:{node.lineno}"
        for path in tree.python(*tree.FLOORS)
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
    ]
    assert not hidden


def test_no_error_is_swallowed() -> None:
    swallowed = [
        f"{path}:{handler.lineno}"
        for path in tree.python(*tree.FLOORS, "benchmarks")
        for handler in _handlers(path)
        if _catches_everything(handler) and not (_goes_on_telling(handler) or _logs_with_a_reason(path, handler))
    ]
    assert not swallowed


def test_nothing_but_errors_py_gives_an_error_its_status() -> None:
    domain = [
        f"{path}:{node.lineno}"
        for path in tree.python("social", "storage")
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.Attribute | ast.Name | ast.keyword) and _name(node) in FACES
    ]
    assert not domain


def test_the_domain_is_told_what_time_it_is() -> None:
    clocks = re.compile(r"\b(time\.time|time_ns|datetime\.now|utcnow|monotonic)\b")
    asked = [
        f"{path}:{node.lineno}"
        for path in tree.python("social", "storage")
        if path.parts[:2] != ("storage", "engine") and path not in CLOCKS
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.Call) and clocks.search(ast.unparse(node.func))
    ]
    assert not asked


def test_tests_are_neither_skipped_nor_expected_to_fail() -> None:
    marks = re.compile(r"\bmark\.(skip|skipif|xfail)\b|\bpytest\.(skip|xfail|importorskip)\b")
    left_out = [
        f"{path}:{number}"
        for path in tree.python("tests")
        if path.parts[1] != "structure"
        for number, line in enumerate(tree.text(path).splitlines(), 1)
        if marks.search(line)
    ]
    assert not left_out


def test_tests_wait_for_conditions_and_not_for_time() -> None:
    sleeping = [
        f"{path}:{node.lineno}"
        for path in tree.python("tests")
        if path.name.startswith("test_")
        for node in ast.walk(tree.syntax(path))
        if isinstance(node, ast.Call) and re.fullmatch(r"(asyncio|time|anyio)\.sleep", ast.unparse(node.func))
        if ast.unparse(node.args[0]) != "0"
    ]
    assert not sleeping


def _is_optional(path: Path, node: ast.Import | ast.ImportFrom) -> bool:
    """Inside a `try` that catches ImportError."""
    return any(
        node in ast.walk(attempt)
        for attempt in ast.walk(tree.syntax(path))
        if isinstance(attempt, ast.Try)
        and any(handler.type is not None and "ImportError" in ast.unparse(handler.type) for handler in attempt.handlers)
    )


def _handlers(path: Path) -> Iterator[ast.ExceptHandler]:
    yield from (node for node in ast.walk(tree.syntax(path)) if isinstance(node, ast.ExceptHandler))


def _catches_everything(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or ast.unparse(handler.type) in EVERYTHING


def _goes_on_telling(handler: ast.ExceptHandler) -> bool:
    """It raises, returns, or hands the exception itself to somebody."""
    for node in ast.walk(ast.Module(body=handler.body, type_ignores=[])):
        if isinstance(node, ast.Raise | ast.Return):
            return True
        if handler.name and isinstance(node, ast.Name) and node.id == handler.name:
            return True
    return False


def _logs_with_a_reason(path: Path, handler: ast.ExceptHandler) -> bool:
    """It logs the trace, and a comment beside says why the rest goes on."""
    lines = tree.text(path).splitlines()[handler.lineno - 1 : handler.end_lineno]
    return any("# " in line for line in lines) and any("logger.exception(" in line for line in lines)


def _name(node: ast.Attribute | ast.Name | ast.keyword) -> str | None:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else node.arg
