"""What this node publishes of its people for the group's directory: who, in which state, changed as which number."""

from enum import StrEnum

from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId


class State(StrEnum):
    """Whether somebody is to be found."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    GONE = "gone"


class PublishedRow(Row, frozen=True, kw_only=True):
    """Somebody in the directory. `version` grows with each change of anybody."""

    account_id: AccountId
    uri: str
    state: State
    version: int


_COLUMNS = PublishedRow.columns("d")
_OF = Query(PublishedRow, f"SELECT {_COLUMNS} FROM directory AS d WHERE d.account_id = :account", hot=True)
_SINCE = Query(
    PublishedRow,
    f"SELECT {_COLUMNS} FROM directory AS d WHERE d.version > :since ORDER BY d.version LIMIT :limit",
    hot=True,
)
_VERSION = Query(int, "SELECT COALESCE(MAX(d.version), 0) FROM directory AS d", hot=True)
_PUBLISH = Query(
    None,
    """
    INSERT INTO directory (account_id, uri, state, version) VALUES (:account, :uri, :state, :version)
    ON CONFLICT (account_id) DO UPDATE SET state = excluded.state, version = excluded.version""",
)
_MISSING = Query(
    AccountRow,
    f"""
    SELECT {AccountRow.columns("a")} FROM accounts AS a
    WHERE a.domain = '' AND a.kind <> 'application' AND a.discoverable = 1
        AND a.suspended_at IS NULL AND a.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM directory AS d WHERE d.account_id = a.id)
    ORDER BY a.id LIMIT :limit""",
)
_FOUND_ON = Query(
    str,
    """
    SELECT a.uri FROM accounts AS a
    WHERE a.domain = :host AND a.discoverable = 1 AND a.kind <> 'application' AND a.deleted_at IS NULL""",
)
_HIDE = Query(
    None,
    """
    UPDATE accounts SET discoverable = 0, revision = revision + 1
    WHERE uri = :uri AND domain = :host AND discoverable = 1""",
)
_READ = Query(
    None,
    """
    INSERT INTO peers (host, policy, directory_version, created_at) VALUES (:host, 'unknown', :version, :now)
    ON CONFLICT (host) DO UPDATE SET directory_version = excluded.directory_version""",
)


def of(tx: Tx, account: AccountId) -> PublishedRow | None:
    """What was published of somebody."""
    return tx.row(_OF, account=account)


def since(tx: Tx, version: int, limit: int) -> list[PublishedRow]:
    """Whoever changed after that number, in the order of the changes."""
    return tx.rows(_SINCE, since=version, limit=limit)


def version(tx: Tx) -> int:
    """The number of the last change; 0 before there is one."""
    return tx.value(_VERSION)


def publish(tx: Tx, account: AccountId, uri: str, state: State, number: int) -> None:
    """Somebody is in this state since the change of that number."""
    tx.run(_PUBLISH, account=account, uri=uri, state=state.value, version=number)


def missing(tx: Tx, limit: int) -> list[AccountRow]:
    """People here who want to be found and were never published."""
    return tx.rows(_MISSING, limit=limit)


def found_on(tx: Tx, host: str) -> list[str]:
    """People of another node who are found here."""
    return tx.rows(_FOUND_ON, host=host)


def hide(tx: Tx, uri: str, host: str) -> bool:
    """Let somebody of another node be found no longer; False if they were not."""
    return tx.run(_HIDE, uri=uri, host=host) == 1


def read(tx: Tx, host: str, number: int, now: int) -> None:
    """Another node's directory was read up to that number."""
    tx.run(_READ, host=host, version=number, now=now)
