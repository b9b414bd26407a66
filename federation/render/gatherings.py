"""Gatherings on the wire: the words of FEP-8a8e and those of Mobilizon together, a summary for who knows neither.

Names of who comes stay on their nodes: the collection of attendees says how many they are.
"""

from typing import Any

from social.clock import iso
from social.gatherings.views import GatheringView
from social.gatherings.wording import line
from storage.accounts import AccountRow
from storage.gatherings import GatheringRow, JoinMode, Status
from storage.posts import PostRow

_STATES = {
    Status.CONFIRMED: ("EventScheduled", "CONFIRMED"),
    Status.TENTATIVE: ("EventTentative", "TENTATIVE"),
    Status.CANCELLED: ("EventCancelled", "CANCELLED"),
}


def event(post: PostRow, author: AccountRow, view: GatheringView) -> dict[str, Any]:
    """What a gathering says beside the words of its post."""
    known = view.gathering
    scheduled, ical = _STATES[known.status]
    document: dict[str, Any] = {
        "actor": author.uri,
        "organizers": {"type": "Collection", "totalItems": 1, "items": [author.uri]},
        "startTime": iso(known.starts_at),
        "endTime": iso(known.ends_at),
        "displayEndTime": not known.is_open_end,
        "timezone": known.timezone,
        "location": _locations(known),
        "category": known.category,
        "eventStatus": scheduled,
        "ical:status": ical,
        "joinMode": (known.join_mode if known.status is not Status.CANCELLED else JoinMode.NONE).value,
        "participantCount": view.going,
        "attendees": {"id": f"{post.uri}/attendees", "type": "Collection", "totalItems": view.going},
        "anonymousParticipationEnabled": False,
        "commentsEnabled": True,
        "repliesModerationOption": "allow_all",
        "isOnline": bool(known.link),
        "draft": False,
        "summary": post.spoiler or line(known, post.language),
    }
    if post.language:
        document["inLanguage"] = post.language
    if known.seats is not None:
        document["maximumAttendeeCapacity"] = known.seats
        document["remainingAttendeeCapacity"] = view.left
        document["hasWaitingList"] = known.has_waiting
    if known.link:
        document["onlineAddress"] = known.link
    if known.series:
        document |= {"series": known.series, "occurrence": known.occurrence}
    return document


def join(uri: str, actor: str, post: str) -> dict[str, Any]:
    """Somebody says that they come."""
    return {"id": uri, "type": "Join", "actor": actor, "object": post}


def _locations(known: GatheringRow) -> list[dict[str, Any]] | dict[str, Any] | None:
    found: list[dict[str, Any]] = []
    if known.place or known.address:
        place: dict[str, Any] = {"type": "Place", "name": known.place or known.address}
        if known.address:
            place["address"] = {"type": "PostalAddress", "streetAddress": known.address}
        found.append(place)
    if known.link:
        found.append({"type": "VirtualLocation", "url": known.link})
    return found[0] if len(found) == 1 else found or None
