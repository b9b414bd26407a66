"""Clocks on walls: moments in the time zone where something takes place, and the days on which it is repeated.

What is repeated keeps the hour of the wall: every Tuesday at 18:30 is 18:30 in winter and in summer.
"""

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec

from storage.ids import Millis

MOST_TIMES = 52
FIRST = datetime(1970, 1, 2, tzinfo=UTC)
LAST = datetime(2200, 1, 1, tzinfo=UTC)


class Every(StrEnum):
    """How often something is repeated."""

    DAY = "day"
    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"


class Repeat(msgspec.Struct, frozen=True, kw_only=True):
    """`times` counts the first one too."""

    every: Every
    times: int


_DAYS = {Every.DAY: 1, Every.WEEK: 7, Every.FORTNIGHT: 14}


@cache
def zone(name: str) -> ZoneInfo | None:
    """The time zone of an IANA name, or None."""
    if name not in names():
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def names() -> frozenset[str]:
    """All time zones that are known here."""
    return frozenset(available_timezones())


def local(at: Millis, name: str) -> datetime:
    """What clock and calendar show at a moment; of a zone that is not known, in UTC."""
    return datetime.fromtimestamp(at / 1000, zone(name) or UTC)


def moment(wall: datetime, name: str) -> Millis | None:
    """The moment at which the clocks of a zone show a time; None outside the years that are believed.

    An hour that comes twice is the first one, an hour that is left out the one after it.
    """
    found = zone(name)
    if found is None:
        return None
    at = wall.replace(tzinfo=found) if wall.tzinfo is None else wall
    return Millis(int(at.timestamp() * 1000)) if is_believable(at) else None


def is_believable(at: datetime) -> bool:
    """Whether a time is one that calendars can hold."""
    return FIRST.timestamp() <= at.timestamp() < LAST.timestamp()


def repeated(starts_at: Millis, name: str, repeat: Repeat) -> Sequence[Millis]:
    """All beginnings, the first one among them. The last day of a short month stands for one that it has not."""
    first = local(starts_at, name)
    wall = first.replace(tzinfo=None)
    walls = [_step(wall, repeat.every, place) for place in range(repeat.times)]
    found = [starts_at, *(moment(one, name) for one in walls[1:])]
    return [at for at in found if at is not None]


def _step(wall: datetime, every: Every, place: int) -> datetime:
    if every is not Every.MONTH:
        return wall + timedelta(days=_DAYS[every] * place)
    months = wall.month - 1 + place
    year, month = wall.year + months // 12, months % 12 + 1
    return wall.replace(year=year, month=month, day=min(wall.day, monthrange(year, month)[1]))
