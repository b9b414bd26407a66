"""Mobilizon and others with events: attributed to a group, organised by a person, at a place."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://e.example"
A = H + "/@ann"
G = H + "/@plant"
EVENT: Fields = {
    "@context": [
        AS,
        {
            "mz": "https://joinmobilizon.org/ns#",
            "ical": "http://www.w3.org/2002/12/cal/ical#",
            "sc": "http://schema.org#",
        },
    ],
    "id": H + "/events/1",
    "type": "Event",
    "actor": A,
    "attributedTo": G,
    "name": "Safety day",
    "content": "<p>Bring gloves.</p>",
    "mediaType": "text/html",
    "summary": "Safety day",
    "category": "MEETING",
    "startTime": "2026-12-01T09:00:00Z",
    "endTime": "2026-12-01T12:00:00Z",
    "timezone": "Europe/Paris",
    "ical:status": "CONFIRMED",
    "joinMode": "free",
    "location": {"type": "Place", "name": "Canteen", "address": {"type": "PostalAddress", "addressLocality": "Lyon"}},
    "attachment": [{"type": "Document", "mediaType": "image/jpeg", "url": H + "/1.jpg", "name": "Banner"}],
    "inLanguage": "fr",
    "draft": False,
    "published": "2026-11-24T10:00:00Z",
    "url": H + "/events/1",
    "to": [PUBLIC],
    "cc": [G + "/followers"],
    "tag": [{"type": "Hashtag", "href": H + "/tag/safety", "name": "#safety"}],
    "participantCount": 3,
}
LINK = (
    '<p><a href="https://e.example/events/1" rel="nofollow noopener" target="_blank">https://e.example/events/1</a></p>'
)

SHAPES: list[Shape] = shapes(
    EVENT,
    event=(
        {},
        {
            "kind": "Event",
            "author": A,
            "title": "Safety day",
            "html": "<p>2026-12-01 09:00 UTC – 2026-12-01 12:00 UTC, Canteen</p><p>Bring gloves.</p>" + LINK,
            "language": "fr",
            "media": [(H + "/1.jpg", "Banner")],
        },
    ),
    of_a_person_alone=({"actor": ..., "attributedTo": A}, {"author": A}),
    without_an_end=({"endTime": None}, {"html": "<p>2026-12-01 09:00 UTC, Canteen</p><p>Bring gloves.</p>" + LINK}),
    without_a_place=({"location": None}, {"title": "Safety day"}),
    place_as_text=({"location": "Canteen"}, {"title": "Safety day"}),
    several_places=(
        {"location": [{"type": "VirtualLocation", "url": H + "/meet"}, {"type": "Place", "name": "Canteen"}]},
        {"title": "Safety day"},
    ),
    names_in_languages=({"nameMap": {"fr": "Journée sécurité", "en": "Safety day"}}, {"title": "Safety day"}),
    organiser_elsewhere=(
        {"actor": "https://x.example/@eve"},
        {"refused": "a post without an author on its own origin"},
    ),
    times_that_are_none=({"startTime": "soon", "endTime": 3}, {"html": "<p>Canteen</p><p>Bring gloves.</p>" + LINK}),
    plain_words=({"mediaType": "text/plain", "content": "Bring gloves <now>"}, {"title": "Safety day"}),
    comment_of_mobilizon=(
        {
            "type": "Note",
            "id": H + "/comments/1",
            "inReplyTo": H + "/events/1",
            "content": "<p>Seen</p>",
            "attributedTo": A,
            "actor": A,
            "name": ...,
            "summary": ...,
            "attachment": [],
            "startTime": ...,
            "endTime": ...,
        },
        {"parent": H + "/events/1", "html": "<p>Seen</p>"},
    ),
)
