"""Mastodon and its forks: the plain case, and every property that it may leave out."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://m.example"
A = H + "/users/ann"
B = "https://b.example/users/bob"
NOTE: Fields = {
    "@context": [
        AS,
        {"ostatus": "http://ostatus.org#", "sensitive": "as:sensitive", "toot": "http://joinmastodon.org/ns#"},
    ],
    "id": A + "/statuses/1",
    "type": "Note",
    "summary": None,
    "inReplyTo": None,
    "published": "2026-11-24T10:00:00Z",
    "url": H + "/@ann/1",
    "attributedTo": A,
    "to": [PUBLIC],
    "cc": [A + "/followers"],
    "sensitive": False,
    "atomUri": A + "/statuses/1",
    "conversation": "tag:m.example,2026-11-24:objectId=1:objectType=Conversation",
    "content": "<p>Line 3 stops</p>",
    "contentMap": {"en": "<p>Line 3 stops</p>"},
    "attachment": [],
    "tag": [],
    "replies": {
        "id": A + "/statuses/1/replies",
        "type": "Collection",
        "first": {"type": "CollectionPage", "items": []},
    },
    "likes": {"id": A + "/statuses/1/likes", "type": "Collection", "totalItems": 4},
    "shares": {"id": A + "/statuses/1/shares", "type": "Collection", "totalItems": 2},
}
ACTOR: Fields = {
    "@context": [AS, "https://w3id.org/security/v1"],
    "id": A,
    "type": "Person",
    "following": A + "/following",
    "followers": A + "/followers",
    "inbox": A + "/inbox",
    "outbox": A + "/outbox",
    "featured": A + "/collections/featured",
    "preferredUsername": "ann",
    "name": "Ann",
    "summary": "<p>Welder</p>",
    "url": H + "/@ann",
    "manuallyApprovesFollowers": False,
    "discoverable": True,
    "published": "2020-01-02T00:00:00Z",
    "publicKey": {"id": A + "#main-key", "owner": A, "publicKeyPem": "none"},
    "tag": [],
    "attachment": [],
    "endpoints": {"sharedInbox": H + "/inbox"},
    "icon": {"type": "Image", "mediaType": "image/png", "url": H + "/a.png"},
}
PICTURE = {
    "type": "Document",
    "mediaType": "image/jpeg",
    "url": H + "/1.jpg",
    "name": "A press",
    "width": 80,
    "height": 60,
}

SHAPES: list[Shape] = [
    *shapes(
        NOTE,
        plain_note=(
            {},
            {
                "author": A,
                "html": "<p>Line 3 stops</p>",
                "language": "en",
                "visibility": "public",
                "url": H + "/@ann/1",
                "edited": False,
                "replies": A + "/statuses/1/replies",
                "claims": (4, 2, None),
                "versions": [],
            },
        ),
        content_warning=({"summary": "Injury", "sensitive": True}, {"spoiler": "Injury", "sensitive": True}),
        empty_warning=({"summary": ""}, {"spoiler": "", "sensitive": False}),
        warning_without_sensitive=({"summary": "Injury"}, {"sensitive": True}),
        unlisted=({"to": [A + "/followers"], "cc": [PUBLIC]}, {"visibility": "unlisted"}),
        followers_only=({"to": [A + "/followers"], "cc": []}, {"visibility": "followers"}),
        direct=(
            {"to": [B], "cc": [], "tag": [{"type": "Mention", "href": B, "name": "@bob@b.example"}]},
            {"visibility": "direct", "mentions": [B]},
        ),
        addressed_without_mention=({"cc": [A + "/followers", B]}, {"mentions": [B], "visibility": "public"}),
        mention_and_tag=(
            {
                "cc": [A + "/followers", B],
                "tag": [
                    {"type": "Mention", "href": B, "name": "@bob@b.example"},
                    {"type": "Hashtag", "href": H + "/tags/safety", "name": "#Safety"},
                ],
            },
            {"mentions": [B], "tags": ["Safety"]},
        ),
        custom_emoji=(
            {
                "content": "<p>:party:</p>",
                "tag": [
                    {
                        "id": H + "/emojis/1",
                        "type": "Emoji",
                        "name": ":party:",
                        "updated": "2026-01-01T00:00:00Z",
                        "icon": {"type": "Image", "mediaType": "image/png", "url": H + "/e.png"},
                    }
                ],
            },
            {"emojis": ["party"], "html": "<p>:party:</p>"},
        ),
        edited=({"updated": "2026-11-24T10:05:00Z"}, {"edited": True}),
        updated_as_published=({"updated": "2026-11-24T10:00:00Z"}, {"edited": False}),
        reply=({"inReplyTo": B + "/1"}, {"parent": B + "/1"}),
        reply_to_itself=({"inReplyTo": A + "/statuses/1"}, {"parent": None}),
        picture=({"attachment": [PICTURE]}, {"media": [(H + "/1.jpg", "A press")]}),
        only_a_picture=(
            {"content": "", "contentMap": ..., "attachment": [PICTURE]},
            {"html": "", "media": [(H + "/1.jpg", "A press")]},
        ),
        video=(
            {
                "attachment": [
                    {"type": "Document", "mediaType": "video/mp4", "url": H + "/1.mp4", "name": "The press runs"}
                ]
            },
            {"media": [(H + "/1.mp4", "The press runs")]},
        ),
        poll=(
            {
                "type": "Question",
                "oneOf": [
                    {"type": "Note", "name": "Soup", "replies": {"type": "Collection", "totalItems": 2}},
                    {"type": "Note", "name": "Rice", "replies": {"type": "Collection", "totalItems": 1}},
                ],
                "endTime": "2026-12-01T00:00:00Z",
                "votersCount": 3,
            },
            {"kind": "Question", "options": ["Soup", "Rice"]},
        ),
        poll_with_twice_the_same_option=(
            {"type": "Question", "oneOf": [{"type": "Note", "name": "Soup"}, {"type": "Note", "name": "Soup"}]},
            {"kind": "Question", "options": []},
        ),
        vote=(
            {"name": "Soup", "content": ..., "contentMap": ..., "to": B, "cc": [], "inReplyTo": B + "/polls/1"},
            {"vote": True, "visibility": "direct"},
        ),
        quote_in_words=(
            {
                "content": '<p class="quote-inline">RE: <a href="https://b.example/1">b.example/1</a></p><p>Indeed</p>',
                "quote": "https://b.example/1",
                "quoteUri": "https://b.example/1",
            },
            {"author": A},
        ),
        several_languages=(
            {"contentMap": {"en": "<p>Line 3 stops</p>", "fr": "<p>La ligne 3 s’arrête</p>"}},
            {"language": "en", "versions": [("fr", "<p>La ligne 3 s’arrête</p>")]},
        ),
        context_as_an_address=({"context": A + "/contexts/1"}, {"conversation": A + "/contexts/1"}),
        no_context_at_all=({"@context": ..., "conversation": ...}, {"conversation": None}),
        other_origin=({"attributedTo": B}, {"refused": "a post without an author on its own origin"}),
        no_author=({"attributedTo": None}, {"refused": "a post without an author on its own origin"}),
        no_id=({"id": ...}, {"refused": "an object without an absolute id"}),
        relative_id=({"id": "/statuses/1"}, {"refused": "an object without an absolute id"}),
        tombstone=({"type": "Tombstone"}, {"refused": "nothing that shows as a post"}),
        heading_in_content=(
            {"content": "<h2>News</h2><p>Line 3</p>"},
            {"html": "<p><strong>News</strong></p><p>Line 3</p>"},
        ),
        script_in_content=({"content": "<p>a<script>alert(1)</script></p>"}, {"html": "<p>a</p>"}),
        future=({"published": "2999-01-01T00:00:00Z"}, {"author": A}),
        no_time=({"published": "yesterday"}, {"author": A}),
    ),
    *shapes(
        ACTOR,
        person=(
            {},
            {
                "actor": A,
                "kind": "person",
                "name": "ann",
                "title": "Ann",
                "html": "<p>Welder</p>",
                "shared": H + "/inbox",
                "avatar": H + "/a.png",
                "header": None,
                "featured": A + "/collections/featured",
            },
        ),
        locked=({"manuallyApprovesFollowers": True}, {"locked": True}),
        bot=({"type": "Service"}, {"kind": "service"}),
        moved=(
            {"movedTo": B, "alsoKnownAs": [B]},
            {"moved": B, "aliases": [B]},
        ),
        fields=(
            {"attachment": [{"type": "PropertyValue", "name": "Site", "value": '<a href="https://x.example">x</a>'}]},
            {"fields": [("Site", '<a href="https://x.example" rel="nofollow noopener" target="_blank">x</a>')]},
        ),
        suspended=({"suspended": True, "name": ..., "summary": ...}, {"suspended": True, "title": ""}),
        memorial=({"memorial": True}, {"actor": A}),
        page_on_another_host=({"url": "https://other.example/@ann"}, {"url": A}),
        no_inbox=({"inbox": ...}, {"refused": "an actor without an inbox on its own origin"}),
        inbox_elsewhere=(
            {"inbox": "https://other.example/inbox"},
            {"refused": "an actor without an inbox on its own origin"},
        ),
        no_name=({"preferredUsername": ...}, {"refused": "an actor without a name that a handle can hold"}),
    ),
]
