"""The wheel holds a whole node: installed where the repository is out of reach, it begins, starts and serves a page."""

import contextlib
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy import wheel
from tests.structure import tree
from web.i18n import translations

CONFIGURATION = """
[node]
domain = "localhost:{port}"
scheme = "http"
title = "Atelier"
locale = "fr"
[listen]
port = {port}
[database]
url = "sqlite:///{folder}/archipel.db"
[media]
root = "{folder}/media"
[people]
argon2_memory = 64
argon2_passes = 1
[federation]
insecure_loopback = true
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel."""
    return wheel.built(tmp_path_factory.mktemp("wheel"))


def test_every_file_of_the_packages_is_in_the_wheel(built: Path) -> None:
    inside = wheel.contents(built)
    missing = [str(path) for path in tree.files() if path.parts[0] in wheel.PACKAGES and str(path) not in inside]
    assert not missing


def test_nothing_else_is_in_the_wheel(built: Path) -> None:
    roots = {name.partition("/")[0] for name in wheel.contents(built)}
    assert roots == {*wheel.PACKAGES, next(root for root in roots if root.endswith(".dist-info"))}
    assert not [name for name in wheel.contents(built) if name.endswith((".pyc", ".mo"))]


def test_the_wheel_serves_a_page_from_a_fresh_environment(built: Path, tmp_path: Path) -> None:
    programs = wheel.installed(built, tmp_path / "environment")
    _begin_and_serve(programs, tmp_path)


@pytest.mark.full
def test_the_wheel_brings_all_that_it_needs(built: Path, tmp_path: Path) -> None:
    programs = wheel.installed_with_dependencies(built, tmp_path / "environment")
    _begin_and_serve(programs, tmp_path)


def _begin_and_serve(programs: Path, folder: Path) -> None:
    environment = wheel.clean_environment(programs)
    code = "import server, storage, web; print(server.__file__, storage.__file__, web.__file__)"
    places = subprocess.run(
        [programs / "python", "-c", code], cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    assert places.stdout.count(str(programs.parent)) == 3
    port = _free_port()
    configuration = folder / "archipel.toml"
    configuration.write_text(CONFIGURATION.format(port=port, folder=folder))
    subprocess.run(
        [programs / "archipel", "init", "--config", configuration, "--admin", "amina", "--generate"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    with _served(programs, configuration, environment):
        page = wheel.page(f"http://127.0.0.1:{port}/sign-in")
        assert '<html lang="fr"' in page
        french = translations("fr").gettext("Come in")
        assert french != "Come in"
        assert french in page
        style = page.partition('href="/static/')[2].partition('"')[0]
        assert "@layer" in wheel.page(f"http://127.0.0.1:{port}/static/{style}")


@contextlib.contextmanager
def _served(programs: Path, configuration: Path, environment: dict[str, str]) -> Iterator[None]:
    log = configuration.with_suffix(".log")
    with log.open("w") as said:
        process = subprocess.Popen(
            [programs / "archipel", "serve", "--config", configuration],
            cwd=configuration.parent,
            env=environment,
            stdout=said,
            stderr=said,
        )
    try:
        yield
        assert process.poll() is None, log.read_text()
    except OSError as error:
        raise AssertionError(log.read_text()) from error
    finally:
        process.send_signal(signal.SIGTERM)
        status = process.wait(timeout=30)
    assert status in (0, -signal.SIGTERM), log.read_text()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
