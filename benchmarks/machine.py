"""What this machine can do without us: the measure for every other figure of the same run."""

import asyncio
import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from benchmarks.load import Rate, blast, request
from benchmarks.node import free_port, wait_for_port

SECONDS = 2.0

BARE = """
import sys, uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
async def hello(request): return Response(b"x" * 20000)
app = Starlette(routes=[Route("/", hello)])
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)
"""


def per_second(work: Callable[[], object], seconds: float = SECONDS) -> float:
    """How often `work` runs in a second, in this thread."""
    count, end = 0, time.perf_counter() + seconds
    while time.perf_counter() < end:
        work()
        count += 1
    return count / seconds


def rsa_rates() -> tuple[float, float]:
    """RSA-2048 signatures and verifications per second of one core."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    message, scheme, digest = b"m" * 300, padding.PKCS1v15(), hashes.SHA256()
    signature = key.sign(message, scheme, digest)
    public = key.public_key()
    return (
        per_second(lambda: key.sign(message, scheme, digest)),
        per_second(lambda: public.verify(signature, message, scheme, digest)),
    )


def durable_commits() -> float:
    """SQLite commits per second with WAL and synchronous=FULL, one row each."""
    with tempfile.TemporaryDirectory(prefix="archipel-bench-") as folder:
        connection = sqlite3.connect(Path(folder) / "commits.db", isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
        rate = per_second(lambda: connection.execute("INSERT INTO rows (text) VALUES ('x')"))
        connection.close()
    return rate


async def bare_server(clients: int) -> Rate:
    """Answers per second of a bare Starlette under uvicorn, 20 kB each."""
    port = free_port()
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    server = await asyncio.create_subprocess_exec(sys.executable, "-c", BARE, str(port), env=environment)
    try:
        await wait_for_port(port)
        ask = request("GET", "/", {"Host": "localhost"})
        return await blast("127.0.0.1", port, iter(lambda: ask, b""), clients=clients, seconds=SECONDS)
    finally:
        server.terminate()
        await server.wait()
