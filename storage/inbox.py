"""What came in: activities as they were accepted, each once, until they are applied."""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import InboxId, Millis

FAILED = "failed"
"""Given up after many attempts; `error` says why."""


class InboxRow(Row, frozen=True, kw_only=True):
    """One activity. `state` is `waiting`, `failed`, or what came of it; `due` when it is tried next."""

    id: InboxId
    activity_id: str
    actor_uri: str
    kind: str
    body: str
    state: str
    attempts: int
    due: Millis
    error: str
    received_at: Millis


class Settled(Row, frozen=True, kw_only=True):
    """What came of an activity."""

    id: InboxId
    state: str
    error: str = ""


_COLUMNS = InboxRow.columns("i")
_STORE = Query(
    None,
    """
    INSERT INTO inbox (activity_id, actor_uri, kind, body, state, due, received_at)
    VALUES (:activity_id, :actor_uri, :kind, :body, 'waiting', :now, :now)
    ON CONFLICT (activity_id) DO NOTHING""",
)
_DUE = Query(
    InboxRow,
    f"""
    SELECT {_COLUMNS} FROM inbox AS i
    WHERE i.state = 'waiting' AND i.due <= :now AND i.id NOT IN (:busy[])
    ORDER BY i.due, i.id
    LIMIT :limit""",
)
_NEXT_DUE = Query(
    Millis,
    """
    SELECT i.due FROM inbox AS i
    WHERE i.state = 'waiting' AND i.id NOT IN (:busy[])
    ORDER BY i.due LIMIT 1""",
)
_HOLD = Query(
    InboxId,
    "SELECT i.id FROM inbox AS i WHERE i.id IN (:ids[]) AND i.state = 'waiting' FOR UPDATE SKIP LOCKED",
    hot=True,
)
_SETTLE = Query(
    None, "UPDATE inbox SET state = :state, error = :error, attempts = attempts + 1 WHERE id = :id", hot=True
)
_LATER = Query(
    None,
    "UPDATE inbox SET due = :due, error = :error, attempts = attempts + 1 WHERE id = :id AND state = 'waiting'",
    hot=True,
)
_HURRY = Query(
    None,
    """
    UPDATE inbox SET due = :now, attempts = 1
    WHERE state = 'waiting' AND due > :now AND attempts > 0 AND (actor_uri LIKE :https OR actor_uri LIKE :http)""",
)
_RECONSIDER = Query(
    None,
    """
    UPDATE inbox SET state = 'waiting', due = :now
    WHERE received_at >= :since AND actor_uri = :actor AND state = 'unrelated' AND kind LIKE 'Update%'""",
    hot=True,
)
_RECONSIDER_ACTS = Query(
    None,
    """
    UPDATE inbox SET state = 'waiting', due = :now
    WHERE received_at >= :since AND actor_uri = :community AND state = 'refused' AND kind LIKE 'Announce%'
        AND body LIKE '%"' || :by || '"%'""",
    hot=True,
)
_FAILED = Query(InboxRow, f"SELECT {_COLUMNS} FROM inbox AS i WHERE i.state = 'failed' ORDER BY i.id DESC LIMIT :limit")
_WAITING_COUNT = Query(int, "SELECT COUNT(*) FROM inbox AS i WHERE i.state = 'waiting'")
_PRUNE = Query(None, "DELETE FROM inbox WHERE received_at < :before AND state <> 'waiting'")


def store(tx: Tx, activity_id: str, actor_uri: str, kind: str, body: str, now: Millis) -> bool:
    """Keep an activity to be applied; False if one with that id came before."""
    return tx.run(_STORE, activity_id=activity_id, actor_uri=actor_uri, kind=kind, body=body, now=now) == 1


def due(tx: Tx, now: Millis, busy: Sequence[InboxId], limit: int) -> list[InboxRow]:
    """What is to be applied now, in the order of arrival, without those in `busy`."""
    return tx.rows(_DUE, now=now, busy=busy, limit=limit)


def next_due(tx: Tx, busy: Sequence[InboxId]) -> Millis | None:
    """When there is something to apply next; None when nothing waits."""
    return tx.row(_NEXT_DUE, busy=busy)


def hold(tx: Tx, ids: Sequence[InboxId]) -> list[InboxId]:
    """Which of them still wait, kept from other processes until the end of the transaction."""
    return tx.rows(_HOLD, ids=ids)


def settle(tx: Tx, settled: Sequence[Settled]) -> None:
    """Note what came of activities."""
    if settled:
        tx.many(_SETTLE, [{"id": one.id, "state": one.state, "error": one.error} for one in settled])


def later(tx: Tx, id: InboxId, due: Millis, error: str) -> None:
    """Try again at `due`."""
    tx.run(_LATER, id=id, due=due, error=error)


def hurry(tx: Tx, host: str, now: Millis) -> int:
    """What was put off of actors of the host is due now, as if it had been tried once; how much that is."""
    return tx.run(_HURRY, https=f"https://{host}/%", http=f"http://{host}/%", now=now)


def reconsider(tx: Tx, actor: str, since: Millis, now: Millis) -> int:
    """Have edits of the actor that came since then, and were of nothing that was here, applied again; how many."""
    return tx.run(_RECONSIDER, actor=actor, since=since, now=now)


def reconsider_acts(tx: Tx, community: str, by: str, since: Millis, now: Millis) -> int:
    """Have what a community announced since then, of somebody who might not do it, applied again; how many."""
    return tx.run(_RECONSIDER_ACTS, community=community, by=by, since=since, now=now)


def failed(tx: Tx, limit: int) -> list[InboxRow]:
    """Activities that were given up, the last first."""
    return tx.rows(_FAILED, limit=limit)


def waiting_count(tx: Tx) -> int:
    """How many activities wait."""
    return tx.value(_WAITING_COUNT)


def prune(tx: Tx, before: Millis) -> int:
    """Forget what arrived before `before` and is done with; how many."""
    return tx.run(_PRUNE, before=before)
