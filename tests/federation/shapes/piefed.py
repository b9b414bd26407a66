"""PieFed 1.6.18, as it wrote on 2026-11-29: pages with a link or a picture, comments, polls, events, what was deleted.

Only names, texts and addresses are others.
"""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://p.example"
A = H + "/u/paul"
G = "https://a.example/users/football"
CONTEXT = [AS, "https://w3id.org/security/v1"]
QUOTABLE = {"canQuote": {"automaticApproval": [PUBLIC]}}
PAGE: Fields = {
    "@context": CONTEXT,
    "id": H + "/c/football/p/7/a-good-article",
    "type": "Page",
    "attributedTo": A,
    "to": [G, PUBLIC],
    "cc": [],
    "tag": [],
    "audience": G,
    "content": "<p>See there</p>\n",
    "mediaType": "text/html",
    "source": {"content": "See there", "mediaType": "text/markdown"},
    "published": "2026-11-29T12:39:13.141301+00:00",
    "language": {"identifier": "en", "name": "English"},
    "name": "A good article",
    "attachment": [{"href": "https://news.example/1", "type": "Link"}],
    "commentsEnabled": True,
    "sensitive": False,
    "nsfl": False,
    "genAI": False,
    "stickied": False,
    "interactionPolicy": QUOTABLE,
}
COMMENT: Fields = {
    "@context": CONTEXT,
    "id": H + "/comment/1",
    "url": H + "/comment/1",
    "type": "Note",
    "attributedTo": A,
    "to": [PUBLIC],
    "cc": [G, "https://a.example/users/amina"],
    "tag": [{"href": "https://a.example/users/amina", "name": "@amina@a.example", "type": "Mention"}],
    "audience": G,
    "content": "<p>I come, <strong>with</strong> my boots.</p>\n",
    "mediaType": "text/html",
    "source": {"content": "I come, **with** my boots.", "mediaType": "text/markdown"},
    "inReplyTo": "https://a.example/users/amina/posts/1",
    "published": "2026-11-29T12:16:47.877355+00:00",
    "language": {"identifier": "en", "name": "English"},
    "contentMap": {"en": "<p>I come, <strong>with</strong> my boots.</p>\n"},
    "distinguished": False,
    "flair": "",
}

SHAPES: list[Shape] = [
    *shapes(
        PAGE,
        page_with_a_link=(
            {},
            {
                "kind": "Page",
                "title": "A good article",
                "author": A,
                "visibility": "public",
                "language": "en",
                "media": [],
                "mentions": [G],
            },
        ),
        page_with_a_picture_and_no_words=(
            {
                "content": "",
                "source": {"content": "", "mediaType": "text/markdown"},
                "name": "My garden",
                "attachment": [{"type": "Image", "url": H + "/garden.png", "name": "A garden"}],
                "image": {"type": "Image", "url": H + "/garden.png"},
            },
            {"title": "My garden", "media": [(H + "/garden.png", "A garden")]},
        ),
        poll_that_says_its_title_twice=(
            {
                "id": H + "/c/football/p/9/which-day",
                "type": "Question",
                "content": "<p>Which day?</p><p>Vote please</p>\n",
                "source": {"content": "Vote please", "mediaType": "text/markdown"},
                "name": "Which day?",
                "attachment": [],
                "endTime": "2026-12-05T10:00:00+00:00",
                "votersCount": 1,
                "oneOf": [
                    {"type": "Note", "name": "Monday", "replies": {"type": "Collection", "totalItems": 0}},
                    {"type": "Note", "name": "Friday", "replies": {"type": "Collection", "totalItems": 1}},
                ],
            },
            {
                "kind": "Question",
                "title": "",
                "html": "<p>Which day?</p><p>Vote please</p>",
                "options": ["Monday", "Friday"],
            },
        ),
        event_without_a_place=(
            {
                "id": H + "/c/football/p/8/summer-match",
                "type": "Event",
                "content": "<p>On the field</p>\n",
                "name": "Summer match",
                "attachment": [],
                "startTime": "2026-12-10T18:00:00+00:00",
                "endTime": "2026-12-10T20:00:00+00:00",
                "timezone": "Europe/Paris",
                "maximumAttendeeCapacity": 20,
                "participantCount": 0,
                "onlineLink": None,
                "joinMode": "free",
                "externalParticipationUrl": None,
                "anonymousParticipation": False,
                "isOnline": False,
                "buyTicketsLink": None,
                "feeCurrency": None,
                "feeAmount": 0.0,
            },
            {"kind": "Event", "title": "Summer match", "gathering": {"seats": 20, "link": "", "join_mode": "free"}},
        ),
    ),
    *shapes(
        COMMENT,
        comment=({}, {"parent": "https://a.example/users/amina/posts/1", "language": "en", "visibility": "public"}),
        comment_that_was_deleted=(
            {
                "content": "<p>Deleted by author</p>",
                "source": {"content": "Deleted by author", "mediaType": "text/markdown"},
                "contentMap": ...,
                "answer": False,
                "repliesEnabled": True,
                "context": H + "/post/1/context",
            },
            {"html": "<p>Deleted by author</p>"},
        ),
    ),
]
