"""The words of gatherings: FEP-8a8e, Mobilizon's, and those of our own for a queue and for what is repeated."""

import msgspec

WEBSITE = "Website"
"""What Mobilizon calls the link, among what is attached to an event, by which one comes to it online."""

TERMS: dict[str, object] = {
    "ical": "http://www.w3.org/2002/12/cal/ical#",
    "mz": "https://joinmobilizon.org/ns#",
    "fep8a8e": "https://w3id.org/fep/8a8e#",
    "organizers": "fep8a8e:organizers",
    "displayEndTime": "fep8a8e:displayEndTime",
    "VirtualLocation": "schema:VirtualLocation",
    "PostalAddress": "schema:PostalAddress",
    "address": "schema:address",
    "streetAddress": "schema:streetAddress",
    "eventStatus": "schema:eventStatus",
    "timezone": "mz:timezone",
    "category": "schema:category",
    "joinMode": "mz:joinMode",
    "participantCount": "mz:participantCount",
    "attendees": {"@id": "schema:attendee", "@type": "@id"},
    "maximumAttendeeCapacity": "schema:maximumAttendeeCapacity",
    "remainingAttendeeCapacity": "schema:remainingAttendeeCapacity",
    "anonymousParticipationEnabled": "mz:anonymousParticipationEnabled",
    "commentsEnabled": "mz:commentsEnabled",
    "repliesModerationOption": "mz:repliesModerationOption",
    "isOnline": "mz:isOnline",
    "onlineAddress": "mz:onlineAddress",
    "inLanguage": "schema:inLanguage",
    "draft": "mz:draft",
    "pf": "https://join.piefed.social/ns#",
    "onlineLink": "pf:onlineLink",
    "externalParticipationUrl": "mz:externalParticipationUrl",
    "anonymousParticipation": "pf:anonymousParticipation",
    "buyTicketsLink": "pf:buyTicketsLink",
    "feeCurrency": "pf:feeCurrency",
    "feeAmount": "pf:feeAmount",
    "hasWaitingList": "urn:archipel:ns#hasWaitingList",
    "waitingCount": "urn:archipel:ns#waitingCount",
    "series": "urn:archipel:ns#series",
    "occurrence": "urn:archipel:ns#occurrence",
}
"""What the context of an Event has beside that of everything else."""


class Gathering(msgspec.Struct, frozen=True, kw_only=True):
    """When and where an Event takes place. Without `ends_at` its end is open; the numbers are claims."""

    starts_at: int
    ends_at: int | None = None
    timezone: str = ""
    place: str = ""
    address: str = ""
    link: str = ""
    category: str = ""
    status: str = "confirmed"
    seats: int | None = None
    has_waiting: bool = True
    join_mode: str = "none"
    outside_url: str = ""
    series: str = ""
    occurrence: int = 1
    going: int = 0
    left: int | None = None
    waiting: int = 0
