"""The dispatcher gives every event to every subscriber, in order, whatever fails."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from server.work.dispatcher import CURSOR, Dispatcher
from social import events
from storage import log
from storage.engine.database import Database, Tx
from storage.engine.errors import StorageFull, UniqueViolation
from storage.ids import AccountId, Millis, PostId
from tests.faults import every_statement_fails_once

NOW = Millis(1_790_000_000_000)


def clock() -> Millis:
    return NOW


async def happen(db: Database, *posts: int) -> None:
    for post in posts:
        event = events.PostPublished(by=AccountId(1), at=NOW, post=PostId(post))
        await db.write(events.append, event)


class Heard:
    """Remembers the posts it was told of; fails on those it was told to fail on."""

    def __init__(self, *fails: int) -> None:
        self.posts: list[int] = []
        self.fails = set(fails)

    def __call__(self, tx: Tx, event: events.AnyEvent, now: Millis) -> None:
        assert isinstance(event, events.PostPublished)
        if event.post in self.fails:
            raise RuntimeError(f"cannot do {event.post}")
        self.posts.append(event.post)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.work.dispatcher.RETRY_SECONDS", 0.0)


async def test_every_subscriber_is_told_everything_in_order(db: Database) -> None:
    first, second = Heard(), Heard()
    await happen(db, 1, 2, 3)
    await Dispatcher(db, clock, {"first": first, "second": second}).settle()
    assert first.posts == second.posts == [1, 2, 3]


async def test_what_was_done_is_not_done_again_by_the_next_process(db: Database) -> None:
    await happen(db, 1, 2)
    await Dispatcher(db, clock, {"all": Heard()}).settle()
    await happen(db, 3)
    later = Heard()
    await Dispatcher(db, clock, {"all": later}).settle()
    assert later.posts == [3]


async def test_an_event_that_fails_three_times_is_parked_and_the_others_go_on(db: Database) -> None:
    bad, good = Heard(2), Heard()
    await happen(db, 1, 2, 3)
    await Dispatcher(db, clock, {"bad": bad, "good": good}).settle()
    assert bad.posts[-1] == 3
    assert set(good.posts) == {1, 2, 3}
    parked = await db.read(log.parked)
    assert [(row.subscriber, row.attempts >= 3, "cannot do 2" in row.error) for row in parked] == [("bad", True, True)]


async def test_a_failed_statement_anywhere_loses_no_event(db: Database) -> None:
    await happen(db, 1, 2)
    heard = Heard()
    dispatcher = Dispatcher(db, clock, {"all": heard})
    await every_statement_fails_once(db, dispatcher.settle)
    assert set(heard.posts) == {1, 2}
    assert await db.read(log.cursor, CURSOR) == await db.read(log.last)


async def test_listeners_hear_after_the_commit_what_happens_from_now_on(db: Database) -> None:
    await happen(db, 1)
    told: list[int] = []
    heard = asyncio.Event()

    async def listener(happened: object) -> None:
        assert isinstance(happened, list)
        told.extend(event.post for event in happened)
        heard.set()

    dispatcher = Dispatcher(db, clock, {"all": Heard()})
    dispatcher.listen(listener)
    await dispatcher.start()
    try:
        await _until(lambda: dispatcher.is_awake)
        await happen(db, 2)
        async with asyncio.timeout(10):
            await heard.wait()
    finally:
        await dispatcher.stop()
    assert told == [2]


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


async def test_an_event_that_breaks_a_constraint_is_parked_and_the_others_go_on(db: Database) -> None:
    def twice(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
        if isinstance(event, events.PostPublished) and event.post == 2:
            raise UniqueViolation("posts.id")

    good = Heard()
    await happen(db, 1, 2, 3)
    await Dispatcher(db, clock, {"twice": twice, "good": good}).settle()
    assert set(good.posts) == {1, 2, 3}
    assert [row.subscriber for row in await db.read(log.parked)] == ["twice"]


async def test_a_full_database_parks_nothing(db: Database) -> None:
    full = True

    def writes(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
        if full:
            raise StorageFull("no space")

    await happen(db, 1)
    dispatcher = Dispatcher(db, clock, {"writes": writes})
    for _ in range(5):
        with pytest.raises(StorageFull):
            await dispatcher.settle()
    full = False
    await dispatcher.settle()
    assert await db.read(log.parked) == []
    assert await db.read(log.cursor, CURSOR) == await db.read(log.last)


async def test_a_process_that_does_not_lead_writes_nothing_and_tells_what_others_did(db: Database) -> None:
    told: list[int] = []

    async def listener(happened: Sequence[events.AnyEvent]) -> None:
        told.extend(event.post for event in happened if isinstance(event, events.PostPublished))

    heard = Heard()
    web = Dispatcher(db, clock, {"all": heard}, leads=False)
    web.listen(listener)
    await web.start()
    try:
        await _until(lambda: web.is_awake)
        await happen(db, 1)
        await Dispatcher(db, clock, {"worker": Heard()}).settle()
        await _until(lambda: told == [1])
    finally:
        await web.stop()
    assert heard.posts == []
