"""The page after an absence: at most twenty things, each with its reason, and none because it is popular."""

from social.feeds import absence
from social.governance import bulletins
from social.governance.bulletins import BulletinDraft
from social.policy import Role
from tests.web.conftest import Site
from tests.web.test_doors import counted
from tests.web.visitor import Visitor


async def away(site: Site, days: int = 5) -> Visitor:
    """Amina reads her home, follows Bruno and Ines, likes what Bruno writes, and goes away; what happens meanwhile."""
    amina = await site.person("amina")
    for name in ("bruno", "ines", "luc", "marc"):
        await site.world.person(name, role=Role.ADMIN if name == "marc" else Role.MEMBER)
    await site.world.follow("amina", "bruno")
    await site.world.follow("amina", "ines")
    await site.world.like("amina", await site.world.say("bruno", "avant"))
    await site.world.settle()
    await amina.read("/")
    site.world.clock.pass_by(days=days)
    return amina


async def happened(site: Site) -> None:
    """Posts of the absence."""
    for number in range(4):
        await site.world.say("bruno", f"bruno {number}")
        await site.world.say("ines", f"ines {number}")
        popular = await site.world.say("luc", f"populaire {number}")
        await site.world.like("bruno", popular)
        await site.world.like("ines", popular)
    await site.world.say("luc", "@amina tu viens ?")
    await site.world.settle()


async def test_who_comes_back_after_days_is_offered_one_page_and_told_why_of_each(site: Site) -> None:
    amina = await away(site)
    await happened(site)
    draft = BulletinDraft(text="Le parking est fermé lundi.")
    await site.world.db.write(
        bulletins.write, site.world.viewer("marc"), draft, urls=site.world.urls, now=site.world.clock()
    )
    home = await amina.read("/")
    assert home.page.select_one('a[href="/absence"]') is not None
    page = await amina.read("/absence")
    assert [heading.text for heading in page.page.select(".band h2")] == [
        "Words to everybody", "For you", "Of those you follow",
    ]  # fmt: skip
    posts = [" ".join(post.get_text(" ").split()) for post in page.page.select("article.post")]
    assert len(posts) == 4
    assert posts[0].startswith("Names you") and "tu viens" in posts[0]
    assert posts[1].startswith("You often turn to this person") and "bruno 3" in posts[1]
    assert "bruno 2" in posts[2]
    assert posts[3].startswith("You follow this person") and "ines 3" in posts[3]
    assert "populaire" not in page.words
    assert "Le parking est fermé lundi." in page.words


async def test_the_offer_stays_on_the_home_until_it_is_read(site: Site) -> None:
    amina = await away(site)
    await happened(site)
    for _ in range(2):
        assert "You were away since" in (await amina.read("/")).words
    home = await amina.send("/absence", {})
    assert "You were away since" not in home.words


async def test_who_was_here_yesterday_is_offered_nothing(site: Site) -> None:
    amina = await away(site, days=2)
    assert "You were away since" not in (await amina.read("/")).words
    assert "The last days" in (await amina.read("/absence")).words


async def test_the_page_has_an_end_whatever_happened(site: Site) -> None:
    amina = await away(site)
    for number in range(30):
        await site.world.say("luc", f"@amina {number}")
    await site.world.settle()
    await amina.read("/search")
    statements = counted(site)
    answer = await amina.ask("GET", "/absence")
    assert statements() <= 10
    assert len(answer.page.select("article.post")) == absence.MOST


async def test_what_is_muted_or_not_open_to_the_reader_is_not_on_the_page(site: Site) -> None:
    amina = await away(site)
    await site.world.say("luc", "@marc entre nous", visibility="direct")
    await site.world.say("luc", "@amina muette")
    await site.world.say("bruno", "bruno parle")
    await site.world.settle()
    await amina.send(f"/people/{site.world.id('luc')}/mute", {})
    await amina.send(f"/people/{site.world.id('bruno')}/block", {})
    words = (await amina.read("/absence")).words
    assert "entre nous" not in words and "muette" not in words and "bruno parle" not in words
