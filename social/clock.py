"""Time, as the network is told it.

The domain never asks the machine for the time: it is passed in, in UTC milliseconds since 1970.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from storage.ids import Millis, millis

Clock = Callable[[], Millis]

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


EARLIEST = Millis(-62_135_510_400_000)
"""The second day of year 1: what is before is no date in every time zone."""
LATEST = Millis(253_402_128_000_000)
"""30 December 9999."""


def is_writable(at: int) -> bool:
    """Whether a moment has a date and an hour in every time zone. What has none is not taken in, by whatever door."""
    return EARLIEST <= at <= LATEST


def system_clock() -> Millis:
    """The machine's time in UTC milliseconds."""
    return millis()


def iso(at: Millis) -> str:
    """`2026-11-24T12:00:00.000Z`: the only written form of a time outside the database."""
    moment = datetime.fromtimestamp(at // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def from_iso(text: str) -> Millis | None:
    """UTC milliseconds of an ISO 8601 time (any offset; none means UTC), or None when it is not one (`is_writable`)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        at = Millis(int(moment.timestamp() * 1000))
    except (OverflowError, OSError, ValueError):
        return None
    return at if is_writable(at) else None
