"""RSA keys of actors: made, written and read as PEM.

Whose key it is stands beside it: a signature proves a key, and only `owner` says which actor that is.
"""

from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

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
    """A private key of our own and the id under which its public half is published (`<actor>#main-key`)."""

    id: str
    private: rsa.RSAPrivateKey

    def sign(self, message: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 with SHA-256 over the message."""
        return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())


class VerifyKey(msgspec.Struct, frozen=True, kw_only=True):
    """A public key, its id, and the id of the actor that lists it."""

    id: str
    owner: str
    public: rsa.RSAPublicKey

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is RSASSA-PKCS1-v1_5 with SHA-256 by this key over the message."""
        try:
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


def verify_key(id: str, owner: str, public_pem: str) -> VerifyKey:
    """A key to verify with, from its PEM (SPKI or PKCS#1). Raises BadKey."""
    return VerifyKey(id=id, owner=owner, public=_public(public_pem))


# Parsing costs more than verifying (0.1 ms against 0.03 ms), and the same few keys sign everything.
@lru_cache(maxsize=256)
def _private(pem: str) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(_checked(pem, _PRIVATE_HEADS), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise BadKey("no readable private key") from cause
    if not isinstance(key, rsa.RSAPrivateKey):
        raise BadKey("no RSA key")
    _check_size(key.key_size)
    return key


@lru_cache(maxsize=2048)
def _public(pem: str) -> rsa.RSAPublicKey:
    try:
        key = serialization.load_pem_public_key(_checked(pem, _PUBLIC_HEADS))
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise BadKey("no readable public key") from cause
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadKey("no RSA key")
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
