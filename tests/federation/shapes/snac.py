"""snac, and other small servers that write as little as they must."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://s.example"
A = H + "/ann"
NOTE: Fields = {
    "@context": AS,
    "type": "Note",
    "id": A + "/p/1764000000.1",
    "url": A + "/p/1764000000.1",
    "attributedTo": A,
    "published": "2026-11-24T10:00:00Z",
    "updated": "2026-11-24T10:00:00Z",
    "content": "Line 3 stops<br><br>Since noon",
    "sourceContent": "Line 3 stops\n\nSince noon",
    "context": A + "/p/1764000000.1#ctxt",
    "conversation": A + "/p/1764000000.1#ctxt",
    "to": PUBLIC,
    "cc": [],
    "tag": [],
    "summary": "",
    "sensitive": False,
    "attachment": [],
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
    "endpoints": {"sharedInbox": H + "/shared-inbox"},
    "publicKey": {"id": A + "#main-key", "owner": A, "publicKeyPem": "none"},
    "url": A,
}

SHAPES: list[Shape] = [
    *shapes(
        NOTE,
        note=({}, {"html": "Line 3 stops<br><br>Since noon", "edited": False, "visibility": "public"}),
        least=(
            {"url": ..., "published": ..., "cc": ..., "tag": ..., "attachment": ..., "summary": ...},
            {"url": A + "/p/1764000000.1"},
        ),
        addressed_by_nothing=({"to": ..., "cc": ...}, {"visibility": "direct", "mentions": []}),
        emoji_of_unicode=({"content": "\U0001f389"}, {"html": "\U0001f389"}),
        picture=(
            {"attachment": [{"type": "Image", "mediaType": "image/jpeg", "url": H + "/1.jpg", "name": "A press"}]},
            {"media": [(H + "/1.jpg", "A press")]},
        ),
        picture_by_href=(
            {"attachment": [{"type": "Image", "mediaType": "image/jpeg", "href": H + "/1.jpg"}]},
            {"media": [(H + "/1.jpg", "")]},
        ),
        picture_as_a_string=({"attachment": H + "/1.jpg"}, {"media": [(H + "/1.jpg", "")]}),
        place=({"location": {"type": "Place", "name": "Canteen", "latitude": 48.0, "longitude": 2.0}}, {"author": A}),
        time_without_a_zone=({"published": "2026-11-24T10:00:00"}, {"published": 1_795_514_400_000}),
        url_that_is_no_url=({"url": "gopher://s.example/1"}, {"url": A + "/p/1764000000.1"}),
        url_as_an_object=({"url": {"type": "Link", "href": H + "/page"}}, {"url": H + "/page"}),
        url_as_a_list=({"url": [H + "/one", H + "/two"]}, {"url": H + "/one"}),
        url_by_type=(
            {
                "url": [
                    {"type": "Link", "href": H + "/1.json", "mediaType": "application/json"},
                    {"type": "Link", "href": H + "/1.html", "mediaType": "text/html"},
                ]
            },
            {"url": H + "/1.html"},
        ),
        author_with_everything=({"attributedTo": {"id": A, "type": "Person", "name": "Ann"}}, {"author": A}),
        author_in_a_list=({"attributedTo": [None, A]}, {"author": A}),
        number_as_author=({"attributedTo": 1}, {"refused": "a post without an author on its own origin"}),
        text_as_author=({"attributedTo": "ann"}, {"refused": "a post without an author on its own origin"}),
    ),
    *shapes(
        ACTOR,
        person=({}, {"actor": A, "name": "ann", "title": "", "shared": H + "/shared-inbox", "url": A}),
        aliases_as_text=({"alsoKnownAs": "https://b.example/ann"}, {"aliases": ["https://b.example/ann"]}),
        icon_as_text=({"icon": H + "/a.png"}, {"avatar": H + "/a.png"}),
        several_keys=(
            {
                "publicKey": [
                    {"id": A + "#1", "owner": A, "publicKeyPem": "x"},
                    {"id": A + "#2", "owner": A, "publicKeyPem": "y"},
                ]
            },
            {"actor": A},
        ),
    ),
]
