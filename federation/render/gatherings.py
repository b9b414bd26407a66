"""Gatherings on the wire: the words of FEP-8a8e and those of Mobilizon together, a summary for who knows neither.

Mobilizon takes no event with a `joinMode` that it does not know, or with several places, and PieFed none that lacks one
of its words, be it `null`: all these would be lost there.
Names of who comes stay on their nodes: the collection of attendees says how many they are.
"""

from typing import Any

from federation.gathering_words import WEBSITE
from social.clock import iso
from social.gatherings.views import GatheringView
from social.gatherings.wording import line
from storage.accounts import AccountRow
from storage.gatherings import GatheringRow, Status
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
        "location": _location(known),
        "category": known.category,
        "eventStatus": scheduled,
        "ical:status": ical,
        "joinMode": known.join_mode.value,
        "participantCount": view.going,
        "attendees": {"id": f"{post.uri}/attendees", "type": "Collection", "totalItems": view.going},
        "anonymousParticipationEnabled": False,
        "commentsEnabled": True,
        "repliesModerationOption": "allow_all",
        "isOnline": bool(known.link),
        "draft": False,
        "summary": post.spoiler or line(known, post.language),
        "maximumAttendeeCapacity": None,
        **_of_piefed(known),
    }
    if post.language:
        document["inLanguage"] = post.language
    if known.seats is not None:
        document["maximumAttendeeCapacity"] = known.seats
        document["remainingAttendeeCapacity"] = view.left
        document["hasWaitingList"] = known.has_waiting
        document["waitingCount"] = view.waiting
    if known.link:
        document["onlineAddress"] = known.link
    if known.series:
        document |= {"series": known.series, "occurrence": known.occurrence}
    return document


def _of_piefed(known: GatheringRow) -> dict[str, Any]:
    """What PieFed asks of every event. Nothing costs money here, and nobody comes without an account."""
    return {
        "onlineLink": known.link or None,
        "externalParticipationUrl": None,
        "anonymousParticipation": False,
        "buyTicketsLink": None,
        "feeCurrency": None,
        "feeAmount": 0,
    }


def join(uri: str, actor: str, post: str) -> dict[str, Any]:
    """Somebody says that they come."""
    return {"id": uri, "type": "Join", "actor": actor, "object": post}


def website(view: GatheringView) -> list[dict[str, Any]]:
    """Where to meet online as Mobilizon says it: a link among what is attached."""
    link = view.gathering.link
    return [{"type": "Link", "mediaType": "text/html", "name": WEBSITE, "href": link}] if link else []


def _location(known: GatheringRow) -> dict[str, Any] | None:
    """The place; where there is none, the address online (which `onlineAddress` says in any case)."""
    if known.place or known.address:
        place: dict[str, Any] = {"type": "Place", "name": known.place or known.address}
        if known.address:
            place["address"] = {"type": "PostalAddress", "streetAddress": known.address}
        return place
    return {"type": "VirtualLocation", "url": known.link} if known.link else None
