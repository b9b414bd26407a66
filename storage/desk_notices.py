"""What the desk has told to people here, and what became of what was to be published by itself.

`subject` begins with the id of what it is about: of a piece, or of a post that waits for its time.
"""

from collections.abc import Mapping, Sequence

from storage.desk import PieceId
from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, Millis, ScheduledId
from storage.notifications import Kind
from storage.telling import WrittenRow, told_sql

_CAUSE = """
    SELECT t.id AS to_id, COALESCE(
            (SELECT f.id FROM accounts AS f WHERE f.uri = :sender AND f.deleted_at IS NULL),
            (SELECT h.id FROM accounts AS h WHERE h.domain = :host AND h.kind = 'application' AND h.domain <> ''
                ORDER BY h.id LIMIT 1),
            (SELECT i.id FROM accounts AS i WHERE i.domain = '' AND i.username_key = :node)) AS from_id,
        CAST(NULL AS BIGINT) AS post_id, CAST(:subject AS TEXT) AS subject
    FROM accounts AS t
    WHERE t.uri IN (:to[]) AND t.domain = ''"""


def _telling(kind: Kind) -> Query[WrittenRow]:
    return Query(WrittenRow, told_sql(kind, _CAUSE))


_REVIEW = _telling(Kind.DESK_REVIEW)
_APPROVED = _telling(Kind.DESK_APPROVED)
_CHANGES = _telling(Kind.DESK_CHANGES)
_COMMENT = _telling(Kind.DESK_COMMENT)
_SHARED = _telling(Kind.DESK_SHARED)
_BESIDE = _telling(Kind.DESK_BESIDE)
_CORRECTED = _telling(Kind.DESK_CORRECTED)
_OF_KIND: Mapping[Kind, Query[WrittenRow]] = {
    Kind.DESK_REVIEW: _REVIEW,
    Kind.DESK_APPROVED: _APPROVED,
    Kind.DESK_CHANGES: _CHANGES,
    Kind.DESK_COMMENT: _COMMENT,
    Kind.DESK_SHARED: _SHARED,
    Kind.DESK_BESIDE: _BESIDE,
    Kind.DESK_CORRECTED: _CORRECTED,
}
_FAILED = Query(
    WrittenRow,
    """
    INSERT INTO notifications (account_id, kind, from_id, post_id, subject, created_at, group_key)
    SELECT s.account_id, 'scheduled.failed', n.id, NULL, CAST(:subject AS TEXT), CAST(:at AS BIGINT), ''
    FROM scheduled_posts AS s JOIN accounts AS n ON n.domain = '' AND n.username_key = :node
    WHERE s.id = :scheduled AND s.error <> ''
    ON CONFLICT (account_id, kind, from_id, subject) DO NOTHING
    RETURNING id, account_id, filtered""",
)

_DROP = Query(
    None,
    """
    DELETE FROM notifications
    WHERE account_id IN (SELECT t.id FROM accounts AS t WHERE t.uri IN (:of[]) AND t.domain = '')
        AND kind LIKE 'desk.%' AND subject LIKE CAST(:piece AS TEXT) || ':%'""",
)
_DROP_FAILED = Query(
    None,
    """
    DELETE FROM notifications
    WHERE account_id = :account AND kind = 'scheduled.failed' AND subject LIKE CAST(:scheduled AS TEXT) || ':%'""",
)


def tell(
    tx: Tx, kind: Kind, to: Sequence[str], sender: tuple[str, str], subject: str, node: str, now: Millis
) -> list[WrittenRow]:
    """Tell those of the actors `to` who live here. `sender`: whose act it is, and their node (empty: here).

    Somebody who is not known here speaks through their node, or through this one, whose actor is `node`.
    """
    uri, host = sender
    query = _OF_KIND[kind]
    return tx.rows(query, to=to, sender=uri, host=host, node=node, subject=subject, at=now, now=now) if to else []


def failed(tx: Tx, scheduled: ScheduledId, subject: str, node: str, at: Millis) -> list[WrittenRow]:
    """Tell the author of what waited that it could not be published; it comes from the node's own actor."""
    return tx.rows(_FAILED, scheduled=scheduled, subject=subject, node=node, at=at)


def drop(tx: Tx, piece: PieceId, of: Sequence[str]) -> None:
    """These actors have no part in a piece any more: what they were told of it goes."""
    if of:
        tx.run(_DROP, piece=piece, of=of)


def drop_failed(tx: Tx, account: AccountId, scheduled: ScheduledId) -> None:
    """What was not published has another time, or is gone."""
    tx.run(_DROP_FAILED, account=account, scheduled=scheduled)
