"""How often somebody may ask: counters in the memory of the process, in windows that begin at full multiples.

A window is one dict that is thrown away when the next begins, so nothing is ever swept. Mastodon's headers say what is
left (Mastodon.py sleeps until the reset: a wrong time would hang bots).
"""

from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from social.clock import MINUTE
from social.errors import TooMany
from social.settings import LimitSettings
from storage.ids import Millis

MOST_KEYS = 100_000
"""Counters kept in a window. A flood of addresses beyond that starts the window anew rather than fill the memory."""


class Standing(NamedTuple):
    """Where somebody stands in a window: the limit, what is left, and when it opens again as the header says it."""

    limit: int
    remaining: int
    reset: bytes


class Window:
    """At most `limit` in `period` ms for each key; a limit of 0 counts nothing."""

    def __init__(self, limit: int, period: int) -> None:
        self.limit = limit
        self.period = period
        self._ends = 0
        self._reset = b""
        self._counts: dict[str, int] = {}

    def count(self, key: str, now: Millis) -> Standing | None:
        """Count one more. Raises TooMany above the limit; None when the limit is off."""
        if not self.limit:
            return None
        if now >= self._ends or len(self._counts) > MOST_KEYS:
            self._begin(now)
        used = self._counts[key] = self._counts.get(key, 0) + 1
        if used > self.limit:
            raise TooMany(Millis(self._ends), "rate_limit", limit=self.limit)
        return Standing(self.limit, self.limit - used, self._reset)

    def _begin(self, now: Millis) -> None:
        self._ends = (now // self.period + 1) * self.period
        self._counts = {}
        self._reset = f"{datetime.fromtimestamp(self._ends / 1000, UTC):%Y-%m-%dT%H:%M:%S.%f}Z".encode()


class Limits:
    """The windows of a node."""

    def __init__(self, settings: LimitSettings) -> None:
        self.user = Window(settings.per_user, 5 * MINUTE)
        self.token = Window(settings.per_token, 5 * MINUTE)
        self.address = Window(settings.per_address, 5 * MINUTE)
        self.uploads = Window(settings.media_uploads, 30 * MINUTE)
        self.apps = Window(settings.app_registrations, 10 * MINUTE)


def nearest(first: Standing | None, second: Standing | None) -> Standing | None:
    """The one closer to exhaustion: that is the one the headers tell."""
    if first is None or second is None:
        return first or second
    return first if first.remaining <= second.remaining else second


def network_of(address: str) -> str:
    """What counts as one asker: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return found.exploded[:19]
    return str(found)
