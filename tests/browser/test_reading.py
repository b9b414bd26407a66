"""Reading with a script: pictures in a dialog, keys that may be switched off, the next page by itself."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.harbour import Harbour, awake, enter, tab
from tests.browser.reader import complaints
from tests.nodes import eventually

OPENS_ONCE = """async (post) => {
  const menu = [...post.querySelectorAll("details.more")].at(-1);
  menu.querySelector("summary").click();
  await null;
  const first = menu.querySelector(".menu").getBoundingClientRect().top;
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  const then = menu.querySelector(".menu").getBoundingClientRect().top;
  return menu.open && first === then ? [] : [menu.open, first, then];
}"""
"""Opens the menu of a post; whether it stood at once where it stands two frames later."""


async def test_pictures_open_in_a_dialog_with_their_description(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        post = page.locator(f"#p{harbour.posts['warned']}")
        await post.locator("summary").first.click()
        await post.locator(".media a").first.click()
        dialog = page.locator("dialog.lightbox")
        await expect(dialog).to_be_visible()
        await expect(dialog.locator("figcaption")).to_have_text("Halle de production vue du fond, couloir dégagé.")
        await page.keyboard.press("ArrowRight")
        await expect(dialog.locator("figcaption")).to_have_text("Plan des points de rassemblement.")
        assert await complaints(page) == []
        await page.mouse.move(400, 300)
        await page.mouse.down()
        await page.mouse.move(650, 310)
        await page.mouse.up()
        await expect(dialog.locator("[role=status]")).to_have_text("1 / 2")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        assert await page.evaluate("document.activeElement.closest('.media') !== null")


async def test_keys_lead_everywhere_and_can_be_switched_off(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        await page.keyboard.press("j")
        await page.keyboard.press("o")
        await page.wait_for_url("**/@*/*")
        await awake(page)
        await page.keyboard.press("g")
        await page.keyboard.press("n")
        await page.wait_for_url("**/notifications")
        await awake(page)
        await page.keyboard.press("g")
        await page.keyboard.press("h")
        await page.wait_for_url(f"{harbour.base}/")
        await page.goto("/settings/reading")
        await page.uncheck("input[name=shortcuts]")
        await page.click("form[action='/settings/reading'] button")
        await page.wait_for_url("**done=saved**")
        await page.goto("/")
        await awake(page)
        await page.keyboard.press("j")
        await expect(page.locator("article.chosen")).to_have_count(0)


TOP = "(post) => post.getBoundingClientRect().top"


async def read_down(page: Page, to: str) -> None:
    """Read on until something is on the page."""

    async def is_there() -> bool:
        await page.locator(".end").scroll_into_view_if_needed()
        return to in await page.locator("main").inner_text()

    await eventually(is_there, seconds=15, every=0.2)


async def test_the_next_page_comes_by_itself_and_going_back_returns_to_the_place_and_reading_goes_on(
    harbour: Harbour, browser: Browser
) -> None:
    for number in range(90):
        harbour.world.clock.pass_by(minutes=1)
        await harbour.world.say("bruno", f"message {number}.")
    async with tab(browser, harbour, width=390) as page:
        await enter(page, harbour, "bruno")
        await expect(page.locator("article.post")).to_have_count(20)
        await read_down(page, "message 45.")
        post = page.locator("article.post:has-text('message 47.')")
        await post.scroll_into_view_if_needed()
        before = await post.evaluate(TOP)
        await page.mouse.wheel(0, -137)
        # The wheel is answered before the page has moved.
        await eventually(lambda: post.evaluate(f"(post) => ({TOP})(post) >= {before + 137}"))
        top = await post.evaluate(TOP)
        # At once after scrolling, and something new comes on top meanwhile.
        await post.locator("a.when").click()
        await page.wait_for_url("**/@bruno/*")
        for number in range(3):
            await harbour.world.say("bruno", f"tout frais {number}")
        await page.go_back()
        await awake(page)
        await eventually(lambda: post.evaluate(f"(post) => Math.abs(({TOP})(post) - {top}) < 1"))
        await read_down(page, "message 0.")
        await read_down(page, "Le fil finit ici")
        await expect(page.locator(".end a[rel=next]")).to_have_count(0)
        ids = await page.evaluate("[...document.querySelectorAll('article.post')].map((post) => post.id)")
        assert len(ids) == len(set(ids))


@pytest.mark.parametrize("down", [0, 500], ids=["at the top", "further down"])
async def test_new_posts_wait_behind_a_line_and_nothing_moves(harbour: Harbour, browser: Browser, down: int) -> None:
    async with tab(browser, harbour, width=390) as page:
        await enter(page, harbour, "bruno")
        await page.evaluate(f"scrollTo(0, {down})")
        seen = page.locator("article.post").nth(1 if down else 0)
        top = await seen.evaluate(TOP)
        await harbour.world.say("ines", "Tout frais")
        await harbour.world.settle()
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        line = page.locator("button.since")
        await expect(line).to_have_text("1 nouveau message")
        await expect(line).to_be_in_viewport()
        await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert abs(await page.locator("article.post").nth(1 if down else 0).evaluate(TOP) - top) < 1
        await line.click()
        await expect(page.locator("article.post").first).to_contain_text("Tout frais")
        await expect(page.locator("article.post").first).to_be_in_viewport()


async def test_who_somebody_is_shows_on_hover_and_not_on_touch(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        post = page.locator(f"#p{harbour.posts['ines']}")
        await post.locator(".author b").hover()
        card = page.locator(".preview")
        await expect(card).to_contain_text("Ressources humaines")
        assert await complaints(page) == []
        await card.hover()
        await page.keyboard.press("Escape")
        await expect(card).to_have_count(0)


async def test_the_menu_of_a_post_opens_where_there_is_room_and_copies_the_address(
    harbour: Harbour, browser: Browser
) -> None:
    async with tab(browser, harbour, width=390) as page:
        await page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=harbour.base)
        await enter(page, harbour, "bruno")
        post = page.locator(f"#p{harbour.posts['bruno']}")
        await post.evaluate("(post) => scrollBy(0, post.getBoundingClientRect().bottom - 760)")
        assert await post.evaluate(OPENS_ONCE) == []
        menu = post.locator(".menu")
        box, bar = await menu.bounding_box(), await page.locator(".tabbar").bounding_box()
        assert box is not None and bar is not None
        assert box["y"] >= 0 and box["y"] + box["height"] <= bar["y"]
        assert await complaints(page) == []
        await menu.get_by_text("Copier le lien").click()
        await expect(page.locator(".toast")).to_have_text("Lien copié.")
        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied.endswith(f"/@bruno/{harbour.posts['bruno']}")
        await page.goto(copied)
        await expect(page.locator("article.root")).to_contain_text("nouvelle presse")


async def test_a_menu_that_was_opened_before_its_script_came_and_in_a_turned_window_finds_its_room(
    harbour: Harbour, browser: Browser
) -> None:
    async with tab(browser, harbour, width=390) as page:
        come = asyncio.Event()

        async def held(route: Route) -> None:
            await come.wait()
            await route.continue_()

        await page.route("**/behaviours/menu*.js*", held)
        await enter(page, harbour, "bruno", script=False)
        post = page.locator(f"#p{harbour.posts['bruno']}")
        await post.evaluate("(post) => scrollBy(0, post.getBoundingClientRect().bottom - 760)")
        await post.locator("summary").last.click()
        await expect(post.locator("details.more")).not_to_have_class("more up")
        come.set()
        await expect(post.locator("details.more")).to_have_class("more up")
        await awake(page)
        await page.set_viewport_size({"width": 390, "height": 1800})
        await expect(post.locator("details.more")).to_have_class("more")
