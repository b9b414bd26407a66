"""Jobs: network and slow work as rows, enqueued in the transaction that makes it necessary.

A job is claimed for a time (its lease); when the process dies, the lease ends and another claims
it. So a job may run twice. `key` makes a job unique within its kind.
"""

from __future__ import annotations

from collections.abc import Sequence

from storage.engine.query import Query, Row
from storage.engine.transaction import Tx
from storage.ids import JobId, Millis


class JobRow(Row, frozen=True, kw_only=True):
    """One job. `arguments` is JSON; `attempts` counts the claims, this one included."""

    id: JobId
    kind: str
    key: str | None
    arguments: str
    due: Millis
    attempts: int
    lease_until: Millis | None
    last_error: str | None


ENQUEUE = Query(
    None,
    """
    INSERT INTO jobs (kind, key, arguments, due, attempts, dead)
    VALUES (:kind, :key, :arguments, :due, 0, 0)
    ON CONFLICT (kind, key) DO UPDATE
    SET due = CASE
            WHEN jobs.dead = 1 THEN excluded.due
            WHEN jobs.lease_until IS NULL AND excluded.due < jobs.due THEN excluded.due
            ELSE jobs.due END,
        again = CASE
            WHEN jobs.lease_until IS NULL THEN NULL
            WHEN jobs.again < excluded.due THEN jobs.again
            ELSE excluded.due END,
        arguments = CASE WHEN jobs.dead = 1 THEN excluded.arguments ELSE jobs.arguments END,
        attempts = CASE WHEN jobs.dead = 1 THEN 0 ELSE jobs.attempts END,
        dead = 0""",
    hot=True,
)
# One that runs just now runs once more, with what is asked for now.
REPLACE = Query(
    None,
    """
    INSERT INTO jobs (kind, key, arguments, due, attempts, dead)
    VALUES (:kind, :key, :arguments, :due, 0, 0)
    ON CONFLICT (kind, key) DO UPDATE
    SET due = CASE WHEN jobs.lease_until IS NULL THEN excluded.due ELSE jobs.due END,
        again = CASE WHEN jobs.lease_until IS NULL THEN NULL ELSE excluded.due END,
        arguments = excluded.arguments,
        attempts = CASE WHEN jobs.lease_until IS NULL THEN 0 ELSE jobs.attempts END,
        dead = 0""",
    hot=True,
)
DROP = Query(None, "DELETE FROM jobs WHERE kind = :kind AND key = :key AND lease_until IS NULL", hot=True)
RELEASE = Query(
    None,
    """
    UPDATE jobs SET lease_until = NULL, again = NULL
    WHERE lease_until IS NOT NULL AND lease_until <= :now""",
    hot=True,
)
RELEASE_ALL = Query(
    None,
    """
    UPDATE jobs SET lease_until = NULL, again = NULL
    WHERE lease_until IS NOT NULL AND kind IN (:kinds[])""",
    hot=True,
)
# Materialised for the reason that `deliveries.py` gives.
CLAIM = Query(
    JobRow,
    f"""
    WITH taken AS MATERIALIZED (
        SELECT w.id
        FROM jobs AS w
        WHERE w.dead = 0 AND w.lease_until IS NULL AND w.due <= :now AND w.kind IN (:kinds[])
        ORDER BY w.due, w.id
        LIMIT :limit
        FOR UPDATE SKIP LOCKED
    )
    UPDATE jobs SET lease_until = :lease_until, attempts = attempts + 1
    WHERE id IN (SELECT t.id FROM taken AS t)
    RETURNING {JobRow.columns()}""",
    hot=True,
)
RENEW = Query(
    None,
    """
    UPDATE jobs SET lease_until = :lease_until
    WHERE id = :id AND lease_until IS NOT NULL AND attempts = :attempts""",
    hot=True,
)
FINISH = Query(None, "DELETE FROM jobs WHERE id = :id AND again IS NULL", hot=True)
RUN_AGAIN = Query(
    None,
    """
    UPDATE jobs SET due = again, again = NULL, lease_until = NULL, attempts = 0, last_error = NULL
    WHERE id = :id AND again IS NOT NULL""",
    hot=True,
)
FAIL = Query(
    None,
    """
    UPDATE jobs
    SET due = CASE WHEN again < :retry_at THEN again ELSE :retry_at END, again = NULL, lease_until = NULL,
        last_error = :error
    WHERE id = :id""",
    hot=True,
)
KILL = Query(
    None,
    """
    UPDATE jobs SET dead = 1, lease_until = NULL, last_error = :error
    WHERE id = :id AND again IS NULL""",
    hot=True,
)
_WAITING = "SELECT due FROM jobs WHERE dead = 0 AND lease_until IS NULL"
_LEASED = "SELECT lease_until FROM jobs WHERE lease_until IS NOT NULL"
NEXT_WAITING = Query(int, f"{_WAITING} ORDER BY due LIMIT 1", hot=True)
NEXT_LEASED = Query(int, f"{_LEASED} ORDER BY lease_until LIMIT 1", hot=True)
NEXT_WAITING_OF = Query(int, f"{_WAITING} AND kind IN (:kinds[]) ORDER BY due LIMIT 1", hot=True)
NEXT_LEASED_OF = Query(int, f"{_LEASED} AND kind IN (:kinds[]) ORDER BY lease_until LIMIT 1", hot=True)
HURRY = Query(
    None,
    """
    UPDATE jobs SET due = :now, attempts = 1
    WHERE dead = 0 AND lease_until IS NULL AND due > :now AND attempts > 0 AND arguments LIKE :host""",
)
DEAD = Query(JobRow, f"SELECT {JobRow.columns()} FROM jobs WHERE dead = 1 ORDER BY id")
RETRY = Query(
    None,
    "UPDATE jobs SET dead = 0, attempts = 0, due = :due WHERE id = :id AND dead = 1",
    hot=True,
)


def enqueue(tx: Tx, kind: str, arguments: str, *, key: str | None = None, due: Millis) -> None:
    """Ask for a job; `arguments` is JSON.

    A job of that kind and key that waits is kept, at the earlier of both times.
    One that runs just now will run once more: it may have read what this one is about.
    """
    tx.run(ENQUEUE, kind=kind, key=key, arguments=arguments, due=due)


def replace(tx: Tx, kind: str, arguments: str, *, key: str, due: Millis) -> None:
    """Ask for a job in place of the one of that kind and key, earlier or later."""
    tx.run(REPLACE, kind=kind, key=key, arguments=arguments, due=due)


def drop(tx: Tx, kind: str, key: str) -> bool:
    """The job of that kind and key is not needed any more; False if none waits."""
    return tx.run(DROP, kind=kind, key=key) == 1


def claim(tx: Tx, kinds: Sequence[str], now: Millis, lease_ms: int, limit: int) -> list[JobRow]:
    """Take jobs that are due, the longest due first, for `lease_ms`."""
    tx.run(RELEASE, now=now)
    taken = tx.rows(CLAIM, kinds=kinds, now=now, lease_until=now + lease_ms, limit=limit)
    return sorted(taken, key=lambda job: (job.due, job.id))


def hurry(tx: Tx, host: str, now: Millis) -> int:
    """Jobs that failed and whose arguments name the host are due now, as if tried once; how many."""
    return tx.run(HURRY, host=f"%//{host}/%", now=now)


def release_all(tx: Tx, kinds: Sequence[str]) -> int:
    """How many jobs of these kinds were claimed by the dead: for a process that has the database to itself."""
    return tx.run(RELEASE_ALL, kinds=kinds)


def renew(tx: Tx, job: JobRow, lease_until: Millis) -> bool:
    """Keep a job for longer; False when it was lost to somebody else in the meantime."""
    return tx.run(RENEW, id=job.id, attempts=job.attempts, lease_until=lease_until) == 1


def finish(tx: Tx, job: JobId) -> None:
    """The job is done."""
    if not tx.run(FINISH, id=job):
        tx.run(RUN_AGAIN, id=job)


def fail(tx: Tx, job: JobId, error: str, retry_at: Millis | None) -> None:
    """The job failed: again at `retry_at`, or with None kept as dead for an operator to see."""
    if retry_at is not None:
        tx.run(FAIL, id=job, error=error, retry_at=retry_at)
    elif not tx.run(KILL, id=job, error=error):
        tx.run(RUN_AGAIN, id=job)


def next_due(tx: Tx, kinds: Sequence[str] | None = None) -> Millis | None:
    """When there is next something to claim (of these kinds, or of any), or None when there is no job."""
    if kinds is None:
        times = (tx.row(NEXT_WAITING), tx.row(NEXT_LEASED))
    else:
        times = (tx.row(NEXT_WAITING_OF, kinds=kinds), tx.row(NEXT_LEASED_OF, kinds=kinds))
    return min((Millis(at) for at in times if at is not None), default=None)


def dead(tx: Tx) -> list[JobRow]:
    """The jobs that were given up."""
    return tx.rows(DEAD)


def retry(tx: Tx, job: JobId, due: Millis) -> bool:
    """Give a dead job another life; False when there is none."""
    return tx.run(RETRY, id=job, due=due) == 1
