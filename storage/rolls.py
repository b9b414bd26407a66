"""Roll calls of this site with who answered, and the numbers that other sites told of theirs."""

from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis
from storage.notifications import Kind
from storage.telling import WrittenRow

RollId = NewType("RollId", int)


class RollRow(Row, frozen=True, kw_only=True):
    """A roll call. `ended_at` None: it is going on."""

    id: RollId
    title: str
    begun_by: AccountId
    begun_at: Millis
    ended_at: Millis | None


class RollCountRow(Row, frozen=True, kw_only=True):
    """A roll call in numbers. `host` is empty for this site's own."""

    host: str
    roll: str
    title: str
    begun_at: Millis
    ended_at: Millis | None
    people: int
    safe: int
    help: int
    at: Millis

    @property
    def missing(self) -> int:
        """Who has not been heard of."""
        return max(0, self.people - self.safe - self.help)


class CalledRow(Row, frozen=True, kw_only=True):
    """Somebody of this site, and what is known of them: `state` is `safe`, `help` or empty."""

    account_id: AccountId
    username: str
    display_name: str
    job: str
    state: str
    at: Millis | None
    noted_by: AccountId | None


_IS_CALLED = """a.domain = '' AND a.deleted_at IS NULL AND a.suspended_at IS NULL AND u.disabled_at IS NULL"""
_COLUMNS = RollRow.columns("r")
_INSERT = Query(
    None,
    """
    INSERT INTO roll_calls (id, title, begun_by, begun_at) VALUES (:id, :title, :by, :now) ON CONFLICT DO NOTHING""",
)
_OPEN = Query(RollRow, f"SELECT {_COLUMNS} FROM roll_calls AS r WHERE r.ended_at IS NULL ORDER BY r.id DESC LIMIT 1")
_LATEST = Query(RollRow, f"SELECT {_COLUMNS} FROM roll_calls AS r ORDER BY r.id DESC LIMIT 1")
_END = Query(None, "UPDATE roll_calls SET ended_at = :now WHERE id = :id AND ended_at IS NULL")
_ANSWER = Query(
    None,
    """
    INSERT INTO roll_answers (roll_id, account_id, state, noted_by, at) VALUES (:roll, :account, :state, :by, :now)
    ON CONFLICT (roll_id, account_id) DO UPDATE SET state = :state, noted_by = :by, at = :now
    WHERE roll_answers.state <> :state""",
)
_STATE = Query(str, "SELECT state FROM roll_answers WHERE roll_id = :roll AND account_id = :account")
_IS_HERE = Query(
    int,
    f"SELECT COUNT(*) FROM users AS u JOIN accounts AS a ON a.id = u.account_id WHERE {_IS_CALLED} AND a.id = :account",
)
_CALLED = Query(
    CalledRow,
    f"""
    SELECT a.id AS account_id, a.username, a.display_name, a.job, COALESCE(w.state, '') AS state, w.at, w.noted_by
    FROM users AS u
    JOIN accounts AS a ON a.id = u.account_id
    LEFT JOIN roll_answers AS w ON w.account_id = a.id AND w.roll_id = :roll
    WHERE {_IS_CALLED}
    ORDER BY CASE COALESCE(w.state, '') WHEN 'help' THEN 0 WHEN '' THEN 1 ELSE 2 END, a.search_name, a.id""",
)
_COUNT = Query(
    RollCountRow,
    f"""
    SELECT '' AS host, CAST(r.id AS TEXT) AS roll, r.title, r.begun_at, r.ended_at, COUNT(p.id) AS people,
        COUNT(CASE WHEN w.state = 'safe' THEN 1 END) AS safe, COUNT(CASE WHEN w.state = 'help' THEN 1 END) AS help,
        CAST(:now AS BIGINT) AS at
    FROM roll_calls AS r
    LEFT JOIN (SELECT a.id FROM users AS u JOIN accounts AS a ON a.id = u.account_id WHERE {_IS_CALLED}) AS p ON 1 = 1
    LEFT JOIN roll_answers AS w ON w.roll_id = r.id AND w.account_id = p.id
    WHERE r.id = :roll
    GROUP BY r.id, r.title, r.begun_at, r.ended_at""",
)
# Of this nobody is spared by what they wanted to hear of before: nothing is filtered, and no policy asked.
_CALL = Query(
    WrittenRow,
    f"""
    INSERT INTO notifications (account_id, kind, from_id, post_id, subject, created_at, group_key, filtered)
    SELECT a.id, '{Kind.ROLL_CALL}', CAST(:by AS BIGINT), NULL, CAST(:subject AS TEXT), CAST(:now AS BIGINT), '', 0
    FROM users AS u JOIN accounts AS a ON a.id = u.account_id
    WHERE {_IS_CALLED} AND a.id <> :by
    ON CONFLICT (account_id, kind, from_id, subject) DO NOTHING
    RETURNING id, account_id, filtered""",
)
_TAKE = Query(
    None,
    """
    INSERT INTO roll_counts (host, roll, title, begun_at, ended_at, people, safe, help, at)
    VALUES (:host, :roll, :title, :begun_at, CAST(:ended_at AS BIGINT), :people, :safe, :help, :at)
    ON CONFLICT (host, roll) DO UPDATE
    SET title = :title, ended_at = CAST(:ended_at AS BIGINT), people = :people, safe = :safe, help = :help, at = :at
    WHERE roll_counts.at < :at""",
)
_OTHERS = Query(
    RollCountRow,
    f"""
    SELECT {RollCountRow.columns("n")} FROM roll_counts AS n
    WHERE n.begun_at > :since ORDER BY n.begun_at DESC, n.host LIMIT 100""",
)


def insert(tx: Tx, id: RollId, title: str, by: AccountId, now: Millis) -> bool:
    """Begin one; False if its id is taken."""
    return tx.run(_INSERT, id=id, title=title, by=by, now=now) == 1


def call(tx: Tx, id: RollId, by: AccountId, now: Millis) -> list[WrittenRow]:
    """A notification for everybody of the site but who begins it."""
    return tx.rows(_CALL, by=by, subject=f"roll:{id}", now=now)


def going_on(tx: Tx) -> RollRow | None:
    """The one that is going on."""
    return tx.row(_OPEN)


def latest(tx: Tx) -> RollRow | None:
    """The last one."""
    return tx.row(_LATEST)


def end(tx: Tx, id: RollId, now: Millis) -> bool:
    """End it; False if it has ended."""
    return tx.run(_END, id=id, now=now) == 1


def answer(tx: Tx, id: RollId, account: AccountId, state: str, by: AccountId, now: Millis) -> bool:
    """Somebody is heard of; False if nothing is new."""
    return tx.run(_ANSWER, roll=id, account=account, state=state, by=by, now=now) == 1


def state_of(tx: Tx, id: RollId, account: AccountId) -> str:
    """What is known of somebody; empty for nothing."""
    return tx.row(_STATE, roll=id, account=account) or ""


def is_called(tx: Tx, account: AccountId) -> bool:
    """Whether the site has to know of them."""
    return tx.value(_IS_HERE, account=account) == 1


def called(tx: Tx, id: RollId) -> list[CalledRow]:
    """Everybody of the site: who needs help, of whom nothing is known, who is safe."""
    return tx.rows(_CALLED, roll=id)


def count(tx: Tx, id: RollId, now: Millis) -> RollCountRow | None:
    """One in numbers."""
    return tx.row(_COUNT, roll=id, now=now)


def take(tx: Tx, row: RollCountRow) -> bool:
    """Keep what another site says; False for what is no newer."""
    return tx.run(_TAKE, **{name: getattr(row, name) for name in row.__struct_fields__}) == 1


def others(tx: Tx, since: Millis) -> list[RollCountRow]:
    """What other sites said of theirs that began since then."""
    return tx.rows(_OTHERS, since=since)
