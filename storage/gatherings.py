"""Gatherings: when and where people meet, in the order of time. Who comes is in `participations.py`."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.visibility import visible_to, wanted_by


class Status(StrEnum):
    """Whether it takes place."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


class JoinMode(StrEnum):
    """How one says that one comes: at once, when the organiser agrees, by invitation, elsewhere, or not at all."""

    FREE = "free"
    RESTRICTED = "restricted"
    INVITE = "invite"
    EXTERNAL = "external"
    NONE = "none"


class GatheringRow(Row, frozen=True, kw_only=True):
    """A gathering as it is kept. Times are UTC ms, `timezone` says what the clock on the wall shows.

    `ends_at` of an open end is only for lists. `claimed_going`, `claimed_left` (seats) and `claimed_waiting` are the
    word of the organiser's node, of `claimed_at`. `version` counts what calendars have to take anew.
    """

    post_id: PostId
    starts_at: Millis
    ends_at: Millis
    is_open_end: bool
    timezone: str
    place: str
    address: str
    link: str
    category: str
    status: Status
    seats: int | None
    has_waiting: bool
    join_mode: JoinMode
    outside_url: str
    series: str
    occurrence: int
    version: int
    turn: int
    claimed_going: int
    claimed_left: int | None
    claimed_waiting: int
    claimed_at: Millis


class Which(msgspec.Struct, frozen=True, kw_only=True):
    """Which gatherings: those that the viewer takes part in or holds, those of a community; none of these: all."""

    is_mine: bool = False
    community: int = 0


class HeldRow(Row, frozen=True, kw_only=True):
    """A gathering with the numbers that are known here, and what the asking account answered (empty: nothing)."""

    gathering: GatheringRow
    going: int
    waiting: int
    maybe: int
    mine: str
    ahead: int
    asked_at: Millis
    answered_at: Millis


class NextRow(Row, frozen=True, kw_only=True):
    """A gathering in a line: what it is called, when and where, and who holds it."""

    post_id: PostId
    title: str
    starts_at: Millis
    timezone: str
    place: str
    username: str
    domain: str


class DateRow(Row, frozen=True, kw_only=True):
    """One occurrence of what is repeated, with whose post it is."""

    gathering: GatheringRow
    username: str
    domain: str


_FIELDS = GatheringRow.__struct_fields__
_BY_POST = Query(
    GatheringRow, f"SELECT {GatheringRow.columns('g')} FROM gatherings AS g WHERE g.post_id = :post", hot=True
)


def _how_many(state: str) -> str:
    return f"""(SELECT COUNT(*) FROM participations AS c
            WHERE c.post_id = g.post_id AND c.state = '{state}') AS {state}"""


_HELD = Query(
    HeldRow,
    f"""
    SELECT {GatheringRow.columns("g")}, {_how_many("going")}, {_how_many("waiting")}, {_how_many("maybe")},
        COALESCE(m.state, '') AS mine, (SELECT COUNT(*) FROM participations AS b
            WHERE b.post_id = g.post_id AND b.state = 'waiting' AND b.turn < m.turn) AS ahead,
        COALESCE(m.asked_at, 0) AS asked_at,
        COALESCE(m.answered_at, 0) AS answered_at
    FROM gatherings AS g LEFT JOIN participations AS m ON m.post_id = g.post_id AND m.account_id = :viewer
    WHERE g.post_id IN (:ids[])""",
    hot=True,
)
_VALUES = (
    ", ".join(f":{name}" for name in _FIELDS)
    .replace(":seats", "CAST(:seats AS BIGINT)")
    .replace(":claimed_left", "CAST(:claimed_left AS BIGINT)")
)
_INSERT = Query(None, f"INSERT INTO gatherings ({', '.join(_FIELDS)}) VALUES ({_VALUES})")
_KEPT = ("post_id", "turn")
_CHANGED = ", ".join(f"{name} = CAST(:{name} AS BIGINT)" for name in ("seats", "claimed_left"))
_OTHERS = ", ".join(f"{name} = :{name}" for name in _FIELDS if name not in (*_KEPT, "seats", "claimed_left"))
_CHANGE = Query(None, f"UPDATE gatherings SET {_OTHERS}, {_CHANGED} WHERE post_id = :post_id")
_NEXT_TURN = Query(int, "UPDATE gatherings SET turn = turn + 1 WHERE post_id = :post RETURNING turn")
_WITH_AUTHOR = "JOIN posts AS p ON p.id = g.post_id JOIN accounts AS la ON la.id = p.author_id"
_IN_TIME = f"""
    FROM gatherings AS g JOIN posts AS p ON p.id = g.post_id
    WHERE {visible_to("p")} AND {wanted_by("p")}
        AND (:mine = 0 OR p.author_id = :viewer OR EXISTS (
            SELECT 1 FROM participations AS m
            WHERE m.post_id = g.post_id AND m.account_id = :viewer
                AND m.state IN ('asked', 'going', 'waiting', 'maybe')))
        AND (:community = 0 OR p.community_id = :community)"""
_NEXT = Query(
    PostId,
    f"""
    SELECT g.post_id {_IN_TIME}
        AND g.starts_at >= :since AND g.ends_at >= :from_time
        AND (g.starts_at > :after_start OR (g.starts_at = :after_start AND g.post_id > :after))
    ORDER BY g.starts_at, g.post_id
    LIMIT :limit""",
    hot=True,
)
_PAST = Query(
    PostId,
    f"""
    SELECT g.post_id {_IN_TIME}
        AND g.ends_at < :now
        AND (g.starts_at < :after_start OR (g.starts_at = :after_start AND g.post_id < :after))
    ORDER BY g.starts_at DESC, g.post_id DESC
    LIMIT :limit""",
    hot=True,
)
_LINES = Query(
    NextRow,
    f"""
    SELECT g.post_id, p.title, g.starts_at, g.timezone, g.place, la.username, la.domain
    {_IN_TIME.replace("JOIN posts AS p ON p.id = g.post_id", _WITH_AUTHOR)}
        AND g.starts_at >= :since AND g.ends_at >= :from_time AND g.status <> 'cancelled'
    ORDER BY g.starts_at, g.post_id
    LIMIT :limit""",
    hot=True,
)
_COMING_OF = Query(
    PostId,
    """
    SELECT g.post_id FROM gatherings AS g JOIN posts AS p ON p.id = g.post_id
    WHERE p.author_id = :author AND g.ends_at > :now
        AND (p.is_local = 1 OR EXISTS (SELECT 1 FROM participations AS m WHERE m.post_id = p.id))
    ORDER BY g.starts_at, g.post_id""",
)
_SERIES = Query(
    DateRow,
    f"""
    SELECT {GatheringRow.columns("g")}, la.username, la.domain FROM gatherings AS g {_WITH_AUTHOR}
    WHERE g.series = :series AND g.series <> '' AND {visible_to("p")}
    ORDER BY g.starts_at, g.post_id
    LIMIT :limit""",
    hot=True,
)


def of_post(tx: Tx, post: PostId) -> GatheringRow | None:
    """The gathering that a post is."""
    return tx.row(_BY_POST, post=post)


def held(tx: Tx, posts: Sequence[PostId], viewer: AccountId) -> dict[PostId, HeldRow]:
    """Those of the posts that are gatherings, with their numbers and the account's own answer."""
    return {row.gathering.post_id: row for row in tx.rows(_HELD, ids=posts, viewer=viewer)} if posts else {}


def insert(tx: Tx, row: GatheringRow) -> None:
    """Add one."""
    tx.run(_INSERT, **{name: getattr(row, name) for name in _FIELDS})


def change(tx: Tx, row: GatheringRow) -> None:
    """Replace everything but the queue."""
    tx.run(_CHANGE, **{name: getattr(row, name) for name in _FIELDS if name != "turn"})


def next_turn(tx: Tx, post: PostId) -> int:
    """The next place in the queue. Whoever asks holds the gathering until the end of the transaction."""
    return tx.value(_NEXT_TURN, post=post)


def upcoming(
    tx: Tx,
    viewer: AccountId,
    which: Which,
    *,
    since: Millis,
    from_time: Millis,
    after: tuple[Millis, PostId],
    limit: int,
    now: Millis,
) -> list[PostId]:
    """What is not over at `from_time` and began after `since`, the next first, behind the start and post `after`."""
    bounds = {"since": since, "from_time": from_time, "now": now}
    return tx.rows(_NEXT, **_chosen(viewer, which), **_behind(after, limit), **bounds)


def lines(tx: Tx, viewer: AccountId, which: Which, *, since: Millis, limit: int, now: Millis) -> list[NextRow]:
    """What takes place next, in a line each."""
    return tx.rows(_LINES, **_chosen(viewer, which), since=since, from_time=now, limit=limit, now=now)


def past(
    tx: Tx, viewer: AccountId, which: Which, *, after: tuple[Millis, PostId], limit: int, now: Millis
) -> list[PostId]:
    """What is over, the last first."""
    return tx.rows(_PAST, **_chosen(viewer, which), **_behind(after, limit), now=now)


def coming_of(tx: Tx, author: AccountId, now: Millis) -> list[PostId]:
    """What somebody holds that is not over, the next first; of somebody elsewhere what is answered from here alone, for
    nobody bounds how much they hold."""
    return tx.rows(_COMING_OF, author=author, now=now)


def of_series(tx: Tx, viewer: AccountId, series: str, limit: int) -> list[DateRow]:
    """All occurrences of one that is repeated, as far as the account may see them."""
    return tx.rows(_SERIES, viewer=viewer, series=series, limit=limit)


def _chosen(viewer: AccountId, which: Which) -> dict[str, object]:
    return {"viewer": viewer, "mine": int(which.is_mine), "community": which.community}


def _behind(after: tuple[Millis, PostId], limit: int) -> dict[str, object]:
    start, post = after
    return {"after_start": start, "after": post, "limit": limit}
