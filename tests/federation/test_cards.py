"""Cards of links: read from the page, its oEmbed and its picture; never what the page must not do."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from federation.pages import decoded, read_page, with_oembed
from social import reading
from social.paging import FIRST
from social.posts import cards, edit
from social.posts.cards import PageSaid, allows, file_of, link_of
from social.posts.publish import Draft
from social.settings import CardSettings
from storage import media as media_rows
from storage.engine.database import Database
from storage.ids import PostId
from storage.visibility import Visibility
from tests.federation.neighbour import Neighbour, Somebody
from tests.federation.station import Station, open_station
from tests.federation.test_apply_posts import followed
from tests.peer import Peer
from tests.social.pictures import encoded, workshop

HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture
async def press() -> AsyncIterator[Peer]:
    """A site that is no node."""
    async with Peer("press.localhost") as running:
        yield running


def page(press: Peer, path: str = "/a", head: str = "", **headers: str) -> str:
    body = f"<!doctype html><html lang='fr'><head>{head}</head><body><script>x</script></body></html>"
    return press.answer(path, body.encode(), headers={**HTML, **headers})


def meta(**said: str) -> str:
    return "".join(f'<meta property="og:{name}" content="{value}">' for name, value in said.items())


async def shown(station: Station, post: PostId) -> Any:
    view = await station.db.read(reading.post, station.viewer("amina"), post)
    return view.card


async def said(station: Station, text: str, **draft: Any) -> PostId:
    await station.person("amina")
    post = await station.say("amina", text, **draft)
    await station.run_jobs()
    return post


async def test_a_card_says_what_the_page_says_with_a_picture_of_ours(station: Station, press: Peer) -> None:
    press.answer("/a.png", encoded(workshop(), "PNG"), headers={"Content-Type": "image/png"})
    url = page(
        press,
        head=meta(title="La ligne 3 &amp; la 4", description="Deux lignes", site_name="La Presse")
        + '<meta property="og:image" content="/a.png"><meta property="og:image:alt" content="Une presse">'
        + '<meta property="article:published_time" content="2026-11-20T10:00:00Z"><meta name="author" content="Zoé">',
    )
    post = await said(station, f"Voyez {url}#part")
    card = await shown(station, post)
    assert (card.card.url, card.card.title, card.card.description) == (url, "La ligne 3 & la 4", "Deux lignes")
    assert (card.card.provider_name, card.card.author_name, card.card.language) == ("La Presse", "Zoé", "fr")
    assert card.image_description == "Une presse" and card.blurhash and card.card.published_at is not None
    row = await station.db.read(media_rows.by_id, card.card.media_id)
    assert row is not None and row.file_key is not None and row.purpose == "card"
    assert not [seen for seen in press.requests if seen.header("signature") or seen.header("cookie")]


async def test_one_card_is_read_once_and_again_when_it_is_old(station: Station, press: Peer) -> None:
    url = page(press, head="<title>Avant</title>")
    first, second = await said(station, url), await said(station, f"Encore {url}")
    assert len(press.requests) == 1
    assert (await shown(station, second)).card.title == "Avant"
    page(press, head="<title>Après</title>")
    station.clock.pass_by(days=8)
    third = await said(station, f"Et encore {url}")
    for post in (first, second, third):
        assert (await shown(station, post)).card.title == "Après"
    found = await station.db.read(cards.timeline, station.viewer("amina"), url, FIRST)
    assert found == [third, second, first]


async def test_an_edit_changes_the_card_with_the_link(station: Station, press: Peer) -> None:
    one, two = page(press, "/1", "<title>Un</title>"), page(press, "/2", "<title>Deux</title>")
    post = await said(station, one)
    for text, title in ((two, "Deux"), ("rien", None)):
        station.clock.pass_by(minutes=1)
        draft, amina = Draft(text=text), station.viewer("amina")
        await station.db.write(edit.edit, amina, post, draft, context=station.context, now=station.clock())
        await station.run_jobs()
        card = await shown(station, post)
        assert (card.card.title if card else None) == title


async def test_a_page_that_says_nothing_or_is_gone_gives_no_card(station: Station, press: Peer) -> None:
    for path, body, kind, status in (
        ("/none", b"<p>x</p>", "text/html", 200),
        ("/pdf", b"%PDF", "application/pdf", 200),
        ("/gone", b"", "text/html", 404),
        ("/big", b"x" * (2 * 1024 * 1024), "text/html", 200),
        ("/svg", b"<svg onload=x>", "image/svg+xml", 200),
    ):
        url = press.answer(path, body, status=status, headers={"Content-Type": kind})
        assert await shown(station, await said(station, url)) is None
    asked = len(press.requests)
    await said(station, press.url("/none"))
    assert len(press.requests) == asked
    station.clock.pass_by(hours=2)
    await said(station, press.url("/none"))
    assert len(press.requests) == asked + 1


async def test_pictures_and_quotes_leave_no_room_and_direct_posts_ask_nobody(station: Station, press: Peer) -> None:
    url = page(press, head="<title>Un</title>")
    first = await said(station, "Sans lien")
    assert await shown(station, await said(station, url, quoted=first)) is None
    assert await shown(station, await said(station, f"@amina {url}", visibility=Visibility.DIRECT)) is None
    assert not press.requests


async def test_posts_of_elsewhere_get_a_card_if_everybody_may_read_them(
    station: Station, siege: Neighbour, bruno: Somebody, press: Peer
) -> None:
    url = page(press, head="<title>Un</title>")
    await followed(station, siege, bruno)
    link = f'<p><a href="{siege.url("/@x")}" class="u-url mention">@x</a> <a href="{url}">ici</a></p>'
    opened = siege.note(bruno, content=link)
    closed = siege.note(bruno, content=link, to=[bruno.followers], cc=[])
    await station.accept(siege, siege.create(opened), siege.create(closed), by=bruno)
    await station.run_jobs()
    assert not [seen for seen in press.requests], "not in the moment when all nodes read it"
    station.clock.pass_by(minutes=2)
    await station.run_jobs()
    titles = {one.uri: await shown(station, one.id) for one in await station.posts()}
    assert titles[opened["id"]].card.title == "Un" and titles[closed["id"]] is None


async def test_a_file_of_the_document_tool_is_shown_by_its_name_and_nobody_asks_for_it(
    station: Station, siege: Neighbour, bruno: Somebody, press: Peer
) -> None:
    url = press.answer("/ged/Plan%20de%20charge.xlsx", b"PK", headers={"Content-Type": "application/zip"})
    card = await shown(station, await said(station, f"Voyez {url}?web=1"))
    assert (card.card.title, card.card.provider_name) == ("Plan de charge.xlsx", "press.localhost")
    await followed(station, siege, bruno)
    few = siege.note(bruno, content=f'<p><a href="{url}">ici</a></p>', to=[bruno.followers], cc=[])
    await station.accept(siege, siege.create(few), by=bruno)
    station.clock.pass_by(minutes=2)
    await station.run_jobs()
    (kept,) = [one for one in await station.posts() if one.uri == few["id"]]
    assert (await shown(station, kept.id)).card.title == "Plan de charge.xlsx"
    assert not press.requests


@pytest.mark.parametrize(
    "url",
    ["https://x.example/", "https://x.example/a.html", "https://x.example/.pdf", "https://[x/a.pdf", "https://x.pdf"],
)
def test_what_names_no_file_is_a_page(url: str) -> None:
    assert file_of(url) is None


async def test_a_photo_of_oembed_is_one_and_its_html_is_never_read(station: Station, press: Peer) -> None:
    press.answer("/p.png", encoded(workshop(), "PNG"), headers={"Content-Type": "image/png"})
    oembed = {"type": "photo", "title": "Photo", "author_name": "Luc", "author_url": "/luc", "url": "/p.png",
              "html": "<script>alert(1)</script>"}  # fmt: skip
    press.answer("/oembed", json.dumps(oembed).encode(), headers={"Content-Type": "application/json"})
    url = page(press, head='<link rel="alternate" type="application/json+oembed" href="/oembed">')
    card = await shown(station, await said(station, url))
    assert (card.card.kind, card.card.title, card.card.author_name) == ("photo", "Photo", "Luc")
    assert card.card.author_url == press.url("/luc") and card.width > 0
    assert "alert" not in str(card)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("http://127.0.0.1:{port}/secret", id="an address"),
        pytest.param("https://10.0.0.1/secret", id="a private address"),
        pytest.param("https://[::ffff:10.0.0.1]/secret", id="a private address inside IPv6"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("http://denied.localhost:{port}/secret", id="a host that is denied"),
    ],
)
async def test_a_page_leads_nowhere_that_the_node_must_not_go(
    sqlite_db: Database, siege: Neighbour, press: Peer, tmp_path: Path, target: str
) -> None:
    port = press.authority.rpartition(":")[2]
    there = target.format(port=port)
    press.answer("/secret", b"<title>secret</title>", headers=HTML)
    press.redirect("/away", there)
    image = page(press, "/image", meta(title="Ok", image=there))
    oembed = page(press, "/embed", f'<title>Ok</title><link type="application/json+oembed" href="{there}">')
    settings = CardSettings(deny=("denied.localhost",))
    async with open_station(sqlite_db, tmp_path / "media", siege.authority, cards=settings) as station:
        assert await shown(station, await said(station, press.url("/away"))) is None
        assert (await shown(station, await said(station, image))).token is None
        assert (await shown(station, await said(station, oembed))).card.title == "Ok"
    assert not [seen for seen in press.requests if seen.path == "/secret"]


async def test_cards_can_be_switched_off(sqlite_db: Database, siege: Neighbour, press: Peer, tmp_path: Path) -> None:
    url = page(press, head="<title>Un</title>")
    settings = CardSettings(enabled=False)
    async with open_station(sqlite_db, tmp_path / "media", siege.authority, cards=settings) as station:
        assert await shown(station, await said(station, url)) is None
    assert not press.requests


@pytest.mark.parametrize(
    ("settings", "host", "expected"),
    [
        (CardSettings(), "press.example", True),
        (CardSettings(enabled=False), "press.example", False),
        (CardSettings(deny=("press.example",)), "www.press.example", False),
        (CardSettings(deny=("press.example",)), "compress.example", True),
        (CardSettings(allow=("intra.example",)), "press.example", False),
        (CardSettings(allow=("intra.example",)), "wiki.intra.example:8443", True),
        (CardSettings(allow=("example",), deny=("bad.example",)), "bad.example", False),
    ],
)
def test_which_hosts_are_read(settings: CardSettings, host: str, expected: bool) -> None:
    assert allows(settings, host) is expected


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        ("<title>é</title>".encode("latin-1"), "text/html; charset=iso-8859-1", "é"),
        ('<meta charset="windows-1252"><title>€</title>'.encode("cp1252"), "text/html", "€"),
        ("<title>é</title>".encode(), "text/html; charset=nonsense", "é"),
        (b"<title>a</title>", "text/html; charset=zlib_codec", "a"),
        (b"<title>a\xff\x00b</title>", "text/html", "a\ufffdb"),
    ],
)
def test_the_words_of_a_page_are_read_by_its_charset(body: bytes, kind: str, expected: str) -> None:
    assert expected in decoded(body, kind)
    assert read_page(body, kind, "https://x.example/", "https://x.example/").title == expected


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"type":1}', b'{"type":"rich","title":{"a":1}}', b"\xff"])
def test_an_oembed_that_cannot_be_read_adds_nothing(body: bytes) -> None:
    said = PageSaid(url="https://x.example/", title="Ok")
    assert with_oembed(said, body) == said


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<p><a href="https://x.example/a?b=1&amp;c#d" rel="nofollow">x</a></p>', "https://x.example/a?b=1&c"),
        ('<p><a href="https://x.example/@a" class="u-url mention">@a</a></p>', None),
        ('<p><a href="https://x.example/tags/a" class="mention hashtag" rel="tag">#a</a></p>', None),
        ('<p class="quote-inline">RE: <a href="https://x.example/1">x</a></p><p>a</p>', None),
        ('<p><a href="https://here.example/@a/1">x</a> <a href="https://x.example/">x</a></p>', "https://x.example/"),
        ('<p><a href="gemini://x.example/">x</a></p>', None),
    ],
)
def test_the_link_of_a_post_is_its_first_that_leads_away(html: str, expected: str | None) -> None:
    assert link_of(html, "https://here.example") == expected
