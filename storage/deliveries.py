"""What goes out: activities as they were frozen, and one delivery for each inbox they go to."""

from collections.abc import Sequence
from enum import IntEnum

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, DeliveryId, Millis, PostId


class Rank(IntEnum):
    """What goes first when more waits than can go at once. The order of one account and host is kept all the same."""

    PERSONAL = 0
    """What is said to somebody, and answers to follows."""
    POST = 1
    REACTION = 2
    """Boosts, likes, numbers."""


class DeliveryRow(Row, frozen=True, kw_only=True):
    """One try to be made: the frozen body, who signs, where it goes."""

    id: DeliveryId
    account_id: AccountId
    kind: str
    body: str
    host: str
    inbox_url: str
    attempts: int
    created_at: Millis


class InboxTarget(Row, frozen=True, kw_only=True):
    """An inbox and the host it is on."""

    inbox_url: str
    host: str


class WaitingRow(Row, frozen=True, kw_only=True):
    """What waits for a host: the id and the frozen body of the activity."""

    id: DeliveryId
    uri: str
    body: str


class QueueRow(Row, frozen=True, kw_only=True):
    """How much waits for a host, since when, and the last error."""

    host: str
    waiting: int
    oldest_at: Millis
    error: str


_ACTIVITY = Query(
    None,
    """
    INSERT INTO activities (id, account_id, uri, kind, body, created_at)
    VALUES (:id, :account, :uri, :kind, :body, :now)
    ON CONFLICT (uri) DO NOTHING""",
)
_DELIVERY = Query(
    None,
    """
    INSERT INTO deliveries (id, activity_id, account_id, host, inbox_url, rank, state, due, created_at)
    VALUES (:id, :activity, :account, :host, :inbox_url, :rank, 'waiting', :now, :now)
    ON CONFLICT (activity_id, inbox_url) DO NOTHING""",
)
_BEFORE = Query(
    None,
    """
    UPDATE deliveries SET rank = :rank
    WHERE account_id = :account AND state = 'waiting' AND rank > :rank
        AND host IN (SELECT n.host FROM deliveries AS n WHERE n.activity_id = :activity)""",
)
_BY_URI = Query(str, "SELECT a.body FROM activities AS a WHERE a.uri = :uri", hot=True)
_ID = Query(int, "SELECT a.id FROM activities AS a WHERE a.uri = :uri", hot=True)
_CLAIMABLE = """
    SELECT d.id
    FROM deliveries AS d
    WHERE d.state = 'waiting' AND d.due <= :now AND d.leased_until <= :now
        AND d.host NOT IN (:busy[])
        AND NOT EXISTS (SELECT 1 FROM peers AS p WHERE p.host = d.host AND p.closed_until > :now)
        AND NOT EXISTS (
            SELECT 1 FROM deliveries AS e
            WHERE e.account_id = d.account_id AND e.host = d.host AND e.id < d.id AND e.state = 'waiting'
                AND (e.due > :now OR e.leased_until > :now))
    ORDER BY d.rank, d.id
    LIMIT :limit
    FOR UPDATE SKIP LOCKED"""
# Materialised: PostgreSQL may else ask what is claimable once for each row that it sees, and take more than `limit`.
_CLAIM = Query(
    DeliveryId,
    f"""
    WITH taken AS MATERIALIZED ({_CLAIMABLE})
    UPDATE deliveries SET leased_until = :lease WHERE id IN (SELECT t.id FROM taken AS t)
    RETURNING id""",
)
_CLAIMED = Query(
    DeliveryRow,
    """
    SELECT d.id, d.account_id, a.kind, a.body, d.host, d.inbox_url, d.attempts, d.created_at
    FROM deliveries AS d JOIN activities AS a ON a.id = d.activity_id
    WHERE d.id IN (:ids[])
    ORDER BY d.rank, d.id""",
    hot=True,
)
_ARRIVED = Query(
    None,
    """
    UPDATE deliveries
    SET state = 'done', attempts = attempts + 1, done_at = :now, error = ''
    WHERE id IN (:ids[]) AND state = 'waiting'""",
)
_REFUSED = Query(
    None,
    """
    UPDATE deliveries
    SET state = 'failed', attempts = attempts + 1, done_at = :now, error = :error
    WHERE id = :id AND state = 'waiting'""",
)
_CALL_OFF = Query(
    None,
    """
    UPDATE deliveries SET state = 'failed', error = 'called off', done_at = :now
    WHERE state = 'waiting' AND activity_id IN (SELECT a.id FROM activities AS a WHERE a.uri = :uri)""",
)
_LATER = Query(
    None,
    """
    UPDATE deliveries SET attempts = attempts + 1, due = :due, leased_until = 0, error = :error
    WHERE id = :id AND state = 'waiting'""",
)
_WAITING_OF = Query(
    WaitingRow,
    """
    SELECT d.id, a.uri, a.body
    FROM deliveries AS d JOIN activities AS a ON a.id = d.activity_id
    WHERE d.account_id = :account AND d.host = :host AND d.state = 'waiting' AND a.kind = :kind
    ORDER BY d.id
    LIMIT :limit""",
)
_RELEASE = Query(None, "UPDATE deliveries SET leased_until = 0 WHERE id IN (:ids[]) AND state = 'waiting'")
_RENEW = Query(
    None,
    """
    UPDATE deliveries SET leased_until = :lease
    WHERE id IN (:ids[]) AND state = 'waiting' AND leased_until > 0""",
)
_RELEASE_ALL = Query(None, "UPDATE deliveries SET leased_until = 0 WHERE state = 'waiting' AND leased_until > 0")
_REVIVE = Query(
    None, "UPDATE deliveries SET due = :now WHERE host = :host AND state = 'waiting' AND due > :now", hot=True
)
_DROP_HOST = Query(
    None,
    """
    UPDATE deliveries SET state = 'failed', error = 'denied', done_at = :now
    WHERE host = :host AND state = 'waiting'""",
)
_BEHIND_CLOSED = Query(
    None,
    """
    UPDATE deliveries
    SET due = (SELECT p.closed_until FROM peers AS p WHERE p.host = deliveries.host)
    WHERE state = 'waiting' AND due <= :now AND leased_until <= :now
        AND EXISTS (SELECT 1 FROM peers AS p WHERE p.host = deliveries.host AND p.closed_until > :now)""",
)
# From those that wait for their time to those behind them: the other way round each would look at all before it.
_BEHIND_ANOTHER = Query(
    None,
    """
    WITH heads AS MATERIALIZED (
        SELECT e.account_id, e.host, MIN(e.id) AS id
        FROM deliveries AS e
        WHERE e.state = 'waiting' AND e.due > :now
        GROUP BY e.account_id, e.host)
    UPDATE deliveries
    SET due = h.due
    FROM heads AS f JOIN deliveries AS h ON h.id = f.id
    WHERE deliveries.account_id = f.account_id AND deliveries.host = f.host AND deliveries.id > f.id
        AND deliveries.state = 'waiting' AND deliveries.due <= :now AND deliveries.leased_until <= :now""",
)
_NEXT_DUE = Query(
    Millis,
    """
    SELECT d.due FROM deliveries AS d
    WHERE d.state = 'waiting' AND d.leased_until <= :now AND d.host NOT IN (:busy[])
    ORDER BY d.due
    LIMIT 1""",
    hot=True,
)
_QUEUES = Query(
    QueueRow,
    """
    SELECT d.host, COUNT(*) AS waiting, MIN(d.created_at) AS oldest_at, MAX(d.error) AS error
    FROM deliveries AS d WHERE d.state = 'waiting'
    GROUP BY d.host
    ORDER BY d.host""",
)
_ASKING = Query(
    AccountId,
    """
    SELECT DISTINCT d.account_id
    FROM deliveries AS d JOIN activities AS a ON a.id = d.activity_id
    WHERE d.host = :host AND d.state = 'waiting' AND a.kind IN ('Follow', 'Undo')""",
    hot=True,
)
_HAD = Query(
    None,
    """
    INSERT INTO post_peers (post_id, inbox_url, host) VALUES (:post, :inbox_url, :host)
    ON CONFLICT (post_id, inbox_url) DO NOTHING""",
)
_HAVING = Query(
    InboxTarget,
    "SELECT h.inbox_url, h.host FROM post_peers AS h WHERE h.post_id = :post ORDER BY h.inbox_url",
    hot=True,
)
_FORGET_POST = Query(None, "DELETE FROM post_peers WHERE post_id = :post")
_PRUNE = Query(
    None,
    """
    DELETE FROM activities
    WHERE created_at < :before AND NOT EXISTS (
        SELECT 1 FROM deliveries AS d WHERE d.activity_id = activities.id AND d.state = 'waiting')""",
)


def freeze(tx: Tx, id: int, account: AccountId, uri: str, kind: str, body: str, now: Millis) -> bool:
    """Keep an activity's bytes as they will be sent; False when it was kept before (the event is handled again)."""
    return tx.run(_ACTIVITY, id=id, account=account, uri=uri, kind=kind, body=body, now=now) == 1


def frozen(tx: Tx, uri: str) -> int | None:
    """The number of an activity that is kept; None where it never was, or is forgotten."""
    return tx.row(_ID, uri=uri)


def address(
    tx: Tx,
    activity: int,
    account: AccountId,
    ids: Sequence[int],
    to: Sequence[InboxTarget],
    now: Millis,
    rank: Rank = Rank.POST,
) -> None:
    """One delivery for each inbox that has none; `ids` are as many as `to`. What the account has waiting there goes no
    later."""
    rows = [
        {
            "id": id,
            "activity": activity,
            "account": account,
            "host": target.host,
            "inbox_url": target.inbox_url,
            "rank": int(rank),
            "now": now,
        }
        for id, target in zip(ids, to, strict=True)
    ]
    if rows:
        tx.many(_DELIVERY, rows)
        tx.run(_BEFORE, activity=activity, account=account, rank=int(rank))


def activity(tx: Tx, uri: str) -> str | None:
    """The frozen body of an activity, for whoever fetches it by its id."""
    return tx.row(_BY_URI, uri=uri)


def claim(tx: Tx, now: Millis, lease: Millis, limit: int, busy: Sequence[str] = ()) -> list[DeliveryRow]:
    """Deliveries due, by rank and oldest first, leased until `lease`: none of a closed or busy host, none behind a
    waiting one of the same actor and host. When there is none, those that stand behind something become due when it
    does, so that nobody looks at them again before."""
    taken = tx.rows(_CLAIM, now=now, lease=lease, limit=limit, busy=busy)
    if taken:
        return tx.rows(_CLAIMED, ids=taken)
    tx.run(_BEHIND_CLOSED, now=now)
    tx.run(_BEHIND_ANOTHER, now=now)
    return []


def arrived(tx: Tx, ids: Sequence[DeliveryId], now: Millis) -> None:
    """They were taken."""
    tx.run(_ARRIVED, ids=ids, now=now)


def refused(tx: Tx, id: DeliveryId, error: str, now: Millis) -> None:
    """It will never be taken."""
    tx.run(_REFUSED, id=id, error=error, now=now)


def call_off(tx: Tx, uri: str, now: Millis) -> int:
    """An activity goes nowhere any more where it has not come; how many it was waiting for."""
    return tx.run(_CALL_OFF, uri=uri, now=now)


def waiting_of(tx: Tx, account: AccountId, host: str, kind: str, limit: int) -> list[WaitingRow]:
    """Activities of a kind that somebody has waiting for a host, the oldest first."""
    return tx.rows(_WAITING_OF, account=account, host=host, kind=kind, limit=limit)


def later(tx: Tx, id: DeliveryId, due: Millis, error: str) -> None:
    """It was not taken now."""
    tx.run(_LATER, id=id, due=due, error=error)


def renew(tx: Tx, ids: Sequence[DeliveryId], lease: Millis) -> None:
    """Keep what was claimed and is not given back yet."""
    tx.run(_RENEW, ids=ids, lease=lease)


def release(tx: Tx, ids: Sequence[DeliveryId]) -> None:
    """They were not tried."""
    if ids:
        tx.run(_RELEASE, ids=ids)


def release_all(tx: Tx) -> int:
    """Whoever had claimed something is dead: for a process that has the database to itself. How many there were."""
    return tx.run(_RELEASE_ALL)


def revive(tx: Tx, host: str, now: Millis) -> int:
    """Everything that waits for the host is due at once; how much that is."""
    return tx.run(_REVIVE, host=host, now=now)


def drop_host(tx: Tx, host: str, now: Millis) -> int:
    """Nothing more goes to the host; how much was waiting."""
    return tx.run(_DROP_HOST, host=host, now=now)


def next_due(tx: Tx, now: Millis, busy: Sequence[str] = ()) -> Millis | None:
    """When the next delivery that nobody has taken is due, `busy` hosts left out; None when there is none."""
    return tx.row(_NEXT_DUE, now=now, busy=busy)


def queues(tx: Tx) -> list[QueueRow]:
    """What waits, by host."""
    return tx.rows(_QUEUES)


def asking(tx: Tx, host: str) -> list[AccountId]:
    """Whose follows, or ends of them, wait for the host."""
    return tx.rows(_ASKING, host=host)


def had(tx: Tx, post: PostId, to: Sequence[InboxTarget]) -> None:
    """Remember who was sent the post."""
    if to:
        tx.many(_HAD, [{"post": post, "inbox_url": target.inbox_url, "host": target.host} for target in to])


def having(tx: Tx, post: PostId) -> list[InboxTarget]:
    """Everybody who was sent the post."""
    return tx.rows(_HAVING, post=post)


def forget_post(tx: Tx, post: PostId) -> None:
    """The post is gone and everybody will be told."""
    tx.run(_FORGET_POST, post=post)


def prune(tx: Tx, before: Millis) -> int:
    """Forget activities older than `before` that wait for nobody; how many."""
    return tx.run(_PRUNE, before=before)
