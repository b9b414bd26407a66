"""Reading with a script: pictures in a dialog, keys that may be switched off, the next page by itself."""

from playwright.async_api import Browser, expect

from tests.browser.harbour import Harbour, awake, enter, tab
from tests.browser.reader import complaints
from tests.nodes import eventually


async def test_pictures_open_in_a_dialog_with_their_description(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, "bruno")
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
        await enter(page, "bruno")
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


async def test_the_next_page_comes_by_itself_and_going_back_returns_to_the_place(
    harbour: Harbour, browser: Browser
) -> None:
    for number in range(50):
        harbour.world.clock.pass_by(minutes=1)
        await harbour.world.say("bruno", f"message {number}")
    async with tab(browser, harbour, width=390) as page:
        await enter(page, "bruno")
        await expect(page.locator("article.post")).to_have_count(20)

        async def is_further() -> bool:
            await page.locator(".end").scroll_into_view_if_needed()
            return "message 5" in await page.locator("main").inner_text()

        await eventually(is_further, seconds=15, every=0.2)
        post = page.locator("article.post:has-text('message 12')")
        await post.scroll_into_view_if_needed()
        await eventually(lambda: page.evaluate("history.state?.further?.pages > 0"))
        await post.locator("a.when").click()
        await page.wait_for_url("**/@bruno/*")
        await page.go_back()
        await awake(page)
        await expect(post).to_be_in_viewport()


async def test_who_somebody_is_shows_on_hover_and_not_on_touch(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, "bruno")
        post = page.locator(f"#p{harbour.posts['ines']}")
        await post.locator(".author b").hover()
        card = page.locator(".preview")
        await expect(card).to_contain_text("Ressources humaines")
        assert await complaints(page) == []
        await card.hover()
        await page.keyboard.press("Escape")
        await expect(card).to_have_count(0)
