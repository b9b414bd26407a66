"""Pleroma and Akkoma: `actor` beside `attributedTo`, links of links, chats, addresses in `bcc`."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://p.example"
A = H + "/users/ann"
B = "https://b.example/users/bob"
NOTE: Fields = {
    "@context": [AS, H + "/schemas/litepub-0.1.jsonld", {"@language": "und"}],
    "id": H + "/objects/1",
    "type": "Note",
    "actor": A,
    "attributedTo": A,
    "to": [PUBLIC],
    "cc": [A + "/followers"],
    "bcc": ["https://evil.example/users/eve"],
    "content": "Line 3 stops",
    "context": H + "/contexts/1",
    "conversation": H + "/contexts/1",
    "published": "2026-11-24T10:00:00.000000Z",
    "sensitive": None,
    "summary": "",
    "source": "Line 3 stops",
    "emoji": {"ok": H + "/ok.png"},
    "attachment": [],
    "tag": ["safety", {"type": "Hashtag", "href": H + "/tag/safety", "name": "#safety"}],
    "repliesCount": 1,
    "likes": [],
    "like_count": 0,
}
PICTURE = {
    "type": "Document",
    "mediaType": "image/png",
    "name": "A press",
    "url": [{"type": "Link", "href": H + "/media/1.png", "mediaType": "image/png", "width": 8, "height": 8}],
}

SHAPES: list[Shape] = shapes(
    NOTE,
    note=(
        {},
        {"author": A, "html": "Line 3 stops", "tags": ["safety"], "conversation": H + "/contexts/1", "mentions": []},
    ),
    only_an_actor=({"attributedTo": ...}, {"author": A}),
    picture_behind_a_link=({"attachment": [PICTURE]}, {"media": [(H + "/media/1.png", "A press")]}),
    picture_without_a_type=(
        {"attachment": [{"mediaType": "image/png", "url": H + "/media/2.png"}]},
        {"media": [(H + "/media/2.png", "")]},
    ),
    public_by_prefix=({"to": ["as:Public"]}, {"visibility": "public"}),
    public_by_name=({"to": "Public"}, {"visibility": "public"}),
    public_as_an_object=({"to": [{"id": PUBLIC}]}, {"visibility": "public"}),
    local_only=({"to": [H + "/#Public"], "cc": []}, {"visibility": "direct"}),
    chat=(
        {"type": "ChatMessage", "to": [B], "cc": ..., "content": "hi"},
        {"kind": "ChatMessage", "visibility": "direct", "mentions": [B]},
    ),
    chat_with_a_bare_attachment=(
        {"type": "ChatMessage", "to": [B], "cc": [], "content": None, "attachment": PICTURE},
        {"html": "", "media": [(H + "/media/1.png", "A press")]},
    ),
    type_as_a_list=({"type": ["Note"]}, {"kind": "Note"}),
    type_with_a_prefix=({"type": "as:Note"}, {"kind": "Note"}),
    first_type_unknown=({"type": ["litepub:Thing", "Note"]}, {"kind": "Note"}),
    language_in_the_value=(
        {"content": {"@value": "Ligne 3", "@language": "fr"}},
        {"html": "Ligne 3", "language": "fr"},
    ),
    languages_in_the_value=(
        {"content": [{"@value": "Ligne 3", "@language": "fr"}, {"@value": "Line 3", "@language": "en"}]},
        {"html": "Ligne 3", "language": "fr", "versions": [("en", "Line 3")]},
    ),
    only_a_map=({"content": ..., "contentMap": {"fr": "Ligne 3"}}, {"html": "Ligne 3", "language": "fr"}),
    map_of_no_language=({"contentMap": {"und": "Line 3 stops"}}, {"language": None, "versions": []}),
    map_that_is_none=({"contentMap": "fr"}, {"html": "Line 3 stops", "language": None}),
    tags_are_null=({"tag": None}, {"tags": []}),
    tags_are_numbers=({"tag": [1, True, [], {}]}, {"tags": []}),
    attachments_are_junk=(
        {"attachment": ["x", 3, None, {"type": "Document"}, PICTURE]},
        {"media": [(H + "/media/1.png", "A press")]},
    ),
    answer_as_a_list_of_objects=({"inReplyTo": [{"id": B + "/1", "type": "Note"}]}, {"parent": B + "/1"}),
    listener=(
        {"type": "Audio", "name": "Song", "artist": "Someone", "content": ...},
        {"kind": "Audio", "title": "Song"},
    ),
)
