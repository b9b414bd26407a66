"""Keys with which accounts here sign, and with which accounts of elsewhere are believed.

Each account has two: RSA-2048 for draft-cavage-http-signatures-12, what every peer understands, and Ed25519 for
RFC 9421 between nodes that take it and for proofs (FEP-8b32).
"""

from collections.abc import Sequence

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from social import events
from social.clock import DAY
from social.errors import NotFound
from storage import keys as rows
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.keys import Algorithm, KeyRow, PublicRow, SignerRow, SigningRow

_BITS = 2048
OVERLAP = 2 * DAY
"""How long a key that was replaced as planned is still shown: what it signed may be on the way."""
COMPLETED_AT_ONCE = 200


class KeyPair(msgspec.Struct, frozen=True, kw_only=True):
    """Both halves of an account's keys in PEM: SubjectPublicKeyInfo and PKCS #8."""

    public_pem: str
    private_pem: str
    ed25519_public_pem: str = ""
    ed25519_private_pem: str = ""


def make_keys() -> KeyPair:
    """New keys. Takes tenths of a second of CPU: never inside a transaction or the event loop."""
    public, private = _pems(rsa.generate_private_key(public_exponent=65_537, key_size=_BITS))
    ed25519_public, ed25519_private = make_ed25519()
    return KeyPair(
        public_pem=public,
        private_pem=private,
        ed25519_public_pem=ed25519_public,
        ed25519_private_pem=ed25519_private,
    )


def make_ed25519() -> tuple[str, str]:
    """A new Ed25519 key, public and private, in PEM; some microseconds."""
    return _pems(ed25519.Ed25519PrivateKey.generate())


def signing_keys(tx: Tx, account: AccountId) -> list[SigningRow]:
    """The keys of an account here, RSA first. Raises NotFound."""
    found = rows.signing(tx, account)
    if not found:
        raise NotFound("key")
    return found


def signing_key(tx: Tx, account: AccountId) -> tuple[str, str]:
    """Id and private PEM of the RSA key of an account here. Raises NotFound."""
    row = signing_keys(tx, account)[0]
    return row.id, row.private_pem


def verify_key(tx: Tx, key_id: str) -> KeyRow | None:
    """A public key that is known, with its owner's state."""
    return rows.by_id(tx, key_id)


def public_keys(tx: Tx, account: AccountId) -> list[PublicRow]:
    """The keys that the account shows: those in use first, RSA before Ed25519."""
    return rows.public(tx, account)


def store_keys(tx: Tx, account: AccountId, keys: Sequence[tuple[str, str]], *, now: Millis) -> None:
    """Keep the keys (id, PEM) of an account of elsewhere; what it had beside them is forgotten.

    The caller has checked that the account lists the keys and that all have one origin. A key of this node stays.
    """
    for key_id, public_pem in keys:
        rows.store(tx, account, key_id, public_pem, None, now, _algorithm(public_pem))
    rows.drop_others(tx, account, [key_id for key_id, _ in keys])


def keep_pair(tx: Tx, account: AccountId, key_id: str, keys: KeyPair, *, now: Millis, mark: str = "") -> None:
    """Give an account here its keys. `key_id` is the RSA key's; `mark` tells later keys from the first ones."""
    rows.store(tx, account, key_id + mark, keys.public_pem, keys.private_pem, now)
    if keys.ed25519_private_pem:
        _keep_ed25519(tx, account, key_id, (keys.ed25519_public_pem, keys.ed25519_private_pem), now, mark)


def rotate(tx: Tx, account: AccountId, key_id: str, keys: KeyPair, *, leaked: bool, now: Millis) -> None:
    """Replace the keys of an account here. As planned, what the old ones signed is believed for two days more;
    when they have leaked they are refused at once, here and by every peer that reads the actor anew.
    """
    if leaked:
        rows.destroy(tx, account)
    else:
        rows.retire(tx, account, now)
    keep_pair(tx, account, key_id, keys, now=now, mark=f"-{now}")
    events.append(tx, events.KeysRotated(by=account, leaked=leaked, at=now))


def signers(tx: Tx) -> list[SignerRow]:
    """Every account here that signs, the node itself among them."""
    return rows.signers(tx)


def complete(tx: Tx, *, now: Millis) -> int:
    """Give an Ed25519 key to accounts that were made before there were any, some at a time; how many."""
    lacking = rows.lacking(tx, Algorithm.ED25519, COMPLETED_AT_ONCE)
    for row in lacking:
        _keep_ed25519(tx, row.id, row.uri, make_ed25519(), now, "")
    return len(lacking)


def prune(tx: Tx, *, now: Millis) -> int:
    """Forget keys whose overlap has ended; how many."""
    return rows.prune_retired(tx, Millis(now - OVERLAP))


def _keep_ed25519(tx: Tx, account: AccountId, id: str, pems: tuple[str, str], now: Millis, mark: str) -> None:
    actor = id.partition("#")[0]
    rows.store(tx, account, f"{actor}#ed25519-key{mark}", pems[0], pems[1], now, Algorithm.ED25519)


def _pems(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> tuple[str, str]:
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return public.decode(), private.decode()


def _algorithm(public_pem: str) -> Algorithm:
    # An Ed25519 key in PEM is some 110 characters, the smallest RSA key some 450.
    return Algorithm.ED25519 if len(public_pem) < 200 else Algorithm.RSA
