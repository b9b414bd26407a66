"""The page of a hashtag, and hashtags that somebody puts forward."""

from social.feeds import tags
from tests.web.conftest import Site


async def test_a_subject_is_followed_and_no_longer(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.world.person("amina")
    assert "Follow this subject" in (await bruno.read("/tags/line3")).words
    answer = await bruno.send("/tags/line3/follow", {})
    assert "Follow no longer" in answer.words
    await site.world.say("amina", "The line stands still #line3")
    await site.world.settle()
    assert "The line stands still" in (await bruno.read("/")).words
    await bruno.send("/tags/line3/unfollow", {})
    assert "The line stands still" not in (await bruno.read("/")).words
    assert (await bruno.send("/tags/line3/eat", {})).status == 404
    assert (await bruno.send("/tags/123/follow", {})).status == 404


async def test_a_page_shows_what_somebody_writes_about(site: Site) -> None:
    bruno = await site.person("bruno")
    await site.world.person("amina")
    world = site.world
    await world.say("amina", "About the crane #crane")
    await world.say("amina", "About the press #press")
    await world.db.write(tags.feature, world.viewer("amina"), "Crane", ids=world.ids, now=world.clock())
    page = (await bruno.read("/@amina/about")).page
    assert page.select_one('a[href="/@amina/tagged/crane"]').text == "#Crane"
    words = (await bruno.read("/@amina/tagged/crane")).words
    assert "About the crane" in words
    assert "About the press" not in words
