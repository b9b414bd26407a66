"""Both ways of signing a request, as one: which one came is seen by its header (RFC 9421 appendix A)."""

from collections.abc import Sequence

from federation.signing import cavage, message
from federation.signing.cavage import Header, Signature, SignedRequest
from federation.signing.keys import VerifyKey


def read_signature(headers: Sequence[Header]) -> Signature:
    """The signature of a request, not verified. Raises SignatureError."""
    if message.is_message_signature(headers):
        return message.read_signature(headers)
    return cavage.read_signature(headers)


def verify(signature: Signature, request: SignedRequest, key: VerifyKey, now: int, base: str) -> None:
    """Return if the signature holds at `now` (ms) for the node at `base`. Raises SignatureError."""
    if signature.is_message:
        message.verify(signature, request, key, now, base)
    else:
        cavage.verify(signature, request, key, now, frozenset({base.partition("://")[2]}))


def covers(signature: Signature, header: str) -> bool:
    """Whether the signature vouches for a header."""
    return header in signature.covered
