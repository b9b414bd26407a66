"""Misskey and its forks: own words beside the common ones, reactions, quotes, notes without any text."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://k.example"
A = H + "/users/9abc"
B = "https://b.example/users/bob"
NOTE: Fields = {
    "@context": [
        AS,
        "https://w3id.org/security/v1",
        {"misskey": "https://misskey-hub.net/ns#", "quoteUrl": "as:quoteUrl"},
    ],
    "id": H + "/notes/9n1",
    "type": "Note",
    "attributedTo": A,
    "summary": None,
    "content": "<p>Line 3 stops</p>",
    "_misskey_content": "Line 3 stops",
    "source": {"content": "Line 3 stops", "mediaType": "text/x.misskeymarkdown"},
    "published": "2026-11-24T10:00:00.000Z",
    "to": [PUBLIC],
    "cc": [A + "/followers"],
    "inReplyTo": None,
    "attachment": [],
    "sensitive": False,
    "tag": [],
}
ACTOR: Fields = {
    "@context": [AS],
    "type": "Person",
    "id": A,
    "inbox": A + "/inbox",
    "outbox": A + "/outbox",
    "followers": A + "/followers",
    "following": A + "/following",
    "sharedInbox": H + "/inbox",
    "endpoints": {"sharedInbox": H + "/inbox"},
    "url": H + "/@ann",
    "preferredUsername": "ann",
    "name": "Ann :ok:",
    "summary": "<p>Welder</p>",
    "_misskey_summary": "Welder",
    "icon": {"type": "Image", "url": H + "/a.webp", "sensitive": False, "name": None},
    "image": None,
    "tag": [
        {
            "id": H + "/emojis/ok",
            "type": "Emoji",
            "name": ":ok:",
            "icon": {"type": "Image", "mediaType": "image/png", "url": H + "/ok.png"},
        }
    ],
    "manuallyApprovesFollowers": False,
    "isCat": True,
    "vcard:bday": "1990-01-01",
    "publicKey": {"id": A + "#main-key", "type": "Key", "owner": A, "publicKeyPem": "none"},
}

SHAPES: list[Shape] = [
    *shapes(
        NOTE,
        note=({}, {"html": "<p>Line 3 stops</p>", "url": H + "/notes/9n1", "visibility": "public"}),
        quote=(
            {
                "quoteUrl": B + "/1",
                "_misskey_quote": B + "/1",
                "content": '<p>Yes<br><br>RE: <a href="https://b.example/1">https://b.example/1</a></p>',
            },
            {"author": A},
        ),
        nested_quote=(
            {"quoteUrl": {"id": B + "/1", "type": "Note", "quoteUrl": {"id": B + "/2", "type": "Note"}}},
            {"author": A},
        ),
        null_content=({"content": None}, {"html": ""}),
        home_visibility=({"to": [A + "/followers"], "cc": [PUBLIC]}, {"visibility": "unlisted"}),
        specified=({"to": [B], "cc": []}, {"visibility": "direct", "mentions": [B]}),
        file_as_document=(
            {
                "attachment": [
                    {
                        "type": "Document",
                        "mediaType": "image/webp",
                        "url": H + "/1.webp",
                        "name": "A press",
                        "sensitive": True,
                    }
                ]
            },
            {"media": [(H + "/1.webp", "A press")]},
        ),
        hashtag_in_lower_case=(
            {"tag": [{"type": "Hashtag", "href": H + "/tags/safety", "name": "#safety"}]},
            {"tags": ["safety"]},
        ),
        hashtag_without_a_name=(
            {"tag": [{"type": "Hashtag", "href": H + "/tags/s%C3%BBret%C3%A9"}]},
            {"tags": ["sûreté"]},
        ),
        mention_without_a_name=({"cc": [B], "tag": [{"type": "Mention", "href": B}]}, {"mentions": [B]}),
        emoji_without_an_id=(
            {"tag": [{"type": "Emoji", "name": ":ok:", "icon": {"type": "Image", "url": H + "/ok.png"}}]},
            {"emojis": ["ok"]},
        ),
        emoji_without_an_icon=({"tag": [{"type": "Emoji", "name": ":ok:"}]}, {"emojis": []}),
        poll_for_several=(
            {
                "type": "Question",
                "anyOf": [
                    {"type": "Note", "name": "Soup", "replies": {"type": "Collection", "totalItems": 0}},
                    {"type": "Note", "name": "Rice"},
                ],
                "_misskey_votes": 1,
            },
            {"options": ["Soup", "Rice"]},
        ),
    ),
    *shapes(
        ACTOR,
        cat=({}, {"name": "ann", "title": "Ann :ok:", "emojis": ["ok"], "header": None, "shared": H + "/inbox"}),
        no_title=({"name": None}, {"title": ""}),
        shared_inbox_beside=({"endpoints": ...}, {"shared": H + "/inbox"}),
    ),
]
