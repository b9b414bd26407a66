"""The pulse: the question of each week, how many chose each face, and what the entities of the group counted.

An answer is a number that grows by one: no row says who gave which. Who answered is a row until the round closes.
"""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class RoundRow(Row, frozen=True, kw_only=True):
    """The question of a week."""

    week: str
    question: str
    opens_at: Millis
    closes_at: Millis
    closed_at: Millis | None


class CountRow(Row, frozen=True, kw_only=True):
    """How many chose a face, 1 (bad) to 5 (good)."""

    face: int
    answers: int


class TallyRow(Row, frozen=True, kw_only=True):
    """What an entity counted: `counts` five numbers parted by spaces, or empty for too few answers."""

    week: str
    entity: str
    question: str
    counts: str
    statement: str


_ROUND = Query(RoundRow, f"SELECT {RoundRow.columns('r')} FROM pulse_rounds AS r WHERE r.week = :week", hot=True)
_OPEN = Query(
    None,
    """
    INSERT INTO pulse_rounds (week, question, opens_at, closes_at) VALUES (:week, :question, :opens, :closes)
    ON CONFLICT (week) DO NOTHING""",
)
_DUE = Query(
    RoundRow,
    f"""
    SELECT {RoundRow.columns("r")} FROM pulse_rounds AS r
    WHERE r.closed_at IS NULL AND r.closes_at <= :now ORDER BY r.week""",
)
_CLOSED = Query(
    RoundRow,
    f"""
    SELECT {RoundRow.columns("r")} FROM pulse_rounds AS r
    WHERE r.closed_at IS NOT NULL ORDER BY r.week DESC LIMIT :limit""",
)
_CLOSE = Query(None, "UPDATE pulse_rounds SET closed_at = :now WHERE week = :week AND closed_at IS NULL")
_HAS = Query(int, "SELECT COUNT(*) FROM pulse_answered AS d WHERE d.week = :week AND d.account_id = :account", hot=True)
_COME = Query(
    None,
    """
    INSERT INTO pulse_answered (week, account_id) VALUES (:week, :account)
    ON CONFLICT (week, account_id) DO NOTHING""",
)
_COUNT = Query(
    None,
    """
    INSERT INTO pulse_counts (week, face, answers) VALUES (:week, :face, 1)
    ON CONFLICT (week, face) DO UPDATE SET answers = pulse_counts.answers + 1""",
)
_COUNTS = Query(
    CountRow,
    f"SELECT {CountRow.columns('c')} FROM pulse_counts AS c WHERE c.week = :week ORDER BY c.face",
)
_FORGET_PEOPLE = Query(None, "DELETE FROM pulse_answered WHERE week = :week")
_FORGET_COUNTS = Query(None, "DELETE FROM pulse_counts WHERE week = :week")
_KEEP = Query(
    None,
    """
    INSERT INTO pulse_tallies (week, entity, question, counts, statement, taken_at)
    VALUES (:week, :entity, :question, :counts, :statement, :now)
    ON CONFLICT (week, entity) DO NOTHING""",
)
_TALLIES = Query(
    TallyRow,
    f"""
    SELECT {TallyRow.columns("t")} FROM pulse_tallies AS t
    WHERE t.week IN (:weeks[]) ORDER BY t.week DESC, t.entity""",
)
_TALLY = Query(
    TallyRow, f"SELECT {TallyRow.columns('t')} FROM pulse_tallies AS t WHERE t.week = :week AND t.entity = :entity"
)


def round_of(tx: Tx, week: str) -> RoundRow | None:
    """The question of a week, if it was opened here."""
    return tx.row(_ROUND, week=week)


def open_round(tx: Tx, week: str, question: str, opens: Millis, closes: Millis) -> bool:
    """Open the question of a week; False if it is."""
    return tx.run(_OPEN, week=week, question=question, opens=opens, closes=closes) == 1


def due(tx: Tx, now: Millis) -> list[RoundRow]:
    """Those whose time is over and that are not closed."""
    return tx.rows(_DUE, now=now)


def closed(tx: Tx, limit: int) -> list[RoundRow]:
    """The last ones that are closed, the latest first."""
    return tx.rows(_CLOSED, limit=limit)


def close(tx: Tx, week: str, now: Millis) -> bool:
    """No more answers; False if it is closed."""
    return tx.run(_CLOSE, week=week, now=now) == 1


def has_answered(tx: Tx, week: str, account: AccountId) -> bool:
    """Whether somebody answered, while it is open."""
    return tx.value(_HAS, week=week, account=account) > 0


def answer(tx: Tx, week: str, account: AccountId, face: int) -> bool:
    """Somebody answers: two rows that nothing ties together. False, and nothing is counted, if they did before."""
    if tx.run(_COME, week=week, account=account) == 0:
        return False
    tx.run(_COUNT, week=week, face=face)
    return True


def counts(tx: Tx, week: str) -> dict[int, int]:
    """How many chose each face."""
    return {row.face: row.answers for row in tx.rows(_COUNTS, week=week)}


def forget(tx: Tx, week: str) -> None:
    """Who answered, and what was counted, is forgotten: the signed tally stays."""
    tx.run(_FORGET_PEOPLE, week=week)
    tx.run(_FORGET_COUNTS, week=week)


def keep(tx: Tx, tally: TallyRow, now: Millis) -> bool:
    """Keep what an entity counted; False if it is here: the first word counts."""
    return (
        tx.run(
            _KEEP,
            week=tally.week,
            entity=tally.entity,
            question=tally.question,
            counts=tally.counts,
            statement=tally.statement,
            now=now,
        )
        == 1
    )


def tallies(tx: Tx, weeks: list[str]) -> list[TallyRow]:
    """What the entities counted in these weeks."""
    return tx.rows(_TALLIES, weeks=weeks) if weeks else []


def tally(tx: Tx, week: str, entity: str) -> TallyRow | None:
    """What one entity counted."""
    return tx.row(_TALLY, week=week, entity=entity)
