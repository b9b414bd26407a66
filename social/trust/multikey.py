"""Keys and signatures as text: Multikey (FEP-521a), base58 of Bitcoin behind a `z`."""

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

MAX_TEXT = 4 * 1024

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PLACES = {letter: place for place, letter in enumerate(_ALPHABET)}
_ED25519 = b"\xed\x01"
_RSA = b"\x85\x24"
_ED25519_BYTES = 32


class BadMultikey(ValueError):
    """A text that is no key, or no value, that is used here."""


def encoded(value: bytes) -> str:
    """Bytes as multibase text."""
    number, digits = int.from_bytes(value, "big"), []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_ALPHABET[digit])
    zeros = len(value) - len(value.lstrip(b"\0"))
    return "z" + _ALPHABET[0] * zeros + "".join(reversed(digits))


def decoded(text: str) -> bytes:
    """The bytes of a multibase text. Raises BadMultikey."""
    if not text.startswith("z") or len(text) > MAX_TEXT:
        raise BadMultikey("not base58btc")
    number, digits = 0, text[1:]
    for letter in digits:
        place = _PLACES.get(letter)
        if place is None:
            raise BadMultikey("a letter that base58 does not have")
        number = number * 58 + place
    zeros = len(digits) - len(digits.lstrip(_ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def public_text(key: ed25519.Ed25519PublicKey | rsa.RSAPublicKey) -> str:
    """A public key as Multikey text."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return encoded(_ED25519 + key.public_bytes_raw())
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)
    return encoded(_RSA + der)


def ed25519_key(text: str) -> ed25519.Ed25519PublicKey:
    """The Ed25519 key in a Multikey text. Raises BadMultikey."""
    value = decoded(text)
    if not value.startswith(_ED25519) or len(value) != len(_ED25519) + _ED25519_BYTES:
        raise BadMultikey("not an Ed25519 key")
    return ed25519.Ed25519PublicKey.from_public_bytes(value[len(_ED25519) :])


def public_pem(text: str) -> str:
    """The key in a Multikey text, Ed25519 or RSA, as PEM. Raises BadMultikey."""
    value = decoded(text)
    if not value.startswith(_RSA):
        return _pem(ed25519_key(text))
    try:
        key = serialization.load_der_public_key(value[len(_RSA) :])
    except (ValueError, TypeError) as cause:
        raise BadMultikey("an RSA key that cannot be read") from cause
    if not isinstance(key, rsa.RSAPublicKey):
        raise BadMultikey("not an RSA key")
    return _pem(key)


def text_of_pem(pem: str) -> str:
    """A public key in PEM as Multikey text. Raises BadMultikey."""
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, TypeError) as cause:
        raise BadMultikey("a key that cannot be read") from cause
    if not isinstance(key, ed25519.Ed25519PublicKey | rsa.RSAPublicKey):
        raise BadMultikey("neither an Ed25519 nor an RSA key")
    return public_text(key)


def _pem(key: ed25519.Ed25519PublicKey | rsa.RSAPublicKey) -> str:
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
