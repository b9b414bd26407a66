"""Each rule against a threat names tests, and those are there."""

import ast
import functools
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "threats.md"
ROWS = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and "`test_" in line]
THREATS = 60
"""Kinds of attacks that the page lists at least."""


@functools.cache
def _tests() -> set[str]:
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found.add(node.name)
    return found


@pytest.mark.parametrize("row", [pytest.param(row, id=row.split("|")[1].strip()) for row in ROWS])
def test_the_tests_that_attack_are_there(row: str) -> None:
    assert set(re.findall(r"`(test_\w+)`", row)) - _tests() == set()


def test_no_threat_is_without_a_test() -> None:
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ")]
    assert [line for line in lines if "`test_" not in line and not line.startswith("| Attack")] == []
    assert len(ROWS) >= THREATS
