"""The words of recognition that are not in a template: values and questions of a site that chose none, faces, days."""

import datetime
from collections.abc import Sequence

from babel.dates import format_date, format_skeleton

from storage.days import Day
from storage.occasions import Occasion, OccasionRow
from web.i18n import N_

# Nothing reads these two: they are the defaults of the settings (`social/settings.py`), for the catalogue to find.
VALUES = (N_("Helping one another"), N_("Safety"), N_("Care for customers"), N_("Daring"))
QUESTIONS = (
    N_("How was your week at work?"),
    N_("Could you count on others this week?"),
    N_("Did you have what you needed to work well?"),
    N_("Did you know what was expected of you?"),
    N_("Was your work seen by others?"),
)
FACES = ((5, N_("Very good")), (4, N_("Good")), (3, N_("So-so")), (2, N_("Bad")), (1, N_("Very bad")))
MONTHS = tuple(range(1, 13))
_YEAR = 2024
"""A leap year: every day is in it."""


def written(day: Day, locale: str) -> str:
    """`14 mars`."""
    return str(format_skeleton("MMMMd", datetime.date(_YEAR, day.month, day.day), locale=locale))


def month(number: int, locale: str) -> str:
    """`mars`."""
    return str(format_date(datetime.date(_YEAR, number, 1), "LLLL", locale=locale))


def together(rows: Sequence[OccasionRow]) -> list[tuple[Occasion, list[OccasionRow]]]:
    """What the day brings, people of one kind together; what asks something stands alone."""
    found: dict[object, list[OccasionRow]] = {}
    for number, row in enumerate(rows):
        alone = row.kind is Occasion.ENDORSED
        found.setdefault((row.kind, number) if alone else row.kind, []).append(row)
    return [(rows[0].kind, rows) for rows in found.values()]
