"""Keys with which accounts here sign, and with which accounts of elsewhere are believed.

draft-cavage-http-signatures-12 with RSA-2048, what every peer understands.
"""

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from social.errors import NotFound
from storage import keys as rows
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.keys import KeyRow

_BITS = 2048


class KeyPair(msgspec.Struct, frozen=True, kw_only=True):
    """Both halves of a key in PEM: SubjectPublicKeyInfo and PKCS #8."""

    public_pem: str
    private_pem: str


def make_keys() -> KeyPair:
    """A new pair. Takes tenths of a second of CPU: never inside a transaction or the event loop."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return KeyPair(public_pem=public.decode(), private_pem=private.decode())


def signing_key(tx: Tx, account: AccountId) -> tuple[str, str]:
    """Id and private PEM of the key of an account here. Raises NotFound."""
    row = rows.signing(tx, account)
    if row is None:
        raise NotFound("key")
    return row.id, row.private_pem


def verify_key(tx: Tx, key_id: str) -> KeyRow | None:
    """A public key that is known, with its owner's state."""
    return rows.by_id(tx, key_id)


def public_key(tx: Tx, account: AccountId) -> tuple[str, str] | None:
    """Id and public PEM of the key that the account shows."""
    row = rows.public(tx, account)
    return None if row is None else (row.id, row.public_pem)


def store_key(tx: Tx, account: AccountId, key_id: str, public_pem: str, *, now: Millis) -> None:
    """Keep the key of an account of elsewhere; what it had before is forgotten.

    The caller has checked that the account lists the key and that both have one origin. A key of this node stays.
    """
    rows.store(tx, account, key_id, public_pem, None, now)
    rows.drop_others(tx, account, key_id)


def keep_pair(tx: Tx, account: AccountId, key_id: str, keys: KeyPair, *, now: Millis) -> None:
    """Give an account here its key."""
    rows.store(tx, account, key_id, keys.public_pem, keys.private_pem, now)
