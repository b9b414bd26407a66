"""The working hours of the site: when people may be reminded of something that can wait."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from social.settings import Settings
from storage.ids import Millis


def is_working(settings: Settings, at: Millis) -> bool:
    """Whether people of the site work at that moment."""
    return next_working(settings, at) == at


def next_working(settings: Settings, at: Millis) -> Millis:
    """The moment itself if it is in working hours, else the beginning of the next ones. Raises ValueError for none."""
    rule, zone = settings.announcements, ZoneInfo(settings.node.timezone)
    here = datetime.fromtimestamp(at / 1000, zone)
    for days in range(8):
        day = here.date() + timedelta(days=days)
        if str(day.isoweekday()) not in rule.working_days:
            continue
        begins = datetime(day.year, day.month, day.day, rule.working_from, tzinfo=zone)
        ends = datetime(day.year, day.month, day.day, rule.working_until - 1, 59, 59, 999_000, tzinfo=zone)
        if begins <= here <= ends:
            return at
        if here < begins:
            return Millis(int(begins.timestamp() * 1000))
    raise ValueError("a site where nobody ever works")
