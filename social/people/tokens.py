"""Secrets that people and applications carry: random, kept here only as a digest."""

import hashlib
import hmac
import secrets

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
