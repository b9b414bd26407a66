"""Commands in the documentation are commands that exist, and the tutorial does what it says."""

import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.cli.main import parser
from tests.docs import markdown
from tests.docs.markdown import PAGES, ROOT

TUTORIAL = ROOT / "docs" / "tutorial" / "first-node.md"
DEPLOYED = [ROOT / "deploy" / "archipel.service", ROOT / "Makefile"]
IN_PAGES = re.compile(r"(?:(?:^|[ /(])archipel|compose\.yaml run --rm \w+) ([a-z].*)")
IN_FILES = re.compile(r"^(?:ExecStart=/\S+/|\t@(?:.*\|\| )?\$\(BIN\)/)archipel (.*)")
MARK = "---- step ----"


def _typed() -> Iterator[tuple[str, str]]:
    """Every use of the command in the pages and in `deploy/`, as the words after it."""
    for page in PAGES:
        for language in ("shell", "console"):
            for example in markdown.examples(page, language):
                for line in example.splitlines():
                    if found := IN_PAGES.search(line.split("#")[0]):
                        yield markdown.name(page), found[1]
    for path in DEPLOYED:
        for line in path.read_text().splitlines():
            if found := IN_FILES.search(line):
                yield path.name, found[1]


USES = sorted(set(_typed()))


@pytest.mark.parametrize(("where", "words"), [pytest.param(*use, id=": ".join(use)) for use in USES])
def test_a_command_in_the_documentation_is_understood(where: str, words: str) -> None:
    plain = re.split(r"[)>|&;]|\s\d>", words)[0]
    parser().parse_args(shlex.split(plain))


def test_the_pages_show_every_kind_of_command() -> None:
    known = {words.split()[0] for _, words in USES}
    assert {"init", "serve", "migrate", "account", "token", "peer", "check", "demo"} <= known


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    (tmp_path / "archipel.toml").write_text(next(markdown.examples(TUTORIAL, "toml")).replace("8400", port))
    steps = [
        (command, expected.replace("8400", port))
        for example in markdown.examples(TUTORIAL, "console")
        for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", example, re.MULTILINE)
    ]
    # Whatever fails, the node of the tutorial does not outlive it.
    script = "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + "".join(
        f"echo '{MARK}'\n{command.replace('8400', port)}\n" for command, _ in steps
    )
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    done = subprocess.run(
        ["bash", "-eu", "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    log = tmp_path / "node.log"
    assert done.returncode == 0, done.stdout + done.stderr + (log.read_text() if log.exists() else "")
    said = done.stdout.split(f"{MARK}\n")[1:]
    for (command, expected), printed in zip(steps, said, strict=True):
        pattern = ".*".join(re.escape(part) for part in expected.strip().split("…"))
        assert re.fullmatch(pattern, printed.strip(), re.DOTALL), f"{command}\n{printed}"
