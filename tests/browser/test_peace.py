"""Peace: the place where one was is one for all devices, and after an absence there is one page with an end."""

from playwright.async_api import Browser, expect

from social.people import grants
from tests.browser.harbour import Harbour, enter, tab
from tests.browser.reader import complaints

APP = """async ([token, method, place]) => {
    const body = place ? new URLSearchParams({ "home[last_read_id]": place }) : undefined;
    const headers = { Authorization: `Bearer ${token}` };
    const query = place ? "" : "?timeline[]=home";
    const answer = await fetch(`/api/v1/markers${query}`, { method, body, headers, credentials: "omit" });
    return answer.json();
}"""
"""What a Mastodon app does with markers."""


async def test_the_place_where_one_was_is_the_one_that_an_app_marked(harbour: Harbour, browser: Browser) -> None:
    node, world = harbour.node, harbour.world
    app = await node.db.write(grants.node_app, "phone", ids=node.ids, now=node.clock())
    bruno = world.viewer("bruno").user
    assert bruno is not None
    token = await node.db.write(grants.issue, app, bruno, "read write", ids=node.ids, now=node.clock())
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        await page.evaluate(APP, [token, "POST", str(harbour.posts["bruno"])])
        await page.goto("/")
        await expect(page.locator("#here")).to_contain_text("Vous en étiez là")
        await expect(page.locator(f"#here + article#p{harbour.posts['bruno']}")).to_be_visible()
        world.clock.pass_by(minutes=30)
        await page.goto("/")
        kept = await page.evaluate(APP, [token, "GET", ""])
        newest = await page.locator("article.post").first.get_attribute("id")
        assert f"p{kept['home']['last_read_id']}" == newest


async def test_after_days_away_one_page_is_offered_and_it_prints_without_what_is_around(
    harbour: Harbour, browser: Browser
) -> None:
    async with tab(browser, harbour, width=390) as page:
        await enter(page, harbour, "bruno")
        harbour.world.clock.pass_by(days=5)
        await harbour.hear("luc", "<p>La ligne 2 repart lundi.</p>")
        await harbour.world.settle()
        await page.goto("/")
        await page.click("a[href='/absence']")
        await expect(page.locator("article.post .why").first).to_be_visible()
        await expect(page.locator("main")).to_contain_text("La ligne 2 repart lundi.")
        assert await complaints(page) == []
        await page.emulate_media(media="print")
        for around in (".tabbar", ".nav", ".rail", ".actions", ".end .button"):
            await expect(page.locator(around).first).to_be_hidden()
