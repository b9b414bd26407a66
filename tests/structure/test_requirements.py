"""What is imported is required by name, and what is required is used."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.structure import tree

PROJECT = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["project"]
OURS = {*tree.FLOORS, "tests", "benchmarks", "docs"}
# Used without an import of ours: by httpsig, by Starlette's forms, and by uvicorn, which is told their names.
USED_BY_OTHERS = {"setuptools", "python-multipart", "httptools", "uvloop", "wsproto"}


def _imported(paths: list[Path]) -> set[str]:
    """Names of the packages that these files import, as packages registries write them."""
    owners = packages_distributions()
    modules = {
        name.partition(".")[0]
        for path in paths
        for node in ast.walk(tree.syntax(path))
        for name in _names(node)
        if name
    }
    strange = modules - OURS - set(sys.stdlib_module_names)
    return {canonicalize_name(owner) for module in strange for owner in owners.get(module, [module])}


def _names(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else []


def _required(lines: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in lines}


def test_a_node_requires_what_it_imports_and_nothing_that_it_does_not_use() -> None:
    required = _required([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["paper"]])
    imported = _imported(tree.python(*tree.FLOORS))
    assert imported - required == set()
    assert required - imported - USED_BY_OTHERS == set()


def test_the_tests_require_what_they_import() -> None:
    required = _required([*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]])
    assert _imported(tree.python("tests", "benchmarks", "docs")) - required == set()
