"""The rules of the site."""

from collections.abc import Sequence
from typing import NewType

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import Millis

RuleId = NewType("RuleId", int)


class RuleRow(Row, frozen=True, kw_only=True):
    """One rule. `translations`: JSON, language → text and hint."""

    id: RuleId
    position: int
    text: str
    hint: str
    translations: str
    removed_at: Millis | None


_COLUMNS = RuleRow.columns("r")
_ALL = Query(RuleRow, f"SELECT {_COLUMNS} FROM rules AS r WHERE r.removed_at IS NULL ORDER BY r.position, r.id")
_BY_IDS = Query(
    RuleRow, f"SELECT {_COLUMNS} FROM rules AS r WHERE r.id IN (:ids[]) ORDER BY r.position, r.id", hot=True
)
_INSERT = Query(
    RuleId,
    """
    INSERT INTO rules (position, text, hint, translations, created_at)
    VALUES (:position, :text, :hint, :translations, :now)
    RETURNING id""",
)
_CHANGE = Query(
    None,
    """
    UPDATE rules SET position = :position, text = :text, hint = :hint, translations = :translations
    WHERE id = :id AND removed_at IS NULL""",
)
_REMOVE = Query(None, "UPDATE rules SET removed_at = :now WHERE id = :id AND removed_at IS NULL")


def rules(tx: Tx) -> list[RuleRow]:
    """The rules in force, in their order."""
    return tx.rows(_ALL)


def by_ids(tx: Tx, ids: Sequence[RuleId]) -> list[RuleRow]:
    """Rules, also those taken away."""
    return tx.rows(_BY_IDS, ids=ids) if ids else []


def insert(tx: Tx, position: int, text: str, hint: str, translations: str, now: Millis) -> RuleId:
    """Add a rule."""
    return tx.value(_INSERT, position=position, text=text, hint=hint, translations=translations, now=now)


def change(tx: Tx, row: RuleRow) -> bool:
    """Write a rule anew; False if it is not there."""
    return (
        tx.run(_CHANGE, id=row.id, position=row.position, text=row.text, hint=row.hint, translations=row.translations)
        == 1
    )


def remove(tx: Tx, id: RuleId, now: Millis) -> bool:
    """Take a rule away; False if it is not there."""
    return tx.run(_REMOVE, id=id, now=now) == 1
