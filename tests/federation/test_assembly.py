"""The protocol as a whole: it starts, greets, delivers, applies, forgets, and stops."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from federation.assembly import ACTIVITIES_KEPT, Federation, tidy
from storage import jobs
from storage.files import LocalFiles
from storage.ids import Millis
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station


async def test_what_arrives_while_it_runs_is_applied_by_itself(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    await station.person("amina")
    await station.federation.start()
    ask = siege.about("Follow", bruno.id, station.urls.actor("amina"))
    assert (await station.take(siege, ask, bruno)).status == 202
    async with asyncio.timeout(10):
        while await station.waits():
            await asyncio.sleep(0)
    assert [row.state for row in await station.received()] == ["applied"]


async def test_it_greets_everybody_whom_it_lets_in_when_it_starts(station: Station, siege: Neighbour) -> None:
    await station.federation.start()
    (greeting,) = await station.db.write(jobs.claim, ["greet"], station.clock(), 1_000, 10)
    assert greeting.key == siege.authority


async def test_a_process_that_only_answers_neither_greets_nor_applies(
    quick: Station, siege: Neighbour, bruno: Somebody, tmp_path: Path
) -> None:
    await quick.take(siege, siege.about("Like", bruno.id, "https://x.example/1"), bruno)
    with ThreadPoolExecutor(1) as crunch:
        web = Federation(
            settings=quick.settings,
            db=quick.db,
            files=LocalFiles(tmp_path / "web"),
            clock=quick.clock,
            ids=quick.ids,
            urls=quick.urls,
            crunch=crunch,
            version="0.1.0",
            works=False,
        )
        await web.start()
        await web.stop()
    assert await quick.waits() == 1
    assert await quick.db.write(jobs.claim, ["greet"], quick.clock(), 1_000, 10) == []


async def test_what_is_done_with_is_forgotten_after_a_month(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    done = siege.about("Like", bruno.id, "https://x.example/1")
    await station.accept(siege, done, by=bruno)
    waiting = siege.about("Like", bruno.id, "https://x.example/2")
    await station.take(siege, waiting, bruno)
    await station.db.write(tidy, station.clock())
    assert len(await station.received()) == 2
    await station.db.write(tidy, Millis(station.clock() + ACTIVITIES_KEPT + 1))
    assert [row.activity_id for row in await station.received()] == [waiting["id"]]
