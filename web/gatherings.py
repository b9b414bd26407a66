"""Gatherings in words: days and hours of the place where they are, seats, and what became of one's answer."""

from collections.abc import Callable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from babel.dates import get_timezone_location

from social.gatherings import times
from social.gatherings.drafts import CATEGORIES
from social.gatherings.times import Every
from social.gatherings.views import GatheringView
from storage.gatherings import GatheringRow, Status
from storage.ids import Millis
from storage.participations import State
from web.dates import NO_BREAK, spelled
from web.i18n import N_

CATEGORY_WORDS: Mapping[str, str] = {
    "MEETING": N_("Meeting"),
    "LEARNING": N_("Training"),
    "WORKSHOPS_SKILL_SHARING": N_("Workshop"),
    "NETWORKING": N_("Getting to know each other"),
    "SPORTS": N_("Sport"),
    "OUTDOORS_ADVENTURE": N_("Outdoors"),
    "FOOD_DRINK": N_("Food and drink"),
    "MUSIC": N_("Music"),
    "GAMES": N_("Games"),
    "PARTY": N_("Party"),
    "HEALTH": N_("Health and safety"),
    "FAMILY_EDUCATION": N_("Family"),
    "CAUSES": N_("A good cause"),
    "SCIENCE_TECH": N_("Science and technology"),
}
STATUS_WORDS: Mapping[Status, str] = {
    Status.CONFIRMED: N_("It takes place"),
    Status.TENTATIVE: N_("Not sure yet"),
    Status.CANCELLED: N_("Called off"),
}
REPEAT_WORDS: Mapping[str, str] = {
    "": N_("Once"),
    Every.DAY: N_("Every day"),
    Every.WEEK: N_("Every week"),
    Every.FORTNIGHT: N_("Every two weeks"),
    Every.MONTH: N_("Every month"),
}
ANSWER_WORDS: Mapping[State, str] = {
    State.GOING: N_("You have a seat."),
    State.WAITING: N_("You wait for a seat, and are told when there is one."),
    State.MAYBE: N_("You said: maybe."),
    State.NO: N_("You said that you do not come."),
    State.REFUSED: N_("There was no seat left."),
}
ZONES = (
    "Europe/Paris",
    "Europe/Madrid",
    "Europe/Lisbon",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Warsaw",
    "Europe/Athens",
    "Africa/Casablanca",
    "Africa/Dakar",
    "Africa/Tunis",
    "America/Montreal",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "UTC",
)
"""Zones that are offered beside that of the site; any other may be written by an app."""


class Spoken(msgspec.Struct, frozen=True, kw_only=True):
    """When a gathering is, in words: for the leaf of a calendar, and as a line."""

    weekday: str
    day: str
    month: str
    line: str
    hours: str
    machine: str


class Speaker:
    """Speaks of times in one language; `zone` is that of the site, which is not named."""

    def __init__(self, locale: str, zone: str, say: Callable[..., str]) -> None:
        self._locale = locale
        self._zone = zone
        self.say = say

    def when(self, known: GatheringRow) -> Spoken:
        """When it is."""
        first, last = (times.local(at, known.timezone) for at in (known.starts_at, known.ends_at))
        is_one_day = known.is_open_end or first.date() == last.date()
        hours = self._hour(first) if known.is_open_end else f"{self._hour(first)} – {self._hour(last)}"
        zone = "" if self.is_here(known) else f" ({self._place(known.timezone)})"
        if is_one_day:
            line = self.say("%(day)s, %(hours)s", day=self._long(first), hours=hours + zone)
        else:
            line = f"{self._long(first)}, {self._hour(first)} – {self._long(last)}, {self._hour(last)}{zone}"
        return Spoken(
            weekday=self._format(first, "EEE"),
            day=str(first.day),
            month=self._format(first, "MMM"),
            line=line,
            hours=(hours if is_one_day else self._hour(first)) + zone,
            machine=first.isoformat(),
        )

    def heading(self, known: GatheringRow) -> str:
        """The day as a heading."""
        return self._long(times.local(known.starts_at, known.timezone))

    def leaf(self, at: Millis, zone: str) -> tuple[str, str, str]:
        """Day, month and hour of a line beside a page."""
        moment = times.local(at, zone)
        return str(moment.day), self._format(moment, "MMM"), self._hour(moment)

    def is_here(self, known: GatheringRow) -> bool:
        """Whether the clocks there show what they show here, at its beginning and its end."""
        here = times.zone(self._zone) or ZoneInfo("UTC")
        both = (known.starts_at, known.ends_at)
        return all(
            times.local(at, known.timezone).utcoffset() == datetime.fromtimestamp(at / 1000, here).utcoffset()
            for at in both
        )

    def _place(self, zone: str) -> str:
        if zone == "UTC":
            return zone
        city = str(get_timezone_location(zone, locale=self._locale, return_city=True))
        return self.say("time of %(city)s", city=city)

    def _long(self, moment: datetime) -> str:
        words = self._format(moment, "EEEE d MMMM y")
        return words[:1].upper() + words[1:]

    def _format(self, moment: datetime, pattern: str) -> str:
        return spelled(moment.date(), pattern, self._locale)

    def _hour(self, moment: datetime) -> str:
        mark = f"{NO_BREAK}h{NO_BREAK}" if self._locale == "fr" else ":"
        return f"{moment.hour}{mark}{moment.minute:02d}"


def seats(view: GatheringView, count: Callable[..., str], say: Callable[..., str]) -> str:
    """`12 come, 3 seats left, 2 wait`."""
    parts = [count("%(num)s comes", "%(num)s come", view.going) if view.going else say("nobody has said yes yet")]
    if view.left is not None:
        parts.append(count("%(num)s seat left", "%(num)s seats left", view.left) if view.left else say("no seat left"))
    if view.waiting:
        parts.append(count("%(num)s waits", "%(num)s wait", view.waiting))
    if view.maybe:
        parts.append(count("%(num)s maybe", "%(num)s maybe", view.maybe))
    line = ", ".join(parts)
    return line[:1].upper() + line[1:]


def zones(own: str, chosen: str) -> list[str]:
    """The time zones that a form offers: that of the site first, the chosen one among them."""
    return list(dict.fromkeys(one for one in (own, chosen, *ZONES) if times.zone(one) is not None))


def categories(say: Callable[..., str]) -> list[tuple[str, str]]:
    """What a form offers as kinds of gatherings."""
    return [(one, say(CATEGORY_WORDS[one])) for one in CATEGORIES]
