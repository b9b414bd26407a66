"""Names are the field's words, and what is public says what it is."""

import ast
import re

from tests.structure import tree

# `get` alone is HTTP's own verb, `handle` alone a route's in Starlette; a handle is also what people write with an @.
EMPTY_VERBS = re.compile(r"^_*((get|do|process|manage)_|handle_(?!of_?)|(do|process|manage)$)")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b")
TEST_NAME = re.compile(r"^test(_[a-z0-9]+){2,}$")


def test_no_function_has_a_verb_that_says_nothing() -> None:
    bad = [
        each.place
        for path in tree.python(*tree.FLOORS, "tests", "benchmarks")
        for each in tree.definitions(path)
        if not isinstance(each.node, ast.ClassDef) and EMPTY_VERBS.match(each.node.name)
        # An overridden method has its name from the class it overrides, and says so to the type checker.
        if not any("override" in ast.unparse(decorator) for decorator in each.node.decorator_list)
    ]
    assert not bad


def test_every_module_says_what_is_in_it() -> None:
    assert not [str(path) for path in tree.python() if ast.get_docstring(tree.syntax(path)) is None]


def test_every_public_class_and_function_says_what_it_is() -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path in tree.python(*tree.FLOORS)
        for node in tree.syntax(path).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if not node.name.startswith("_") and ast.get_docstring(node) is None
    ]
    assert not silent


def test_nothing_is_left_for_later() -> None:
    left = [
        f"{path}:{number}"
        for path in tree.files()
        if path.suffix in {".py", ".js", ".css", ".html", ".sql"} and path.parts[:2] != ("tests", "structure")
        for number, line in enumerate(tree.text(path).splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not left


def test_the_name_of_a_test_is_a_sentence() -> None:
    short = [
        each.place
        for path in tree.python("tests")
        for each in tree.definitions(path)
        if each.node.name.startswith("test") and not TEST_NAME.match(each.node.name)
    ]
    assert not short
