"""A node that is killed: what it answered is there, its lock is not."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from pathlib import Path

from storage import log
from storage.engine.database import Database, Tx, open_database
from storage.engine.query import Query
from storage.ids import EventSeq, Millis
from tests.conftest import NewDatabase

CLIENTS = 16
ANSWERS = 400
INTEGRITY = Query(str, "SELECT integrity_check FROM pragma_integrity_check")


def _answer_until_killed(path: Path, answers: Connection) -> None:
    async def client(db: Database, number: int) -> None:
        for count in range(1_000_000):
            name = f"{number}.{count}"
            await db.write(append_both, name)
            answers.send(name)

    async def serve() -> None:
        db = await open_database(path, exclusive=True)
        await asyncio.gather(*(client(db, number) for number in range(CLIENTS)))

    asyncio.run(serve())


def append_both(tx: Tx, name: str) -> None:
    """Two events that belong together."""
    log.append(tx, "first", name, Millis(0))
    log.append(tx, "second", name, Millis(0))


@asynccontextmanager
async def killed_node(path: Path) -> AsyncIterator[list[str]]:
    """What a node answered to many clients before it was killed."""
    context = multiprocessing.get_context("spawn")
    reading, writing = context.Pipe(duplex=False)
    node = context.Process(target=_answer_until_killed, args=(path, writing))
    node.start()
    writing.close()
    answered = [await asyncio.to_thread(reading.recv) for _ in range(ANSWERS)]
    node.kill()
    answered += await asyncio.to_thread(_rest, reading)
    await asyncio.to_thread(node.join, 60)
    assert node.exitcode == -9
    node.close()
    yield answered


def _rest(answers: Connection) -> list[str]:
    rest: list[str] = []
    while True:
        try:
            rest.append(answers.recv())
        except (EOFError, OSError):  # OSError: killed in the middle of a word
            answers.close()
            return rest


async def test_a_killed_node_has_all_that_it_answered_nothing_half_and_no_lock(new_database: NewDatabase) -> None:
    path = Path(new_database("sqlite").removeprefix("sqlite:///"))
    async with killed_node(path) as answered:
        db = await open_database(path, exclusive=True)
    assert await db.read(lambda tx: tx.rows(INTEGRITY)) == ["ok"]
    events = await db.read(log.after, EventSeq(0), 1_000_000)
    await db.close()
    firsts = {event.payload for event in events if event.kind == "first"}
    seconds = {event.payload for event in events if event.kind == "second"}
    assert len(answered) >= ANSWERS
    assert set(answered) <= firsts
    assert firsts == seconds
    assert len(events) == 2 * len(firsts)
    assert len(firsts) <= len(answered) + CLIENTS
