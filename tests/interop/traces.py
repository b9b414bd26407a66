"""What a test shows when nodes do not end equal or do not come to rest: what waits on each, where a post has been."""

from collections.abc import Sequence
from typing import Any

import msgspec

from server.work.dispatcher import CURSOR
from storage import log, placements, posts
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis
from tests.sites import Site

_MOST = 60
_SHORT = 160
_LONG = 600


class WaitingRow(Row, frozen=True, kw_only=True):
    """Something that waits: `due` and `held` are times, `held` the end of a lease or of a breaker."""

    what: str
    due: int
    held: int
    attempts: int
    error: str


class PassedRow(Row, frozen=True, kw_only=True):
    """An activity that has to do with a post, at its place or time."""

    at: int
    what: str
    state: str
    attempts: int
    body: str


_JOBS = Query(
    WaitingRow,
    """
    SELECT j.kind || ' ' || COALESCE(j.key, '') AS what, j.due, COALESCE(j.lease_until, 0) AS held, j.attempts,
        COALESCE(j.last_error, '') AS error
    FROM jobs AS j WHERE j.dead = 0 ORDER BY j.due""",
)
_INBOX = Query(
    WaitingRow,
    """
    SELECT i.kind || ' ' || i.activity_id AS what, i.due, CAST(0 AS BIGINT) AS held, i.attempts, i.error
    FROM inbox AS i WHERE i.state = 'waiting' ORDER BY i.due""",
)
_DELIVERIES = Query(
    WaitingRow,
    """
    SELECT d.host || ' ' || a.kind || ' ' || a.uri AS what, d.due, d.leased_until AS held, d.attempts, d.error
    FROM deliveries AS d JOIN activities AS a ON a.id = d.activity_id WHERE d.state = 'waiting' ORDER BY d.id""",
)
_BREAKERS = Query(
    WaitingRow,
    """
    SELECT p.host AS what, CAST(0 AS BIGINT) AS due, p.closed_until AS held, p.failures AS attempts,
        p.last_error AS error
    FROM peers AS p WHERE p.failures > 0 ORDER BY p.host""",
)
_PASSED = Query(
    PassedRow,
    """
    SELECT i.received_at AS at, i.kind || ' ' || i.activity_id AS what, i.state || ' ' || i.error AS state,
        i.attempts, i.body
    FROM inbox AS i WHERE i.body LIKE '%' || :uri || '%' ORDER BY i.id""",
)
_ANNOUNCED = Query(
    PassedRow,
    """
    SELECT l.place AS at, l.inner_uri AS what, 'announced' AS state, CAST(0 AS BIGINT) AS attempts, l.body
    FROM community_log AS l WHERE l.about = :uri ORDER BY l.place""",
)
_MARKS = Query(
    PassedRow,
    """
    SELECT k.place AS at, k.subject AS what, CASE WHEN k.is_on = 1 THEN 'on' ELSE 'off' END AS state,
        CAST(0 AS BIGINT) AS attempts, k.reason AS body
    FROM community_marks AS k WHERE k.about = :uri ORDER BY k.place""",
)


async def queues(sites: Sequence[Site]) -> str:
    """Everything that waits on each of the nodes: events, jobs, what came in, deliveries, and hosts that failed."""
    return "\n".join([await site.read(_queues, site.name, site.clock()) for site in sites])


async def trails(sites: Sequence[Site], uri: str) -> str:
    """What each of the nodes has had of a post, and of what it answers: what came in, what the host announced, what it
    knows of its state."""
    told = [await site.read(_trail, site.name, uri) for site in sites]
    parents = {parent for site in sites if (parent := await site.read(_parent, uri))}
    return "\n".join([*told, *[f"that answers {parent}\n{await trails(sites, parent)}" for parent in sorted(parents)]])


def _queues(tx: Tx, name: str, now: Millis) -> str:
    lines = [f"{name}: {max(log.last(tx) - log.cursor(tx, CURSOR), 0)} events unread, {len(log.parked(tx))} parked"]
    for title, query in (("job", _JOBS), ("inbox", _INBOX), ("delivery", _DELIVERIES), ("breaker", _BREAKERS)):
        rows = tx.rows(query)
        lines += [f"  {title} {_waiting(row, now)}" for row in rows[:_MOST]]
        if len(rows) > _MOST:
            lines.append(f"  … and {len(rows) - _MOST} more")
    return "\n".join(lines)


def _waiting(row: WaitingRow, now: Millis) -> str:
    due = f" due in {(row.due - now) / 1000:.1f} s" if row.due else ""
    held = f" held for {(row.held - now) / 1000:.1f} s" if row.held else ""
    return f"{row.what}{due}{held}, tried {row.attempts} times {row.error[:_SHORT]}"


def _trail(tx: Tx, name: str, uri: str) -> str:
    post = posts.by_uri(tx, uri)
    placed = placements.one(tx, post.id) if post is not None else None
    lines = [f"{name}: {'absent' if post is None else f'in {post.community_id}, {placed}'}"]
    for title, query in (("came", _PASSED), ("log", _ANNOUNCED), ("mark", _MARKS)):
        lines += [
            f"  {title} {row.at} {row.what} {row.state} ×{row.attempts} {_bare(row.body)}"
            for row in tx.rows(query, uri=uri)
        ]
    return "\n".join(lines)


def _parent(tx: Tx, uri: str) -> str:
    post = posts.by_uri(tx, uri)
    return (post.parent_uri or "") if post is not None else ""


def _bare(body: str) -> str:
    """Without what stands in all."""
    try:
        fields = msgspec.json.decode(body)
    except msgspec.DecodeError:
        return body
    return msgspec.json.encode(_without(fields)).decode()[:_LONG]


def _without(fields: Any) -> Any:
    if not isinstance(fields, dict):
        return fields
    return {name: _without(value) for name, value in fields.items() if name not in ("@context", "proof")}
