"""A real node for the figures: its own process, SQLite, durable, every check on."""

import asyncio
import json
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil

CONFIGURATION = """
[node]
domain = "localhost:{port}"
scheme = "http"
title = "Benchmark"
locale = "en"

[listen]
port = {port}

[database]
url = "sqlite:///{folder}/node.db"

[media]
root = "{folder}/media"

[federation]
insecure_loopback = true
allow = {allow}

[limits]
off = true
"""


def free_port() -> int:
    """A port of loopback that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def wait_for_port(port: int, seconds: float = 30.0) -> None:
    """Until something listens there. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.01)


BUSY = 0.05
"""Seconds of a core in a second: a node that uses less has nothing to do."""


class BenchNode:
    """Configuration and process of one node in a folder."""

    def __init__(self, folder: Path, allow: list[str]) -> None:
        self.folder = folder
        self.port = free_port()
        self.config = folder / "archipel.toml"
        self.config.write_text(
            CONFIGURATION.format(port=self.port, folder=folder, allow=json.dumps(allow)), encoding="utf-8"
        )
        self._process: asyncio.subprocess.Process | None = None

    @property
    def host(self) -> str:
        """Its domain."""
        return f"localhost:{self.port}"

    def command(self, *words: str) -> list[str]:
        """`archipel …` for this node."""
        return [sys.executable, "-m", "server.cli.main", *words, "--config", str(self.config)]

    def run(self, *words: str) -> str:
        """Run a command to its end; what it printed."""
        return subprocess.run(self.command(*words), check=True, capture_output=True, text=True).stdout.strip()

    async def start(self) -> float:
        """Start the node; seconds to its first answer."""
        log = (self.folder / "node.log").open("ab")
        started = time.perf_counter()
        self._process = await asyncio.create_subprocess_exec(*self.command("serve"), stdout=log, stderr=log)
        await self._first_answer()
        return time.perf_counter() - started

    async def stop(self) -> None:
        """End it and wait."""
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()
            self._process = None

    def memory(self) -> float:
        """Resident MiB of the process and its children."""
        assert self._process is not None
        root = psutil.Process(self._process.pid)
        return sum(process.memory_info().rss for process in [root, *root.children(recursive=True)]) / 2**20

    def cpu(self) -> float:
        """Seconds of a core that the process has used, its threads together."""
        assert self._process is not None
        times = psutil.Process(self._process.pid).cpu_times()
        return times.user + times.system

    async def rest(self, seconds: float = 120.0) -> None:
        """Until it has caught up with the world that was built while it was down. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            before, now = -1.0, self.cpu()
            while now - before > BUSY:
                await asyncio.sleep(1.0)
                before, now = now, self.cpu()

    async def _first_answer(self) -> None:
        async with asyncio.timeout(60):
            while True:
                with suppress(OSError, asyncio.IncompleteReadError):
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    writer.write(f"GET /health HTTP/1.1\r\nHost: {self.host}\r\nConnection: close\r\n\r\n".encode())
                    head = await reader.readline()
                    writer.close()
                    if b" 200 " in head:
                        return
                await asyncio.sleep(0.005)
