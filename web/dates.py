"""Times as people read them, in the site's time zone: a short relative form, and the exact one beside it."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.support import Translations

from social.clock import HOUR, MINUTE, is_writable, iso
from storage.ids import Millis

NO_BREAK = "\u00a0"


def spelled(day: date, pattern: str, locale: str) -> str:
    """A day in the words of a language; in French the first of a month is `1er`, which the patterns do not know."""
    words = str(format_date(day, pattern, locale=locale))
    return re.sub(r"\b1(?= [^\W\d])", "1er", words) if locale == "fr" and day.day == 1 else words


class Dates:
    """Dates of one language and one time zone."""

    def __init__(self, locale: str, zone: ZoneInfo, sentences: Translations) -> None:
        self._locale = locale
        self._zone = zone
        self._say = sentences

    def relative(self, at: Millis, now: Millis) -> str:
        """`6 min ago`, `9:52`, `yesterday at 9:52`, `20 Nov`, `20 Nov 2025`: never a future time."""
        age = now - at
        if age < MINUTE:
            return str(self._say.gettext("just now"))
        if age < HOUR:
            return str(self._say.ngettext("%(num)s min ago", "%(num)s min ago", age // MINUTE)) % {"num": age // MINUTE}
        moment, today = self._local(at), self._local(now).date()
        if moment.date() == today:
            return self.time(at)
        if moment.date() == today - timedelta(days=1):
            return str(self._say.gettext("yesterday at %(time)s")) % {"time": self.time(at)}
        return self._short(moment.date(), today)

    def exact(self, at: Millis) -> str:
        """`24 November 2026 at 9:52`."""
        words = {"date": spelled(self._local(at).date(), "d MMMM y", self._locale), "time": self.time(at)}
        return str(self._say.gettext("%(date)s at %(time)s")) % words

    def time(self, at: Millis) -> str:
        """`9:52`, in French `9 h 52`."""
        moment = self._local(at)
        mark = f"{NO_BREAK}h{NO_BREAK}" if self._locale == "fr" else ":"
        return f"{moment.hour}{mark}{moment.minute:02d}"

    def day(self, at: Millis) -> str:
        """`24 November 2026`."""
        return spelled(self._local(at).date(), "d MMMM y", self._locale)

    def due(self, at: Millis, now: Millis) -> str:
        """`24 November`, with the year only if it is another than this one."""
        day = self._local(at).date()
        return spelled(day, "d MMMM" if day.year == self._local(now).year else "d MMMM y", self._locale)

    def divider(self, at: Millis, before: Millis) -> str:
        """What stands between two posts that were not written on the same day; empty on the same day."""
        first, second = self._local(before).date(), self._local(at).date()
        if first == second:
            return ""
        if second == first + timedelta(days=1):
            return str(self._say.gettext("The next day"))
        return spelled(second, "EEEE d MMMM y", self._locale).capitalize()

    def field(self, at: Millis | None) -> str:
        """What a form's field of day and time holds; empty for none."""
        return "" if at is None else self._local(at).strftime("%Y-%m-%dT%H:%M")

    def moment(self, written: str) -> Millis | None:
        """The moment that a form's field of day and time names in the site's time zone; None for what names none."""
        try:
            found = datetime.fromisoformat(written)
        except ValueError:
            return None
        at = int((found if found.tzinfo else found.replace(tzinfo=self._zone)).timestamp() * 1000)
        return Millis(at) if is_writable(at) else None

    def machine(self, at: Millis) -> str:
        """The `datetime` attribute of a `time` element."""
        return iso(at)

    def _short(self, day: date, today: date) -> str:
        pattern = "d MMM" if day.year == today.year else "d MMM y"
        return spelled(day, pattern, self._locale).replace(" ", NO_BREAK)

    def _local(self, at: Millis) -> datetime:
        return datetime.fromtimestamp(at / 1000, self._zone)
