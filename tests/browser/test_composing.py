"""Writing with help: names are offered, what one writes is counted as the node counts it."""

import asyncio

import pytest
from playwright.async_api import Browser, FilePayload, Page, Route, expect

from social.text import length
from tests.browser.harbour import USINE, Harbour, awake, drawn, enter, tab
from tests.browser.reader import complaints

WRITTEN = (
    "abc", "été", "e\u0301te\u0301", "👩🏽‍🏭", "🇫🇷🇪🇸", "👍🏿 ok", "a\nb\n\nc", "  au bord  ",
    "https://intranet.example/" + "x" * 80,
    "voir https://a.example/b?c=d#e, puis http://b.example.", "(https://a.example/x)", "@amina@usine.example",
    "@amina @bruno@siege.example:8401.", "mail: amina@usine.example", "a@b", "#stock #ligne4", "@@amina", "https://",
    "https://a.example/x)", "HTTPS://A.example/(b)…", "https://bank@evil.example", "http://[::1]:80/x",
    "x https://a.example/@bruno@siege.example y", "مرحبا @amina@usine.example 👋", "@amina@usine.example, merci !",
)  # fmt: skip

HALL: FilePayload = {"name": "halle.png", "mimeType": "image/png", "buffer": drawn("halle")}


async def opened(page: Page, harbour: Harbour) -> None:
    """The composer of the home, its scripts awake."""
    await enter(page, harbour, "bruno")
    await page.locator(".opener > summary").click()


async def test_the_counter_counts_as_the_node_does(harbour: Harbour, browser: Browser) -> None:
    limit = harbour.node.settings.posts.max_characters
    async with tab(browser, harbour) as page:
        await opened(page, harbour)
        shown: dict[str, int] = {}
        for text in WRITTEN:
            await page.fill("#text", text)
            shown[text] = limit - int(await page.inner_text("[data-left]"))
        assert shown == {text: length(text) for text in WRITTEN}
        await page.fill("#text", "x" * (limit + 12))
        await expect(page.locator("[data-left]")).to_have_text("12 de trop")


@pytest.mark.parametrize("width", [390, 1440])
async def test_people_are_offered_and_taken_by_key_and_by_touch(harbour: Harbour, browser: Browser, width: int) -> None:
    async with tab(browser, harbour, width=width) as page:
        await opened(page, harbour)
        text, offers = page.locator("#text"), page.locator(".offers [role=option]")
        await text.press_sequentially("Merci @am")
        await expect(offers.first).to_contain_text("Amina Haddad")
        assert not await complaints(page)
        assert await text.get_attribute("aria-activedescendant") == await offers.first.get_attribute("id")
        await page.keyboard.press("Enter")
        await expect(text).to_have_value(f"Merci @amina@{USINE} ")
        await text.press_sequentially("et @ma")
        await offers.filter(has_text="Marc").click()
        await expect(text).to_have_value(f"Merci @amina@{USINE} et @marc ")
        await expect(text).to_be_focused()
        await text.press_sequentially("@am")
        await expect(offers.first).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator(".offers")).to_be_hidden()
        await page.click(".audience summary")
        await page.check("input[value=direct]")
        await expect(page.locator(".audience .said")).to_contain_text(
            "@marc, @am, personne d’autre", use_inner_text=True
        )


async def test_a_file_that_did_not_arrive_is_tried_again_and_pictures_are_put_into_order(
    harbour: Harbour, browser: Browser
) -> None:
    async with tab(browser, harbour) as page:
        await opened(page, harbour)
        await page.fill("#text", "Deux vues")
        await page.route("**/compose/pictures", lambda route: route.abort(), times=1)
        await page.locator("#pictures").set_input_files(HALL)
        await page.get_by_role("button", name="Réessayer").click()
        await expect(page.locator(".shot img")).to_have_count(1)
        await page.locator("#pictures").set_input_files(
            {"name": "quai.png", "mimeType": "image/png", "buffer": drawn("quai")}
        )
        await expect(page.locator(".shot img")).to_have_count(2)
        second = await page.locator(".shot [name=media]").nth(1).get_attribute("value")
        await page.locator(".shot .earlier").nth(1).click()
        assert await page.locator(".shot [name=media]").first.get_attribute("value") == second
        await page.click(".composer .foot .button")
        await expect(page.locator(".notice:visible")).to_contain_text("n’a pas de description")
        assert not await complaints(page)
        await page.locator(".shot input[id]").first.fill("Le quai")
        await page.click(".composer .foot .button")
        await page.wait_for_url("**#p*")
        await expect(page.locator("article.post").first.locator("img[alt='Le quai']")).to_be_visible()


GIVEN = """([form, kind, bytes]) => {
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(bytes)], `${kind}.png`, { type: "image/png" }));
    const said = kind === "paste" ? new ClipboardEvent("paste", { clipboardData: files, bubbles: true })
        : new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
    form.elements.text.dispatchEvent(said);
}"""
"""A file that is pasted into the text or dropped on it."""


async def test_a_picture_is_pasted_dropped_or_taken_with_the_camera(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await opened(page, harbour)
        form = await page.query_selector("form.composer")
        for number, kind in enumerate(("paste", "drop"), 1):
            await page.evaluate(GIVEN, [form, kind, list(drawn(kind))])
            await expect(page.locator(".shot img")).to_have_count(number)
        camera = page.locator("input[name=camera]")
        assert await camera.get_attribute("capture") == "environment"
        await camera.set_input_files(HALL)
        await expect(page.locator(".shot img")).to_have_count(3)


async def test_a_file_that_the_node_did_not_get_goes_with_the_post(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await opened(page, harbour)
        await page.fill("#text", "La halle, par une mauvaise liaison")
        await page.route("**/compose/pictures", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
        await page.locator("#pictures").set_input_files(HALL)
        await page.locator(".shot input[name=words]").fill("La halle")
        assert "Bad gateway" not in await page.inner_text("form.composer")
        await page.click(".composer .foot .button")
        await page.wait_for_url("**#p*")
        await expect(page.locator("article.post").first.locator("img[alt='La halle']")).to_be_visible()


async def test_on_a_phone_the_composer_takes_the_whole_screen_and_gives_it_back(
    harbour: Harbour, browser: Browser
) -> None:
    async with tab(browser, harbour, width=390) as page:
        await opened(page, harbour)
        sheet, text = page.locator("dialog.screen"), page.locator("#text")
        await expect(sheet).to_be_visible()
        await expect(text).to_be_focused()
        assert await sheet.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        assert not await complaints(page)
        await text.press_sequentially("Le quai est ")
        await sheet.get_by_role("button", name="Fermer").click()
        await expect(sheet).to_be_hidden()
        await page.locator(".opener > summary").click()
        await expect(text).to_have_value("Le quai est ")
        await text.press_sequentially("libre")
        await page.click(".composer .foot .button")
        await page.wait_for_url("**#p*")
        await page.goto(f"/@bruno/{harbour.posts['bruno']}")
        await awake(page)
        await text.click()
        await expect(sheet).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(sheet).to_be_hidden()
        await expect(text).to_be_visible()


async def test_what_is_written_after_going_back_is_another_post(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        await page.goto("/compose")
        await _say(page, "Un premier message")
        await page.go_back()
        await _say(page, "Et un second")


async def _say(page: Page, words: str) -> None:
    """Write and publish where the page stands; it leads to the post, which is there once."""
    await awake(page)
    await page.fill("#text", words)
    await page.click(".composer .foot .button")
    await page.wait_for_url("**#p*")
    await expect(page.locator("article.post", has_text=words)).to_have_count(1)


async def test_a_file_on_its_way_shows_how_far_it_is_and_is_stopped(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await opened(page, harbour)
        waiting = asyncio.Event()

        async def held(route: Route) -> None:
            await waiting.wait()
            await route.abort()

        await page.route("**/compose/pictures", held)
        await page.locator("#pictures").set_input_files(HALL)
        await expect(page.get_by_role("progressbar", name="halle.png")).to_be_visible()
        await page.locator(".shot.sending button").click()
        await expect(page.locator(".shot")).to_have_count(0)
        await expect(page.locator(".composer .foot .button")).to_be_enabled()
        waiting.set()
