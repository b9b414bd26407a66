"""What people are beside their role: managers, and who may call an announcement urgent."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId


class HolderRow(Row, frozen=True, kw_only=True):
    """Somebody and what they are."""

    account_id: AccountId
    username: str
    display_name: str
    office: str


_GIVE = Query(None, "INSERT INTO offices (account_id, office) VALUES (:account, :office) ON CONFLICT DO NOTHING")
_TAKE = Query(None, "DELETE FROM offices WHERE account_id = :account AND office = :office")
_HOLDS = Query(int, "SELECT COUNT(*) FROM offices WHERE account_id = :account AND office = :office")
_HOLDERS = Query(
    HolderRow,
    """
    SELECT o.account_id, a.username, a.display_name, o.office
    FROM offices AS o JOIN accounts AS a ON a.id = o.account_id
    ORDER BY o.office, a.search_name, a.id""",
)


def give(tx: Tx, account: AccountId, office: str) -> bool:
    """Make them one; False if they are."""
    return tx.run(_GIVE, account=account, office=office) == 1


def take(tx: Tx, account: AccountId, office: str) -> bool:
    """They are it no longer; False if they were not."""
    return tx.run(_TAKE, account=account, office=office) == 1


def holds(tx: Tx, account: AccountId, office: str) -> bool:
    """Whether they are it."""
    return tx.value(_HOLDS, account=account, office=office) == 1


def holders(tx: Tx) -> list[HolderRow]:
    """Everybody who is something."""
    return tx.rows(_HOLDERS)
