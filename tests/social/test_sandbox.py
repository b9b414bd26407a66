"""What a confined program cannot do, and that it never stays."""

import asyncio
import os
import sys
from pathlib import Path

import msgspec
import pytest

from social.sandbox import Bounds, ProgramFailed, run
from tests.nodes import eventually

BOUNDS = Bounds(seconds=10.0, cpu_seconds=5, memory_bytes=512 * 1024 * 1024, file_bytes=1024 * 1024)


def python(code: str) -> list[str]:
    """A program."""
    return [sys.executable, "-I", "-S", "-c", code]


async def test_it_says_what_it_says(tmp_path: Path) -> None:
    assert await run(python("print('ready')"), BOUNDS, tmp_path) == b"ready\n"


async def test_it_has_no_environment_no_input_and_a_folder_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIPEL_DATABASE__URL", "postgresql://secret")
    code = "import os, sys; print([n for n in os.environ if n != 'LC_CTYPE'], sys.stdin.read(), os.getcwd())"
    assert await run(python(code), BOUNDS, tmp_path) == f"[]  {tmp_path}\n".encode()


@pytest.mark.parametrize(
    ("code", "is_bounded"),
    [
        pytest.param("bytearray(1 << 30)", False, id="memory"),
        pytest.param("open('x', 'wb').write(bytes(1 << 22))", True, id="a large file"),
        pytest.param("while True: pass", True, id="processor"),
        pytest.param("import time; time.sleep(60)", True, id="time"),
        pytest.param("[open('/dev/null') for _ in range(100)]", False, id="files"),
        pytest.param("raise SystemExit('no')", False, id="its own failure"),
    ],
)
async def test_it_meets_its_limits(tmp_path: Path, code: str, is_bounded: bool) -> None:
    bounds = msgspec.structs.replace(BOUNDS, seconds=3.0, cpu_seconds=1)
    with pytest.raises(ProgramFailed) as failed:
        await run(python(f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n{code}"), bounds, tmp_path)
    assert failed.value.is_bounded is is_bounded, str(failed.value)


async def test_it_ends_when_nobody_waits_any_more(tmp_path: Path) -> None:
    code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
    waiting = asyncio.create_task(run(python(code), BOUNDS, tmp_path))
    pid = tmp_path / "pid"
    await eventually(lambda: pid.exists() and pid.read_text())
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_a_program_that_is_not_there_fails(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed):
        await run(["/nowhere/ffmpeg"], BOUNDS, tmp_path)
