"""Which way of signing a peer reads, found by asking: RFC 9421 first, then draft-cavage 12, never a third time.

What worked is remembered for a week, in memory and with the peer. Between nodes that show Ed25519 keys, these sign.

PieFed is never asked so: it notes the id of a letter before it looks at the signature, and takes the letter that comes
again, signed otherwise, for one that it has. The first letter would be lost.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum
from typing import Any

import http_sf
import msgspec

from federation.signing import cavage, message
from federation.signing.cavage import Header
from federation.signing.keys import SigningKey
from social.clock import DAY

REMEMBERED = 7 * DAY
REFUSALS = (400, 401)
"""What a peer answers that cannot read a signature."""
DRAFT_FIRST = frozenset({"piefed"})
"""Names as they stand in NodeInfo, in lower case: those that are signed for by the draft as long as they show nothing
better."""
MAX_HOSTS = 10_000
_MAX_HEADER = 1_000
_MAX_NONCE = 200


class Manner(StrEnum):
    """A way of signing."""

    UNKNOWN = ""
    CAVAGE = "cavage"
    MESSAGE = "rfc9421"
    """RFC 9421 with the RSA key."""
    ED25519 = "ed25519"
    """RFC 9421 with the Ed25519 key."""


class Demand(msgspec.Struct, frozen=True, kw_only=True):
    """What a peer wants to see signed (`Accept-Signature`, RFC 9421 §5)."""

    covering: tuple[str, ...]
    nonce: str | None = None
    tag: str | None = None


Keep = Callable[[str, str, int], Awaitable[None]]
"""Keeps a host's manner until a time (ms)."""


class Knocking:
    """What is known of each host. One per node. `known` says what was kept before: manner and until when (ms).

    `software` is the name of what the host runs, as far as it was told.
    """

    def __init__(
        self,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        *,
        known: Callable[[str], tuple[str, int]] = lambda host: ("", 0),
        software: Callable[[str], str] = lambda host: "",
        keep: Keep | None = None,
    ) -> None:
        self._clock = clock
        self._known = known
        self._software = software
        self._keep = keep
        self._learned: dict[str, tuple[Manner, int]] = {}

    def manner(self, host: str) -> Manner:
        """What the host reads, as far as that is known and not too long ago."""
        manner, until = self._learned.get(host) or self._known(host)
        if until <= self._clock() or manner not in list(Manner):
            return Manner.CAVAGE if self._software(host) in DRAFT_FIRST else Manner.UNKNOWN
        return Manner(manner)

    def order(self, host: str) -> tuple[Manner, Manner]:
        """How to sign for the host, and how when that was refused."""
        manner = self.manner(host)
        if manner is Manner.CAVAGE:
            return Manner.CAVAGE, Manner.MESSAGE
        return (Manner.MESSAGE if manner is Manner.UNKNOWN else manner), Manner.CAVAGE

    async def learned(self, host: str, manner: Manner) -> None:
        """The host took such a signature, sent one itself, or shows that it knows the key."""
        until = self._clock() + REMEMBERED
        before = self.manner(host)
        known = self._learned.get(host)
        if known is not None and before is manner and known[1] > until - DAY:
            return
        if manner is Manner.MESSAGE and before is Manner.ED25519:
            return
        if len(self._learned) >= MAX_HOSTS:
            self._learned.clear()
        self._learned[host] = (manner, until)
        if self._keep is not None:
            await self._keep(host, manner.value, until)

    def signed(
        self,
        manner: Manner,
        key: SigningKey,
        method: str,
        url: str,
        body: bytes | None,
        more: Sequence[Header] = (),
        demand: Demand | None = None,
    ) -> dict[str, str]:
        """The headers of a request that is signed in that manner now. `more` are headers that are covered too."""
        now = self._clock()
        if manner is Manner.CAVAGE:
            return cavage.sign(key, method, url, body, now, more=more)
        chosen = key.ed25519 if manner is Manner.ED25519 and key.ed25519 is not None else key
        if demand is None:
            return message.sign(chosen, method, url, body, now, more=more)
        return message.sign(
            chosen, method, url, body, now, more=more, covering=demand.covering, nonce=demand.nonce, tag=demand.tag
        )


def demanded(header: str | None, *, has_body: bool) -> Demand | None:
    """What an `Accept-Signature` header asks for, if it can be given."""
    if not header or len(header) > _MAX_HEADER:
        return None
    try:
        members: Any = http_sf.parse(header.encode("ascii"), tltype="dictionary")
    except (ValueError, TypeError):
        return None
    for value, parameters in members.values() if isinstance(members, dict) else ():
        demand = _demand(value, parameters, has_body)
        if demand is not None:
            return demand
    return None


def _demand(value: Any, parameters: dict[str, Any], has_body: bool) -> Demand | None:
    if not isinstance(value, list) or parameters.get("alg") not in (None, message.RSA_LABEL, message.ED25519_LABEL):
        return None
    wanted = [name for name, options in value if not options]
    needs_body = {message.DIGEST, "content-type"}
    if len(wanted) != len(value) or any(
        name not in message.CAN_COVER or (name in needs_body and not has_body) for name in wanted
    ):
        return None
    nonce, tag = parameters.get("nonce"), parameters.get("tag")
    if any(text is not None and (not isinstance(text, str) or len(text) > _MAX_NONCE) for text in (nonce, tag)):
        return None
    return Demand(covering=tuple(wanted), nonce=nonce, tag=tag)
