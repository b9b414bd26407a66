"""Keys of actors: the public ones of everybody, the private ones of accounts here."""

from collections.abc import Sequence
from enum import StrEnum

from storage.engine.database import Tx
from storage.engine.query import Query, Row
from storage.ids import AccountId, Millis


class Algorithm(StrEnum):
    """What a key signs with: RSA for everybody, Ed25519 for those who take it."""

    RSA = "rsa"
    ED25519 = "ed25519"


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
    algorithm: Algorithm


class PublicRow(Row, frozen=True, kw_only=True):
    """What an actor's document shows of a key. One that is retired signs no more, and what it signed is believed."""

    id: str
    public_pem: str
    algorithm: Algorithm
    retired_at: Millis | None


class SignerRow(Row, frozen=True, kw_only=True):
    """An account here that signs."""

    id: AccountId
    uri: str


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
    SELECT k.id, k.private_pem, k.algorithm
    FROM account_keys AS k
    WHERE k.account_id = :account AND k.private_pem IS NOT NULL AND k.retired_at IS NULL
    ORDER BY k.algorithm DESC, k.id""",
    hot=True,
)
_PUBLIC = Query(
    PublicRow,
    f"""
    SELECT {PublicRow.columns("k")} FROM account_keys AS k
    WHERE k.account_id = :account
    ORDER BY CASE WHEN k.retired_at IS NULL THEN 0 ELSE 1 END, k.algorithm DESC, k.id""",
    hot=True,
)
_STORE = Query(
    None,
    """
    INSERT INTO account_keys (id, account_id, public_pem, private_pem, fetched_at, algorithm)
    VALUES (:id, :account, :public_pem, CAST(:private_pem AS TEXT), :now, :algorithm)
    ON CONFLICT (id) DO UPDATE
    SET account_id = excluded.account_id, public_pem = excluded.public_pem, fetched_at = excluded.fetched_at,
        algorithm = excluded.algorithm
    WHERE account_keys.private_pem IS NULL""",
)
_DROP_OTHERS = Query(
    None, "DELETE FROM account_keys WHERE account_id = :account AND id NOT IN (:ids[]) AND private_pem IS NULL"
)
_RETIRE = Query(
    None,
    """
    UPDATE account_keys SET retired_at = :now
    WHERE account_id = :account AND private_pem IS NOT NULL AND retired_at IS NULL""",
)
_DESTROY = Query(None, "DELETE FROM account_keys WHERE account_id = :account AND private_pem IS NOT NULL")
_PRUNE_RETIRED = Query(None, "DELETE FROM account_keys WHERE private_pem IS NOT NULL AND retired_at < :before")
_WITHOUT = Query(
    SignerRow,
    """
    SELECT a.id, a.uri FROM accounts AS a
    WHERE a.domain = '' AND a.deleted_at IS NULL
        AND EXISTS (SELECT 1 FROM account_keys AS k WHERE k.account_id = a.id AND k.private_pem IS NOT NULL)
        AND NOT EXISTS (
            SELECT 1 FROM account_keys AS k
            WHERE k.account_id = a.id AND k.algorithm = :algorithm AND k.private_pem IS NOT NULL)
    ORDER BY a.id
    LIMIT :limit""",
)
_SIGNERS = Query(
    SignerRow,
    """
    SELECT a.id, a.uri FROM accounts AS a
    WHERE a.domain = '' AND a.deleted_at IS NULL
        AND EXISTS (SELECT 1 FROM account_keys AS k WHERE k.account_id = a.id AND k.private_pem IS NOT NULL)
    ORDER BY a.id""",
)


def by_id(tx: Tx, id: str) -> KeyRow | None:
    """The key with its owner."""
    return tx.row(_BY_ID, id=id)


def signing(tx: Tx, account: AccountId) -> list[SigningRow]:
    """The keys with which an account here signs, RSA first; none for one of elsewhere."""
    return tx.rows(_SIGNING, account=account)


def public(tx: Tx, account: AccountId) -> list[PublicRow]:
    """The keys that the account shows: those in use first, RSA before Ed25519."""
    return tx.rows(_PUBLIC, account=account)


def store(
    tx: Tx,
    account: AccountId,
    id: str,
    public_pem: str,
    private_pem: str | None,
    now: Millis,
    algorithm: Algorithm = Algorithm.RSA,
) -> None:
    """Keep the key. One of this node is never replaced by this."""
    tx.run(
        _STORE,
        account=account,
        id=id,
        public_pem=public_pem,
        private_pem=private_pem,
        now=now,
        algorithm=algorithm.value,
    )


def drop_others(tx: Tx, account: AccountId, ids: Sequence[str]) -> None:
    """Forget the keys that an account of elsewhere had beside these."""
    tx.run(_DROP_OTHERS, account=account, ids=ids)


def retire(tx: Tx, account: AccountId, now: Millis) -> None:
    """Sign with these keys of an account here no longer."""
    tx.run(_RETIRE, account=account, now=now)


def destroy(tx: Tx, account: AccountId) -> None:
    """Forget every key of an account here."""
    tx.run(_DESTROY, account=account)


def prune_retired(tx: Tx, before: Millis) -> int:
    """Forget keys that were retired before; how many."""
    return tx.run(_PRUNE_RETIRED, before=before)


def lacking(tx: Tx, algorithm: Algorithm, limit: int) -> list[SignerRow]:
    """Accounts here that sign, and have no key of this kind."""
    return tx.rows(_WITHOUT, algorithm=algorithm.value, limit=limit)


def signers(tx: Tx) -> list[SignerRow]:
    """Every account here that signs."""
    return tx.rows(_SIGNERS)
