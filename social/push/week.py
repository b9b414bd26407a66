"""Hours of a week in which somebody may be reached, by the clock on the wall of a time zone."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import msgspec

from social.errors import Invalid
from social.gatherings import times
from storage.ids import Millis

DAYS = 7
DAY_MINUTES = 1_440
_AHEAD = 9
"""Days looked ahead: a week, and a day for each end that lies beyond midnight."""


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes of the day. What closes no later than it opens does so on the next day: a night, or a whole day."""

    opens: int
    closes: int


Week = tuple[Window | None, ...]
"""Monday first; None: nobody is reached on that day."""

OFFICE = Window(opens=8 * 60, closes=19 * 60)
USUAL: Week = (OFFICE,) * 5 + (None,) * 2
"""Of a site whose administrators chose nothing: not from 19:00 to 8:00, and not at the week-end."""
ALWAYS: Week = (Window(opens=0, closes=0),) * DAYS


def read(words: str) -> Week:
    """The week of a row. Raises ValueError."""
    found = tuple(_window(word) for word in words.split())
    if len(found) != DAYS:
        raise ValueError("a week has seven days")
    return found


def written(week: Week) -> str:
    """The week as a row keeps it."""
    return " ".join("-" if one is None else f"{one.opens}-{one.closes}" for one in week)


def parsed(hours: Sequence[tuple[str, str]]) -> Week:
    """The week of a form: for each day from when and until when (`08:00`), both empty for a day of peace.

    Raises Invalid(`week`) for what is no time, half a window, or a week in which nobody is ever reached.
    """
    if len(hours) != DAYS:
        raise Invalid("week", "no_time")
    week = tuple(None if not opens and not closes else _between(opens, closes) for opens, closes in hours)
    if not any(week):
        raise Invalid("week", "blank")
    return week


def reachable(week: Week, timezone: str, now: Millis) -> Millis:
    """The moment itself if somebody may be reached then, else the next one at which they may."""
    today = times.local(now, timezone).date()
    for days in range(-1, _AHEAD):
        day = today + timedelta(days=days)
        window = week[day.weekday()]
        if window is None:
            continue
        opens = _moment(day, window.opens, timezone)
        if now < opens:
            return opens
        next_day = timedelta(days=1 if window.closes <= window.opens else 0)
        if now < _moment(day + next_day, window.closes, timezone):
            return now
    raise ValueError("a week in which nobody is ever reached")


def _window(word: str) -> Window | None:
    if word == "-":
        return None
    opens, _, closes = word.partition("-")
    return Window(opens=int(opens), closes=int(closes))


def _between(opens: str, closes: str) -> Window:
    try:
        return Window(opens=_minutes(opens), closes=_minutes(closes))
    except ValueError as trouble:
        raise Invalid("week", "no_time") from trouble


def _minutes(written: str) -> int:
    found = time.fromisoformat(written)
    return found.hour * 60 + found.minute


def _moment(day: date, minutes: int, timezone: str) -> Millis:
    """An hour that the change of clocks leaves out is the one after it; one that comes twice is the first."""
    found = times.moment(datetime.combine(day, time()) + timedelta(minutes=minutes), timezone)
    if found is None:
        raise ValueError("outside the years of calendars")
    return found
