"""GoToSocial: single values unboxed, alternative text in `summary`, interaction policies, stubs at key addresses."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://g.example"
A = H + "/users/ann"
B = "https://b.example/users/bob"
NOTE: Fields = {
    "@context": ["https://gotosocial.org/ns", AS, {"sensitive": "as:sensitive"}],
    "attachment": [],
    "attributedTo": A,
    "cc": A + "/followers",
    "content": "<p>Line 3 stops</p>",
    "contentMap": {"en": "<p>Line 3 stops</p>"},
    "id": A + "/statuses/01ABC",
    "interactionPolicy": {"canLike": {"automaticApproval": [PUBLIC]}, "canReply": {"always": PUBLIC}},
    "published": "2026-11-24T10:00:00+01:00",
    "replies": {
        "first": {"id": A + "/statuses/01ABC/replies?page=true", "type": "CollectionPage"},
        "id": A + "/statuses/01ABC/replies",
        "type": "Collection",
    },
    "sensitive": False,
    "summary": "",
    "tag": [],
    "to": PUBLIC,
    "type": "Note",
    "url": H + "/@ann/statuses/01ABC",
}
ACTOR: Fields = {
    "@context": [AS, "https://w3id.org/security/v1"],
    "id": A,
    "type": "Person",
    "preferredUsername": "ann",
    "inbox": A + "/inbox",
    "outbox": A + "/outbox",
    "followers": A + "/followers",
    "following": A + "/following",
    "featured": A + "/collections/featured",
    "publicKey": {"id": A + "/main-key", "owner": A, "publicKeyPem": "none"},
    "published": "2026-11-24T10:00:00Z",
    "tag": [],
    "manuallyApprovesFollowers": True,
}

SHAPES: list[Shape] = [
    *shapes(
        NOTE,
        bare_addresses=({}, {"visibility": "public", "language": "en", "html": "<p>Line 3 stops</p>"}),
        time_with_an_offset=({}, {"published": 1_795_510_800_000}),
        bare_tag=({"tag": {"type": "Hashtag", "href": H + "/tags/safety", "name": "#safety"}}, {"tags": ["safety"]}),
        bare_mention=(
            {"cc": [A + "/followers", B], "tag": {"type": "Mention", "href": B, "name": "@bob@b.example"}},
            {"mentions": [B]},
        ),
        bare_attachment_with_summary=(
            {
                "attachment": {
                    "type": "Image",
                    "mediaType": "image/webp",
                    "url": H + "/1.webp",
                    "summary": "A press",
                    "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
                }
            },
            {"media": [(H + "/1.webp", "A press")]},
        ),
        sound=(
            {"attachment": {"type": "Audio", "mediaType": "audio/mpeg", "url": H + "/1.mp3", "name": "The noise"}},
            {"media": [(H + "/1.mp3", "The noise")]},
        ),
        unlisted=({"to": A + "/followers", "cc": PUBLIC}, {"visibility": "unlisted"}),
        direct_to_one=(
            {"to": B, "cc": [], "tag": {"type": "Mention", "href": B, "name": "@bob"}},
            {"visibility": "direct", "mentions": [B]},
        ),
        emoji_with_a_bare_icon=(
            {
                "tag": {
                    "type": "Emoji",
                    "id": H + "/emoji/1",
                    "name": ":ok:",
                    "icon": {"type": "Image", "url": H + "/ok.png"},
                }
            },
            {"emojis": ["ok"]},
        ),
        embedded_parent=({"inReplyTo": {"id": B + "/1", "type": "Note"}}, {"parent": B + "/1"}),
        approved_reply=({"approvedBy": B + "/approvals/1", "inReplyTo": B + "/1"}, {"parent": B + "/1"}),
        poll_of_one_option=(
            {
                "type": "Question",
                "anyOf": {"type": "Note", "name": "Soup", "replies": {"type": "Collection", "totalItems": 0}},
            },
            {"options": ["Soup"]},
        ),
        closed_poll=(
            {
                "type": "Question",
                "oneOf": [{"type": "Note", "name": "Soup"}, {"type": "Note", "name": "Rice"}],
                "closed": "2026-11-24T10:00:00Z",
            },
            {"options": ["Soup", "Rice"]},
        ),
    ),
    *shapes(
        ACTOR,
        person_without_a_title=({}, {"actor": A, "name": "ann", "title": "", "locked": True, "shared": ""}),
        stub_at_the_key=({"inbox": ..., "outbox": ...}, {"refused": "an actor without an inbox on its own origin"}),
        bare_field=(
            {"attachment": {"type": "PropertyValue", "name": "Job", "value": "Welder"}},
            {"fields": [("Job", "Welder")]},
        ),
        pictures_with_a_summary=(
            {
                "icon": {"type": "Image", "mediaType": "image/png", "url": H + "/a.png", "summary": "Ann"},
                "image": {"type": "Image", "url": H + "/h.png"},
            },
            {"avatar": H + "/a.png", "header": H + "/h.png"},
        ),
    ),
]
