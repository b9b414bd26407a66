"""After a cut in the network, everything goes on soon, though nobody started anew and nobody has anything to say."""

from itertools import pairwise

from federation.calling import FIRST, LONGEST, Calls, hurry
from social import jobs
from social.clock import HOUR
from storage import deliveries, inbox
from storage import jobs as job_rows
from storage.engine.database import Tx
from storage.ids import Millis
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_delivery import delivering, queue, until, until_noted


async def test_a_node_that_does_not_answer_is_called_ever_more_seldom_and_no_other(
    quick: Station, siege: Neighbour
) -> None:
    failing = {siege.authority}
    calls = Calls(quick.federation.wire, quick.federation.policy, lambda host: host in failing)
    called = []
    for second in range(0, 3_600, 5):
        quick.clock.pass_by(seconds=5)
        called += [second for _ in await calls.call()]
    pauses = [later - earlier for earlier, later in pairwise(called)]
    assert called[0] == FIRST // 1_000
    assert pauses[:5] == [20, 40, 80, 160, LONGEST // 1_000]
    assert set(pauses[5:]) == {LONGEST // 1_000}
    failing.clear()
    quick.clock.pass_by(hours=1)
    assert await calls.call() == []


async def test_what_waits_goes_as_soon_as_a_call_is_answered(station: Station, siege: Neighbour) -> None:
    await queue(station, "amina", siege.answer("/inbox", status=503), count=5)
    calls = station.federation.calls
    async with delivering(station):
        await siege.asked(1)
        await until_noted(station)
        assert await calls.call() == []
        siege.answer("/inbox", status=202)
        siege.node()
        station.clock.pass_by(seconds=FIRST // 1_000)
        assert await calls.call() == [siege.authority]
        await station.run_jobs()
        await until(station, {})
    station.clock.pass_by(seconds=FIRST // 1_000)
    assert await calls.call() == []


async def test_what_came_and_could_not_be_finished_without_a_node_is_tried_when_it_is_back(
    station: Station, siege: Neighbour, bruno: Somebody
) -> None:
    now = station.clock()

    def put_off(tx: Tx) -> None:
        for actor in (bruno.id, "http://elsewhere.localhost/users/x"):
            inbox.store(tx, f"{actor}#1", actor, "Announce", "{}", now)
        for row in inbox.due(tx, now, [], 9):
            inbox.later(tx, row.id, Millis(now + HOUR), "unreachable")
        jobs.enqueue(tx, jobs.FetchParent(uri=bruno.id + "/posts/1"), key="1", due=now)
        jobs.enqueue(tx, jobs.FetchParent(uri="http://elsewhere.localhost/posts/1"), key="2", due=now)
        for job in job_rows.claim(tx, ["fetch_parent"], now, HOUR, 9):
            job_rows.fail(tx, job.id, "unreachable", Millis(now + HOUR))

    await station.db.write(put_off)
    assert await station.db.read(inbox.due, now, [], 9) == []
    for _ in range(2):
        await station.db.write(hurry, siege.authority, now)
        assert [row.actor_uri for row in await station.db.read(inbox.due, now, [], 9)] == [bruno.id]
        assert await station.db.read(job_rows.next_due) == now
    taken = await station.db.write(job_rows.claim, ["fetch_parent"], now, HOUR, 9)
    assert [job.key for job in taken] == ["1"]
    assert await station.db.read(deliveries.next_due, now) is None
