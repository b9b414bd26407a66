"""Who comes to a gathering, who waits for a seat, and since when. One row a person: nobody has two seats."""

from collections.abc import Sequence
from enum import StrEnum

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis, PostId


class State(StrEnum):
    """What is known of somebody's answer. ASKED: they said yes, the organiser's node has not answered yet."""

    ASKED = "asked"
    GOING = "going"
    WAITING = "waiting"
    MAYBE = "maybe"
    NO = "no"
    REFUSED = "refused"


class ParticipationRow(Row, frozen=True, kw_only=True):
    """The answer of one person. `turn` is the place in the queue; `uri` the id of the Join."""

    post_id: PostId
    account_id: AccountId
    state: State
    turn: int
    uri: str
    attended: bool
    asked_at: Millis
    answered_at: Millis


class ParticipantRow(Row, frozen=True, kw_only=True):
    """The answer with the person."""

    participation: ParticipationRow
    account: AccountRow


class MailedRow(Row, frozen=True, kw_only=True):
    """What somebody answered, and what their calendar holds by mail: one more than that version, or 0 for nothing."""

    state: State
    mailed: int


_COLUMNS = ParticipationRow.columns("m")
_OF = Query(
    ParticipationRow,
    f"SELECT {_COLUMNS} FROM participations AS m WHERE m.post_id = :post AND m.account_id = :account",
    hot=True,
)
_BY_URI = Query(
    ParticipationRow, f"SELECT {_COLUMNS} FROM participations AS m WHERE m.uri = :uri AND m.uri <> ''", hot=True
)
_COUNT = Query(int, "SELECT COUNT(*) FROM participations AS m WHERE m.post_id = :post AND m.state = :state", hot=True)
_FIRST_WAITING = Query(
    ParticipationRow,
    f"""
    SELECT {_COLUMNS} FROM participations AS m
    WHERE m.post_id = :post AND m.state = 'waiting'
    ORDER BY m.turn
    LIMIT 1""",
    hot=True,
)
_PEOPLE = Query(
    ParticipantRow,
    f"""
    SELECT {_COLUMNS}, {AccountRow.columns("a")}
    FROM participations AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.post_id = :post AND m.state IN (:states[]) AND a.suspended_at IS NULL AND a.deleted_at IS NULL
    ORDER BY m.turn, m.asked_at, m.account_id
    LIMIT :limit""",
    hot=True,
)
_ELSEWHERE = Query(
    AccountId,
    """
    SELECT m.account_id FROM participations AS m JOIN accounts AS a ON a.id = m.account_id
    WHERE m.post_id = :post AND a.domain <> ''""",
)
_PUT = Query(
    None,
    """
    INSERT INTO participations (post_id, account_id, state, turn, uri, attended, asked_at, answered_at)
    VALUES (:post_id, :account_id, :state, :turn, :uri, :attended, :asked_at, :answered_at)
    ON CONFLICT (post_id, account_id) DO UPDATE
    SET state = :state, turn = :turn, uri = :uri, attended = :attended, asked_at = :asked_at,
        answered_at = :answered_at""",
)
_MAILED = Query(
    MailedRow,
    "SELECT m.state, m.mailed FROM participations AS m WHERE m.post_id = :post AND m.account_id = :account",
    hot=True,
)
_MAIL = Query(None, "UPDATE participations SET mailed = :mailed WHERE post_id = :post AND account_id = :account")
_CAME = Query(
    None,
    """
    UPDATE participations SET attended = CASE WHEN account_id IN (:came[]) THEN 1 ELSE 0 END
    WHERE post_id = :post AND account_id IN (:shown[])""",
)


def of(tx: Tx, post: PostId, account: AccountId) -> ParticipationRow | None:
    """What one person answered."""
    return tx.row(_OF, post=post, account=account)


def by_uri(tx: Tx, uri: str) -> ParticipationRow | None:
    """The answer that a Join brought."""
    return tx.row(_BY_URI, uri=uri)


def count(tx: Tx, post: PostId, state: State) -> int:
    """How many are in a state, as far as is known here."""
    return tx.value(_COUNT, post=post, state=state)


def first_waiting(tx: Tx, post: PostId) -> ParticipationRow | None:
    """Who is next when a seat is free."""
    return tx.row(_FIRST_WAITING, post=post)


def people(tx: Tx, post: PostId, states: Sequence[State], limit: int) -> list[ParticipantRow]:
    """Who is in one of the states, in the order of the queue."""
    return tx.rows(_PEOPLE, post=post, states=states, limit=limit)


def accounts_elsewhere(tx: Tx, post: PostId) -> list[AccountId]:
    """Everybody of another node who answered."""
    return tx.rows(_ELSEWHERE, post=post)


def put(tx: Tx, row: ParticipationRow) -> None:
    """Keep an answer in place of a former one."""
    tx.run(_PUT, **{name: getattr(row, name) for name in ParticipationRow.__struct_fields__})


def came(tx: Tx, post: PostId, shown: Sequence[AccountId], came: Sequence[AccountId]) -> None:
    """Of the people `shown`, those of `came` were there."""
    tx.run(_CAME, post=post, shown=shown, came=came)


def mailed(tx: Tx, post: PostId, account: AccountId) -> MailedRow | None:
    """What the calendar of somebody who answered holds by mail."""
    return tx.row(_MAILED, post=post, account=account)


def mail(tx: Tx, post: PostId, account: AccountId, mailed: int) -> None:
    """Their calendar holds this version by mail now, plus one; 0: nothing."""
    tx.run(_MAIL, post=post, account=account, mailed=mailed)
