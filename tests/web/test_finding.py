"""Finding: the directory by plain links, what the group speaks of, and what may have been meant."""

from bs4 import Tag

from social.feeds import trends
from storage.engine.database import Tx
from tests.web.conftest import Site
from tests.web.test_doors import counted
from tests.web.visitor import Visitor


async def crew(site: Site) -> Visitor:
    """Amina, people of two sites with their work, and what they wrote."""
    amina = await site.person("amina")
    for name in ("bruno", "ines", "luc"):
        await site.world.person(name)
    await site.world.elsewhere("carla", "filiale.example", display_name="Carla Ortega", job="Maintenance")
    await site.world.say("bruno", "Bonjour #presse", language="fr")
    await site.world.say("ines", "Hello #presse", language="en")
    await site.world.settle()
    return amina


def names(page: Tag) -> list[str]:
    """Who is listed."""
    return [" ".join(one.text.split()) for one in page.select("main .person b")]


async def test_the_directory_is_chosen_from_by_plain_links_and_the_choices_add_up(site: Site) -> None:
    amina = await crew(site)
    everybody = await amina.read("/people")
    assert names(everybody.page) == ["Amina Benali", "Bruno Keller", "Carla Ortega", "Inès Moreau", "Luc Perrin"]
    link = everybody.page.select_one('.sift a[href="/people?job=Maintenance"]')
    maintenance = await amina.read(link["href"])
    assert names(maintenance.page) == ["Amina Benali", "Carla Ortega"]
    there = await amina.read("/people?site=filiale&job=Maintenance")
    assert names(there.page) == ["Carla Ortega"]
    assert there.page.select_one('.sift a[aria-current][href="/people?job=Maintenance"]') is not None
    assert names((await amina.read("/people?place=Lyon&language=fr")).page) == ["Bruno Keller"]
    taken_back = [(one["href"], one.text) for one in there.page.select('.sift[aria-label="Chosen"] a')]
    assert taken_back[1] == ("/people?site=filiale", "Maintenance")
    assert (taken_back[0][0], taken_back[2][0]) == ("/people?job=Maintenance", "/people")
    # What is offered to nobody is told and taken back all the same.
    rare = await amina.read("/people?skill=%3Cb%3E&language=xx")
    assert [one.text for one in rare.page.select('.sift[aria-label="Chosen"] a')] == ["#<b>", "xx", "Show everybody"]
    assert "Nobody who wants to be found" in (await amina.read("/people?site=nowhere")).words


async def test_a_team_is_written_in_the_profile_and_finds_its_people_of_all_sites(site: Site) -> None:
    amina = await crew(site)
    await site.world.elsewhere("raul", "filiale.example", display_name="Raúl Iglesias", team="Presses")
    await amina.fill(await amina.read("/settings"), "/settings/profile", {"team": " Presses "})
    about = await amina.read("/@amina/about")
    (link,) = about.page.select('dd a[href="/people?team=Presses"]')
    assert link.text == "Presses"
    team = await amina.read(link["href"])
    assert names(team.page) == ["Amina Benali", "Raúl Iglesias"]
    assert team.page.select_one('.sift a[aria-current][href="/people"]').text.startswith("Presses")
    assert "Raúl Iglesias" in (await amina.read("/search?q=presses&kind=people")).words
    wrong = await amina.fill(await amina.read("/settings"), "/settings/profile", {"team": "y" * 101})
    assert (wrong.status, "at most 100" in wrong.page.select_one("#team-says").text) == (422, True)


async def test_who_knows_about_a_subject_says_so_and_is_found_by_it(site: Site) -> None:
    amina = await crew(site)
    page = await amina.read("/tags/soudure")
    assert page.page.select_one('button[formaction="/tags/soudure/feature"]')
    said = await amina.send("/tags/soudure/feature", {})
    assert said.page.select_one('button[formaction="/tags/soudure/unfeature"]')
    assert (await amina.send("/tags/soudure/feature", {})).status == 200
    link = (await amina.read("/people")).page.select_one('.sift a[href="/people?skill=soudure"]')
    assert link.text.startswith("#soudure")
    assert names((await amina.read(link["href"])).page) == ["Amina Benali"]
    assert "#soudure" in (await amina.read("/@amina/about")).words
    await amina.send("/tags/soudure/unfeature", {})
    assert names((await amina.read("/people?skill=soudure")).page) == []


async def test_the_directory_costs_ten_statements_at_most(site: Site) -> None:
    amina = await crew(site)
    await amina.read("/people")
    for path in ("/people", "/discover", "/discover?kind=posts"):
        statements = counted(site)
        assert (await amina.ask("GET", path)).status == 200
        assert statements() <= 10


async def test_what_several_people_speak_of_is_discovered(site: Site) -> None:
    amina = await crew(site)
    post = await site.world.say("luc", "Qui a la clé ?")
    await site.world.like("bruno", post)
    await site.world.like("ines", post)
    hidden = await site.world.say("luc", "@bruno @ines entre nous", visibility="direct")
    await site.world.like("bruno", hidden)
    await site.world.like("ines", hidden)

    def compute(tx: Tx) -> None:
        trends.compute(tx, is_on=True, now=site.world.clock())

    await site.world.db.write(compute)
    page = await amina.read("/discover")
    assert page.page.select_one('.rows a[href="/tags/presse"]') is not None
    assert "Luc Perrin" in page.words and "Filiale" in page.words
    posts = await amina.read("/discover?kind=posts")
    assert [post.select_one(".words").text.strip() for post in posts.page.select("article.post")] == ["Qui a la clé ?"]


async def test_a_name_written_wrongly_is_guessed(site: Site) -> None:
    amina = await crew(site)
    answer = await amina.read("/search?q=brunno")
    link = answer.page.select_one('main a[href="/search?kind=people&q=bruno"]')
    assert "Did you mean bruno" in answer.words
    assert names((await amina.read(link["href"])).page) == ["Bruno Keller"]
    assert "Did you mean" not in (await amina.read("/search?q=xqzzw")).words
