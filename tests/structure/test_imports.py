"""The import contract of pyproject.toml refuses what it is there to refuse."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure import tree


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The five floors with nothing in them but one allowed import each, under the real contract."""
    (tmp_path / "pyproject.toml").write_text((tree.ROOT / "pyproject.toml").read_text())
    for floor in tree.FLOORS:
        (tmp_path / floor).mkdir()
        (tmp_path / floor / "__init__.py").write_text('"""A floor."""\n')
    for here, there in (("web", "social"), ("federation", "social"), ("social", "storage")):
        (tmp_path / here / "subject.py").write_text(f"import {there}.subject\n")
    (tmp_path / "storage" / "subject.py").write_text("import json\n")
    (tmp_path / "server" / "app.py").write_text("import web.subject\n")
    (tmp_path / "server" / "main.py").write_text("import server.app\n")
    return tmp_path


def _judged(house: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    environment = {"PYTHONPATH": str(house), "PATH": "/usr/bin:/bin", "COLUMNS": "200"}
    return subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)


def test_the_contract_accepts_imports_that_go_down(house: Path) -> None:
    done = _judged(house)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "broken"),
    [
        pytest.param("storage/subject.py", "import social", "storage is not allowed to import social", id="upwards"),
        pytest.param("social/more.py", "import federation.subject", "social is not allowed", id="domain to protocol"),
        pytest.param("web/more.py", "import server.app", "web is not allowed to import server", id="pages to server"),
        pytest.param("server/api.py", "import web.subject", "server is not allowed to import web", id="API to pages"),
        pytest.param("social/more.py", "import starlette", "social is not allowed", id="domain to HTTP"),
    ],
)
def test_the_contract_refuses_an_import(house: Path, file: str, line: str, broken: str) -> None:
    (house / file).write_text(f"{line}\n")
    done = _judged(house)
    assert done.returncode != 0
    assert broken in done.stdout
