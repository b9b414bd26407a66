"""What the day brings somebody: whose day it is, who says that they can do something, the question of the week, their
first days here. One statement, for it stands on every first page of a home.
"""

from collections.abc import Sequence
from enum import StrEnum

from storage.days import Day
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.wanted import person_wanted


class Occasion(StrEnum):
    """What it is."""

    WELCOME = "welcome"
    PULSE = "pulse"
    ENDORSED = "endorsed"
    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"


class OccasionRow(Row, frozen=True, kw_only=True):
    """One of them. `word`: the skill, or the week of the question; the names are empty without a person."""

    kind: Occasion
    word: str
    username: str
    domain: str
    display_name: str

    @property
    def acct(self) -> str:
        """`name` for a local account, `name@domain` for one of elsewhere."""
        return f"{self.username}@{self.domain}" if self.domain else self.username

    @property
    def name(self) -> str:
        """What people read."""
        return self.display_name or self.username


# Not hot: the days are found by their index, and the rest is one row of the viewer's.
_TODAY = Query(
    OccasionRow,
    f"""
    SELECT x.kind, x.word, COALESCE(a.username, '') AS username, COALESCE(a.domain, '') AS domain,
        COALESCE(a.display_name, '') AS display_name
    FROM (
        SELECT 0 AS position, 'welcome' AS kind, '' AS word, CAST(0 AS BIGINT) AS account_id
        FROM welcomes AS w WHERE w.account_id = :viewer AND w.done_at IS NULL AND w.joined_at > :joined
        UNION ALL
        SELECT 1 AS position, 'pulse' AS kind, r.week AS word, CAST(0 AS BIGINT) AS account_id
        FROM pulse_rounds AS r
        WHERE r.opens_at <= :now AND r.closes_at > :now AND r.closed_at IS NULL AND NOT EXISTS (
            SELECT 1 FROM pulse_answered AS d WHERE d.week = r.week AND d.account_id = :viewer)
        UNION ALL
        SELECT 2 AS position, 'endorsed' AS kind, y.word, y.account_id
        FROM (
            SELECT s.display AS word, a.id AS account_id
            FROM accounts AS v
            JOIN skills AS s ON s.account_id = v.id
            JOIN skill_endorsements AS e ON e.of_uri = v.uri AND e.name = s.name
            JOIN accounts AS a ON a.uri = e.by_uri
            WHERE v.id = :viewer AND e.given = 1 AND e.state = 'asked'
                AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND {person_wanted("a")}
            ORDER BY e.at, a.id, s.name
            LIMIT :asked) AS y
        UNION ALL
        SELECT 3 AS position, d.kind, '' AS word, d.account_id
        FROM days AS d
        WHERE d.account_id <> :viewer
            AND ((d.month = :month AND d.day = :day) OR (d.month = :other_month AND d.day = :other_day))) AS x
    LEFT JOIN accounts AS a ON a.id = x.account_id
    WHERE a.id IS NULL OR (a.suspended_at IS NULL AND a.deleted_at IS NULL AND {person_wanted("a")})
    ORDER BY x.position, CASE WHEN a.domain = '' THEN 0 ELSE 1 END, a.search_name, x.word
    LIMIT :limit""",
)


def today(
    tx: Tx, viewer: AccountId, days: Sequence[Day], *, joined: Millis, now: Millis, asked: int, limit: int
) -> list[OccasionRow]:
    """What today brings. `days`: this one, and the 29th of February on a day that has to stand for it.

    A welcome is for who joined after `joined`; of what others say that the viewer can do, the first `asked`.
    """
    first, last = days[0], days[-1]
    return tx.rows(
        _TODAY,
        viewer=viewer,
        joined=joined,
        now=now,
        month=first.month,
        day=first.day,
        other_month=last.month,
        other_day=last.day,
        asked=asked,
        limit=limit,
    )
