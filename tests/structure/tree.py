"""The files of the repository, as git lists them: what is committed and what is about to be."""

import ast
import functools
import gc
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
FLOORS = ("server", "web", "federation", "social", "storage")


class Definition(msgspec.Struct, frozen=True):
    """A function or class and where it stands, as `path:line name`."""

    place: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@functools.cache
def files() -> tuple[Path, ...]:
    """Paths from the root of the repository, without what .gitignore names."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return tuple(sorted(Path(name) for name in listed.split("\0") if name and (ROOT / name).is_file()))


def python(*roots: str) -> list[Path]:
    """Python files under these folders; of all the repository without any."""
    return [path for path in files() if path.suffix == ".py" and (not roots or path.parts[0] in roots)]


def suffixed(suffix: str, *roots: str) -> list[Path]:
    """Files that end so, under these folders."""
    return [path for path in files() if path.name.endswith(suffix) and (not roots or path.parts[0] in roots)]


@functools.cache
def text(path: Path) -> str:
    """What the file holds."""
    return (ROOT / path).read_text()


@functools.cache
def syntax(path: Path) -> ast.Module:
    """The file as Python understands it."""
    parsed = ast.parse(text(path), str(path))
    # It stays to the end: looking through it for garbage, again and again, takes longer than to parse it.
    gc.freeze()
    return parsed


def definitions(path: Path) -> Iterator[Definition]:
    """Every function and class of a file, nested ones included."""
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield Definition(f"{path}:{node.lineno} {node.name}", node)


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Every string that is not a docstring, with its line; of an f-string its fixed parts."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(syntax(path))
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    # A sentence under an attribute documents it, and is no value either.
    loose = {id(node.value) for node in ast.walk(syntax(path)) if isinstance(node, ast.Expr)}
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | loose:
            yield node.lineno, node.value
