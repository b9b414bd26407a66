"""Runs a program that reads what strangers made: no network, no environment, bounded in every respect.

When whoever waits for it is cancelled, when it takes too long, and when the node ends, it is killed.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

CONFINE = Path(__file__).with_name("confine.py")
MOST_SAID = 1024 * 1024
"""Bytes of the program's output that are read."""
KILLED = (-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGXFSZ)


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What the program may use. `seconds` are of the clock on the wall."""

    seconds: float
    cpu_seconds: int
    memory_bytes: int
    file_bytes: int


class ProgramFailed(Exception):
    """It ended badly; the text is what it said. `is_bounded`: a limit ended it."""

    def __init__(self, said: str, *, is_bounded: bool = False) -> None:
        self.is_bounded = is_bounded
        super().__init__(said)


async def run(program: Sequence[str], bounds: Bounds, folder: Path) -> bytes:
    """What the program prints. Raises ProgramFailed."""
    limits = msgspec.to_builtins(bounds) | {"parent": os.getpid()}
    said, complained = folder / "said", folder / "complained"
    # Files and no pipes: what is said without end meets the limit on files, and not our memory.
    with said.open("wb") as out, complained.open("wb") as trouble:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", str(CONFINE), msgspec.json.encode(limits).decode(), *program),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=out,
            stderr=trouble,
            cwd=folder,
            env={},
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(bounds.seconds):
                status = await process.wait()
        except TimeoutError as late:
            raise ProgramFailed(f"took more than {bounds.seconds:.0f} s", is_bounded=True) from late
        finally:
            await _kill(process)
    if status != 0:
        raise ProgramFailed(_excerpt(complained, 2_000).decode(errors="replace"), is_bounded=status in KILLED)
    return _excerpt(said, MOST_SAID)


async def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())


def _excerpt(path: Path, most: int) -> bytes:
    with path.open("rb") as file:
        return file.read(most)
