"""Signed requests that were seen: one that comes again, byte for byte, does nothing a second time.

An activity does nothing twice anyway, by its id. What a copy could do is to pass for a sign of life of its sender's
node; so it is answered as the first was, and nothing follows from it. What is forgotten here is known by its id still.
"""

import hashlib
from collections import OrderedDict

from federation.signing.cavage import CLOCK_SKEW, LONGEST_LIFE, Signature

KEPT = 20_000
_LIFE = LONGEST_LIFE + 2 * CLOCK_SKEW


class Replays:
    """Digests of the last signatures, each for as long as it could be good."""

    def __init__(self) -> None:
        self._until: OrderedDict[bytes, int] = OrderedDict()

    def has(self, signature: Signature, now: int) -> bool:
        """Whether this very signature was taken before. `now` is in milliseconds."""
        return self._until.get(_digest(signature), 0) > now

    def take(self, signature: Signature, now: int) -> None:
        """Remember one whose request was accepted."""
        self._until[_digest(signature)] = now + _LIFE
        if len(self._until) > KEPT:
            self._until.popitem(last=False)


def _digest(signature: Signature) -> bytes:
    return hashlib.sha256(signature.key_id.encode() + b"\0" + signature.signature).digest()
