"""The directory: people who want to be found, by where they are, what they do and what they write in."""

from collections.abc import Sequence

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row


class CountedRow(Row, frozen=True, kw_only=True):
    """How many people share a word: a job, a language."""

    name: str
    people: int


_IS_LISTED = """a.discoverable = 1 AND a.suspended_at IS NULL AND a.deleted_at IS NULL
        AND a.kind NOT IN ('application', 'group') AND a.silenced_at IS NULL AND a.host_silenced = 0"""
_LISTED = f"""
    SELECT {AccountRow.columns("a")}
    FROM accounts AS a
    WHERE {_IS_LISTED}
        AND (:local = 0 OR a.domain = '')"""
# Scans of the accounts, bounded by the size of a group (thousands).
_BY_ACTIVITY = Query(
    AccountRow, f"{_LISTED} ORDER BY COALESCE(a.last_post_at, 0) DESC, a.id DESC LIMIT :limit OFFSET :offset"
)
_BY_ARRIVAL = Query(AccountRow, f"{_LISTED} ORDER BY a.created_at DESC, a.id DESC LIMIT :limit OFFSET :offset")


_AMONG = Query(
    AccountRow,
    f"""
    SELECT {AccountRow.columns("a")}
    FROM accounts AS a
    WHERE {_IS_LISTED}
        AND (:anywhere = 1 OR a.domain IN (:domains[]))
        AND (CAST(:job AS TEXT) = '' OR a.job = :job)
        AND (CAST(:team AS TEXT) = '' OR a.team = :team)
        AND (CAST(:language AS TEXT) = '' OR EXISTS (
            SELECT 1 FROM posts AS p
            WHERE p.author_id = a.id AND p.visibility = 'public' AND p.language = :language))
        AND (CAST(:skill AS TEXT) = '' OR EXISTS (
            SELECT 1 FROM featured_tags AS g JOIN tags AS t ON t.id = g.tag_id
            WHERE g.account_id = a.id AND t.name = :skill))
    ORDER BY a.search_name, a.id
    LIMIT :limit OFFSET :offset""",
)
_JOBS, _TEAMS = (
    Query(
        CountedRow,
        f"""
        SELECT a.{column} AS name, COUNT(*) AS people
        FROM accounts AS a
        WHERE {_IS_LISTED} AND a.{column} <> ''
        GROUP BY a.{column}
        ORDER BY COUNT(*) DESC, a.{column}
        LIMIT :limit""",
    )
    for column in ("job", "team")
)
_LANGUAGES = Query(
    CountedRow,
    f"""
    SELECT p.language AS name, COUNT(DISTINCT p.author_id) AS people
    FROM posts AS p JOIN accounts AS a ON a.id = p.author_id
    WHERE p.id > :floor AND p.visibility = 'public' AND p.language <> '' AND {_IS_LISTED}
    GROUP BY p.language
    ORDER BY COUNT(DISTINCT p.author_id) DESC, p.language
    LIMIT :limit""",
)
_SKILLS = Query(
    CountedRow,
    f"""
    SELECT t.name, COUNT(*) AS people
    FROM featured_tags AS g JOIN tags AS t ON t.id = g.tag_id JOIN accounts AS a ON a.id = g.account_id
    WHERE {_IS_LISTED}
    GROUP BY t.name
    ORDER BY COUNT(*) DESC, t.name
    LIMIT :limit""",
)
_NAMES = Query(str, f"SELECT a.search_name FROM accounts AS a WHERE {_IS_LISTED} ORDER BY a.id LIMIT :limit")


def by_activity(tx: Tx, *, local: bool, limit: int, offset: int) -> list[AccountRow]:
    """Those who wrote last come first."""
    return tx.rows(_BY_ACTIVITY, local=local, limit=limit, offset=offset)


def by_arrival(tx: Tx, *, local: bool, limit: int, offset: int) -> list[AccountRow]:
    """Those who came last come first."""
    return tx.rows(_BY_ARRIVAL, local=local, limit=limit, offset=offset)


def among(
    tx: Tx,
    domains: Sequence[str] | None,
    *,
    job: str,
    team: str,
    language: str,
    skill: str,
    limit: int,
    offset: int,
) -> list[AccountRow]:
    """Those of the nodes (None: of any) with the job, of the team, who write in the language and show the hashtag.

    What is empty leaves nobody out.
    """
    return tx.rows(
        _AMONG,
        anywhere=domains is None,
        domains=domains or [""],
        job=job,
        team=team,
        language=language,
        skill=skill,
        limit=limit,
        offset=offset,
    )


def jobs(tx: Tx, limit: int) -> list[CountedRow]:
    """What people say they do, the most frequent first."""
    return tx.rows(_JOBS, limit=limit)


def teams(tx: Tx, limit: int) -> list[CountedRow]:
    """The teams that people say they belong to, the largest first."""
    return tx.rows(_TEAMS, limit=limit)


def skills(tx: Tx, limit: int) -> list[CountedRow]:
    """Hashtags that people show on their pages, with how many do."""
    return tx.rows(_SKILLS, limit=limit)


def languages(tx: Tx, floor: int, limit: int) -> list[CountedRow]:
    """Languages of public posts above an id, with how many people write in each."""
    return tx.rows(_LANGUAGES, floor=floor, limit=limit)


def names(tx: Tx, limit: int) -> list[str]:
    """The words by which people are found, one text a person."""
    return tx.rows(_NAMES, limit=limit)
