"""Every page at the three widths, by day and by night: readable by ear, thumb and eye, and nothing sticks out."""

import pytest
from playwright.async_api import Browser

from tests.browser.harbour import USINE, Harbour, enter, sizes, tab
from tests.browser.reader import complaints

PAGES = (
    "/", "/site", "/group", "/tags/foot", "/compose", "/notifications", "/requests", "/search", "/search?q=a",
    "/absence", "/discover", "/people", "/@marc/about",
    "/bookmarks", "/favourites", "/settings", "/settings/account", "/settings/reading", "/settings/silence",
    "/settings/apps", "/@marc", "/@marc/with-replies", "/@marc/followers", "/@marc/following", f"/@amina@{USINE}",
    f"/@amina@{USINE}/{{amina}}", "/@bruno/{bruno}/likes", "/@bruno/{answer}/history", "/posts/{mine}/edit",
    "/posts/{mine}/delete", "/compose?reply={bruno}", "/people/{other}/block", "/nowhere", "/admin",
    "/admin/invitations", "/admin/create", "/admin/peers", "/admin/people/{other}",
)  # fmt: skip


@pytest.mark.parametrize(("width", "dark"), sizes())
async def test_no_page_has_anything_to_complain_about(
    harbour: Harbour, browser: Browser, width: int, dark: bool
) -> None:
    harbour.posts["mine"] = await harbour.world.say("marc", "Le seuil est corrigé. #stock")
    known = {**harbour.posts, "other": harbour.world.id("bruno")}
    wrong: list[str] = []
    async with tab(browser, harbour, width=width, dark=dark) as page:
        page.on("console", lambda said: wrong.append(f"console: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        await page.goto("/sign-in")
        wrong += [f"/sign-in: {each}" for each in await complaints(page)]
        await enter(page, "marc")
        for path in PAGES:
            await page.goto(path.format(**known))
            wrong += [f"{path}: {each}" for each in await complaints(page)]
    wrong = [each for each in wrong if "404 (Not Found)" not in each]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("width", [320, 704, 1180])
async def test_nothing_sticks_out_where_the_layout_changes(harbour: Harbour, browser: Browser, width: int) -> None:
    async with tab(browser, harbour, width=width) as page:
        await enter(page, "bruno")
        for path in ("/", "/compose", f"/@amina@{USINE}", "/notifications", "/settings"):
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


async def test_the_flag_of_another_site_flies_outside_the_column_and_inside_on_a_phone(
    harbour: Harbour, browser: Browser
) -> None:
    flag = "article[data-entity=usine] .who .flag"
    for width, is_outside in ((1440, True), (820, True), (390, False)):
        async with tab(browser, harbour, width=width) as page:
            await enter(page, "bruno")
            box = await page.locator(flag).first.bounding_box()
            column = await page.locator("main").bounding_box()
            assert box and column
            assert (box["x"] + box["width"] <= column["x"] + 4) is is_outside
            assert box["x"] >= 0


async def test_the_persons_own_theme_wins_over_the_devices(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, dark=True) as page:
        await enter(page, "bruno")
        night = await page.evaluate("getComputedStyle(document.body.querySelector('main')).backgroundColor")
        await page.goto("/settings/reading")
        await page.check("input[name=theme][value=light]")
        await page.click("form[action='/settings/reading'] button")
        await page.wait_for_url("**done=saved**")
        await page.goto("/")
        assert await page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor") != night


async def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, "bruno")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip button"
        await page.keyboard.press("Enter")
        assert page.url.endswith("#content")
