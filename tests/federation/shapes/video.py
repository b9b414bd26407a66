"""PeerTube: videos with many addresses, a person and a channel as authors; and sounds of the same kind."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://v.example"
A = H + "/accounts/ann"
C = H + "/video-channels/plant"
VIDEO: Fields = {
    "@context": [
        AS,
        "https://w3id.org/security/v1",
        {"pt": "https://joinpeertube.org/ns#", "sc": "http://schema.org/"},
    ],
    "type": "Video",
    "id": H + "/videos/watch/1",
    "name": "The press runs",
    "duration": "PT93S",
    "uuid": "1",
    "tag": [{"type": "Hashtag", "name": "safety"}],
    "category": {"identifier": "15", "name": "Science"},
    "language": {"identifier": "fr", "name": "French"},
    "views": 3,
    "sensitive": False,
    "commentsEnabled": True,
    "published": "2026-11-24T10:00:00.000Z",
    "updated": "2026-11-24T10:30:00.000Z",
    "mediaType": "text/markdown",
    "content": "Since **noon**",
    "summary": None,
    "icon": [
        {"type": "Image", "url": H + "/thumb.jpg", "mediaType": "image/jpeg", "width": 280, "height": 157},
        {"type": "Image", "url": H + "/prev.jpg"},
    ],
    "url": [
        {"type": "Link", "mediaType": "text/html", "href": H + "/videos/watch/1"},
        {"type": "Link", "mediaType": "video/mp4", "href": H + "/1-720.mp4", "height": 720, "size": 10},
        {"type": "Link", "mediaType": "application/x-mpegURL", "href": H + "/1.m3u8", "tag": []},
    ],
    "likes": H + "/videos/watch/1/likes",
    "shares": H + "/videos/watch/1/announces",
    "comments": H + "/videos/watch/1/comments",
    "attributedTo": [{"type": "Person", "id": A}, {"type": "Group", "id": C}],
    "to": [PUBLIC],
    "cc": [A + "/followers"],
}

SHAPES: list[Shape] = shapes(
    VIDEO,
    video=(
        {},
        {
            "kind": "Video",
            "title": "The press runs",
            "author": A,
            "language": "fr",
            "url": H + "/videos/watch/1",
            "tags": ["safety"],
            "media": [(H + "/thumb.jpg", "")],
            "claims": (None, None, None),
        },
    ),
    channel_first=({"attributedTo": [{"type": "Group", "id": C}, {"type": "Person", "id": A}]}, {"author": A}),
    only_a_channel=({"attributedTo": [{"type": "Group", "id": C}]}, {"author": C}),
    ids_only=({"attributedTo": [A, C]}, {"author": A}),
    no_description=({"content": None}, {"title": "The press runs"}),
    live=(
        {"isLiveBroadcast": True, "url": [{"type": "Link", "mediaType": "text/html", "href": H + "/w/1"}]},
        {"url": H + "/w/1"},
    ),
    unlisted=({"to": [A + "/followers"], "cc": [PUBLIC]}, {"visibility": "unlisted"}),
    playlist=({"type": "Playlist"}, {"kind": "Playlist", "title": "The press runs"}),
    only_files=({"url": [{"type": "Link", "mediaType": "video/mp4", "href": H + "/1.mp4"}]}, {"url": H + "/1.mp4"}),
    sound=(
        {
            "type": "Audio",
            "url": [{"type": "Link", "mediaType": "audio/ogg", "href": H + "/1.ogg"}],
            "icon": {"type": "Image", "url": H + "/cover.jpg"},
        },
        {"kind": "Audio", "media": [(H + "/cover.jpg", "")]},
    ),
    comment=(
        {
            "type": "Note",
            "id": H + "/videos/watch/1/comments/1",
            "name": ...,
            "content": "<p>Seen</p>",
            "mediaType": ...,
            "icon": ...,
            "url": H + "/videos/watch/1/comments/1",
            "inReplyTo": H + "/videos/watch/1",
            "attributedTo": A,
        },
        {"parent": H + "/videos/watch/1", "html": "<p>Seen</p>", "media": []},
    ),
)
