"""Keys of actors, RSA and Ed25519: made, written and read as PEM.

Whose key it is stands beside it: a signature proves a key, and only `owner` says which actor that is.
"""

from collections.abc import Sequence
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa

from storage.keys import Algorithm, SigningRow

SMALLEST_KEY = 2048
LARGEST_KEY = 8192
# A verification costs as many squarings as the exponent has bits; 65537 is what everybody uses.
LARGEST_EXPONENT = 2**32
MAX_PEM = 8 * 1024

_PUBLIC_HEADS = ("-----BEGIN PUBLIC KEY-----", "-----BEGIN RSA PUBLIC KEY-----")
_PRIVATE_HEADS = ("-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----")


class BadKey(ValueError):
    """A PEM that holds no key we use. The text says why, for the log."""


class SigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """A private key of our own and the id under which its public half is published (`<actor>#main-key`).

    `ed25519` is the same actor's other key, for nodes that take it.
    """

    id: str
    private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey
    ed25519: "SigningKey | None" = None

    def sign(self, message: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256, or Ed25519, over the message."""
        if isinstance(self.private, ed25519.Ed25519PrivateKey):
            return self.private.sign(message)
        return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())


class VerifyKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key, its id, and the id of the actor that lists it."""

    id: str
    owner: str
    public: rsa.RSAPublicKey | ed25519.Ed25519PublicKey

    @property
    def is_ed25519(self) -> bool:
        """Whether it is no RSA key."""
        return isinstance(self.public, ed25519.Ed25519PublicKey)

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over the message, by the key's own algorithm."""
        try:
            if isinstance(self.public, ed25519.Ed25519PublicKey):
                self.public.verify(signature, message)
            else:
                self.public.verify(signature, message, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


def generate() -> str:
    """A new RSA-2048 private key, as PKCS#8 PEM."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def public_pem(private_pem: str) -> str:
    """The public half of a private key, as SPKI PEM: what an actor publishes. Raises BadKey."""
    return (
        _private(private_pem)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode("ascii")
    )


def signing_key(id: str, private_pem: str) -> SigningKey:
    """A key to sign with, from its PEM (PKCS#8 or PKCS#1). Raises BadKey."""
    return SigningKey(id=id, private=_private(private_pem))


def key_of(rows: Sequence[SigningRow]) -> SigningKey:
    """The keys of an account here as one: the RSA key, with the Ed25519 key if there is one. Raises BadKey."""
    made = {row.algorithm: signing_key(row.id, row.private_pem) for row in rows}
    if Algorithm.RSA not in made:
        raise BadKey("an actor without an RSA key")
    return msgspec.structs.replace(made[Algorithm.RSA], ed25519=made.get(Algorithm.ED25519))


def verify_key(id: str, owner: str, public_pem: str) -> VerifyKey:
    """A key to verify with, from its PEM (SPKI or PKCS#1). Raises BadKey."""
    return VerifyKey(id=id, owner=owner, public=_public(public_pem))


# Parsing costs more than verifying (0.1 ms against 0.03 ms), and the same few keys sign everything.
@lru_cache(maxsize=256)
def _private(pem: str) -> rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(_checked(pem, _PRIVATE_HEADS), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise BadKey("no readable private key") from cause
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key
    if not isinstance(key, rsa.RSAPrivateKey):
        raise BadKey("neither an RSA nor an Ed25519 key")
    _check_size(key.key_size)
    return key


@lru_cache(maxsize=2048)
def _public(pem: str) -> rsa.RSAPublicKey | ed25519.Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(_checked(pem, _PUBLIC_HEADS))
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise BadKey("no readable public key") from cause
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadKey("neither an RSA nor an Ed25519 key")
    _check_size(key.key_size)
    if key.public_numbers().e > LARGEST_EXPONENT:
        raise BadKey("an RSA key with a huge exponent")
    return key


def _checked(pem: str, heads: tuple[str, ...]) -> bytes:
    text = pem.strip()
    if len(text) > MAX_PEM or not text.isascii():
        raise BadKey("too large or no ASCII")
    if not text.startswith(heads) or text.count("-----BEGIN ") != 1:
        raise BadKey("not one PEM key of a known form")
    return text.encode("ascii")


def _check_size(bits: int) -> None:
    if not SMALLEST_KEY <= bits <= LARGEST_KEY:
        raise BadKey(f"an RSA key of {bits} bits")
