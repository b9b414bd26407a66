"""The first days of those who joined this node: since when, and whether they want to be greeted before everybody."""

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.wanted import person_wanted


class WelcomeRow(Row, frozen=True, kw_only=True):
    """Somebody's first days. `post_id`: what greeted them."""

    account_id: AccountId
    joined_at: Millis
    silent: bool
    done_at: Millis | None
    post_id: PostId | None


class NearRow(Row, frozen=True, kw_only=True):
    """Somebody whom a newcomer may want to know, and what they share: site, work, team, and a skill or subject."""

    near: bool
    job: bool
    team: bool
    skill: str
    tag: str
    account: AccountRow


class PlaceRow(Row, frozen=True, kw_only=True):
    """A community that a newcomer may want to join, and why: members of their work, team or site, a topic of theirs."""

    entry: str
    job: bool
    team: bool
    near: bool
    tag: str
    account: AccountRow


_COLUMNS = WelcomeRow.columns("w")
_OF = Query(WelcomeRow, f"SELECT {_COLUMNS} FROM welcomes AS w WHERE w.account_id = :account", hot=True)
_BEGIN = Query(
    None,
    "INSERT INTO welcomes (account_id, joined_at) VALUES (:account, :at) ON CONFLICT (account_id) DO NOTHING",
)
_SILENT = Query(None, "UPDATE welcomes SET silent = :silent WHERE account_id = :account")
_DONE = Query(None, "UPDATE welcomes SET done_at = :now WHERE account_id = :account AND done_at IS NULL")
_GREETED = Query(None, "UPDATE welcomes SET post_id = :post WHERE account_id = :account")
# A scan of the people who want to be found, for somebody's first days only. Who shares more comes first, never who has
# more: not followers, not posts.
_NEAR = Query(
    NearRow,
    f"""
    SELECT n.near, n.job, n.team, n.skill, n.tag, {AccountRow.columns("a")}
    FROM (
        SELECT c.id,
            CASE WHEN c.domain = '' THEN 1 ELSE 0 END AS near,
            CASE WHEN v.job <> '' AND LOWER(c.job) = LOWER(v.job) THEN 1 ELSE 0 END AS job,
            CASE WHEN v.team <> '' AND LOWER(c.team) = LOWER(v.team) THEN 1 ELSE 0 END AS team,
            COALESCE((
                SELECT MIN(t.display) FROM skills AS s JOIN skills AS t ON t.name = s.name AND t.account_id = c.id
                WHERE s.account_id = v.id), '') AS skill,
            COALESCE((
                SELECT MIN(g.name) FROM featured_tags AS f JOIN tags AS g ON g.id = f.tag_id
                WHERE f.account_id = c.id AND (
                    EXISTS (SELECT 1 FROM followed_tags AS o WHERE o.account_id = v.id AND o.tag_id = f.tag_id)
                    OR EXISTS (SELECT 1 FROM featured_tags AS o WHERE o.account_id = v.id AND o.tag_id = f.tag_id))
                ), '') AS tag
        FROM accounts AS v
        JOIN accounts AS c ON c.discoverable = 1 AND c.kind = 'person' AND c.id <> v.id
        WHERE v.id = :viewer) AS n
    JOIN accounts AS a ON a.id = n.id
    WHERE (n.near = 1 OR n.job = 1 OR n.team = 1 OR n.skill <> '' OR n.tag <> '')
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.silenced_at IS NULL AND a.host_silenced = 0
        AND NOT EXISTS (SELECT 1 FROM follows AS f WHERE f.follower_id = :viewer AND f.followee_id = a.id)
        AND NOT EXISTS (SELECT 1 FROM dismissed_suggestions AS x WHERE x.account_id = :viewer AND x.target_id = a.id)
        AND {person_wanted("a")}
    ORDER BY n.near + 2 * n.job + 2 * n.team
            + CASE WHEN n.skill <> '' THEN 2 ELSE 0 END + CASE WHEN n.tag <> '' THEN 2 ELSE 0 END DESC, a.id
    LIMIT :limit""",
)
# Open ones, and by a topic those that one may ask to join: who is in a closed one is nobody's business outside.
_PLACES = Query(
    PlaceRow,
    f"""
    SELECT n.entry, n.job, n.team, n.near, n.tag, {AccountRow.columns("a")}
    FROM (
        SELECT c.account_id AS id, c.entry,
            CASE WHEN c.entry = 'open' AND v.job <> '' AND EXISTS (
                SELECT 1 FROM memberships AS m JOIN accounts AS x ON x.id = m.account_id
                WHERE m.community_id = c.account_id AND m.state = 'member' AND LOWER(x.job) = LOWER(v.job))
                THEN 1 ELSE 0 END AS job,
            CASE WHEN c.entry = 'open' AND v.team <> '' AND EXISTS (
                SELECT 1 FROM memberships AS m JOIN accounts AS x ON x.id = m.account_id
                WHERE m.community_id = c.account_id AND m.state = 'member' AND LOWER(x.team) = LOWER(v.team))
                THEN 1 ELSE 0 END AS team,
            CASE WHEN c.entry = 'open' AND EXISTS (
                SELECT 1 FROM memberships AS m JOIN accounts AS x ON x.id = m.account_id
                WHERE m.community_id = c.account_id AND m.state = 'member' AND x.domain = '')
                THEN 1 ELSE 0 END AS near,
            COALESCE((
                SELECT MIN(t.name) FROM community_topics AS t
                WHERE t.community_id = c.account_id AND (
                    t.name IN (SELECT s.name FROM skills AS s WHERE s.account_id = v.id)
                    OR t.name IN (
                        SELECT g.name FROM followed_tags AS o JOIN tags AS g ON g.id = o.tag_id
                        WHERE o.account_id = v.id)
                    OR t.name IN (
                        SELECT g.name FROM featured_tags AS o JOIN tags AS g ON g.id = o.tag_id
                        WHERE o.account_id = v.id))), '') AS tag
        FROM accounts AS v
        JOIN communities AS c ON c.entry IN ('open', 'request') AND c.state = 'active'
        WHERE v.id = :viewer AND NOT EXISTS (
            SELECT 1 FROM memberships AS m WHERE m.community_id = c.account_id AND m.account_id = v.id)) AS n
    JOIN accounts AS a ON a.id = n.id
    WHERE (n.job = 1 OR n.team = 1 OR n.near = 1 OR n.tag <> '')
        AND a.discoverable = 1
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.host_silenced = 0 AND {person_wanted("a")}
    ORDER BY 2 * n.job + 2 * n.team + n.near + CASE WHEN n.tag <> '' THEN 2 ELSE 0 END DESC, a.search_name, a.id
    LIMIT :limit""",
)


def of(tx: Tx, account: AccountId) -> WelcomeRow | None:
    """Somebody's first days; None for who was here before there were any."""
    return tx.row(_OF, account=account)


def begin(tx: Tx, account: AccountId, at: Millis) -> bool:
    """Somebody joined; False if that is known."""
    return tx.run(_BEGIN, account=account, at=at) == 1


def set_silent(tx: Tx, account: AccountId, *, silent: bool) -> bool:
    """Whether they want not to be greeted; False without first days."""
    return tx.run(_SILENT, account=account, silent=silent) == 1


def done(tx: Tx, account: AccountId, now: Millis) -> bool:
    """They have seen enough of the page; False if they had."""
    return tx.run(_DONE, account=account, now=now) == 1


def greeted(tx: Tx, account: AccountId, post: PostId) -> None:
    """They were greeted by this post."""
    tx.run(_GREETED, account=account, post=post)


def near(tx: Tx, viewer: AccountId, limit: int, now: Millis) -> list[NearRow]:
    """People who share most with somebody first, whom they do not follow."""
    return tx.rows(_NEAR, viewer=viewer, limit=limit, now=now)


def places(tx: Tx, viewer: AccountId, limit: int, now: Millis) -> list[PlaceRow]:
    """Communities that share most with somebody first, which they have nothing to do with yet."""
    return tx.rows(_PLACES, viewer=viewer, limit=limit, now=now)
