"""What is asked of the reader and whom they may meet: on the page for them, beside the feeds, and in one line."""

from social.governance import bulletins
from social.governance.bulletins import BulletinDraft
from social.people import relations
from social.policy import Role
from tests.web.conftest import Site
from tests.web.test_doors import MOST, counted
from tests.web.visitor import Answer


def waits(page: Answer) -> list[str]:
    """What the rail says that waits."""
    return [" ".join(row.text.split()) for row in page.page.select(".rail section:first-child li")]


def met(page: Answer) -> list[list[str]]:
    """Whom the rail suggests, and why."""
    return [[row.select_one("a:not(.avatar)").text, row.select_one("small").text] for row in page.page.select(MEET)]


MEET = '.rail li:has(a[href^="/@"])'


async def busy(site: Site) -> None:
    """Amina, who moderates, has a mention, a request, a report and words to everybody before her."""
    for name in ("bruno", "luc"):
        await site.world.person(name)
    await site.world.person("marc", role=Role.ADMIN)
    await site.world.say("bruno", "@amina tu viens ?")
    await site.world.follow("luc", "amina")
    draft = BulletinDraft(text="Le parking est fermé lundi.")
    await site.world.db.write(
        bulletins.write, site.world.viewer("marc"), draft, urls=site.world.urls, now=site.world.clock()
    )
    await site.world.settle()


async def test_what_is_asked_of_the_reader_stands_in_the_rail_until_it_is_done(site: Site) -> None:
    await site.world.person("amina", role=Role.MODERATOR, locked=True)
    amina = await site.come_in("amina")
    assert waits(await amina.read("/site")) == []
    await busy(site)
    await amina.send(f"/people/{site.world.id('luc')}/report", {"comment": "Blessant", "category": "other"})
    await site.world.settle()
    home = await amina.read("/")
    assert waits(home) == [
        "1 new for you",
        "1 word to everybody to read",
        "1 person asks to follow you",
        "1 report waits for a moderator",
    ]
    assert "4 things wait for you" in home.page.select_one(".owed").text
    await amina.send("/notifications/read", {})
    assert waits(await amina.read("/"))[0] == "1 word to everybody to read"
    await amina.send(f"/people/{site.world.id('luc')}/accept", {"back": "/"})
    assert "1 person asks to follow you" not in waits(await amina.read("/"))


async def test_a_member_is_not_asked_what_is_for_moderators(site: Site) -> None:
    amina = await site.person("amina")
    bruno = await site.person("bruno")
    await bruno.send(f"/people/{site.world.id('amina')}/report", {"comment": "Blessant", "category": "other"})
    assert waits(await amina.read("/site")) == []


async def test_the_page_for_the_reader_shows_what_waits_and_only_what_is_new_on_request(site: Site) -> None:
    await site.world.person("amina", locked=True)
    amina = await site.come_in("amina")
    await busy(site)
    page = await amina.read("/notifications")
    assert next(heading.text for heading in page.page.select(".band h2")) == "Waiting for you"
    assert page.page.select_one('.rows a[href="/requests"]').text == "1 person asks to follow you"
    assert page.page.select_one(".nav .count").text.startswith("2")
    assert len((await amina.read("/notifications?kind=new")).page.select("article.note")) == 2
    await amina.send("/notifications/read", {})
    await site.world.say("bruno", "@amina alors ?")
    await site.world.settle()
    new = await amina.read("/notifications?kind=new")
    assert [note.select_one(".plain").text for note in new.page.select("article.note")] == ["@amina alors ?"]


async def test_people_to_meet_are_suggested_each_with_the_reason(site: Site) -> None:
    amina = await site.person("amina")
    for name in ("bruno", "ines", "luc", "marc"):
        await site.world.person(name)
    carla = await site.world.elsewhere("carla", "filiale.example", display_name="Carla Ortega")
    popular = await site.world.elsewhere("robin", "filiale.example", display_name="Robin Meyer")
    for follower in ("bruno", "ines"):
        await site.world.follow("amina", follower)
        await site.world.follow(follower, "luc")
    await site.world.follow("bruno", carla.id)
    for fan in ("luc", "marc"):
        await site.world.follow(fan, popular.id)
    home = await amina.read("/")
    assert met(home)[0] == ["Luc Perrin", "Followed by Inès Moreau and 1 other whom you follow"]
    assert ["Marc", "New at your site"] in [[name.split()[0], why] for name, why in met(home)]
    assert "Robin Meyer" not in home.text


async def test_who_is_not_to_be_suggested_is_not_and_following_is_one_act(site: Site) -> None:
    amina = await site.person("amina")
    for name in ("bruno", "luc"):
        await site.world.person(name)
    page = await amina.read("/discover")
    luc, bruno = site.world.id("luc"), site.world.id("bruno")
    assert page.page.select_one(f'button[formaction="/people/{luc}/dismiss"]')
    left = await amina.send(f"/people/{luc}/dismiss", {"back": "/discover"})
    assert not left.page.select_one(f'button[formaction="/people/{luc}/dismiss"]')
    await amina.send(f"/people/{bruno}/follow", {"back": "/discover"})
    followed = await site.world.db.read(
        relations.relationships, site.world.viewer("amina"), [bruno], now=site.world.clock()
    )
    assert followed[0].following
    assert not (await amina.read("/discover")).page.select_one("#d-meet")


async def test_the_feeds_cost_ten_statements_with_the_people_to_meet(site: Site) -> None:
    amina = await site.person("amina")
    await busy(site)
    await amina.read("/")
    for path in ("/", "/site", "/group", "/discover", "/notifications"):
        statements = counted(site)
        assert (await amina.ask("GET", path)).status == 200
        assert statements() <= MOST, path
