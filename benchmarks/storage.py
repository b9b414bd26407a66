"""What the storage engine costs: `python -m benchmarks.storage [URL …]`.

Prints, for a fresh SQLite file in the temporary folder (`TMPDIR` chooses the disk) and for each URL of an empty
PostgreSQL database given: reads of 20 rows, the price of a hop into the database thread, and durable writes, by the
number of callers; beside them the bare driver in one thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from storage import log
from storage.engine.database import Database, Tx, open_database
from storage.engine.migrate import migrate
from storage.ids import EventSeq, Millis

SECONDS = 2.0
CALLERS = (1, 8, 16, 32)
ROWS = 2_000


def events(tx: Tx, seq: EventSeq) -> list[log.EventRow]:
    """Twenty rows by the primary key."""
    return log.after(tx, seq, 20)


def nothing(_: Tx) -> None:
    """The price of the hop and the transaction alone."""


async def rate(call: Callable[[int], Awaitable[object]], callers: int) -> float:
    """Calls per second with so many callers, each waiting for its answer."""
    done = 0
    end = time.perf_counter() + SECONDS

    async def caller(number: int) -> None:
        nonlocal done
        while time.perf_counter() < end:
            await call(number * 7_919 + done)
            done += 1

    start = time.perf_counter()
    await asyncio.gather(*(caller(number) for number in range(callers)))
    return done / (time.perf_counter() - start)


async def measure(name: str, url: str) -> None:
    """Print the figures of one database."""
    await migrate(url)
    db = await open_database(url)
    try:
        await _fill(db)
        kinds: tuple[tuple[str, Callable[[int], Awaitable[object]]], ...] = (
            ("read nothing", lambda _: db.read(nothing)),
            ("read 20 rows", lambda n: db.read(events, EventSeq(n % (ROWS - 20)))),
            ("durable write", lambda n: db.write(log.append, "bench", '{"n":1}', Millis(n))),
        )
        for title, call in kinds:
            for callers in CALLERS:
                each = await rate(call, callers)
                print(
                    f"{name:9} {title:14} {callers:3} callers {each:9,.0f}/s {1e6 * callers / each:9,.0f} µs each",
                    flush=True,
                )
    finally:
        await db.close()


async def _fill(db: Database) -> None:
    def fill(tx: Tx) -> None:
        for number in range(ROWS):
            log.append(tx, "post.published", '{"post":113000000000,"text":"' + "x" * 200 + '"}', Millis(number))

    await db.write(fill)
    await db.write(log.number)


def bare(path: Path) -> None:
    """The driver alone, in one thread and on the same file: what no engine above it can pass."""
    connection = sqlite3.connect(path, isolation_level=None)
    for title, sql, params in (
        ("read 20 rows", log.AFTER.text["sqlite"], {"seq": 100, "limit": 20}),
        ("durable write", log.APPEND.text["sqlite"], {"kind": "bench", "payload": '{"n":1}', "at": 1}),
    ):
        done, end = 0, time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            connection.execute(sql, params).fetchall()
            done += 1
        print(f"sqlite3   {title:14}   1 thread  {done / SECONDS:9,.0f}/s {1e6 * SECONDS / done:9,.0f} µs each")
    connection.close()


def main() -> None:
    """Run it all."""
    with tempfile.TemporaryDirectory(prefix="archipel-bench-") as folder:
        path = Path(folder) / "bench.sqlite"
        asyncio.run(measure("sqlite", f"sqlite:///{path}"))
        bare(path)
    for url in sys.argv[1:]:
        asyncio.run(measure("postgres", url))


if __name__ == "__main__":
    main()
