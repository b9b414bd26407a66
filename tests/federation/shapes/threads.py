"""Lemmy, PieFed, Mbin: groups as actors, titled pages, links as posts, markdown beside HTML."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://l.example"
A = H + "/u/ann"
G = H + "/c/safety"
PAGE: Fields = {
    "@context": ["https://join-lemmy.org/context.json", AS],
    "type": "Page",
    "id": H + "/post/1",
    "attributedTo": A,
    "to": [G, PUBLIC],
    "cc": [],
    "audience": G,
    "name": "Line 3 stops",
    "content": "<p>Since noon.</p>",
    "mediaType": "text/html",
    "source": {"content": "Since noon.", "mediaType": "text/markdown"},
    "attachment": [],
    "sensitive": False,
    "language": {"identifier": "fr", "name": "Français"},
    "published": "2026-11-24T10:00:00.123456Z",
    "tag": [{"href": H + "/post/1", "name": "#safety", "type": "Hashtag"}],
}
NOTE: Fields = {
    "@context": ["https://join-lemmy.org/context.json", AS],
    "type": "Note",
    "id": H + "/comment/1",
    "attributedTo": A,
    "to": [PUBLIC],
    "cc": [G, A],
    "audience": G,
    "content": "<p>Seen.</p>",
    "mediaType": "text/html",
    "source": {"content": "Seen.", "mediaType": "text/markdown"},
    "inReplyTo": H + "/post/1",
    "published": "2026-11-24T10:00:00Z",
    "distinguished": False,
    "tag": [{"type": "Mention", "href": A, "name": "@ann@l.example"}],
}
GROUP: Fields = {
    "@context": [AS],
    "id": G,
    "type": "Group",
    "preferredUsername": "safety",
    "name": "Safety",
    "summary": "<p>Hard hats</p>",
    "inbox": G + "/inbox",
    "outbox": G + "/outbox",
    "followers": G + "/followers",
    "featured": G + "/featured",
    "attributedTo": G + "/moderators",
    "postingRestrictedToMods": False,
    "endpoints": {"sharedInbox": H + "/inbox"},
    "publicKey": {"id": G + "#main-key", "owner": G, "publicKeyPem": "none"},
    "icon": {"type": "Image", "url": H + "/g.png"},
}

SHAPES: list[Shape] = [
    *shapes(
        PAGE,
        page=(
            {},
            {
                "kind": "Page",
                "title": "Line 3 stops",
                "author": A,
                "visibility": "public",
                "language": "fr",
                "tags": ["safety"],
            },
        ),
        page_is_addressed_to_its_group=({}, {"mentions": [G]}),
        page_without_words=({"content": ...}, {"title": "Line 3 stops"}),
        page_with_a_link=({"attachment": [{"type": "Link", "href": "https://news.example/1"}]}, {"media": []}),
        page_with_a_link_to_a_picture=(
            {"attachment": [{"type": "Link", "href": H + "/pictrs/1.webp"}]},
            {"media": [(H + "/pictrs/1.webp", "")]},
        ),
        page_with_a_link_of_a_type=(
            {"attachment": [{"type": "Link", "href": H + "/raw/1", "mediaType": "image/png"}]},
            {"media": [(H + "/raw/1", "")]},
        ),
        page_with_an_image=(
            {"attachment": [{"type": "Image", "url": H + "/1.png", "name": "A press"}]},
            {"media": [(H + "/1.png", "A press")]},
        ),
        page_with_a_thumbnail=({"image": {"type": "Image", "url": H + "/t.jpg"}}, {"media": [(H + "/t.jpg", "")]}),
        private_group=({"to": [G, G + "/followers"]}, {"visibility": "direct"}),
        language_without_a_name=({"language": {"identifier": "und"}}, {"language": None}),
        language_as_text=({"language": "de"}, {"language": "de"}),
        page_of_an_author_elsewhere=(
            {"attributedTo": "https://x.example/u/bob"},
            {"refused": "a post without an author on its own origin"},
        ),
        author_and_group=({"attributedTo": [{"type": "Group", "id": G}, {"type": "Person", "id": A}]}, {"author": A}),
        poll_of_piefed=(
            {
                "type": "Question",
                "oneOf": [{"type": "Note", "name": "Yes"}, {"type": "Note", "name": "No"}],
                "votersCount": 0,
                "commentsEnabled": True,
            },
            {"kind": "Question", "options": ["Yes", "No"]},
        ),
        event_of_piefed=(
            {
                "type": "Event",
                "startTime": "2026-12-01T12:00:00+00:00",
                "endTime": "2026-12-01T13:00:00+00:00",
                "timezone": "Europe/Paris",
                "maximumAttendeeCapacity": 0,
                "participantCount": 2,
                "onlineLink": "https://meet.example/1",
                "joinMode": "free",
                "externalParticipationUrl": "",
                "anonymousParticipation": True,
                "isOnline": True,
                "buyTicketsLink": "",
                "feeCurrency": "",
                "feeAmount": 0,
            },
            {
                "kind": "Event",
                "title": "Line 3 stops",
                "gathering": {"link": "https://meet.example/1", "seats": None, "join_mode": "free", "outside_url": ""},
            },
        ),
        markdown_only=({"content": "**Since** noon.", "mediaType": "text/markdown"}, {"title": "Line 3 stops"}),
        picture_in_the_words=(
            {"content": '<p>See <img src="https://l.example/in.png" alt="the press"></p>'},
            {"media": [("https://l.example/in.png", "the press")]},
        ),
    ),
    *shapes(
        NOTE,
        comment=({}, {"parent": H + "/post/1", "html": "<p>Seen.</p>", "mentions": [A, G]}),
        comment_with_a_list_of_parents=({"inReplyTo": [H + "/post/1", H + "/comment/0"]}, {"parent": H + "/post/1"}),
        distinguished=({"distinguished": True}, {"author": A}),
        message=(
            {"type": "ChatMessage", "to": ["https://b.example/u/bob"], "cc": ..., "inReplyTo": ...},
            {"kind": "ChatMessage", "visibility": "direct"},
        ),
    ),
    *shapes(
        GROUP,
        group=({}, {"kind": "group", "name": "safety", "title": "Safety", "avatar": H + "/g.png"}),
        group_with_a_list_of_moderators=({"attributedTo": [{"type": "Person", "id": A}]}, {"kind": "group"}),
        several_icons=(
            {"icon": [{"type": "Image", "url": H + "/1.png"}, {"type": "Image", "url": H + "/2.png"}]},
            {"avatar": H + "/1.png"},
        ),
        flair=(
            {"tag": [{"type": "CommunityPostTag", "id": G + "/tag/1", "preferredUsername": "news"}]},
            {"emojis": []},
        ),
        feed_of_piefed=({"type": "Feed"}, {"refused": "nothing that shows as a post"}),
    ),
]
