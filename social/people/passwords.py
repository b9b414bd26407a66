"""Passwords: argon2id (RFC 9106) with the memory and passes of the configuration.

Pure CPU, tens of milliseconds each: run by `node.crunched`, never inside a transaction.
"""

import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from social.errors import Invalid
from social.settings import PeopleSettings

LONGEST = 256
_SALT = 16
_HASH = 32


def hash_password(settings: PeopleSettings, text: str) -> str:
    """The hash to keep, with its parameters in it."""
    return _hasher(settings.argon2_memory, settings.argon2_passes).hash(_octets(text))


def verify(settings: PeopleSettings, hash: str | None, text: str) -> bool:
    """Whether `text` is the password. Without a hash (nobody has that name) it takes as long and is False."""
    hasher = _hasher(settings.argon2_memory, settings.argon2_passes)
    kept = hash if hash is not None and len(text) <= LONGEST else _nobodys(settings)
    try:
        return hasher.verify(kept, _octets(text[:LONGEST]))
    except (InvalidHashError, VerificationError):
        return False


def check_password(settings: PeopleSettings, text: str, username: str = "") -> None:
    """Raises Invalid: too_short, too_long, or too_simple (the user name, or one character over and over)."""
    if len(text) < settings.password_length:
        raise Invalid("password", "too_short", minimum=settings.password_length)
    if len(text) > LONGEST:
        raise Invalid("password", "too_long", maximum=LONGEST)
    plain = text.casefold()
    if len(set(plain)) < 3 or (username and plain in (username, username[::-1], username * 2)):
        raise Invalid("password", "too_simple")


@lru_cache(maxsize=4)
def _hasher(memory: int, passes: int) -> PasswordHasher:
    return PasswordHasher(time_cost=passes, memory_cost=memory, parallelism=1, salt_len=_SALT, hash_len=_HASH)


def _octets(text: str) -> bytes:
    """The same letters give the same octets, however the keyboard composes its accents (RFC 8265 §4.2: NFC)."""
    return unicodedata.normalize("NFC", text).encode(errors="surrogatepass")


def _nobodys(settings: PeopleSettings) -> str:
    """A hash in the form of the others that no password has."""
    salt, digest = "A" * 22, "A" * 43
    return f"$argon2id$v=19$m={settings.argon2_memory},t={settings.argon2_passes},p=1${salt}${digest}"
