"""How long a delivery is tried, and for how long a host is left alone that does not answer."""

import msgspec

from social.clock import DAY, HOUR, MINUTE, SECOND

DELAYS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)
OPEN_AFTER = 4
"""Failures in a row before a host is left alone."""
MUTE = 3
MUTE_FOR = 10 * MINUTE
"""So often, and for so long, a host may leave one delivery unanswered while it speaks to us: then it is given up."""
PAUSES = (30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR)


class Patience(msgspec.Struct, frozen=True):
    """How long a delivery is tried, in ms: ever more seldom until `tried`, then once a day until `kept`."""

    tried: int
    kept: int


def retry_after(attempt: int, age: int, patience: Patience, *, is_away: bool = True) -> int | None:
    """Milliseconds until the try after `attempt` (1 is the first) of a delivery `age` ms old; None for no more.

    For a host that is away it is parked: after a cut of weeks everything goes on in its order. A host that is there and
    refuses is not asked beyond `patience.tried`.
    """
    delay = DELAYS[min(attempt, len(DELAYS)) - 1]
    if age + delay <= patience.tried:
        return delay
    return DAY if is_away and age + DAY <= patience.kept else None


def is_left_unanswered(times: int, age: int) -> bool:
    """Whether a host that is there will not answer a delivery any more; `age` in ms. A short load is no reason."""
    return times >= MUTE and age >= MUTE_FOR


def pause_after(failures: int) -> int:
    """Milliseconds for which a host is left alone after so many failures in a row."""
    over = failures - OPEN_AFTER
    return 0 if over < 0 else PAUSES[min(over, len(PAUSES) - 1)]
