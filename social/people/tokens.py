"""Secrets that people and applications carry: random, kept here only as a digest."""

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken

_BYTES = 32


def new_token() -> str:
    """43 characters of `[A-Za-z0-9_-]`, 256 bits. Tokens travel as WebSocket subprotocols too, which take no others."""
    return secrets.token_urlsafe(_BYTES)


def token_digest(token: str) -> str:
    """SHA-256 in hex: what is kept. A token has enough chance in it to need no slow hash."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def is_token(token: str, digest: str) -> bool:
    """Whether `digest` is that of the token, in constant time."""
    return hmac.compare_digest(token_digest(token), digest)


def sealed(secret: str, token: str) -> str:
    """The token as only whoever has the secret can read it."""
    return Fernet(_key(secret)).encrypt(token.encode()).decode()


def opened(secret: str, written: str) -> str | None:
    """The token that was sealed with this secret; None for another's."""
    try:
        return Fernet(_key(secret)).decrypt(written.encode()).decode()
    except InvalidToken:
        return None


def _key(secret: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"archipel token seal 1\n" + secret.encode()).digest())
