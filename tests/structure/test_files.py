"""What may lie in the repository, under which name and how long."""

import re
from pathlib import Path

from tests.structure import tree

LONGEST = {".py": 400, ".js": 200, ".css": 150}
FORBIDDEN = {"util", "utils", "helper", "helpers", "common", "base", "manager", "service", "misc", "stuff"}
# The base layer of the style sheets is CSS's own word for it.
NAMED_OTHERWISE = {Path("web/static/css/base.css")}
HEAVIEST = 1024 * 1024
GENERATED = re.compile(r"(^|/)(__pycache__|\.venv|var|dist|build|node_modules)(/|$)|\.(pyc|mo|sqlite|db|log)$")
SECRET = re.compile(
    r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{64,}"
    r"|\b(?:ghp_|github_pat_|pypi-AgE|AKIA[0-9A-Z]{12})[A-Za-z0-9_-]{10,}"
)


def test_no_file_is_longer_than_one_subject() -> None:
    long = [
        f"{path}: {lines} lines"
        for path in tree.files()
        if path.suffix in LONGEST
        if (lines := len(tree.text(path).splitlines())) > LONGEST[path.suffix]
    ]
    assert not long


def test_no_file_or_folder_is_named_for_being_useful() -> None:
    bad = [
        str(path)
        for path in tree.files()
        if path.suffix in {".py", ".js", ".css", ".html"} and path not in NAMED_OTHERWISE
        if FORBIDDEN & {part.lower() for part in (*path.parts[:-1], path.stem)}
    ]
    assert not bad


def test_nothing_made_by_a_tool_is_committed() -> None:
    assert not [str(path) for path in tree.files() if GENERATED.search(str(path))]


def test_no_file_is_heavy() -> None:
    heavy = {str(path): size for path in tree.files() if (size := (tree.ROOT / path).stat().st_size) > HEAVIEST}
    assert not heavy


def test_no_secret_is_committed() -> None:
    held = [
        str(path)
        for path in tree.files()
        if SECRET.search((tree.ROOT / path).read_bytes().decode("utf-8", errors="replace"))
    ]
    assert not held


def test_a_package_file_holds_one_docstring_and_nothing_else() -> None:
    more = [
        str(path)
        for path in tree.python(*tree.FLOORS)
        if path.name == "__init__.py"
        if len(tree.syntax(path).body) != 1 or not tree.text(path).startswith('"""')
    ]
    assert not more


def test_no_module_is_empty() -> None:
    assert not [str(path) for path in tree.python() if path.name != "__init__.py" and len(tree.syntax(path).body) < 2]
