"""Nodes as processes of their own that outlive the command which started them: for the demo."""

import asyncio
import contextlib
import errno
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import msgspec

from server.cli.toolbox import CommandFailed

OUR_FOLDER = Path(__file__).resolve().parents[2]
"""Where our packages are: the repository, or the environment they were installed into."""
START_SECONDS = 30.0
STOP_SECONDS = 15.0
LOOK_SECONDS = 0.1
SHOWN_LINES = 15


class Detached(msgspec.Struct, frozen=True, kw_only=True):
    """A node with its own folder: `archipel.toml`, `node.pid`, `node.log`. It listens on loopback."""

    name: str
    folder: Path
    domain: str
    port: int

    @property
    def config(self) -> Path:
        """Its configuration."""
        return self.folder / "archipel.toml"

    @property
    def log(self) -> Path:
        """What it says, of all its lives."""
        return self.folder / "node.log"

    @property
    def pid_file(self) -> Path:
        """The number of its process."""
        return self.folder / "node.pid"


def pid_of(node: Detached) -> int | None:
    """The process of the node, if it runs: a number in the file that is another program's by now does not count."""
    try:
        pid = int(node.pid_file.read_text("ascii"))
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return None
    return pid if os.fsencode(node.config) in words else None


def require_free(node: Detached) -> None:
    """Raises CommandFailed when somebody else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", node.port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            raise CommandFailed(
                f"port {node.port}, where {node.name} would listen, is taken by another program: "
                "stop that one first, or choose other ports with --first-port"
            ) from error


async def start(node: Detached) -> None:
    """Start the node in a session of its own and wait until it answers. Raises CommandFailed."""
    process = await asyncio.to_thread(_launched, node)
    node.pid_file.write_text(f"{process.pid}\n", "ascii")
    try:
        async with asyncio.timeout(START_SECONDS):
            while not await is_healthy(node):
                if process.poll() is not None:
                    raise CommandFailed(f"{node.name} ended with status {process.returncode}:\n{_last_words(node)}")
                await asyncio.sleep(LOOK_SECONDS)
    except TimeoutError as cause:
        raise CommandFailed(f"{node.name} does not answer after {START_SECONDS:.0f} s: see {node.log}") from cause
    # It is nobody's child from here on; Python would warn of a process that nobody waited for.
    process.returncode = 0


async def is_healthy(node: Detached) -> bool:
    """Whether the node answers, and is well."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session,
            session.get(f"http://127.0.0.1:{node.port}/health", headers={"Host": node.domain}) as response,
        ):
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False


async def stop(node: Detached) -> bool:
    """Ask the node to end, and wait for it; False if it was not running. Killed if it does not in time."""
    pid = pid_of(node)
    if pid is None:
        node.pid_file.unlink(missing_ok=True)
        return False
    with contextlib.suppress(ProcessLookupError):
        await asyncio.to_thread(_end, pid)
    node.pid_file.unlink(missing_ok=True)
    return True


def _launched(node: Detached) -> "subprocess.Popen[bytes]":
    with node.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603  # our own program, with our own words
            [sys.executable, "-m", "server.cli.main", "serve", "--config", str(node.config)],
            cwd=OUR_FOLDER,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _end(pid: int) -> None:
    """Raises ProcessLookupError when it has ended already."""
    process = os.pidfd_open(pid)
    try:
        for kind in (signal.SIGTERM, signal.SIGKILL):
            signal.pidfd_send_signal(process, kind)
            if select.select([process], [], [], STOP_SECONDS)[0]:
                return
    finally:
        os.close(process)


def _last_words(node: Detached) -> str:
    return "\n".join(node.log.read_text("utf-8", "replace").splitlines()[-SHOWN_LINES:])
