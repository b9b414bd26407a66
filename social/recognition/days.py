"""Birthdays and work anniversaries, for who wants them known: a day and a month, shown to colleagues on the day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from social.clock import DAY
from social.errors import Invalid
from social.policy import Viewer, require_person
from social.recognition import facts
from storage import days as rows
from storage import occasions
from storage.days import Day
from storage.engine.database import Tx
from storage.ids import AccountId, Millis
from storage.occasions import OccasionRow

FIRST_DAYS = 21 * DAY
"""How long somebody is new."""
MOST = 40
MOST_ASKED = 3
"""Lines of what others say that one can do: each asks for a word, and the next one comes when it is said."""
_LEAP = Day(2, 29)
_STANDS_IN = (2, 28)


def keep(tx: Tx, viewer: Viewer, kind: str, month: int, day: int, *, now: Millis) -> None:
    """Let a day be known; zero and zero: no longer. Raises Invalid."""
    require_person(viewer)
    if kind not in rows.KINDS:
        raise Invalid("kind", "not_found")
    if (month, day) != (0, 0) and not facts.is_day(month, day):
        raise Invalid(kind, "no_day")
    if rows.put(tx, viewer.account, kind, Day(month, day) if month else None):
        facts.told(tx, viewer.account, now)


def of_viewer(tx: Tx, viewer: Viewer) -> dict[str, Day]:
    """The days that the viewer lets be known, by their kind."""
    require_person(viewer)
    return {row.kind: Day(row.month, row.day) for row in rows.of(tx, [viewer.account])}


def today(tx: Tx, viewer: Viewer, timezone: str, *, now: Millis) -> list[OccasionRow]:
    """What the day brings the viewer, by the site's calendar. One statement. Raises Unauthorized."""
    require_person(viewer)
    days = meant(date_of(now, timezone))
    return occasions.today(
        tx, viewer.account, days, joined=Millis(now - FIRST_DAYS), now=now, asked=MOST_ASKED, limit=MOST
    )


def date_of(now: Millis, timezone: str) -> date:
    """The date at the site."""
    return datetime.fromtimestamp(now / 1000, UTC).astimezone(ZoneInfo(timezone)).date()


def meant(at: date) -> Sequence[Day]:
    """The days that are kept on a date: the 28th of February also stands for the 29th in a year without one."""
    is_leap = at.year % 4 == 0 and (at.year % 100 != 0 or at.year % 400 == 0)
    own = Day(at.month, at.day)
    return (own, _LEAP) if (at.month, at.day) == _STANDS_IN and not is_leap else (own,)


def of_person(tx: Tx, account: AccountId) -> dict[str, Day]:
    """The same of anybody, for their page."""
    return {row.kind: Day(row.month, row.day) for row in rows.of(tx, [account])}
