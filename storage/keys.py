"""Keys of actors: the public ones of everybody, the private ones of accounts here."""

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class KeyRow(Row, frozen=True, kw_only=True):
    """A public key with what must be known of its owner before a signature is believed."""

    id: str
    account_id: AccountId
    public_pem: str
    fetched_at: Millis
    owner_uri: str
    owner_domain: str
    is_suspended: bool
    is_deleted: bool


class SigningRow(Row, frozen=True, kw_only=True):
    """A key that this node signs with."""

    id: str
    private_pem: str


class PublicRow(Row, frozen=True, kw_only=True):
    """What an actor's document shows of its key."""

    id: str
    public_pem: str


_BY_ID = Query(
    KeyRow,
    """
    SELECT k.id, k.account_id, k.public_pem, k.fetched_at, a.uri AS owner_uri, a.domain AS owner_domain,
        CASE WHEN a.suspended_at IS NULL THEN 0 ELSE 1 END AS is_suspended,
        CASE WHEN a.deleted_at IS NULL THEN 0 ELSE 1 END AS is_deleted
    FROM account_keys AS k JOIN accounts AS a ON a.id = k.account_id
    WHERE k.id = :id""",
    hot=True,
)
_SIGNING = Query(
    SigningRow,
    """
    SELECT k.id, k.private_pem
    FROM account_keys AS k
    WHERE k.account_id = :account AND k.private_pem IS NOT NULL
    ORDER BY k.id
    LIMIT 1""",
    hot=True,
)
_PUBLIC = Query(
    PublicRow,
    "SELECT k.id, k.public_pem FROM account_keys AS k WHERE k.account_id = :account ORDER BY k.id LIMIT 1",
    hot=True,
)
_STORE = Query(
    None,
    """
    INSERT INTO account_keys (id, account_id, public_pem, private_pem, fetched_at)
    VALUES (:id, :account, :public_pem, CAST(:private_pem AS TEXT), :now)
    ON CONFLICT (id) DO UPDATE
    SET account_id = excluded.account_id, public_pem = excluded.public_pem, fetched_at = excluded.fetched_at
    WHERE account_keys.private_pem IS NULL""",
)
_DROP_OTHERS = Query(None, "DELETE FROM account_keys WHERE account_id = :account AND id <> :id AND private_pem IS NULL")


def by_id(tx: Tx, id: str) -> KeyRow | None:
    """The key with its owner."""
    return tx.row(_BY_ID, id=id)


def signing(tx: Tx, account: AccountId) -> SigningRow | None:
    """The key of an account here; None for one of elsewhere."""
    return tx.row(_SIGNING, account=account)


def public(tx: Tx, account: AccountId) -> PublicRow | None:
    """The key that the account shows."""
    return tx.row(_PUBLIC, account=account)


def store(tx: Tx, account: AccountId, id: str, public_pem: str, private_pem: str | None, now: Millis) -> None:
    """Keep the key. One of this node is never replaced by this."""
    tx.run(_STORE, account=account, id=id, public_pem=public_pem, private_pem=private_pem, now=now)


def drop_others(tx: Tx, account: AccountId, id: str) -> None:
    """Forget the keys that an account of elsewhere had before `id`."""
    tx.run(_DROP_OTHERS, account=account, id=id)
