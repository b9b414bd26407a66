"""NodeBB, Discourse, Friendica, Hubzilla: forums and older networks."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://f.example"
A = H + "/uid/1"
C = H + "/category/2"
SMILE = '<img src="https://f.example/e/smile.png" title=":smile:" class="emoji only" alt=":smile:" width="20">'
TADA = '<img class="not-responsive emoji" src="https://f.example/e/1.png" title=":tada:" alt="\U0001f389" />'
POST: Fields = {
    "@context": AS,
    "id": H + "/post/1",
    "type": "Article",
    "to": [PUBLIC],
    "cc": [A + "/followers", C],
    "audience": C,
    "inReplyTo": None,
    "published": "2026-11-24T10:00:00.000Z",
    "url": H + "/post/1",
    "attributedTo": A,
    "context": H + "/topic/1",
    "name": "Line 3 stops",
    "summary": "<p>Since noon</p>",
    "content": "<p>Since noon</p>\n",
    "source": {"content": "Since noon", "mediaType": "text/markdown"},
    "tag": [{"type": "Hashtag", "href": H + "/tags/safety", "name": "#safety"}],
    "attachment": [],
    "replies": H + "/post/1/replies",
}

SQUARE = H + "/assets/uploads/files/1-b.png"
SHOWN: Fields = {"type": "Image", "mediaType": "image/png", "url": SQUARE, "width": "64", "name": "a square"}
SEEN = f'<p>Look: <img src="{SQUARE}" alt="a square" /></p>\n'
CATEGORY: Fields = {
    "@context": [AS, "https://w3id.org/security/v1", "https://join-lemmy.org/context.json"],
    "id": C,
    "url": C + "/general-discussion",
    "inbox": C + "/inbox",
    "outbox": C + "/outbox",
    "type": "Group",
    "name": "General Discussion",
    "preferredUsername": "general-discussion",
    "attributedTo": C + "/moderators",
    "summary": '<p dir="auto">All about wood</p>\n',
    "icon": {"type": "Image", "mediaType": "image/png", "url": H + "/assets/uploads/category/2.png"},
    "postingRestrictedToMods": False,
    "publicKey": {"id": C + "#key", "owner": C, "publicKeyPem": "-----BEGIN PUBLIC KEY-----"},
    "endpoints": {"sharedInbox": H + "/inbox"},
}

SHAPES: list[Shape] = shapes(
    POST,
    topic_with_a_picture=(
        {
            "content": SEEN,
            "summary": SEEN,
            "preview": {"type": "Note", "attributedTo": A, "content": SEEN, "attachment": [SHOWN]},
            "attachment": [SHOWN],
            "image": SHOWN,
        },
        {"title": "Line 3 stops", "media": [(SQUARE, "a square")], "spoiler": ""},
    ),
    chat=(
        {
            "id": H + "/message/1",
            "type": "Note",
            "to": ["https://b.example/u/bob"],
            "cc": [],
            "audience": ...,
            "name": ...,
            "summary": None,
            "context": ...,
            "tag": [{"type": "Mention", "href": "https://b.example/u/bob", "name": "bob@b.example"}],
        },
        {"visibility": "direct", "mentions": ["https://b.example/u/bob"], "html": "<p>Since noon</p>"},
    ),
    topic=(
        {},
        {
            "kind": "Article",
            "title": "Line 3 stops",
            "conversation": H + "/topic/1",
            "replies": H + "/post/1/replies",
            "mentions": [C],
        },
    ),
    answer_in_a_topic=(
        {"type": "Note", "name": ..., "inReplyTo": H + "/post/0"},
        {"kind": "Note", "parent": H + "/post/0"},
    ),
    answer_with_the_title_of_its_topic=(
        {"type": "Note", "inReplyTo": H + "/post/0"},
        {"kind": "Note", "parent": H + "/post/0", "title": "", "html": "<p>Since noon</p>"},
    ),
    number_as_author=({"attributedTo": "1"}, {"refused": "a post without an author on its own origin"}),
    header=({"image": H + "/1.png"}, {"media": [(H + "/1.png", "")]}),
    embedded_context=(
        {"context": {"id": H + "/topic/1", "type": "OrderedCollection"}},
        {"conversation": H + "/topic/1"},
    ),
    several_contexts=({"context": [H + "/topic/1", H + "/topic/2"]}, {"conversation": H + "/topic/1"}),
    emoji_of_discourse=(
        {
            "content": f"<p>ok {SMILE}</p>",
            "type": "Note",
        },
        {"html": "<p>ok :smile:</p>", "media": []},
    ),
    emoji_of_nodebb=(
        {
            "content": f"<p>ok {TADA}</p>",
            "type": "Note",
        },
        {"html": "<p>ok \U0001f389</p>"},
    ),
    link_of_a_discourse=(
        {"attachment": [{"type": "Link", "href": "https://news.example/1", "name": "News"}]},
        {"media": []},
    ),
    friendica_page_as_attachment=(
        {"attachment": [{"type": "Page", "url": "https://news.example/1", "name": "News"}]},
        {"media": []},
    ),
    friendica_note=(
        {
            "type": "Note",
            "diaspora:guid": "1",
            "dfrn": "x",
            "instrument": {"type": "Application", "name": "F"},
            "summary": None,
            "title": "",
        },
        {"kind": "Note"},
    ),
    friendica_languages=(
        {"contentMap": {"de": "<p>Seit Mittag</p>"}, "content": "<p>Seit Mittag</p>", "type": "Note"},
        {"language": "de"},
    ),
    hubzilla_author=({"attributedTo": {"type": "Person", "id": A, "inbox": A + "/inbox"}}, {"author": A}),
    hubzilla_types=({"type": ["Article", "zot:Item"]}, {"kind": "Article"}),
    hubzilla_map=(
        {"content": {"fr": "<p>Depuis midi</p>", "en": "<p>Since noon</p>"}, "type": "Note"},
        {"html": "<p>Depuis midi</p>", "language": "fr", "versions": [("en", "<p>Since noon</p>")]},
    ),
    unknown_type_with_a_title=(
        {"type": "Ticket", "isResolved": False},
        {"kind": "Ticket", "title": "Line 3 stops", "author": A},
    ),
    unknown_type_with_words=({"type": "Recipe", "name": ..., "summary": ...}, {"kind": "Recipe", "title": ""}),
    unknown_type_with_a_summary=(
        {"type": "Review", "name": ..., "content": ...},
        {
            "kind": "Review",
            "html": '<p>Since noon</p><p><a href="https://f.example/post/1" rel="nofollow noopener" target="_blank">https://f.example/post/1</a></p>',
        },
    ),
    unknown_type_without_words=(
        {"type": "Ticket", "name": ..., "summary": ..., "content": ...},
        {"refused": "nothing that shows as a post"},
    ),
    unknown_activity=({"type": "Bite", "object": A}, {"refused": "nothing that shows as a post"}),
    collection=({"type": "OrderedCollection", "orderedItems": []}, {"refused": "nothing that shows as a post"}),
    no_type=({"type": ...}, {"refused": "nothing that shows as a post"}),
    type_that_is_none=({"type": [1, None]}, {"refused": "nothing that shows as a post"}),
    long_type=({"type": "T" * 200}, {"refused": "nothing that shows as a post"}),
) + shapes(
    CATEGORY,
    category_with_accents=({"preferredUsername": "ébénisterie-co"}, {"kind": "group", "name": "ébénisterie-co"}),
    category=(
        {},
        {
            "kind": "group",
            "name": "general-discussion",
            "title": "General Discussion",
            "html": "<p>All about wood</p>",
            "url": C + "/general-discussion",
            "shared": H + "/inbox",
            "followers": "",
        },
    ),
)
