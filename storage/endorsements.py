"""Whom somebody puts forward on their page, and what they note of others for themselves."""

from typing import NamedTuple, NewType

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import AccountId, Millis
from storage.relations import Bounds, RelatedRow

EndorsementId = NewType("EndorsementId", int)


class _Pages(NamedTuple):
    down: Query[RelatedRow]
    up: Query[RelatedRow]


_ENDORSED = f"""
    SELECT e.id AS relation, {AccountRow.columns("a")}
    FROM endorsements AS e JOIN accounts AS a ON a.id = e.target_id
    WHERE e.account_id = :account AND e.id < :before AND e.id > :floor
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.is_hidden = 0"""
_PAGES = _Pages(
    Query(RelatedRow, f"{_ENDORSED} ORDER BY e.id DESC LIMIT :limit", hot=True),
    Query(RelatedRow, f"{_ENDORSED} ORDER BY e.id ASC LIMIT :limit", hot=True),
)
_ENDORSE = Query(
    None,
    """
    INSERT INTO endorsements (id, account_id, target_id, created_at) VALUES (:id, :account, :target, :now)
    ON CONFLICT (account_id, target_id) DO NOTHING""",
)
_UNENDORSE = Query(None, "DELETE FROM endorsements WHERE account_id = :account AND target_id = :target")
_NOTE = Query(
    None,
    """
    INSERT INTO account_notes (account_id, target_id, comment) VALUES (:account, :target, :comment)
    ON CONFLICT (account_id, target_id) DO UPDATE SET comment = excluded.comment""",
)
_UNNOTE = Query(None, "DELETE FROM account_notes WHERE account_id = :account AND target_id = :target")


def page(tx: Tx, account: AccountId, bounds: Bounds) -> list[RelatedRow]:
    """Whom somebody puts forward, latest first."""
    query = _PAGES.up if bounds.up else _PAGES.down
    found = tx.rows(query, account=account, before=bounds.before, floor=bounds.floor, limit=bounds.limit)
    return found[::-1] if bounds.up else found


def endorse(tx: Tx, id: EndorsementId, account: AccountId, target: AccountId, now: Millis) -> bool:
    """Put somebody forward; False if they were."""
    return tx.run(_ENDORSE, id=id, account=account, target=target, now=now) == 1


def unendorse(tx: Tx, account: AccountId, target: AccountId) -> bool:
    """Put somebody forward no longer; False if they were not."""
    return tx.run(_UNENDORSE, account=account, target=target) == 1


def note(tx: Tx, account: AccountId, target: AccountId, comment: str) -> None:
    """Keep a note of somebody; an empty one removes it."""
    if comment:
        tx.run(_NOTE, account=account, target=target, comment=comment)
    else:
        tx.run(_UNNOTE, account=account, target=target)
