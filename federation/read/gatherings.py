"""Gatherings, from the JSON of Mobilizon, of FEP-8a8e, and of calendars of blogs: when, where, who may come."""

from typing import Any

from federation.document import count_of, fields_of, flag_of, language_text, links_of, many, text_of, time_of, type_of
from federation.gathering_words import WEBSITE, Gathering
from federation.vocabulary import MAX_TITLE

MAX_WORD = 100
MAX_SERIES = 2_000
MAX_OCCURRENCE = 10_000
_STATES = {
    "EventCancelled": "cancelled",
    "EventPostponed": "cancelled",
    "EventTentative": "tentative",
    "CANCELLED": "cancelled",
    "TENTATIVE": "tentative",
}
_MODES = frozenset({"free", "restricted", "invite", "external", "none"})
_PARTS = ("streetAddress", "postalCode", "addressLocality", "addressRegion", "addressCountry")


def gathering_of(fields: dict[str, Any]) -> Gathering | None:
    """When and where; None for what says no time at which it begins, which is a post like any other.

    Mobilizon answers a Join wherever it says nothing else; whoever knows only FEP-8a8e says `joinMode`.
    """
    starts_at = time_of(fields.get("startTime"))
    if starts_at is None:
        return None
    is_open_end = fields.get("displayEndTime") is False
    seats = count_of(fields.get("maximumAttendeeCapacity"))
    places = [item for item in many(fields.get("location")) if isinstance(item, dict)]
    physical = next((item for item in places if type_of(item) in (None, "Place")), None)
    going = count_of(fields.get("participantCount"))
    return Gathering(
        starts_at=starts_at,
        ends_at=None if is_open_end else time_of(fields.get("endTime")),
        timezone=(text_of(fields.get("timezone")) or "")[:MAX_WORD],
        place=_name(physical) or (text_of(fields.get("location")) or "")[:MAX_TITLE],
        address=_address(physical),
        link=_online(fields, places),
        category=(text_of(fields.get("category")) or "")[:MAX_WORD],
        status=_state(fields),
        seats=seats or None,
        has_waiting=fields.get("hasWaitingList") is not False,
        join_mode=_mode(fields),
        outside_url=_first_link(fields.get("externalParticipationUrl")),
        series=(text_of(fields.get("series")) or "")[:MAX_SERIES],
        occurrence=min(max(count_of(fields.get("occurrence")) or 1, 1), MAX_OCCURRENCE),
        going=_total(fields.get("attendees")) if going is None else going,
        left=count_of(fields.get("remainingAttendeeCapacity")) if seats else None,
        waiting=count_of(fields.get("waitingCount")) or 0,
    )


def _mode(fields: dict[str, Any]) -> str:
    said = (text_of(fields.get("joinMode")) or "").lower()
    return said if said in _MODES else "none"


def _state(fields: dict[str, Any]) -> str:
    """Where two words disagree, the more careful one holds: nobody goes to what was called off."""
    words = [text_of(fields.get(name)) or "" for name in ("eventStatus", "ical:status", "status")]
    states = [_STATES.get(word.rpartition("/")[2].rpartition("#")[2]) for word in words]
    return next((state for state in ("cancelled", "tentative") if state in states), "confirmed")


def _name(place: dict[str, Any] | None) -> str:
    return (language_text(place, "name")[0] or "")[:MAX_TITLE] if place else ""


def _address(place: dict[str, Any] | None) -> str:
    if place is None:
        return ""
    entry = fields_of(place.get("address"))
    if entry is None:
        return (text_of(place.get("address")) or "")[:MAX_TITLE]
    parts = [text_of(entry.get(name)) for name in _PARTS]
    return ", ".join(part for part in parts if part)[:MAX_TITLE]


def _online(fields: dict[str, Any], places: list[dict[str, Any]]) -> str:
    """Where to meet online: a place of that kind, or the links of Mobilizon and PieFed for it."""
    virtual = next((item for item in places if type_of(item) == "VirtualLocation"), None)
    if virtual is not None:
        return _first_link(virtual.get("url"))
    if not flag_of(fields.get("isOnline")):
        return ""
    said = _first_link(fields.get("onlineAddress")) or _first_link(fields.get("onlineLink"))
    return said or _website(fields)


def _website(fields: dict[str, Any]) -> str:
    found = [item for item in many(fields.get("attachment")) if type_of(item) == "Link"]
    return next((_first_link(item) for item in found if text_of(item.get("name")) == WEBSITE), "")


def _first_link(value: Any) -> str:
    return next((href for href, _ in links_of(value)), "")[:MAX_SERIES]


def _total(value: Any) -> int:
    entry = fields_of(value)
    return (count_of(entry.get("totalItems")) or 0) if entry else 0
