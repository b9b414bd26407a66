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
            "html": "<p>Bring gloves.</p>",
            "gathering": {
                "starts_at": 1796115600000,
                "ends_at": 1796126400000,
                "timezone": "Europe/Paris",
                "place": "Canteen",
                "address": "Lyon",
                "category": "MEETING",
                "join_mode": "free",
                "going": 3,
            },
            "language": "fr",
            "media": [(H + "/1.jpg", "Banner")],
        },
    ),
    of_a_person_alone=({"actor": ..., "attributedTo": A}, {"author": A}),
    without_an_end=({"endTime": None}, {"gathering": {"starts_at": 1796115600000, "ends_at": None}}),
    without_a_place=({"location": None}, {"title": "Safety day", "gathering": {"place": "", "address": ""}}),
    place_as_text=({"location": "Canteen"}, {"title": "Safety day", "gathering": {"place": "Canteen"}}),
    called_off_in_one_of_two_words=(
        {"ical:status": "CONFIRMED", "eventStatus": "https://schema.org/EventCancelled"},
        {"gathering": {"status": "cancelled"}},
    ),
    as_fep_8a8e_says_it=(
        {
            "actor": ...,
            "attributedTo": A,
            "organizers": None,
            "ical:status": ...,
            "joinMode": "external",
            "externalParticipationUrl": H + "/come",
            "displayEndTime": False,
            "eventStatus": "EventTentative",
            "participantCount": ...,
            "attendees": {"type": "Collection", "totalItems": 7},
            "maximumAttendeeCapacity": 20,
            "remainingAttendeeCapacity": 13,
        },
        {
            "gathering": {
                "ends_at": None,
                "status": "tentative",
                "join_mode": "external",
                "outside_url": H + "/come",
                "going": 7,
                "seats": 20,
                "left": 13,
            }
        },
    ),
    of_a_blog_without_a_word_of_joining=(
        {"joinMode": ..., "timezone": ..., "participantCount": ..., "startTime": "2026-12-01T10:00:00+01:00"},
        {"gathering": {"starts_at": 1796115600000, "join_mode": "none", "timezone": "", "going": 0}},
    ),
    in_no_year_of_a_calendar=({"startTime": "0001-01-01T00:00:00Z"}, {"gathering": None}),
    online=(
        {"location": ..., "isOnline": True, "onlineAddress": "javascript:alert(1)", "maximumAttendeeCapacity": -4},
        {"gathering": {"link": "", "seats": None}},
    ),
    online_as_mobilizon_says_it=(
        {
            "isOnline": True,
            "attachment": [
                {"type": "PropertyValue", "propertyID": "mz:visio:jitsi_meet", "value": "https://jitsi.example/x"},
                {"type": "Link", "href": "https://meet.example/1", "mediaType": "text/html", "name": "Website"},
            ],
        },
        {"gathering": {"link": "https://meet.example/1", "place": "Canteen"}, "media": []},
    ),
    website_of_what_is_not_online=(
        {
            "isOnline": False,
            "attachment": [{"type": "Link", "href": H + "/site", "mediaType": "text/html", "name": "Website"}],
        },
        {"gathering": {"link": ""}},
    ),
    called_off_by_mobilizon=({"status": "CANCELLED"}, {"gathering": {"status": "cancelled", "join_mode": "free"}}),
    place_with_all_its_parts=(
        {
            "location": {
                "type": "Place",
                "id": H + "/address/1",
                "name": "Canteen",
                "address": {
                    "type": "PostalAddress",
                    "streetAddress": "1 rue du Port",
                    "postalCode": "69002",
                    "addressLocality": "Lyon",
                    "addressRegion": None,
                    "addressCountry": "France",
                },
                "latitude": 45.7,
                "longitude": 4.8,
            }
        },
        {"gathering": {"place": "Canteen", "address": "1 rue du Port, 69002, Lyon, France"}},
    ),
    several_places=(
        {"location": [{"type": "VirtualLocation", "url": H + "/meet"}, {"type": "Place", "name": "Canteen"}]},
        {"title": "Safety day", "gathering": {"place": "Canteen", "link": H + "/meet"}},
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
