"""Times as people read them."""

from zoneinfo import ZoneInfo

import pytest

from social.clock import DAY, HOUR, MINUTE, SECOND, from_iso
from storage.ids import Millis
from web.dates import Dates
from web.i18n import translations

NOON = from_iso("2026-11-24T12:00:00Z") or Millis(0)


def dates(locale: str, zone: str = "Europe/Paris") -> Dates:
    return Dates(locale, ZoneInfo(zone), translations(locale))


@pytest.mark.parametrize(
    ("age", "french", "english"),
    [
        pytest.param(20 * SECOND, "à l’instant", "just now", id="seconds"),
        pytest.param(-5 * MINUTE, "à l’instant", "just now", id="a clock that is ahead"),
        pytest.param(6 * MINUTE, "il y a 6 min", "6 min ago", id="minutes"),
        pytest.param(3 * HOUR + 8 * MINUTE, "9 h 52", "9:52", id="today"),
        pytest.param(27 * HOUR + 48 * MINUTE, "hier à 9 h 12", "yesterday at 9:12", id="yesterday"),
        pytest.param(4 * DAY, "20 nov.", "20 Nov", id="this year"),
        pytest.param(400 * DAY, "20 oct. 2025", "20 Oct 2025", id="another year"),
    ],
)
def test_a_time_is_told_as_far_as_it_matters(age: int, french: str, english: str) -> None:
    at = Millis(NOON - age)
    assert dates("fr").relative(at, NOON).replace("\u00a0", " ") == french
    assert dates("en").relative(at, NOON).replace("\u00a0", " ") == english


def test_today_is_the_day_of_the_sites_own_zone() -> None:
    midnight = from_iso("2026-11-24T23:30:00Z") or Millis(0)
    assert dates("en", "Europe/Paris").relative(NOON, midnight) == "yesterday at 13:00"
    assert dates("en", "UTC").relative(NOON, midnight) == "12:00"


def test_the_exact_time_says_day_and_hour() -> None:
    assert dates("fr").exact(NOON).replace("\u00a0", " ") == "24 novembre 2026 à 13 h 00"
    assert dates("en").exact(NOON) == "24 November 2026 at 13:00"


def test_the_first_of_a_month_is_said_as_one_says_it_and_a_term_as_short_as_it_can_be() -> None:
    first = from_iso("2026-12-01T08:00:00Z") or Millis(0)
    assert dates("fr").day(first) == "1er décembre 2026"
    assert dates("fr").day(Millis(first + 10 * DAY)) == "11 décembre 2026"
    assert dates("en").day(first) == "1 December 2026"
    assert dates("fr").due(first, NOON) == "1er décembre"
    assert dates("fr").due(Millis(first + 31 * DAY), NOON) == "1er janvier 2027"


def test_a_conversation_is_parted_where_the_day_changes() -> None:
    assert dates("fr").divider(NOON, Millis(NOON - HOUR)) == ""
    assert dates("fr").divider(NOON, Millis(NOON - DAY)) == "Le lendemain"
    assert dates("fr").divider(NOON, Millis(NOON - 3 * DAY)) == "Mardi 24 novembre 2026"
