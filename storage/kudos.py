"""Kudos: whom a post thanks, by its author; and whether it stands on their page, by each of them.

Nobody is counted, and nobody comes before another for having more: there is no such query.
"""

from collections.abc import Sequence
from enum import StrEnum

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId
from storage.visibility import visible_to


class Consent(StrEnum):
    """What somebody says to being thanked, or endorsed, before others."""

    ASKED = "asked"
    SHOWN = "shown"
    REFUSED = "refused"


class ThankedRow(Row, frozen=True, kw_only=True):
    """Somebody whom a post thanks. `state` is empty as long as nothing was asked or told."""

    post_id: PostId
    account_id: AccountId
    uri: str
    username: str
    domain: str
    display_name: str
    state: str

    @property
    def acct(self) -> str:
        """`name` for a local account, `name@domain` for one of elsewhere."""
        return f"{self.username}@{self.domain}" if self.domain else self.username

    @property
    def name(self) -> str:
        """What people read."""
        return self.display_name or self.username


class GivenRow(Row, frozen=True, kw_only=True):
    """A post that thanks, as a place in somebody's list."""

    post_id: PostId


class AnswerRow(Row, frozen=True, kw_only=True):
    """What somebody said to a kudos, and when that was known here."""

    post_uri: str
    state: Consent
    at: Millis


_MARK = Query(None, "UPDATE posts SET kudos = :value, revision = revision + 1 WHERE id = :post")
_THANK = Query(
    None,
    "INSERT INTO kudos (post_id, account_id) VALUES (:post, :account) ON CONFLICT (post_id, account_id) DO NOTHING",
)
_ASK = Query(
    None,
    """
    INSERT INTO kudos_consents (post_uri, account_id, state, at) VALUES (:uri, :account, 'asked', :now)
    ON CONFLICT (post_uri, account_id) DO NOTHING""",
)
_ANSWER = Query(
    None,
    """
    INSERT INTO kudos_consents (post_uri, account_id, state, at) VALUES (:uri, :account, :state, :now)
    ON CONFLICT (post_uri, account_id) DO UPDATE SET state = excluded.state, at = excluded.at
    WHERE kudos_consents.state <> excluded.state""",
)
_STATE = Query(
    Consent,
    "SELECT c.state FROM kudos_consents AS c WHERE c.post_uri = :uri AND c.account_id = :account",
    hot=True,
)
_OF_POSTS = Query(
    ThankedRow,
    """
    SELECT k.post_id, a.id AS account_id, a.uri, a.username, a.domain, a.display_name, COALESCE(c.state, '') AS state
    FROM kudos AS k
    JOIN posts AS p ON p.id = k.post_id
    JOIN accounts AS a ON a.id = k.account_id
    LEFT JOIN kudos_consents AS c ON c.post_uri = p.uri AND c.account_id = k.account_id
    WHERE k.post_id IN (:posts[]) AND a.deleted_at IS NULL
    ORDER BY k.post_id, a.id""",
    hot=True,
)
_OF_ACCOUNT = Query(
    GivenRow,
    f"""
    SELECT k.post_id
    FROM kudos AS k
    JOIN posts AS p ON p.id = k.post_id
    JOIN kudos_consents AS c ON c.post_uri = p.uri AND c.account_id = k.account_id
    WHERE k.account_id = :account AND c.state = :state AND k.post_id < :before AND {visible_to("p")}
    ORDER BY k.post_id DESC
    LIMIT :limit""",
    hot=True,
)
_SHOWN_URIS = Query(
    str,
    """
    SELECT p.uri
    FROM kudos AS k
    JOIN posts AS p ON p.id = k.post_id
    JOIN kudos_consents AS c ON c.post_uri = p.uri AND c.account_id = k.account_id
    WHERE k.account_id = :account AND c.state = 'shown' AND p.visibility = 'public'
    ORDER BY k.post_id DESC
    LIMIT :limit""",
)
_ANSWERS = Query(
    AnswerRow,
    """
    SELECT c.post_uri, c.state, c.at
    FROM kudos_consents AS c
    WHERE c.account_id = :account AND c.post_uri IN (:uris[])""",
)
_SHOWN_HERE = Query(
    AnswerRow,
    """
    SELECT c.post_uri, c.state, c.at
    FROM kudos AS k
    JOIN posts AS p ON p.id = k.post_id
    JOIN kudos_consents AS c ON c.post_uri = p.uri AND c.account_id = k.account_id
    WHERE k.account_id = :account AND c.state = 'shown'
    ORDER BY k.post_id DESC
    LIMIT :limit""",
)
_THANKED_ON = Query(
    AccountRow,
    f"""
    SELECT {AccountRow.columns("a")}
    FROM accounts AS a
    WHERE a.domain = :host AND a.id > :after AND a.deleted_at IS NULL
        AND EXISTS (SELECT 1 FROM kudos AS k WHERE k.account_id = a.id)
    ORDER BY a.id
    LIMIT :limit""",
)
_HOSTS = Query(
    str, "SELECT DISTINCT a.domain FROM kudos AS k JOIN accounts AS a ON a.id = k.account_id WHERE a.domain <> ''"
)
_FORGET_POST = Query(None, "DELETE FROM kudos_consents WHERE post_uri = :uri")


def mark(tx: Tx, post: PostId, value: str, thanked: Sequence[AccountId]) -> None:
    """The post thanks these people with a value."""
    tx.run(_MARK, post=post, value=value)
    for account in thanked:
        tx.run(_THANK, post=post, account=account)


def ask(tx: Tx, uri: str, account: AccountId, now: Millis) -> None:
    """Somebody here is asked whether it may stand on their page; an answer that is there stays."""
    tx.run(_ASK, uri=uri, account=account, now=now)


def answer(tx: Tx, uri: str, account: AccountId, state: Consent, now: Millis) -> bool:
    """What somebody says to it; False if they said so before."""
    return tx.run(_ANSWER, uri=uri, account=account, state=state.value, now=now) == 1


def state(tx: Tx, uri: str, account: AccountId) -> Consent | None:
    """What somebody said to it; None if they were never asked."""
    return tx.row(_STATE, uri=uri, account=account)


def of_posts(tx: Tx, posts: Sequence[PostId]) -> list[ThankedRow]:
    """Whom the posts thank."""
    return tx.rows(_OF_POSTS, posts=posts) if posts else []


def of_account(tx: Tx, viewer: AccountId, account: AccountId, state: Consent, before: int, limit: int) -> list[PostId]:
    """Posts that thank somebody, in one state of their consent, as far as the viewer may see them, newest first."""
    found = tx.rows(_OF_ACCOUNT, viewer=viewer, account=account, state=state.value, before=before, limit=limit)
    return [row.post_id for row in found]


def shown_uris(tx: Tx, account: AccountId, limit: int) -> list[str]:
    """Ids of public posts that thank somebody and stand on their page, newest first."""
    return tx.rows(_SHOWN_URIS, account=account, limit=limit)


def answers(tx: Tx, account: AccountId, uris: Sequence[str]) -> list[AnswerRow]:
    """What somebody said to these posts, as far as it is known here."""
    return tx.rows(_ANSWERS, account=account, uris=uris) if uris else []


def shown_here(tx: Tx, account: AccountId, limit: int) -> list[AnswerRow]:
    """Answers that let posts which are here stand on somebody's page."""
    return tx.rows(_SHOWN_HERE, account=account, limit=limit)


def thanked_on(tx: Tx, host: str, after: int, limit: int) -> list[AccountRow]:
    """People of another node whom posts here thank, those with a later id than `after`."""
    return tx.rows(_THANKED_ON, host=host, after=after, limit=limit)


def hosts(tx: Tx) -> list[str]:
    """Other nodes whose people are thanked by posts here."""
    return sorted(tx.rows(_HOSTS))


def forget_post(tx: Tx, uri: str) -> None:
    """A post is gone: nobody says anything to it any more."""
    tx.run(_FORGET_POST, uri=uri)
