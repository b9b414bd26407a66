"""The wheel as a release has it, installed where nothing of this repository can be reached."""

import os
import subprocess
import sys
import sysconfig
import time
import urllib.error
import urllib.request
import venv
import zipfile
from pathlib import Path

from tests.structure import tree

PACKAGES = tree.FLOORS


def built(folder: Path) -> Path:
    """Build the wheel into `folder`, with the build tool of this environment and no network."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(tree.ROOT)]
    _run(command, folder)
    return next(folder.glob("archipel-*.whl"))


def contents(wheel: Path) -> set[str]:
    """Names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def installed(wheel: Path, folder: Path) -> Path:
    """Install the wheel into a fresh environment; gives its `bin`.

    What the node depends on is borrowed from the environment of the tests by a path file: it was installed there
    under the same constraints. The repository itself is not on the path of the new one.
    """
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    programs = folder / "bin"
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    install = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install"]
    _run([*install, "--quiet", "--no-deps", "--no-index", "--ignore-installed", str(wheel)], folder)
    return programs


def installed_with_dependencies(wheel: Path, folder: Path) -> Path:
    """Install the wheel and all it needs, under the constraints, as `docs/how-to/install-a-node.md` does."""
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    programs = folder / "bin"
    install = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
    _run([*install, "-c", str(tree.ROOT / "constraints.txt"), str(wheel)], folder)
    return programs


def clean_environment(programs: Path) -> dict[str, str]:
    """Variables for a program of the new environment: nothing that leads back to the repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL", "ARCHIPEL"))}
    return kept | {"PATH": f"{programs}:/usr/bin:/bin"}


def page(url: str) -> str:
    """What a browser gets there, waited for until somebody listens. OSError after 30 seconds or for an error status."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                text: str = answer.read().decode()
                return text
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
