"""What became of a post on its way: one line for each node that it was sent to."""

from storage import peers
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class ArrivalRow(Row, frozen=True, kw_only=True):
    """The worst of the deliveries of an activity to a host. `state`: waiting, failed or done; times are UTC ms."""

    host: str
    state: str
    attempts: int
    error: str
    sent_at: Millis
    done_at: Millis | None


_OF = Query(
    ArrivalRow,
    """
    SELECT d.host,
        CASE MIN(CASE d.state WHEN 'failed' THEN 0 WHEN 'waiting' THEN 1 ELSE 2 END)
            WHEN 0 THEN 'failed' WHEN 1 THEN 'waiting' ELSE 'done' END AS state,
        MAX(d.attempts) AS attempts, MAX(d.error) AS error, MIN(d.created_at) AS sent_at, MAX(d.done_at) AS done_at
    FROM activities AS a JOIN deliveries AS d ON d.activity_id = a.id
    WHERE a.uri = :activity
    GROUP BY d.host
    ORDER BY d.host""",
    hot=True,
)
_AGAIN = Query(
    None,
    """
    UPDATE deliveries
    SET state = 'waiting', due = :now, leased_until = 0, attempts = 0, created_at = :now, done_at = NULL
    WHERE state = 'failed' AND host = :host
        AND activity_id IN (SELECT a.id FROM activities AS a WHERE a.uri = :activity)""",
)
_AT_ONCE = Query(
    None,
    """
    UPDATE deliveries SET due = :now
    WHERE state = 'waiting' AND due > :now AND host = :host AND account_id = :account""",
)
_IS_WAITING = Query(
    int,
    """
    SELECT COUNT(*) FROM activities AS a JOIN deliveries AS d ON d.activity_id = a.id
    WHERE a.uri = :activity AND d.host = :host AND d.state = 'waiting'""",
    hot=True,
)


def of(tx: Tx, activity: str) -> list[ArrivalRow]:
    """What became of the activity with that id, by host; empty for one that went nowhere or is long forgotten."""
    return tx.rows(_OF, activity=activity)


def again(tx: Tx, account: AccountId, activity: str, host: str, now: Millis) -> bool:
    """Try what failed or is late once more, now; False when there is nothing of the kind.

    What the account has waiting there goes before it, since it goes in order, and a host that is left alone is asked.
    """
    tx.run(_AGAIN, activity=activity, host=host, now=now)
    if not tx.value(_IS_WAITING, activity=activity, host=host):
        return False
    tx.run(_AT_ONCE, account=account, host=host, now=now)
    peers.reopen(tx, host)
    return True
