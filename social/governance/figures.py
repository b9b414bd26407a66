"""Figures of the site: measures by day, dimensions in parts, and how many of those who joined came back.

Figures of the whole, never of persons: nobody's own numbers are here.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import msgspec

from social.clock import DAY
from social.errors import Invalid
from social.policy import Role, Viewer, require_role
from storage import figures as rows
from storage.engine.database import Tx
from storage.figures import PartRow
from storage.ids import Millis

LONGEST_DAYS = 366
MEASURES = tuple(rows.BY_DAY)
DIMENSIONS = tuple(rows.PARTS)
MONTH, DAILY = "month", "day"


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Each of them."""
        return [self.first + timedelta(days=place) for place in range((self.last - self.first).days + 1)]


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """A measure: each day of the span, their sum, and that of as many days before."""

    key: str
    days: tuple[tuple[date, int], ...]
    before: int

    @property
    def total(self) -> int:
        """Of the span."""
        return sum(value for _, value in self.days)


class Cohort(msgspec.Struct, frozen=True, kw_only=True):
    """Those who joined in a period, and of them how many did something in it and in each that followed."""

    period: date
    size: int
    present: tuple[tuple[date, int], ...]


def span(first: date, last: date) -> Span:
    """A span that may be asked for. Raises Invalid."""
    if last < first:
        raise Invalid("end_at", "invalid")
    if (last - first).days >= LONGEST_DAYS:
        raise Invalid("start_at", "too_long", maximum=LONGEST_DAYS)
    return Span(first=first, last=last)


def measure(tx: Tx, viewer: Viewer, key: str, subject: str, asked: Span) -> Measured:
    """One measure. Raises Forbidden below moderators, Invalid for one that is not there."""
    require_role(viewer, Role.MODERATOR)
    if key not in MEASURES:
        raise Invalid("keys", "not_a_choice")
    length = len(asked.days)
    since, until = _millis(asked.first), _millis(asked.last + timedelta(days=1))
    earlier = Millis(since - length * DAY)
    found = {row.day: row.value for row in rows.by_day(tx, key, subject, earlier, until)}
    return Measured(
        key=key,
        days=tuple((day, found.get(_number(day), 0)) for day in asked.days),
        before=sum(value for number, value in found.items() if number < _number(asked.first)),
    )


def dimension(tx: Tx, viewer: Viewer, key: str, subject: str, asked: Span, limit: int) -> Sequence[PartRow]:
    """One dimension. Raises Forbidden, Invalid."""
    require_role(viewer, Role.MODERATOR)
    if key not in DIMENSIONS:
        raise Invalid("keys", "not_a_choice")
    since, until = _millis(asked.first), _millis(asked.last + timedelta(days=1))
    return rows.parts(tx, key, subject, since, until, limit)


def retention(tx: Tx, viewer: Viewer, asked: Span, frequency: str) -> list[Cohort]:
    """Who joined and came back, by day or by month. Raises Forbidden, Invalid."""
    require_role(viewer, Role.MODERATOR)
    if frequency not in (DAILY, MONTH):
        raise Invalid("frequency", "not_a_choice")
    since, until = _millis(asked.first), _millis(asked.last + timedelta(days=1))
    periods = list(dict.fromkeys(_period(day, frequency) for day in asked.days))
    sizes = dict.fromkeys(periods, 0)
    for row in rows.joined(tx, since, until):
        sizes[_period(_day(row.day), frequency)] += row.value
    there: dict[tuple[date, date], set[int]] = {}
    for seen in rows.seen(tx, since, until):
        cohort = _period(_day(seen.joined_at // DAY), frequency)
        there.setdefault((cohort, _period(_day(seen.day), frequency)), set()).add(seen.account)
    return [
        Cohort(
            period=cohort,
            size=sizes[cohort],
            present=tuple((later, len(there.get((cohort, later), ()))) for later in periods if later >= cohort),
        )
        for cohort in periods
    ]


def _period(day: date, frequency: str) -> date:
    return day.replace(day=1) if frequency == MONTH else day


def _millis(day: date) -> Millis:
    return Millis(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000)


def _number(day: date) -> int:
    return _millis(day) // DAY


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)
