"""Pixelfed: notes that are their pictures."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://x.example"
A = H + "/users/ann"
NOTE: Fields = {
    "@context": [
        "https://w3id.org/security/v1",
        AS,
        {"commentsEnabled": {"@id": "pixelfed:commentsEnabled", "@type": "schema:Boolean"}},
    ],
    "id": H + "/p/ann/1",
    "type": "Note",
    "summary": None,
    "content": "Line 3",
    "inReplyTo": None,
    "published": "2026-11-24T10:00:00+00:00",
    "url": H + "/p/ann/1",
    "attributedTo": A,
    "to": [PUBLIC],
    "cc": [A + "/followers"],
    "sensitive": False,
    "attachment": [
        {
            "type": "Image",
            "mediaType": "image/jpeg",
            "url": H + "/1.jpg",
            "name": "A press",
            "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            "width": 1080,
            "height": 1080,
        }
    ],
    "tag": [],
    "commentsEnabled": True,
    "capabilities": {"announce": PUBLIC, "like": PUBLIC, "reply": PUBLIC},
    "location": None,
}

SHAPES: list[Shape] = shapes(
    NOTE,
    picture=({}, {"media": [(H + "/1.jpg", "A press")], "html": "Line 3"}),
    without_words=({"content": None}, {"html": "", "media": [(H + "/1.jpg", "A press")]}),
    null_description=(
        {"attachment": [{"type": "Image", "mediaType": "image/jpeg", "url": H + "/1.jpg", "name": None}]},
        {"media": [(H + "/1.jpg", "")]},
    ),
    ten_pictures=(
        {"attachment": [{"type": "Image", "mediaType": "image/jpeg", "url": f"{H}/{n}.jpg"} for n in range(10)]},
        {"media": [(f"{H}/{n}.jpg", "") for n in range(10)]},
    ),
    more_than_anybody_needs=(
        {"attachment": [{"type": "Image", "mediaType": "image/jpeg", "url": f"{H}/{n}.jpg"} for n in range(40)]},
        {"media": [(f"{H}/{n}.jpg", "") for n in range(16)]},
    ),
    twice_the_same=({"attachment": [{"type": "Image", "url": H + "/1.jpg"}] * 2}, {"media": [(H + "/1.jpg", "")]}),
    place=(
        {"location": {"type": "Place", "name": "Lyon", "longitude": "4.83", "latitude": "45.75", "country": "France"}},
        {"author": A},
    ),
    picture_over_http=({"attachment": [{"type": "Image", "url": "http://x.example/1.jpg"}]}, {"media": []}),
    picture_at_an_address=({"attachment": [{"type": "Image", "url": "https://10.0.0.1/1.jpg"}]}, {"media": []}),
    picture_as_the_post=(
        {
            "type": "Image",
            "name": "Line 3",
            "content": ...,
            "attachment": ...,
            "url": [
                {"type": "Link", "href": H + "/full.jpg", "mediaType": "image/jpeg"},
                {"type": "Link", "href": H + "/p/1", "mediaType": "text/html"},
            ],
        },
        {"kind": "Image", "title": "Line 3", "url": H + "/p/1", "media": [(H + "/full.jpg", "Line 3")]},
    ),
    story=(
        {
            "type": "Story",
            "content": ...,
            "attachment": {"type": "Image", "url": H + "/1.jpg", "mediaType": "image/jpeg"},
        },
        {"refused": "nothing that shows as a post"},
    ),
)
