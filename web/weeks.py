"""The hours of a week in words, and as the fields of a form."""

from itertools import groupby

import msgspec
from babel.dates import get_day_names

from social.push.week import DAY_MINUTES, Week, Window
from web.dates import NO_BREAK
from web.visit import Visit


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """One day of a form: its name, and from when until when somebody is reached; both empty for a day of peace."""

    name: str
    opens: str
    closes: str


def days(locale: str, hours: list[tuple[str, str]]) -> list[Day]:
    """The fields of a form, Monday first, as they are given."""
    names = get_day_names("wide", locale=locale)
    padded = [*hours, *[("", "")] * len(names)][: len(names)]
    return [Day(name=names[place], opens=opens, closes=closes) for place, (opens, closes) in enumerate(padded)]


def fields(week: Week) -> list[tuple[str, str]]:
    """What the form of a week holds."""
    return [("", "") if one is None else (_field(one.opens), _field(one.closes)) for one in week]


def spoken(visit: Visit, week: Week) -> str:
    """`Monday to Friday, 8:00 – 19:00`: days of the same hours together, days of peace left out."""
    names = get_day_names("wide", locale=visit.locale)
    parts = []
    for window, places in groupby(range(len(week)), key=lambda place: week[place]):
        if window is None:
            continue
        first, *others = places
        day = names[first]
        if others:
            day = visit.say("%(first)s to %(last)s", first=names[first], last=names[others[-1]])
        parts.append(visit.say("%(day)s, %(hours)s", day=day, hours=_hours(visit, window)))
    return "; ".join(parts) if visit.locale == "en" else f"{NO_BREAK}; ".join(parts)


def _hours(visit: Visit, window: Window) -> str:
    if window.opens == window.closes:
        return visit.say("at any hour")
    mark = f"{NO_BREAK}h{NO_BREAK}" if visit.locale == "fr" else ":"
    said = [f"{at // 60}{mark}{at % 60:02d}" for at in (window.opens, window.closes)]
    return " – ".join(said)


def _field(minutes: int) -> str:
    minutes %= DAY_MINUTES
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
