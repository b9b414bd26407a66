"""Requests to come into a community, passed on to those who moderate it from another node.

One row for each of them: at the node that keeps the community what it passed on, at theirs what they were sent. It goes
when the request is decided or withdrawn, or when they moderate no more: whoever keeps the community says so.
"""

from enum import StrEnum

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class Answer(StrEnum):
    """What a moderator answers, until the node that keeps the community has decided."""

    NONE = ""
    ACCEPT = "accept"
    REFUSE = "refuse"


class PassedRow(Row, frozen=True, kw_only=True):
    """`account_id` asks, `moderator_id` is told so. `follow_uri`: the request itself, which may be made anew."""

    uri: str
    community_id: AccountId
    account_id: AccountId
    moderator_id: AccountId
    follow_uri: str
    reason: str = ""
    answer: Answer = Answer.NONE
    created_at: Millis


class OpenRow(Row, frozen=True, kw_only=True):
    """Somebody who asks, and their request."""

    account_id: AccountId
    uri: str
    reason: str
    follow_uri: str


class AskingRow(Row, frozen=True, kw_only=True):
    """What was passed on to somebody, with who asks."""

    passed: PassedRow
    account: AccountRow


_COLUMNS = PassedRow.columns("r")
_BY_URI = Query(PassedRow, f"SELECT {_COLUMNS} FROM passed_requests AS r WHERE r.uri = :uri", hot=True)
_OF = Query(
    PassedRow, f"SELECT {_COLUMNS} FROM passed_requests AS r WHERE r.community_id = :community ORDER BY r.uri", hot=True
)
_FOR = Query(
    AskingRow,
    f"""
    SELECT {_COLUMNS}, {AccountRow.columns("a")}
    FROM passed_requests AS r JOIN accounts AS a ON a.id = r.account_id
    WHERE r.community_id = :community AND r.moderator_id = :moderator
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY r.created_at, r.uri
    LIMIT :limit""",
    hot=True,
)
_COUNT = Query(
    int,
    "SELECT COUNT(*) FROM passed_requests AS r WHERE r.community_id = :community AND r.moderator_id = :moderator",
    hot=True,
)
_OPEN = Query(
    OpenRow,
    """
    SELECT m.account_id, a.uri, m.reason, f.uri AS follow_uri
    FROM memberships AS m
    JOIN accounts AS a ON a.id = m.account_id
    JOIN follows AS f ON f.follower_id = m.account_id AND f.followee_id = m.community_id
    WHERE m.community_id = :community AND m.state = 'asked' AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY m.created_at, m.account_id
    LIMIT :limit""",
    hot=True,
)
_INSERT = Query(
    None,
    """
    INSERT INTO passed_requests (
        uri, community_id, account_id, moderator_id, follow_uri, reason, answer, created_at)
    VALUES (:uri, :community_id, :account_id, :moderator_id, :follow_uri, :reason, :answer, :created_at)
    ON CONFLICT (uri) DO NOTHING""",
)
_ANSWER = Query(None, "UPDATE passed_requests SET answer = :answer WHERE uri = :uri AND answer = ''")
_DROP = Query(None, "DELETE FROM passed_requests WHERE uri = :uri AND community_id = :community")
_FORGET = Query(
    None,
    """
    DELETE FROM passed_requests
    WHERE community_id IN (SELECT a.id FROM accounts AS a WHERE a.id = :community AND a.domain <> '')""",
)
_KEPT_WITH = Query(
    AccountId,
    """
    SELECT DISTINCT r.community_id
    FROM passed_requests AS r JOIN accounts AS g ON g.id = r.community_id
    WHERE (r.account_id = :account OR r.moderator_id = :account) AND g.domain = ''""",
)


def by_uri(tx: Tx, uri: str) -> PassedRow | None:
    """The one of that id on the wire."""
    return tx.row(_BY_URI, uri=uri)


def of(tx: Tx, community: AccountId) -> list[PassedRow]:
    """All that was passed on of a community."""
    return tx.rows(_OF, community=community)


def sent_to(tx: Tx, community: AccountId, moderator: AccountId, limit: int) -> list[AskingRow]:
    """What somebody was sent, the first to ask first."""
    return tx.rows(_FOR, community=community, moderator=moderator, limit=limit)


def count(tx: Tx, community: AccountId, moderator: AccountId) -> int:
    """How many that are."""
    return tx.value(_COUNT, community=community, moderator=moderator)


def open_requests(tx: Tx, community: AccountId, limit: int) -> list[OpenRow]:
    """Who asks to come into a community, the first first."""
    return tx.rows(_OPEN, community=community, limit=limit)


def insert(tx: Tx, row: PassedRow) -> bool:
    """Keep it; False if it was."""
    return tx.run(_INSERT, **{name: getattr(row, name) for name in PassedRow.__struct_fields__}) == 1


def answer(tx: Tx, uri: str, said: Answer) -> bool:
    """Keep what is answered; False if something was."""
    return tx.run(_ANSWER, uri=uri, answer=said) == 1


def drop(tx: Tx, community: AccountId, uri: str) -> bool:
    """Nobody waits for an answer any more; False if that was known."""
    return tx.run(_DROP, community=community, uri=uri) == 1


def forget(tx: Tx, community: AccountId) -> None:
    """A community of elsewhere goes on as another one: nobody decides there any more. One of here takes back itself."""
    tx.run(_FORGET, community=community)


def kept_with(tx: Tx, account: AccountId) -> list[AccountId]:
    """The communities of here of which requests by somebody, or to them, were passed on."""
    return tx.rows(_KEPT_WITH, account=account)
