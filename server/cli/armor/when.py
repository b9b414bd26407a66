"""The story's times, counted back from "now" so that the demo always looks current.

| written | means |
|---|---|
| `-12w tue 08:12` | that weekday of the twelfth week before the recent days; weekdays in the texts stay true |
| `-3d 17:05` | three working days ago (1 to 6) |
| `-40m` | 40 minutes ago (at most 300) |

The recent days are the last six working days: weeks end before them, minutes begin after them, whatever today is.
Clock times are those of Paris, Lyon and Madrid, which keep the same.
"""

import hashlib
import re
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from server.cli.armor.written import StoryError

ZONE: Final = ZoneInfo("Europe/Paris")
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RECENT_DAYS: Final = 6
# Yesterday ends at 18:59 at the latest and minutes count five hours back at most: past midnight they still follow.
LAST_HOUR: Final = 19
MOST_MINUTES: Final = 300
MINUTE: Final = 60_000

WRITTEN = re.compile(r"-(\d+)w (mon|tue|wed|thu|fri|sat|sun) (\d\d):(\d\d)|-(\d+)d (\d\d):(\d\d)|-(\d+)m")


def moment(written: str, now: int, seed: str) -> int:
    """The time in milliseconds UTC; `seed` chooses its seconds. Raises StoryError when it cannot be read."""
    match = WRITTEN.fullmatch(written)
    if not match:
        raise StoryError([f"{seed}: {written!r} is no time: write -12w tue 08:12, -3d 17:05 or -40m"])
    weeks, weekday, week_hour, week_minute, days, day_hour, day_minute, minutes = match.groups()
    if minutes:
        if int(minutes) > MOST_MINUTES:
            raise StoryError([f"{seed}: {written!r}: at most {MOST_MINUTES} minutes"])
        return now - int(minutes) * MINUTE
    today = datetime.fromtimestamp(now / 1000, ZONE).date()
    if days:
        if not 1 <= int(days) <= RECENT_DAYS or (days == "1" and int(day_hour) >= LAST_HOUR):
            raise StoryError([f"{seed}: {written!r}: 1 to {RECENT_DAYS} days, and yesterday before {LAST_HOUR}:00"])
        return _at(_working_day(today, int(days)), int(day_hour), int(day_minute), seed)
    if int(weeks) < 1:
        raise StoryError([f"{seed}: {written!r}: weeks begin at 1"])
    oldest_recent = _working_day(today, RECENT_DAYS)
    monday = oldest_recent - timedelta(days=oldest_recent.weekday() + 7 * int(weeks))
    return _at(monday + timedelta(days=DAYS.index(weekday)), int(week_hour), int(week_minute), seed)


def share(seed: str) -> float:
    """A number from 0 up to 1 that depends on nothing but `seed`."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6], "big") / 2**48


def is_night(at: int) -> bool:
    """Whether hardly anybody is about: 22:00 to 06:00."""
    return not 6 <= datetime.fromtimestamp(at / 1000, ZONE).hour < 22


def _at(day: date, hour: int, minute: int, seed: str) -> int:
    moment = datetime.combine(day, time(hour, minute, int(share(seed) * 60)), ZONE)
    return int(moment.timestamp() * 1000)


def _working_day(today: date, back: int) -> date:
    day = today
    while back:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            back -= 1
    return day
