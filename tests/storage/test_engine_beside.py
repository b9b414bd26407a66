"""Another process opens and closes the file of a running node, as `archipel account create` does."""

import asyncio
import sys
from pathlib import Path

from storage.engine.database import Database, Tx, open_database
from storage.engine.query import Query
from tests.conftest import NewDatabase

VISIT = """
import asyncio, sys
from storage.engine.database import open_database
from storage.engine.query import Query

WRITE = Query(None, "UPDATE cursors SET seq = seq + 1 WHERE subscriber = 'beside'")

async def main():
    db = await open_database(sys.argv[1], readers=1)
    await db.write(lambda tx: tx.run(WRITE))
    await db.close()

asyncio.run(main())
"""
FILL = Query(None, "INSERT INTO cursors (subscriber, seq) VALUES (:name, 0)")
SEQ = Query(int, "SELECT seq FROM cursors WHERE subscriber = 'beside'")
COUNT = Query(int, "SELECT COUNT(*) FROM cursors")
CHECK = Query(str, "PRAGMA integrity_check", only="sqlite")
VISITS = 4
ROWS = 400


async def _fill(db: Database, start: int) -> None:
    def fill(tx: Tx, name: str) -> int:
        return tx.run(FILL, name=name)

    for number in range(start, start + ROWS):
        await db.write(fill, f"row {number}")


async def _visit(url: str) -> None:
    visitor = await asyncio.create_subprocess_exec(sys.executable, "-c", VISIT, url, cwd=Path(__file__).parents[2])
    assert await visitor.wait() == 0


async def test_a_process_that_comes_and_goes_leaves_the_log_of_the_others_alone(new_database: NewDatabase) -> None:
    url = new_database("sqlite")
    node = await open_database(url, exclusive=True)
    second = await open_database(url)
    try:
        await node.write(lambda tx: tx.run(FILL, name="beside"))
        for visit in range(VISITS):
            await asyncio.gather(_visit(url), _fill(node, visit * ROWS))

        def seen(tx: Tx) -> tuple[int, int, list[str]]:
            return tx.value(SEQ), tx.value(COUNT), tx.rows(CHECK)

        expected = (VISITS, 1 + VISITS * ROWS, ["ok"])
        assert await node.read(seen) == expected
        assert await second.read(seen) == expected
    finally:
        await second.close()
        await node.close()
