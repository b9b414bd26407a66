"""The faces of an open site for strangers and their programs, and nothing of them on a closed one."""

from xml.etree import ElementTree

import mf2py
import pytest

from tests.web.conftest import Site

ATOM = "{http://www.w3.org/2005/Atom}"
CLOSED = ("/@amina/feed.atom", "/tags/presse/feed.atom")


async def said(site: Site) -> int:
    """Posts of every audience; the id of the public one."""
    await site.world.person("amina")
    await site.world.person("bruno")
    await site.world.follow("bruno", "amina")
    post = await site.world.say("amina", "Bonjour <b> & #presse")
    await site.world.say("amina", "suiveurs #presse", visibility="followers")
    await site.world.say("amina", "@bruno direct #presse", visibility="direct")
    await site.world.say("amina", "discret #presse", visibility="unlisted")
    await site.world.settle()
    return post


async def test_a_feed_has_what_is_for_everybody_whoever_asks(open_to_all: Site) -> None:
    site = open_to_all
    await said(site)
    bruno = await site.person("bruno")
    for path in CLOSED:
        for visitor in (site.stranger(), bruno):
            answer = await visitor.ask("GET", path)
            assert answer.headers["content-type"].startswith("application/atom+xml")
            feed = ElementTree.fromstring(answer.body)  # noqa: S314 — our own words
            [entry] = feed.findall(f"{ATOM}entry")
            assert "Bonjour &lt;b&gt; &amp;" in (entry.findtext(f"{ATOM}content") or "")
            assert "discret" not in answer.text and "direct" not in answer.text and "suiveurs" not in answer.text


@pytest.mark.parametrize("path", [*CLOSED, "/@amina/follow?from=@me@far.example"])
async def test_nothing_of_it_is_on_a_closed_site(site: Site, path: str) -> None:
    post = await said(site)
    answer = await site.stranger().ask("GET", path)
    assert answer.status in (303, 404) and "Bonjour" not in answer.text
    bruno = await site.person("bruno")
    assert (await bruno.ask("GET", path)).status == 404
    for page in ("/@amina", f"/@amina/{post}", "/tags/presse"):
        text = (await bruno.read(page)).text
        assert "og:" not in text and "h-entry" not in text and "atom" not in text


async def test_pages_of_an_open_site_tell_programs_what_they_are(open_to_all: Site) -> None:
    site = open_to_all
    post = await said(site)
    stranger = site.stranger()
    page = (await stranger.read(f"/@amina/{post}")).page
    assert page.select_one('meta[property="og:title"]')["content"] == "Amina Benali"
    entry = page.select_one("article.h-entry")
    assert entry.select_one(".p-author.h-card") and entry.select_one(".e-content") and entry.select_one(".dt-published")
    profile = (await stranger.read("/@amina")).page
    assert profile.select_one(".hull.h-card .p-name").text == "Amina Benali"
    assert profile.select_one('link[type="application/atom+xml"]')["href"] == "/@amina/feed.atom"
    tag = (await stranger.read("/tags/presse")).page
    assert tag.select_one('link[type="application/atom+xml"]')["href"] == "/tags/presse/feed.atom"


async def test_what_only_followers_may_read_tells_programs_nothing(open_to_all: Site) -> None:
    site = open_to_all
    await said(site)
    post = await site.world.say("amina", "entre nous", visibility="followers")
    assert (await site.stranger().ask("GET", f"/@amina/{post}")).status == 404
    assert "og:" not in (await (await site.person("bruno")).read(f"/@amina/{post}")).text


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("@me@far.example", "far.example"),
        ("me@Far.example:8443", "far.example:8443"),
        ("me", ""),
        ("@a@b/c.d?x", ""),
        ("", ""),
    ],
)
async def test_a_stranger_follows_from_their_own_site(open_to_all: Site, written: str, host: str) -> None:
    site = open_to_all
    await said(site)
    answer = await site.stranger().read(f"/@amina/follow?from={written}")
    links = [link["href"] for link in answer.page.select("main a.button[rel~=nofollow]")]
    uri = "https%3A//usine.example/users/amina"
    assert links == ([f"https://{host}/authorize_interaction?uri={uri}"] if host else [])


async def test_who_comes_home_with_an_address_is_led_to_it(site: Site) -> None:
    bruno = await site.person("bruno")
    carla = await site.world.elsewhere("carla", "filiale.example")
    site.elsewhere.accounts["https://filiale.example/users/carla"] = carla.id
    post = await site.world.say("bruno", "Bonjour")
    site.elsewhere.posts["https://filiale.example/@carla/1"] = post
    for uri, place in (
        ("https://filiale.example/users/carla", "/@carla@filiale.example"),
        ("https://filiale.example/@carla/1", f"/@bruno/{post}#reply"),
        ("https://filiale.example/nothing", "/search?q=https%3A//filiale.example/nothing"),
    ):
        answer = await bruno.ask("GET", f"/authorize_interaction?uri={uri}")
        assert (answer.status, answer.headers["location"]) == (303, place)
    stranger = await site.stranger().ask("GET", "/authorize_interaction?uri=https://filiale.example/nothing")
    assert stranger.headers["location"].startswith("/sign-in?next=")


async def test_a_parser_of_microformats_reads_who_wrote_what_and_when(open_to_all: Site) -> None:
    site = open_to_all
    post = await said(site)
    stranger = site.stranger()
    read = mf2py.parse(doc=(await stranger.read(f"/@amina/{post}")).text, url=f"{site.world.urls.base}/")
    (entry,) = [item for item in read["items"] if "h-entry" in item["type"]]
    told = entry["properties"]
    assert told["url"] == [f"{site.world.urls.base}/@amina/{post}"]
    assert told["author"][0]["properties"]["name"] == ["Amina Benali"]
    assert told["author"][0]["properties"]["url"] == [f"{site.world.urls.base}/@amina"]
    assert "presse" in told["content"][0]["value"] and told["published"]
    card = mf2py.parse(doc=(await stranger.read("/@amina")).text, url=f"{site.world.urls.base}/")
    person = next(item for item in card["items"] if "h-card" in item["type"])["properties"]
    assert person["name"] == ["Amina Benali"] and person["url"] == [f"{site.world.urls.base}/@amina"]
