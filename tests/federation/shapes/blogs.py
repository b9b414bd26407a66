"""WordPress and Ghost: articles with a title, a summary, an address, and their pictures inside."""

from tests.federation.shapes.shape import AS, PUBLIC, Fields, Shape, shapes

H = "https://w.example"
A = H + "/author/ann"
PICTURE = '<img src="https://w.example/up/1.jpg" alt="The press" width="800" height="600"/>'
SMILEY = '<img class="wp-smiley" src="https://w.example/s.png" width="16" height="16" alt=":)">'
ARTICLE: Fields = {
    "@context": [AS, {"Hashtag": "as:Hashtag", "sensitive": "as:sensitive"}],
    "id": H + "/?p=1",
    "type": "Article",
    "attributedTo": A,
    "name": "Line 3 stops",
    "nameMap": {"en": "Line 3 stops"},
    "summary": "<p>Since noon.</p>",
    "summaryMap": {"en": "<p>Since noon.</p>"},
    "content": f"<p>Since noon.</p><figure>{PICTURE}</figure>",
    "contentMap": {"en": "<p>Since noon.</p>"},
    "attachment": [{"type": "Image", "url": H + "/up/1.jpg", "mediaType": "image/jpeg", "name": "The press"}],
    "image": {"type": "Image", "url": H + "/up/cover.jpg"},
    "published": "2026-11-24T10:00:00Z",
    "updated": "2026-11-24T11:00:00Z",
    "url": H + "/line-3/",
    "to": [PUBLIC, A + "/followers"],
    "cc": [],
    "tag": [{"type": "Hashtag", "href": H + "/tag/safety/", "name": "#safety"}],
    "replies": {
        "id": H + "/?rest=1",
        "type": "Collection",
        "first": {"id": H + "/?rest=1&page=1", "type": "CollectionPage", "items": []},
    },
    "likes": {"id": H + "/?likes=1", "type": "Collection", "totalItems": 7},
}
LINK = (
    '<p><a href="https://w.example/line-3/" rel="nofollow noopener" target="_blank">https://w.example/line-3/</a></p>'
)

SHAPES: list[Shape] = [
    *shapes(
        ARTICLE,
        article=(
            {},
            {
                "kind": "Article",
                "title": "Line 3 stops",
                "html": "<p>Since noon.</p> " + " " + LINK,
                "language": "en",
                "edited": True,
                "spoiler": "",
                "tags": ["safety"],
                "media": [(H + "/up/cover.jpg", ""), (H + "/up/1.jpg", "The press")],
                "claims": (7, None, None),
                "replies": H + "/?rest=1",
            },
        ),
        only_a_summary=(
            {"content": ..., "contentMap": ..., "attachment": [], "image": ...},
            {"html": "<p>Since noon.</p>" + LINK},
        ),
        note_with_a_title=({"type": "Note", "image": ..., "attachment": []}, {"kind": "Note", "title": "Line 3 stops"}),
        pictures_only_inside=({"attachment": [], "image": ...}, {"media": [(H + "/up/1.jpg", "The press")]}),
        picture_with_odd_quotes=(
            {"attachment": [], "image": ..., "content": "<p>a</p><IMG SRC='https://w.example/2.png' ALT='a > b'>"},
            {"media": [(H + "/2.png", "a > b")]},
        ),
        picture_from_anywhere_else=(
            {"attachment": [], "image": ..., "content": '<img src="http://w.example/1.png" alt="The press">'},
            {"media": []},
        ),
        picture_of_a_script=(
            {"attachment": [], "image": ..., "content": '<img src="javascript:alert(1)" alt="The press">'},
            {"media": []},
        ),
        smiley=(
            {
                "attachment": [],
                "image": ...,
                "content": f"<p>ok {SMILEY}</p>",
            },
            {"media": [], "html": "<p>ok :)</p>" + LINK},
        ),
        blog_as_a_group=({"attributedTo": [A, H + "/?author=0"]}, {"author": A}),
        page_with_no_end=({"content": "<p>" * 30_000}, {"title": "Line 3 stops"}),
        several_languages=(
            {
                "nameMap": {"en": "Line 3 stops", "fr": "La ligne 3 s’arrête"},
                "contentMap": {"fr": "<p>Depuis midi.</p>"},
            },
            {"language": "en", "versions": [("fr", "<p>Depuis midi.</p>")]},
        ),
        many_addresses_of_the_page=(
            {"url": [{"type": "Link", "mediaType": "text/html", "href": H + "/line-3/"}]},
            {"url": H + "/line-3/"},
        ),
        draft_without_words=(
            {"content": "", "contentMap": ..., "summary": None, "summaryMap": ...},
            {"title": "Line 3 stops"},
        ),
        ghost=(
            {
                "id": H + "/.ghost/activitypub/article/1",
                "attributedTo": H + "/.ghost/activitypub/users/index",
                "image": H + "/up/cover.jpg",
                "preview": {"type": "Note", "content": "Since noon."},
            },
            {"author": H + "/.ghost/activitypub/users/index"},
        ),
    ),
    *shapes(
        {
            "@context": [AS],
            "id": H + "/?author=1",
            "type": "Person",
            "preferredUsername": "ann",
            "name": "Ann",
            "inbox": H + "/wp-json/activitypub/1.0/actors/1/inbox",
            "outbox": H + "/wp-json/activitypub/1.0/actors/1/outbox",
            "url": A,
            "webfinger": "ann@w.example",
            "attachment": [
                {"type": "PropertyValue", "name": "Blog", "value": "w"},
                {"type": "Link", "name": "Blog", "href": H},
            ],
            "icon": {"type": "Image", "url": H + "/a.png"},
        },
        author=({}, {"name": "ann", "fields": [("Blog", "w")], "avatar": H + "/a.png"}),
        organisation=(
            {"type": "Organization", "preferredUsername": "w.example"},
            {"kind": "organization", "name": "w.example"},
        ),
        blog=({"type": "Group", "preferredUsername": "w.example"}, {"kind": "group"}),
        name_only_by_webfinger=({"preferredUsername": ...}, {"name": "ann"}),
    ),
]
