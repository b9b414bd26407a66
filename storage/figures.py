"""Figures of the site by day, and in parts: for those who administer. Days are counted in UTC.

Scans of what they count, between two times; nobody but administrators asks for them.
"""

from collections.abc import Sequence

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class DayRow(Row, frozen=True, kw_only=True):
    """A figure of one day; `day` is the number of the day since 1970."""

    day: int
    value: int


class PartRow(Row, frozen=True, kw_only=True):
    """A part of a figure."""

    key: str
    value: int


class SeenRow(Row, frozen=True, kw_only=True):
    """Somebody who joined at a time and did something on a day."""

    account: AccountId
    joined_at: Millis
    day: int


def _by_day(at: str, what: str, source: str, count: str = "COUNT(*)") -> Query[DayRow]:
    return Query(
        DayRow,
        f"""
        SELECT CAST({at} / 86400000 AS BIGINT) AS day, CAST({count} AS BIGINT) AS value
        FROM {source}
        WHERE {at} >= :since AND {at} < :until AND CAST(:subject AS TEXT) = CAST(:subject AS TEXT) AND {what}
        GROUP BY CAST({at} / 86400000 AS BIGINT)
        ORDER BY day""",
    )


_DID = """(
        SELECT p.author_id AS account_id, p.published_at AS at FROM posts AS p WHERE p.is_local = 1
        UNION ALL SELECT l.account_id, l.created_at AS at FROM likes AS l
        UNION ALL SELECT f.follower_id AS account_id, f.created_at AS at FROM follows AS f) AS d"""
_TAGGED = """post_tags AS x JOIN posts AS p ON p.id = x.post_id JOIN accounts AS a ON a.id = p.author_id
        JOIN tags AS t ON t.id = x.tag_id"""
_AT_HOST = "a.domain = :subject AND a.domain <> ''"
_OF_HOST = "accounts AS a JOIN posts AS p ON p.author_id = a.id"

_BY_DAY_KEYS = (
    "active_users",
    "new_users",
    "interactions",
    "opened_reports",
    "resolved_reports",
    "tag_accounts",
    "tag_uses",
    "tag_servers",
    "instance_accounts",
    "instance_media_attachments",
    "instance_reports",
    "instance_statuses",
    "instance_follows",
    "instance_followers",
)
_DAILY: tuple[Query[DayRow], ...] = (
    _by_day(
        "d.at", "a.domain = ''", f"{_DID} JOIN accounts AS a ON a.id = d.account_id", "COUNT(DISTINCT d.account_id)"
    ),
    _by_day("u.created_at", "1 = 1", "users AS u"),
    _by_day(
        "d.at",
        "1 = 1",
        """(SELECT l.created_at AS at FROM likes AS l
            UNION ALL SELECT p.published_at AS at FROM posts AS p
            WHERE p.boost_of_id IS NOT NULL OR p.parent_uri IS NOT NULL) AS d""",
    ),
    _by_day("r.created_at", "1 = 1", "reports AS r"),
    _by_day("r.resolved_at", "r.resolved_at IS NOT NULL", "reports AS r"),
    _by_day("p.published_at", "t.name = :subject", _TAGGED, "COUNT(DISTINCT p.author_id)"),
    _by_day("p.published_at", "t.name = :subject", _TAGGED),
    _by_day("p.published_at", "t.name = :subject", _TAGGED, "COUNT(DISTINCT a.domain)"),
    _by_day("a.created_at", _AT_HOST, "accounts AS a"),
    _by_day(
        "m.created_at",
        _AT_HOST,
        "media AS m JOIN accounts AS a ON a.id = m.account_id",
        "COALESCE(SUM(m.bytes), 0)",
    ),
    _by_day("r.created_at", _AT_HOST, "reports AS r JOIN accounts AS a ON a.id = r.target_id"),
    _by_day("p.published_at", _AT_HOST, _OF_HOST),
    _by_day("f.created_at", _AT_HOST, "follows AS f JOIN accounts AS a ON a.id = f.followee_id"),
    _by_day("f.created_at", _AT_HOST, "follows AS f JOIN accounts AS a ON a.id = f.follower_id"),
)
BY_DAY: dict[str, Query[DayRow]] = dict(zip(_BY_DAY_KEYS, _DAILY, strict=True))
"""Mastodon's measures; `:subject` is the hashtag or the node that some are about."""


def _parts(key: str, source: str, what: str, value: str = "COUNT(*)") -> Query[PartRow]:
    return Query(
        PartRow,
        f"""
        SELECT {key} AS key, CAST({value} AS BIGINT) AS value
        FROM {source}
        WHERE {what} AND CAST(:subject AS TEXT) = CAST(:subject AS TEXT)
            AND CAST(:since AS BIGINT) <= CAST(:until AS BIGINT)
        GROUP BY {key}
        ORDER BY value DESC, key LIMIT :limit""",
    )


_BETWEEN = "p.published_at >= :since AND p.published_at < :until"
_PARTS_KEYS = (
    "languages",
    "sources",
    "servers",
    "space_usage",
    "tag_servers",
    "tag_languages",
    "instance_accounts",
    "instance_languages",
)
_PARTED: tuple[Query[PartRow], ...] = (
    _parts("u.locale", "users AS u", "u.created_at < :until"),
    _parts(
        "COALESCE(x.name, '')", "posts AS p LEFT JOIN apps AS x ON x.id = p.app_id", f"p.is_local = 1 AND {_BETWEEN}"
    ),
    _parts("a.domain", "posts AS p JOIN accounts AS a ON a.id = p.author_id", _BETWEEN),
    _parts("m.purpose", "media AS m", "m.created_at < :until", "COALESCE(SUM(m.bytes), 0)"),
    _parts("a.domain", _TAGGED, f"t.name = :subject AND {_BETWEEN}"),
    _parts("COALESCE(p.language, '')", _TAGGED, f"t.name = :subject AND {_BETWEEN}"),
    _parts("a.username", "accounts AS a", _AT_HOST, "MAX(a.followers_count)"),
    _parts("COALESCE(p.language, '')", _OF_HOST, f"{_AT_HOST} AND {_BETWEEN}"),
)
PARTS: dict[str, Query[PartRow]] = dict(zip(_PARTS_KEYS, _PARTED, strict=True))
"""Mastodon's dimensions."""

_SEEN = Query(
    SeenRow,
    f"""
    SELECT DISTINCT u.account_id AS account, u.created_at AS joined_at, CAST(d.at / 86400000 AS BIGINT) AS day
    FROM users AS u JOIN {_DID} ON d.account_id = u.account_id
    WHERE u.created_at >= :since AND u.created_at < :until AND d.at >= :since AND d.at < :until""",
)
_JOINED = Query(
    DayRow,
    """
    SELECT CAST(u.created_at / 86400000 AS BIGINT) AS day, COUNT(*) AS value
    FROM users AS u WHERE u.created_at >= :since AND u.created_at < :until
    GROUP BY CAST(u.created_at / 86400000 AS BIGINT) ORDER BY day""",
)


def by_day(tx: Tx, key: str, subject: str, since: Millis, until: Millis) -> list[DayRow]:
    """A measure between two times; days without anything are left out."""
    return tx.rows(BY_DAY[key], subject=subject, since=since, until=until)


def parts(tx: Tx, key: str, subject: str, since: Millis, until: Millis, limit: int) -> Sequence[PartRow]:
    """A dimension between two times, its largest parts first."""
    return tx.rows(PARTS[key], subject=subject, since=since, until=until, limit=limit)


def joined(tx: Tx, since: Millis, until: Millis) -> list[DayRow]:
    """How many joined on each day."""
    return tx.rows(_JOINED, since=since, until=until)


def seen(tx: Tx, since: Millis, until: Millis) -> list[SeenRow]:
    """Those who joined between two times, with each day on which they did something."""
    return tx.rows(_SEEN, since=since, until=until)
