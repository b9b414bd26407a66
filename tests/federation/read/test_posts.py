"""Posts: every writing, every limit, every claim that is refused."""

from typing import Any

import pytest

from federation.document import BadDocument
from federation.read.posts import read_post
from federation.vocabulary import PUBLIC, Attachment, Emoji, Hashtag, Mention, Option, Picture, Poll

A = "https://a.example/users/ann"
B = "https://b.example/users/bob"
NOON = 1_795_521_600_000
NOTE = {"id": A + "/notes/1", "type": "Note", "attributedTo": A, "content": "<p>Hi</p>", "to": [PUBLIC]}


def post(**changes: Any) -> Any:
    return read_post({**NOTE, **changes})


def test_a_whole_note_is_read() -> None:
    read = post(
        contentMap={"fr": "<p>Hi</p>"},
        summary="Warning",
        sensitive=True,
        url="https://a.example/@ann/1",
        inReplyTo=B + "/notes/9",
        published="2026-11-24T12:00:00Z",
        updated="2026-11-24T12:00:01Z",
        to="as:Public",
        cc=[A + "/followers", {"id": B}],
        conversation="tag:a.example,2026:1",
        tag=[
            {"type": "Mention", "href": B, "name": "@bob@b.example"},
            {"type": "Hashtag", "name": "#Ligne3", "href": "https://a.example/tags/ligne3"},
            {"type": "Emoji", "name": ":ok:", "icon": {"url": "https://a.example/ok.png", "mediaType": "image/png"}},
            "junk",
        ],
        attachment={
            "type": "Document",
            "mediaType": "image/jpeg",
            "url": "https://a.example/1.jpg",
            "name": "A press",
            "blurhash": "LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            "focalPoint": [0, -0.5],
            "width": 800,
            "height": 600,
        },
    )
    assert (read.author, read.content, read.language, read.summary) == (A, "<p>Hi</p>", "fr", "Warning")
    assert (read.is_sensitive, read.url, read.in_reply_to) == (True, "https://a.example/@ann/1", B + "/notes/9")
    assert (read.published, read.updated) == (NOON, NOON + 1000)
    assert (read.to, read.cc, read.conversation) == ((PUBLIC,), (A + "/followers", B), "tag:a.example,2026:1")
    assert read.mentions == (Mention(href=B, name="@bob@b.example"),)
    assert read.hashtags == (Hashtag(name="Ligne3"),)
    assert read.emojis == (Emoji(name="ok", url="https://a.example/ok.png", media_type="image/png"),)
    assert read.attachments == (
        Attachment(
            url="https://a.example/1.jpg",
            media_type="image/jpeg",
            description="A press",
            blurhash="LEHV6nWB2yk8pyo0adR*.7kCMdnj",
            width=800,
            height=600,
            focus=(0.0, -0.5),
        ),
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"id": None}, id="no id"),
        pytest.param({"id": "1"}, id="a relative id"),
        pytest.param({"type": "Person"}, id="an actor"),
        pytest.param({"type": "Tombstone"}, id="a tombstone"),
        pytest.param({"attributedTo": None}, id="no author"),
        pytest.param({"attributedTo": B}, id="an author elsewhere"),
        pytest.param({"attributedTo": "1"}, id="an author who is a number in quotes"),
        pytest.param({"attributedTo": 1}, id="an author who is a number"),
        pytest.param({"attributedTo": "http://a.example/users/ann"}, id="an author over http"),
        pytest.param({"attributedTo": "https://a.example.evil.example/ann"}, id="an author whose host begins alike"),
        pytest.param({"attributedTo": [B, A]}, id="a stranger first"),
    ],
)
def test_a_post_that_cannot_be_one_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(BadDocument):
        post(**changes)


@pytest.mark.parametrize(
    "author",
    [A, [A], {"id": A, "type": "Person"}, [{"type": "Group", "id": B}, {"type": "Person", "id": A}], [A, B]],
)
def test_an_author_is_found_in_every_writing(author: Any) -> None:
    assert post(attributedTo=author).author == A


@pytest.mark.parametrize("kind", ["Article", "Page", "Event", "Image", "Video", "Audio", "ChatMessage", ["X", "Note"]])
def test_everything_that_shows_as_a_post_is_read(kind: Any) -> None:
    read = post(type=kind, name="Title", summary="Short", url=[{"type": "Link", "href": "https://a.example/p"}])
    assert (read.title, read.summary, read.url) == ("Title", "Short", "https://a.example/p")


def test_a_page_has_a_link_and_a_picture() -> None:
    read = post(type="Page", name="News", image={"type": "Image", "url": "https://a.example/p.png"},
                attachment=[{"type": "Link", "href": "https://news.example/1"}])  # fmt: skip
    assert read.link == "https://news.example/1"
    assert read.image == Picture(url="https://a.example/p.png")
    assert read.attachments == ()


def test_a_picture_may_be_the_post_itself() -> None:
    read = post(type="Image", name="A press", url=[{"href": "https://a.example/p", "mediaType": "text/html"},
                {"href": "https://a.example/1.png", "mediaType": "image/png"}])  # fmt: skip
    assert read.url == "https://a.example/p"
    assert read.attachments == (
        Attachment(url="https://a.example/1.png", media_type="image/png", description="A press"),
    )


def test_an_event_has_a_time_and_a_place() -> None:
    read = post(type="Event", startTime="2026-11-24T12:00:00Z", endTime="2026-11-24T12:00:01Z",
                location={"type": "Place", "name": "Canteen"})  # fmt: skip
    assert (read.starts_at, read.ends_at, read.place) == (NOON, NOON + 1000, "Canteen")


def test_a_poll_is_read() -> None:
    read = post(
        type="Question",
        endTime="2026-11-24T12:00:00Z",
        votersCount=3,
        oneOf=[
            {"type": "Note", "name": "Soup", "replies": {"type": "Collection", "totalItems": 2}},
            {"type": "Note", "name": "Rice"},
        ],
    )
    assert read.poll == Poll(
        options=(Option(name="Soup", votes=2), Option(name="Rice", votes=0)), is_multiple=False, ends_at=NOON, voters=3
    )
    options = [{"name": "Soup"}, {"name": "Rice"}]
    assert post(type="Question", anyOf=options).poll.is_multiple
    assert post(type="Question", oneOf=options, closed=True).poll.is_closed
    assert post(type="Question", oneOf=options, closed="2026-11-24T12:00:00Z").poll.ends_at == NOON
    assert post(type="Question", oneOf=[{"name": "Soup"}, {"name": "Soup"}]).poll is None
    assert post(type="Question").poll is None
    assert post(oneOf=options).poll is None
    assert len(post(type="Question", oneOf=[{"name": str(n)} for n in range(600)]).poll.options) == 500


def test_a_post_is_cut_to_its_limits() -> None:
    read = post(
        name="t" * 3000,
        tag=[{"type": "Mention", "href": f"https://b.example/{n}"} for n in range(150)]
        + [{"type": "Hashtag", "name": f"#t{n}"} for n in range(150)]
        + [{"type": "Hashtag", "name": "#" + "t" * 101}, {"type": "Hashtag", "name": "#a b"}, {"type": "Hashtag"}],
        attachment=[{"type": "Image", "url": f"https://a.example/{n}", "summary": "s" * 20_000} for n in range(30)],
        conversation="c" * 3000,
    )
    assert (len(read.mentions), len(read.hashtags), len(read.attachments)) == (100, 100, 16)
    assert (len(read.attachments[0].description), len(read.title), read.conversation) == (10_000, 2048, None)


@pytest.mark.parametrize(
    "attachment",
    [
        pytest.param("https://a.example/1", id="only a URL"),
        pytest.param({"type": "Image"}, id="no URL"),
        pytest.param({"type": "Image", "url": "javascript:alert(1)"}, id="a script"),
        pytest.param({"type": "Image", "url": "http://a.example/1.png"}, id="http"),
        pytest.param({"type": "Image", "url": "https://127.0.0.1/1.png"}, id="an address"),
        pytest.param({"type": "Note", "url": "https://a.example/1"}, id="a note"),
    ],
)
def test_an_attachment_that_is_no_file_is_left_out(attachment: Any) -> None:
    assert post(attachment=[attachment]).attachments == ()


def test_details_of_an_attachment_that_cannot_be_are_left_out() -> None:
    (read,) = post(
        attachment={
            "type": "Document",
            "url": [{"href": "https://a.example/1.webp", "mediaType": "image/webp"}],
            "summary": "from summary",
            "name": "from name",
            "blurhash": "<script>",
            "focalPoint": [2, 0],
            "width": -1,
            "height": True,
        }
    ).attachments
    assert read == Attachment(url="https://a.example/1.webp", media_type="image/webp", description="from summary")


def test_nulls_are_absences() -> None:
    read = post(summary=None, inReplyTo=None, tag=None, attachment=None, url=None, cc=None, sensitive=None)
    assert (read.summary, read.in_reply_to, read.mentions, read.attachments, read.cc) == (None, None, (), (), ())
