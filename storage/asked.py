"""Who of the people here is asked to read an announcement, and how often they were told."""

from collections.abc import Sequence

from storage.announcements import IS_OWED
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId, UserId


class OwingRow(Row, frozen=True, kw_only=True):
    """Somebody who has not answered. `away_until`: they say that they are away until then."""

    account_id: AccountId
    user_id: UserId
    reminders: int
    told_at: Millis
    away_until: Millis | None


class PersonRow(Row, frozen=True, kw_only=True):
    """Somebody who is asked, by name: for this node alone."""

    account_id: AccountId
    username: str
    display_name: str
    job: str
    confirmed_at: Millis | None
    question: bool
    language: str | None


class MissingRow(Row, frozen=True, kw_only=True):
    """Somebody who is asked and has not answered, by name: for this node alone."""

    username: str
    display_name: str
    job: str
    team: str
    is_away: bool


_MEANT = """a.domain = '' AND a.deleted_at IS NULL AND a.suspended_at IS NULL AND u.disabled_at IS NULL
        AND a.id <> :author
        AND (:any_community = 1 OR EXISTS (
            SELECT 1 FROM memberships AS mm JOIN accounts AS g ON g.id = mm.community_id
            WHERE mm.account_id = a.id AND mm.state = 'member' AND g.uri IN (:communities[])))
        AND (:any_role = 1 OR u.role IN (:roles[]) OR a.job IN (:jobs[]) OR a.team IN (:teams[]) OR EXISTS (
            SELECT 1 FROM offices AS o WHERE o.account_id = a.id AND o.office IN (:roles[])))"""
_ASK = Query(
    AccountId,
    f"""
    INSERT INTO announcement_asked (post_id, account_id, version, asked_at)
    SELECT CAST(:post AS BIGINT), a.id, CAST(:version AS INTEGER), CAST(:now AS BIGINT)
    FROM users AS u JOIN accounts AS a ON a.id = u.account_id
    WHERE {_MEANT}
    ON CONFLICT (post_id, account_id) DO NOTHING
    RETURNING account_id""",
)
_COUNT = Query(int, f"SELECT COUNT(*) FROM users AS u JOIN accounts AS a ON a.id = u.account_id WHERE {_MEANT}")
_AGAIN = Query(
    AccountId,
    """
    UPDATE announcement_asked
    SET version = :version, asked_at = :now, seen_at = NULL, reminders = 0, reminded_at = NULL
    WHERE post_id = :post AND version < :version
    RETURNING account_id""",
)
_ANEW = Query(
    AccountId,
    """
    UPDATE announcement_asked
    SET asked_at = :now, reminders = 0, reminded_at = NULL
    WHERE post_id = :post AND NOT EXISTS (
        SELECT 1 FROM acknowledgements AS c
        JOIN announcements AS w ON w.post_id = c.post_id AND w.version = c.version
        WHERE c.post_id = announcement_asked.post_id AND c.account_id = announcement_asked.account_id)
    RETURNING account_id""",
)
_ADDRESS = Query(
    None,
    """
    INSERT INTO mentions (post_id, account_id, silent)
    SELECT k.post_id, k.account_id, 1 FROM announcement_asked AS k WHERE k.post_id = :post
    ON CONFLICT (post_id, account_id) DO NOTHING""",
)
_OWING = Query(
    OwingRow,
    f"""
    SELECT k.account_id, u.id AS user_id, k.reminders, COALESCE(k.reminded_at, k.asked_at) AS told_at,
        l.until AS away_until
    FROM announcements AS w
    JOIN announcement_asked AS k ON k.post_id = w.post_id
    JOIN users AS u ON u.account_id = k.account_id
    LEFT JOIN leaves AS l ON l.account_id = k.account_id AND l.until > :now
    WHERE w.post_id = :post AND k.reminders < :most AND u.disabled_at IS NULL AND {IS_OWED}
    ORDER BY k.account_id""",
)
_REMIND = Query(
    None,
    """
    UPDATE announcement_asked SET reminders = reminders + 1, reminded_at = :now
    WHERE post_id = :post AND account_id IN (:accounts[])""",
)
_SEEN = Query(
    PostId,
    """
    UPDATE announcement_asked SET seen_at = :now
    WHERE account_id = :account AND post_id IN (:posts[]) AND seen_at IS NULL
    RETURNING post_id""",
)
_IS_ASKED = Query(int, "SELECT COUNT(*) FROM announcement_asked WHERE post_id = :post AND account_id = :account")
_PEOPLE = Query(
    PersonRow,
    """
    SELECT a.id AS account_id, a.username, a.display_name, a.job, c.at AS confirmed_at,
        COALESCE(c.question, 0) AS question, c.language
    FROM announcement_asked AS k
    JOIN announcements AS w ON w.post_id = k.post_id
    JOIN accounts AS a ON a.id = k.account_id
    LEFT JOIN acknowledgements AS c
        ON c.post_id = k.post_id AND c.version = w.version AND c.account_id = k.account_id
    WHERE k.post_id = :post
    ORDER BY CASE WHEN c.at IS NULL THEN 0 ELSE 1 END, a.search_name, a.id""",
)
_MISSING = Query(
    MissingRow,
    """
    SELECT a.username, a.display_name, a.job, a.team,
        CASE WHEN l.until IS NULL THEN 0 ELSE 1 END AS is_away
    FROM announcement_asked AS k
    JOIN announcements AS w ON w.post_id = k.post_id
    JOIN accounts AS a ON a.id = k.account_id
    JOIN users AS u ON u.account_id = a.id
    LEFT JOIN leaves AS l ON l.account_id = k.account_id AND l.until > :now
    WHERE k.post_id = :post AND a.deleted_at IS NULL AND u.disabled_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM acknowledgements AS c
        WHERE c.post_id = k.post_id AND c.version = w.version AND c.account_id = k.account_id)
    ORDER BY a.team, a.search_name, a.id""",
)
_LEAVE = Query(
    None,
    """
    INSERT INTO leaves (account_id, until) VALUES (:account, :until)
    ON CONFLICT (account_id) DO UPDATE SET until = :until""",
)
_RETURN = Query(None, "DELETE FROM leaves WHERE account_id = :account")
_AWAY = Query(Millis, "SELECT until FROM leaves WHERE account_id = :account AND until > :now")


def ask(
    tx: Tx,
    post: PostId,
    version: int,
    author: AccountId,
    communities: Sequence[str],
    roles: Sequence[str],
    jobs: Sequence[str],
    teams: Sequence[str],
    now: Millis,
) -> list[AccountId]:
    """Ask whoever is meant and was not asked yet; who that is. None of a kind means everybody; roles, jobs
    and teams are one kind."""
    return tx.rows(_ASK, post=post, version=version, now=now, **_meant(author, communities, roles, jobs, teams))


def count(
    tx: Tx,
    author: AccountId,
    communities: Sequence[str],
    roles: Sequence[str],
    jobs: Sequence[str],
    teams: Sequence[str],
) -> int:
    """How many people here are meant."""
    return tx.value(_COUNT, **_meant(author, communities, roles, jobs, teams))


def ask_again(tx: Tx, post: PostId, version: int, now: Millis) -> list[AccountId]:
    """Ask all who were asked for an earlier version; who that is."""
    return tx.rows(_AGAIN, post=post, version=version, now=now)


def ask_anew(tx: Tx, post: PostId, now: Millis) -> list[AccountId]:
    """Ask those once more who were asked and have not answered; who that is."""
    return tx.rows(_ANEW, post=post, now=now)


def address(tx: Tx, post: PostId) -> None:
    """Let those who are asked see a post that is not for everybody."""
    tx.run(_ADDRESS, post=post)


def owing(tx: Tx, post: PostId, most: int, now: Millis) -> list[OwingRow]:
    """Those who have not answered and were reminded less than `most` times."""
    return tx.rows(_OWING, post=post, most=most, now=now)


def remind(tx: Tx, post: PostId, accounts: Sequence[AccountId], now: Millis) -> None:
    """Note that they are reminded."""
    tx.run(_REMIND, post=post, accounts=accounts, now=now)


def seen(tx: Tx, account: AccountId, posts: Sequence[PostId], now: Millis) -> list[PostId]:
    """The text is before the eyes of somebody; of which posts that is new."""
    return tx.rows(_SEEN, account=account, posts=posts, now=now)


def is_asked(tx: Tx, post: PostId, account: AccountId) -> bool:
    """Whether somebody is asked to read it."""
    return tx.value(_IS_ASKED, post=post, account=account) == 1


def people(tx: Tx, post: PostId) -> list[PersonRow]:
    """Everybody here who is asked, those who have not answered first."""
    return tx.rows(_PEOPLE, post=post)


def missing(tx: Tx, post: PostId, now: Millis) -> list[MissingRow]:
    """Everybody here who is asked and has not answered, by team and name."""
    return tx.rows(_MISSING, post=post, now=now)


def leave(tx: Tx, account: AccountId, until: Millis) -> None:
    """Somebody says that they are away until then."""
    tx.run(_LEAVE, account=account, until=until)


def come_back(tx: Tx, account: AccountId) -> None:
    """They are there."""
    tx.run(_RETURN, account=account)


def away_until(tx: Tx, account: AccountId, now: Millis) -> Millis | None:
    """Until when somebody says to be away."""
    return tx.row(_AWAY, account=account, now=now)


def _meant(
    author: AccountId, communities: Sequence[str], roles: Sequence[str], jobs: Sequence[str], teams: Sequence[str]
) -> dict[str, object]:
    return {
        "author": author,
        "any_community": not communities,
        "communities": communities or [""],
        "any_role": not (roles or jobs or teams),
        "roles": roles or [""],
        # Nobody's job is a NUL; an empty one is everybody's who named none.
        "jobs": jobs or ["\x01"],
        "teams": teams or ["\x01"],
    }
