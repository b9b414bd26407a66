"""Addresses of what hangs on closed posts: signed, and good for a coarse time.

The token in such an address is random and drawn anew when somebody loses access (`social/posts/media.py`). The seal
adds an end: one that is copied, logged or kept in a history opens nothing a day or two later. It stays the same for
a whole day, so that apps and browsers keep what it shows. Peers fetch when they can: theirs is good for months.
"""

import base64
import hashlib
import hmac

from social.clock import DAY, Clock

LABEL = b"archipel media seal 1\n"
PEERS_DAYS = 64
_MARK = "."
_BYTES = 15


def seal_key(secret: str) -> bytes:
    """The key of a node's seals, out of a secret that only the node has (`storage/secrets.py`)."""
    return hashlib.sha256(LABEL + secret.encode()).digest()


def is_sealed(address: str) -> bool:
    """Whether it has a seal, ours or not: then it is that of something that is not for everybody."""
    return _MARK in address


class Seals:
    """The seals of one node."""

    def __init__(self, key: bytes, clock: Clock) -> None:
        self._key = key
        self._clock = clock

    @property
    def season(self) -> int:
        """Changes when the seals of people do: what was rendered before is rendered anew."""
        return self._clock() // DAY

    def sealed(self, token: str, *, for_peers: bool = False) -> str:
        """The token with its end and a signature over both."""
        until = (self.season // PEERS_DAYS + 2) * PEERS_DAYS if for_peers else self.season + 1
        return f"{token}{_MARK}{until}{_MARK}{self._signature(token, until)}"

    def opened(self, address: str) -> tuple[str, bool]:
        """The token of an address, and whether its seal is ours and still good."""
        token, mark, rest = address.partition(_MARK)
        until, _, signature = rest.partition(_MARK)
        if not mark or not until.isascii() or not until.isdecimal() or len(until) > 9:
            return token, False
        is_ours = hmac.compare_digest(signature.encode(), self._signature(token, int(until)).encode())
        return token, is_ours and self.season <= int(until)

    def _signature(self, token: str, until: int) -> str:
        mac = hmac.new(self._key, f"{token}{_MARK}{until}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac[:_BYTES]).decode()
