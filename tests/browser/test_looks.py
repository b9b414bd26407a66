"""Every page at the three widths, by day and by night: readable by ear, thumb and eye, and nothing sticks out."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser

from storage.engine.database import Database
from tests.browser.harbour import USINE, Harbour, enter, moored, tab
from tests.browser.reader import complaints
from tests.browser.tour import FILES, LEADS, STEPS, Afternoon, addresses, filled, opens, outdoors, page_of
from tests.browser.walk import ALL_LOOKS, ROUNDS, THOROUGH, Look, walked
from tests.web.test_doors import PAGES


@pytest.mark.parametrize("turn", range(len(ROUNDS)))
async def test_no_page_has_anything_to_complain_about(harbour: Harbour, browser: Browser, turn: int) -> None:
    outside, inside = await outdoors(harbour), await addresses(harbour)
    looks, step = ROUNDS[turn], len(ROUNDS)
    walks = [
        walked(browser, harbour, look, outside[turn::step], inside[turn::step], thorough=look == looks[0])
        for look in looks
    ]
    wrong = [one for found in await asyncio.gather(*walks) for one in found]
    assert not wrong, "\n".join(wrong)


@pytest.mark.full
@pytest.mark.parametrize("look", ALL_LOOKS, ids=str)
async def test_no_page_has_anything_to_complain_about_at_any_look(
    harbour: Harbour, browser: Browser, look: Look
) -> None:
    outside, inside = await outdoors(harbour), await addresses(harbour)
    wrong = await walked(browser, harbour, look, outside, inside, thorough=look.script)
    assert not wrong, "\n".join(wrong)


async def test_no_page_of_the_table_is_left_out_of_the_walk(harbour: Harbour) -> None:
    reached = {
        page_of(address) for address in [*await outdoors(harbour), *await addresses(harbour), *await opens(harbour)]
    }
    pages = {path for path in PAGES if path not in FILES | LEADS | STEPS and not path.endswith(".csv")}
    assert pages - reached == set()
    marc = await Afternoon(harbour).come_in("marc")
    messages = (await marc.read("/messages")).page.select_one("main a[href^='/messages/']")
    known = {"/messages/{id:int}": str(messages["href"])}
    for path in sorted(LEADS):
        address = known.get(path) or filled(path, harbour.posts["bruno"], harbour.world.id("bruno"))
        answer = await marc.ask("GET", address)
        assert answer.status == 303 or (answer.status < 400 and "<!doctype html>" not in answer.text), path


async def test_an_open_site_shows_strangers_nothing_to_complain_about(
    sqlite_db: Database, tmp_path: Path, browser: Browser
) -> None:
    async with moored(sqlite_db, tmp_path, is_open=True) as harbour:
        wrong = await walked(browser, harbour, THOROUGH, await opens(harbour), [], thorough=True)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("width", [320, 704, 1180])
async def test_nothing_sticks_out_where_the_layout_changes(harbour: Harbour, browser: Browser, width: int) -> None:
    async with tab(browser, harbour, width=width) as page:
        await enter(page, harbour, "bruno")
        for path in ("/", "/compose", f"/@amina@{USINE}", "/notifications", "/settings"):
            await page.goto(path)
            assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


async def test_the_flag_of_another_site_flies_outside_the_column_and_inside_on_a_phone(
    harbour: Harbour, browser: Browser
) -> None:
    flag = "article[data-entity=usine] .who .flag"
    for width, is_outside in ((1440, True), (820, True), (390, False)):
        async with tab(browser, harbour, width=width) as page:
            await enter(page, harbour, "bruno")
            box = await page.locator(flag).first.bounding_box()
            column = await page.locator("main").bounding_box()
            assert box and column
            assert (box["x"] + box["width"] <= column["x"] + 4) is is_outside
            assert box["x"] >= 0


async def test_the_persons_own_theme_wins_over_the_devices(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, dark=True) as page:
        await enter(page, harbour, "bruno")
        night = await page.evaluate("getComputedStyle(document.body.querySelector('main')).backgroundColor")
        await page.goto("/settings/reading")
        await page.check("input[name=theme][value=light]")
        await page.click("form[action='/settings/reading'] button")
        await page.wait_for_url("**done=saved**")
        await page.goto("/")
        assert await page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor") != night


async def test_the_skip_link_is_the_first_stop_and_leads_to_the_content(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.className") == "skip button"
        await page.keyboard.press("Enter")
        assert page.url.endswith("#content")


async def test_a_persons_wishes_hold_on_every_page_and_device(harbour: Harbour, browser: Browser) -> None:
    look = """(() => {
        const root = getComputedStyle(document.documentElement);
        const link = getComputedStyle(document.querySelector(".author a")).textDecorationLine;
        const [line, quick] = ["--line", "--fast"].map((name) => root.getPropertyValue(name).trim());
        return {size: root.fontSize, line, quick, link};
    })()"""
    async with tab(browser, harbour) as page, tab(browser, harbour, width=390, dark=True) as phone:
        await enter(page, harbour, "bruno")
        before = await page.evaluate(look)
        assert before == {"size": "16px", "line": "1px", "quick": "120ms", "link": "none"}
        await page.goto("/settings/reading")
        await page.check("input[name=size][value=larger]")
        for wish in ("contrast", "underline", "still"):
            await page.check(f"input[name={wish}]")
        await page.click("form[action='/settings/reading'] button")
        await page.wait_for_url("**done=saved**")
        assert await page.is_checked("input[name=contrast]")
        await enter(phone, harbour, "bruno")
        assert await phone.evaluate(look) == {"size": "21px", "line": "2px", "quick": "0ms", "link": "underline"}
        for path in ("/", "/settings/reading", "/compose", f"/@amina@{USINE}", "/notifications"):
            await phone.goto(path)
            assert await complaints(phone) == []
        await phone.goto("/settings/reading")
        await phone.check("input[name=size][value='']")
        for wish in ("contrast", "underline", "still"):
            await phone.uncheck(f"input[name={wish}]")
        await phone.click("form[action='/settings/reading'] button")
        await phone.wait_for_url("**done=saved**")
        await page.goto("/")
        assert await page.evaluate(look) == before


async def test_forced_colours_and_paper_lose_no_words(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        await page.emulate_media(forced_colors="active")
        border = await page.evaluate("getComputedStyle(document.querySelector('.nav .button')).borderTopStyle")
        assert border == "solid"
        await page.emulate_media(forced_colors="none", media="print")
        assert await page.locator("article.post").first.is_visible()
        for gone in (".nav", ".tabbar", ".actions"):
            assert not await page.locator(gone).first.is_visible(), gone
