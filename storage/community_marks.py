"""What moderators did last in a community of elsewhere, in its host's order, by what they did it with."""

from enum import StrEnum

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class Subject(StrEnum):
    """What an act switches on or off."""

    REMOVED = "removed"
    LOCKED = "locked"
    STICKY = "sticky"
    MODERATOR = "moderator"
    BANNED = "banned"
    TOPIC = "topic"
    CHANGED = "changed"
    """of a community of here, by a host of elsewhere: what they changed, and when by their own clock"""


class MarkRow(Row, frozen=True, kw_only=True):
    """The last act of its kind about a post or an account (`about`: its id on the wire). `reason`: of TOPIC, which."""

    community_id: AccountId
    about: str
    subject: Subject
    place: Millis
    is_on: bool
    by_id: AccountId | None = None
    reason: str = ""


_COLUMNS = MarkRow.columns("k")
_ONE = Query(
    MarkRow,
    f"""
    SELECT {_COLUMNS} FROM community_marks AS k
    WHERE k.community_id = :community AND k.about = :about AND k.subject = :subject""",
    hot=True,
)
_ALL = Query(
    MarkRow,
    f"""
    SELECT {_COLUMNS} FROM community_marks AS k
    WHERE k.community_id = :community AND k.about = :about""",
    hot=True,
)
_OF_SUBJECT = Query(
    MarkRow,
    f"""
    SELECT {_COLUMNS} FROM community_marks AS k
    WHERE k.community_id = :community AND k.subject = :subject""",
)
_PUT = Query(
    None,
    """
    INSERT INTO community_marks (community_id, about, subject, place, is_on, by_id, reason)
    VALUES (:community_id, :about, :subject, :place, :is_on, CAST(:by_id AS BIGINT), :reason)
    ON CONFLICT (community_id, about, subject) DO UPDATE
    SET place = excluded.place, is_on = excluded.is_on, by_id = excluded.by_id, reason = excluded.reason
    WHERE community_marks.place <= excluded.place""",
)


def one(tx: Tx, community: AccountId, about: str, subject: Subject) -> MarkRow | None:
    """What was done last."""
    return tx.row(_ONE, community=community, about=about, subject=subject)


def about(tx: Tx, community: AccountId, uri: str) -> list[MarkRow]:
    """What was done last of each kind."""
    return tx.rows(_ALL, community=community, about=uri)


def of_subject(tx: Tx, community: AccountId, subject: Subject) -> list[MarkRow]:
    """What was done last of one kind, about whatever."""
    return tx.rows(_OF_SUBJECT, community=community, subject=subject)


def put(tx: Tx, row: MarkRow) -> bool:
    """Note what was done; False if something later is known."""
    return tx.run(_PUT, **{name: getattr(row, name) for name in MarkRow.__struct_fields__}) == 1
