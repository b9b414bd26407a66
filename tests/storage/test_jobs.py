"""Jobs: nothing is lost, nothing is claimed twice at the same time."""

from __future__ import annotations

import asyncio

import pytest

from storage import jobs
from storage.engine.database import Database, Tx, open_database
from storage.ids import JobId, Millis
from tests.faults import every_statement_fails_once

LEASE = 1_000


def enqueue(tx: Tx, name: str, due: int = 0, key: str | None = None, kind: str = "push") -> None:
    """Ask for a job whose only argument is its name."""
    jobs.enqueue(tx, kind, f'"{name}"', key=key, due=Millis(due))


def claim(tx: Tx, now: int, limit: int = 10, kinds: tuple[str, ...] = ("push",)) -> list[jobs.JobRow]:
    """Take what is due."""
    return jobs.claim(tx, kinds, Millis(now), LEASE, limit)


async def names(db: Database, now: int, limit: int = 10) -> list[str]:
    """Take what is due and give its names."""
    return [job.arguments.strip('"') for job in await db.write(claim, now, limit)]


async def test_jobs_are_claimed_when_due_the_longest_due_first(db: Database) -> None:
    for name, due in (("c", 30), ("a", 10), ("b", 20), ("d", 99)):
        await db.write(enqueue, name, due)
    assert await names(db, 5) == []
    assert await names(db, 50, limit=2) == ["a", "b"]
    assert await names(db, 50) == ["c"]
    assert await names(db, 50) == []


async def test_only_the_kinds_asked_for_are_claimed(db: Database) -> None:
    await db.write(enqueue, "a", kind="mail")
    assert await db.write(claim, 10, 10, ("push", "prune")) == []
    assert await db.write(claim, 10, 10, ()) == []
    assert len(await db.write(claim, 10, 10, ("push", "mail"))) == 1


async def test_a_claimed_job_says_what_it_is(db: Database) -> None:
    await db.write(enqueue, "a", 7, "k")
    (job,) = await db.write(claim, 10)
    assert (job.kind, job.key, job.arguments, job.due) == ("push", "k", '"a"', 7)
    assert (job.attempts, job.lease_until, job.last_error) == (1, 10 + LEASE, None)


async def test_a_job_of_a_command_that_fails_never_was(db: Database) -> None:
    def fail(tx: Tx) -> None:
        enqueue(tx, "a")
        raise KeyError

    with pytest.raises(KeyError):
        await db.write(fail)
    assert await names(db, 10) == []


async def test_a_key_makes_a_waiting_job_unique_and_the_earlier_time_wins(db: Database) -> None:
    for name, due in (("first", 50), ("second", 20), ("third", 90)):
        await db.write(enqueue, name, due, "k")
    await db.write(enqueue, "other kind", 20, "k", "mail")
    await db.write(enqueue, "no key", 21)
    await db.write(enqueue, "no key either", 21)
    assert await db.read(jobs.next_due) == 20
    assert await names(db, 30) == ["first", "no key", "no key either"]


async def test_a_job_takes_the_place_of_the_one_that_waits_earlier_or_later(db: Database) -> None:
    await db.write(enqueue, "first", 50, "k")
    for name, due in (("second", 90), ("third", 20)):
        await db.write(jobs.replace, "push", f'"{name}"', key="k", due=Millis(due))
    assert await db.read(jobs.next_due) == 20
    (job,) = await db.write(claim, 30)
    assert job.arguments == '"third"'
    # It runs: it runs once more, at the time and with what is asked for now, and cannot be dropped.
    await db.write(jobs.replace, "push", '"fourth"', key="k", due=Millis(70))
    assert not await db.write(jobs.drop, "push", "k")
    await db.write(jobs.finish, job.id)
    assert await names(db, 69) == []
    assert await names(db, 70) == ["fourth"]
    await db.write(enqueue, "other", 10, "l")
    assert await db.write(jobs.drop, "push", "l") and not await db.write(jobs.drop, "push", "l")
    assert await names(db, 90) == []


async def test_a_finished_job_is_gone_and_its_key_free(db: Database) -> None:
    await db.write(enqueue, "a", 0, "k")
    (job,) = await db.write(claim, 10)
    await db.write(jobs.finish, job.id)
    await db.write(jobs.finish, job.id)
    assert await db.read(jobs.next_due) is None
    await db.write(enqueue, "b", 0, "k")
    assert await names(db, 10) == ["b"]


async def test_a_job_asked_for_while_it_runs_runs_once_more(db: Database) -> None:
    await db.write(enqueue, "a", 0, "k")
    (job,) = await db.write(claim, 10)
    await db.write(enqueue, "again", 40, "k")
    await db.write(enqueue, "again", 30, "k")
    await db.write(enqueue, "again", 60, "k")
    assert await names(db, 50) == []
    await db.write(jobs.finish, job.id)
    assert await db.read(jobs.next_due) == 30
    (second,) = await db.write(claim, 50)
    assert (second.id, second.attempts) == (job.id, 1)
    await db.write(jobs.finish, second.id)
    assert await db.read(jobs.next_due) is None


async def test_a_lease_that_ends_gives_the_job_to_the_next(db: Database) -> None:
    await db.write(enqueue, "a", 0, "k")
    assert await names(db, 10) == ["a"]
    await db.write(enqueue, "again", 0, "k")
    assert await db.read(jobs.next_due) == 10 + LEASE
    assert await names(db, 9 + LEASE) == []
    (job,) = await db.write(claim, 10 + LEASE)
    assert job.attempts == 2
    await db.write(jobs.finish, job.id)
    assert await db.read(jobs.next_due) is None  # the second run covered what was asked during the first


async def test_a_lease_can_be_renewed_until_it_is_lost(db: Database) -> None:
    await db.write(enqueue, "a")
    (job,) = await db.write(claim, 10)
    assert await db.write(jobs.renew, job, Millis(5_000)) is True
    assert await names(db, 4_999) == []
    assert await names(db, 5_000) == ["a"]
    assert await db.write(jobs.renew, job, Millis(9_000)) is False


async def test_a_failed_job_comes_again_at_its_time(db: Database) -> None:
    await db.write(enqueue, "a", 0, "k")
    (job,) = await db.write(claim, 10)
    await db.write(jobs.fail, job.id, "no route", Millis(500))
    assert await db.read(jobs.next_due) == 500
    assert await names(db, 499) == []
    (again,) = await db.write(claim, 500)
    assert (again.attempts, again.last_error) == (2, "no route")


async def test_a_failed_job_that_was_asked_for_meanwhile_comes_when_it_was_asked_for(db: Database) -> None:
    """It may not have failed then: who asked for it heard of whom it was waiting for."""
    await db.write(enqueue, "a", 0, "k")
    (job,) = await db.write(claim, 10)
    await db.write(enqueue, "a", 60, "k")
    await db.write(jobs.fail, job.id, "no route", Millis(500))
    assert await db.read(jobs.next_due) == 60
    (again,) = await db.write(claim, 60)
    assert again.attempts == 2
    await db.write(enqueue, "a", 600, "k")
    await db.write(jobs.fail, job.id, "no route", Millis(500))
    assert await db.read(jobs.next_due) == 500


async def test_a_job_given_up_is_kept_listed_and_can_be_retried(db: Database) -> None:
    await db.write(enqueue, "a", 0, "k")
    (job,) = await db.write(claim, 10)
    await db.write(jobs.fail, job.id, "gone for good", None)
    assert await names(db, 10_000) == []
    assert await db.read(jobs.next_due) is None
    (dead,) = await db.read(jobs.dead)
    assert (dead.id, dead.last_error) == (job.id, "gone for good")
    assert await db.write(jobs.retry, job.id, Millis(70)) is True
    assert await db.write(jobs.retry, job.id, Millis(70)) is False
    assert await db.read(jobs.dead) == []
    (again,) = await db.write(claim, 70)
    assert again.attempts == 1


async def test_a_dead_job_is_replaced_when_its_key_is_asked_for(db: Database) -> None:
    await db.write(enqueue, "old", 0, "k")
    (job,) = await db.write(claim, 10)
    await db.write(jobs.fail, job.id, "gone for good", None)
    await db.write(enqueue, "new", 80, "k")
    assert await db.read(jobs.dead) == []
    (again,) = await db.write(claim, 80)
    assert (again.arguments, again.attempts) == ('"new"', 1)


async def test_a_job_given_up_while_it_was_asked_for_again_runs_again(db: Database) -> None:
    await db.write(enqueue, "a", 0, "k")
    (job,) = await db.write(claim, 10)
    await db.write(enqueue, "a", 60, "k")
    await db.write(jobs.fail, job.id, "gone for good", None)
    assert await db.read(jobs.dead) == []
    assert await db.read(jobs.next_due) == 60


async def test_a_job_that_is_not_there_can_be_neither_renewed_nor_retried(db: Database) -> None:
    assert await db.write(jobs.retry, JobId(77), Millis(1)) is False
    await db.write(jobs.fail, JobId(77), "late", None)
    await db.write(jobs.fail, JobId(77), "late", Millis(1))
    assert await db.read(jobs.dead) == []


async def test_workers_that_claim_together_share_the_jobs(db: Database, db_url: str) -> None:
    def enqueue_all(tx: Tx) -> None:
        for number in range(200):
            enqueue(tx, str(number))

    await db.write(enqueue_all)
    other = await open_database(db_url)
    claimed: list[str] = []

    async def work(database: Database) -> None:
        while mine := await names(database, 10, limit=7):
            claimed.extend(mine)

    await asyncio.gather(work(db), work(other), work(db), work(other))
    assert sorted(claimed, key=int) == [str(number) for number in range(200)]
    await other.close()


async def test_a_worker_that_dies_at_any_statement_loses_no_job(db: Database) -> None:
    await db.write(enqueue, "a", 0, "k")
    ran: list[str] = []
    now = 0

    async def work() -> None:
        nonlocal now
        now += LEASE
        for job in await db.write(claim, now):
            ran.append(job.arguments)
            await db.write(jobs.finish, job.id)

    async def it_is_there_or_done() -> None:
        assert await db.read(jobs.next_due) is not None or ran

    await every_statement_fails_once(db, work, it_is_there_or_done)
    assert ran
    assert await db.read(jobs.next_due) is None
