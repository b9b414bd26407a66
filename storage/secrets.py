"""What only the node itself knows: secrets by name, made by the migration, the same for all its processes."""

from storage.engine.database import Tx
from storage.engine.query import Query
from storage.ids import new_token

_FIND = Query(str, "SELECT s.value FROM secrets AS s WHERE s.name = :name", hot=True)
_KEEP = Query(None, "INSERT INTO secrets (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING")


def secret(tx: Tx, name: str) -> str | None:
    """The secret of that name, or None where it was lost."""
    return tx.row(_FIND, name=name)


def made(tx: Tx, name: str) -> str:
    """The secret of that name, made if it is not there."""
    tx.run(_KEEP, name=name, value=new_token())
    return tx.value(_FIND, name=name)
