"""Gatherings as a calendar that other programs read (RFC 5545), by `icalendar`.

Times are those of the wall where it takes place, each zone with its changes of the clock, so that what is planned
beyond one of them stands at the right hour everywhere.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from icalendar import Calendar, Event

from social.gatherings import times
from social.reading import PostView
from social.sanitise import plain
from storage.gatherings import GatheringRow, Status
from storage.ids import Millis

TYPE = "text/calendar; charset=utf-8"
REFRESH = "PT1H"
_STATES = {Status.CONFIRMED: "CONFIRMED", Status.TENTATIVE: "TENTATIVE", Status.CANCELLED: "CANCELLED"}
_MARGIN = 1
"""Years before and after what is in a calendar for which its zones are told."""


def calendar(name: str, views: Sequence[PostView], now: Millis) -> bytes:
    """A calendar with these gatherings."""
    made = Calendar()
    made.add("prodid", "-//Archipel//gatherings//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-published-ttl", REFRESH)
    held = [(view, view.gathering.gathering) for view in views if view.gathering is not None]
    for view, known in held:
        made.add_component(_event(view, known, now))
    if held:
        years = [times.local(at, known.timezone).year for _, known in held for at in (known.starts_at, known.ends_at)]
        made.add_missing_timezones(date(min(years) - _MARGIN, 1, 1), date(max(years) + _MARGIN, 12, 31))
    return bytes(made.to_ical())


def _event(view: PostView, known: GatheringRow, now: Millis) -> Event:
    post, made = view.post, Event()
    made.add("uid", post.uri)
    made.add("dtstamp", datetime.fromtimestamp((post.edited_at or post.published_at) / 1000, UTC))
    made.add("last-modified", datetime.fromtimestamp((post.edited_at or post.published_at) / 1000, UTC))
    made.add("sequence", known.version)
    made.add("dtstart", times.local(known.starts_at, known.timezone))
    if not known.is_open_end:
        made.add("dtend", times.local(known.ends_at, known.timezone))
    made.add("summary", post.title)
    made.add("status", _STATES[known.status])
    made.add("url", post.url)
    words = "\n\n".join(part for part in (plain(post.html), known.link, post.url) if part)
    made.add("description", words)
    where = ", ".join(part for part in (known.place, known.address) if part) or known.link
    if where:
        made.add("location", where)
    if known.category:
        made.add("categories", [known.category])
    return made
