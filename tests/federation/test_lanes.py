"""Who goes first, and who waits for whom, when more is to be delivered than can go at once."""

import asyncio
from typing import Any

import pytest

from federation import lanes
from federation.lanes import Lanes
from federation.sending import rank_of
from federation.vocabulary import PUBLIC
from social import peers as peer_commands
from storage import deliveries
from storage.deliveries import InboxTarget, Rank
from storage.engine.database import Tx
from storage.ids import DeliveryId, Millis
from tests.federation.neighbour import Neighbour
from tests.federation.station import Station
from tests.federation.test_delivery import arrived, delivering, queue, until

FOLLOWERS = "http://usine.localhost/users/amina/followers"
BRUNO = "http://siege.localhost/users/bruno"


@pytest.mark.parametrize(
    ("activity", "rank"),
    [
        pytest.param({"type": "Create", "to": [BRUNO], "cc": []}, Rank.PERSONAL, id="a direct message"),
        pytest.param({"type": "Accept", "object": {"type": "Follow"}}, Rank.PERSONAL, id="an answer to a follow"),
        pytest.param({"type": "Create", "to": [PUBLIC], "cc": [FOLLOWERS]}, Rank.POST, id="a public post"),
        pytest.param({"type": "Create", "to": [FOLLOWERS], "cc": [BRUNO]}, Rank.POST, id="a post for followers"),
        pytest.param({"type": "Announce", "to": [PUBLIC], "cc": [FOLLOWERS]}, Rank.REACTION, id="a boost"),
        pytest.param({"type": "Like", "object": "x"}, Rank.REACTION, id="a like"),
        pytest.param({"type": "Undo", "object": {"type": "Like"}}, Rank.REACTION, id="a like taken back"),
        pytest.param(
            {"type": "Update", "object": [{"type": "Collection"}], "to": [PUBLIC]}, Rank.REACTION, id="numbers"
        ),
    ],
)
def test_what_is_said_to_somebody_goes_before_posts_and_these_before_boosts(
    activity: dict[str, Any], rank: Rank
) -> None:
    assert rank_of(activity, FOLLOWERS) is rank


async def told(station: Station, by: str, rank: Rank) -> DeliveryId:
    """One delivery to siege."""
    account = await station.person(by)

    def write(tx: Tx) -> DeliveryId:
        activity, id = station.ids.make(), DeliveryId(station.ids.make())
        deliveries.freeze(tx, activity, account, f"{by}#{activity}", "Create", "{}", station.clock())
        to = [InboxTarget(inbox_url="http://siege.localhost/inbox", host="siege.localhost")]
        deliveries.address(tx, activity, account, [id], to, station.clock(), rank)
        return id

    return await station.db.write(write)


async def test_a_direct_message_takes_what_its_writer_said_before_along(station: Station) -> None:
    boosts = [await told(station, "amina", Rank.REACTION) for _ in range(3)]
    own = await told(station, "carla", Rank.REACTION)
    post = await told(station, "bruno", Rank.POST)
    direct = await told(station, "carla", Rank.PERSONAL)
    now = station.clock()
    # What stands behind something on the way waits for it.
    taken = [await station.db.write(deliveries.claim, now, Millis(now + 1), 2) for _ in range(3)]
    assert [row.id for rows in taken for row in rows] == [own, direct, post, boosts[0]]


async def test_what_stands_behind_a_late_one_is_late_as_it_is(station: Station) -> None:
    first, second = [await told(station, "amina", Rank.POST) for _ in range(2)]
    other = await told(station, "bruno", Rank.POST)
    now = station.clock()
    late = Millis(now + 5_000)
    await station.db.write(deliveries.claim, now, Millis(now + 1), 9)
    await station.db.write(deliveries.release, [first, second, other])
    await station.db.write(deliveries.later, first, late, "no answer")
    assert [row.id for row in await station.db.write(deliveries.claim, now, Millis(now + 1), 9)] == [other]
    assert await station.db.write(deliveries.claim, now, Millis(now + 1), 9) == []
    assert await station.db.read(deliveries.next_due, now) == late
    again = await station.db.write(deliveries.claim, late, Millis(late + 1), 9)
    assert [row.id for row in again] == [first, second, other]


async def test_a_long_line_behind_one_on_the_way_is_not_looked_at_once_for_each_in_it(quick: Station) -> None:
    """SQLite's own count of steps: twice the line is twice the work, not four times."""

    def steps(tx: Tx) -> int:
        counted = 0

        def one() -> int:
            nonlocal counted
            counted += 1
            return 0

        connection = vars(tx)["_connection"]
        connection.set_progress_handler(one, 100)
        assert deliveries.claim(tx, quick.clock(), Millis(quick.clock() + 1), 1) == []
        connection.set_progress_handler(None, 0)
        return counted

    await told(quick, "amina", Rank.POST)
    assert len(await quick.db.write(deliveries.claim, quick.clock(), Millis(quick.clock() + 1), 1)) == 1
    counts = []
    for _ in range(2):
        for _ in range(200):
            await told(quick, "amina", Rank.POST)
        counts.append(await quick.db.write(steps))
    assert counts[1] < 3 * counts[0], counts


async def test_a_busy_host_is_passed_over(station: Station) -> None:
    await told(station, "amina", Rank.POST)
    now = station.clock()
    assert await station.db.read(deliveries.next_due, now, ["siege.localhost"]) is None
    assert await station.db.write(deliveries.claim, now, Millis(now + 1), 9, ["siege.localhost"]) == []
    assert await station.db.read(deliveries.next_due, now) == now
    assert len(await station.db.write(deliveries.claim, now, Millis(now + 1), 9)) == 1


async def test_a_silent_host_that_a_hundred_people_write_to_delays_nobody_else(
    quick: Station, siege: Neighbour
) -> None:
    async with Neighbour("filiale.localhost") as filiale:
        await quick.db.write(peer_commands.allow, None, filiale.authority, now=quick.clock())
        for number in range(100):
            await queue(quick, f"writer{number}", filiale.silent("/inbox"), count=6)
        mine = await queue(quick, "amina", siege.answer("/inbox", status=202), count=5)
        async with delivering(quick):
            await until(quick, {filiale.authority: 600})
            assert arrived(siege) == mine
            # Only so many wait for it at a time, and little of what is for it lies in memory.
            assert len(await filiale.asked(lanes.PER_HOST)) == lanes.PER_HOST


async def test_one_activity_goes_to_several_inboxes_of_a_host_at_once_and_the_next_one_after_it(
    quick: Station, siege: Neighbour
) -> None:
    silent = [siege.silent(f"/users/{number}/inbox") for number in range(4)]
    await queue(quick, "amina", *silent, count=2)
    async with delivering(quick):
        seen = await siege.asked(4)
    assert len({one.path for one in seen}) == 4
    assert len({one.json()["id"] for one in seen}) == 1


async def test_whoever_waits_long_makes_room_for_others_up_to_a_bound() -> None:
    begun: list[str] = []
    over, limited = asyncio.Event(), Lanes(quick=1, slow=2, patience=0.01)

    async def deliver(host: str) -> None:
        async with limited.on_the_way(host):
            begun.append(host)
            await over.wait()

    tasks = [asyncio.create_task(deliver(f"h{number}")) for number in range(5)]
    # One in the quick lane, two in the slow one, and no more.
    await asyncio.wait(tasks, timeout=0.2)
    assert begun == ["h0", "h1", "h2"]
    over.set()
    await asyncio.gather(*tasks)
    assert sorted(begun) == [f"h{number}" for number in range(5)]


def test_a_host_holds_so_many_rows_and_less_when_it_is_slow() -> None:
    held = Lanes()
    assert held.take("a", lanes.HELD + 10) == lanes.HELD
    assert (held.take("a", 1), held.busy()) == (0, ["a"])
    held.give_back("a", lanes.HELD // 2)
    assert held.is_busy("a")
    held.give_back("a", 1)
    assert not held.is_busy("a") and held.take("b", 3) == 3
    held._slow["b"] += 1
    assert held.take("b", 100) == lanes.HELD_SLOW - 3
    held.give_back("a", lanes.HELD // 2 - 1)
    held.give_back("b", lanes.HELD_SLOW)
    assert (held.busy(), held.are_full, dict(held._held)) == ([], False, {})
