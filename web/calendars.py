"""Gatherings as a calendar that other programs read (RFC 5545), by `icalendar`.

Times are those of the wall where it takes place, each zone with its changes of the clock, so that what is planned
beyond one of them stands at the right hour everywhere.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from icalendar import Calendar, Event, vCalAddress, vDDDTypes, vText

from social.gatherings import times
from social.reading import PostView
from social.sanitise import plain
from storage.gatherings import GatheringRow, Status
from storage.ids import Millis

TYPE = "text/calendar; charset=utf-8"
REFRESH = "PT1H"
REQUEST, CANCEL = "REQUEST", "CANCEL"
"""What a letter asks of the calendar of its reader (RFC 5546 §3.2)."""
_STATES = {Status.CONFIRMED: "CONFIRMED", Status.TENTATIVE: "TENTATIVE", Status.CANCELLED: "CANCELLED"}
_MARGIN = 1
"""Years before and after what is in a calendar for which its zones are told."""
_MOST = 12
"""Years for which they are told at most: what somebody plans for 2199 in every zone is not a minute of work."""


def calendar(name: str, views: Sequence[PostView]) -> bytes:
    """A calendar with these gatherings."""
    made = _calendar("PUBLISH")
    made.add("x-wr-calname", name)
    made.add("x-published-ttl", REFRESH)
    held = [(view, view.gathering.gathering) for view in views if view.gathering is not None]
    return _written(made, [(known, _event(view, known)) for view, known in held])


def invitation(view: PostView, method: str, organiser: tuple[str, str], guest: tuple[str, str], now: Millis) -> bytes:
    """A gathering for the calendar of one person, by mail (RFC 6047); both people by name and address.

    They have said already that they come: no answer is asked for, and none would be read.
    """
    if view.gathering is None:
        raise ValueError("no gathering")
    known = view.gathering.gathering
    event = _event(view, known)
    return _by_mail(event, known, method, organiser, guest, now)


def withdrawal(
    uri: str, title: str, known: GatheringRow, organiser: tuple[str, str], guest: tuple[str, str], now: Millis
) -> bytes:
    """The same for a gathering that was deleted: it goes out of the calendar (RFC 5546 §3.2.5)."""
    event = Event()
    event.add("uid", uri)
    event.add("sequence", known.version + 1)
    event.add("dtstart", times.local(known.starts_at, known.timezone))
    if not known.is_open_end:
        event.add("dtend", times.local(known.ends_at, known.timezone))
    event.add("summary", title)
    return _by_mail(event, known, CANCEL, organiser, guest, now)


def _by_mail(
    event: Event, known: GatheringRow, method: str, organiser: tuple[str, str], guest: tuple[str, str], now: Millis
) -> bytes:
    # Of two letters of one version the later one counts.
    event["DTSTAMP"] = vDDDTypes(datetime.fromtimestamp(now / 1000, UTC))
    if method == CANCEL:
        event["STATUS"] = vText(_STATES[Status.CANCELLED])
    event.add("organizer", _person(*organiser))
    attendee = _person(*guest)
    attendee.params["PARTSTAT"] = vText("DECLINED" if method == CANCEL else "ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    event.add("attendee", attendee)
    return _written(_calendar(method), [(known, event)])


def _person(name: str, address: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{address}")
    made.params["CN"] = vText(name)
    return made


def _calendar(method: str) -> Calendar:
    made = Calendar()
    made.add("prodid", "-//Archipel//gatherings//EN")
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    return made


def _written(made: Calendar, events: Sequence[tuple[GatheringRow, Event]]) -> bytes:
    """With the events, and the zones in which they are."""
    for _, event in events:
        made.add_component(event)
    years = [times.local(at, known.timezone).year for known, _ in events for at in (known.starts_at, known.ends_at)]
    if years:
        first = min(years) - _MARGIN
        made.add_missing_timezones(date(first, 1, 1), date(min(max(years) + _MARGIN, first + _MOST), 12, 31))
    return bytes(made.to_ical())


def _event(view: PostView, known: GatheringRow) -> Event:
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
