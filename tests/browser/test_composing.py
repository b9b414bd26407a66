"""Writing with help: names are offered, what one writes is counted as the node counts it."""

import pytest
from playwright.async_api import Browser, Page, expect

from social.text import length
from tests.browser.harbour import USINE, Harbour, enter, tab
from tests.browser.reader import complaints

WRITTEN = (
    "abc", "été", "e\u0301te\u0301", "👩🏽‍🏭", "🇫🇷🇪🇸", "👍🏿 ok", "a\nb\n\nc", "  au bord  ",
    "https://intranet.example/" + "x" * 80,
    "voir https://a.example/b?c=d#e, puis http://b.example.", "(https://a.example/x)", "@amina@usine.example",
    "@amina @bruno@siege.example:8401.", "mail: amina@usine.example", "a@b", "#stock #ligne4", "@@amina", "https://",
    "https://a.example/x)", "HTTPS://A.example/(b)…", "https://bank@evil.example", "http://[::1]:80/x",
    "x https://a.example/@bruno@siege.example y", "مرحبا @amina@usine.example 👋", "@amina@usine.example, merci !",
)  # fmt: skip


async def opened(page: Page) -> None:
    """The composer of the home, its scripts awake."""
    await enter(page, "bruno")
    await page.locator(".opener > summary").click()


async def test_the_counter_counts_as_the_node_does(harbour: Harbour, browser: Browser) -> None:
    limit = harbour.node.settings.posts.max_characters
    async with tab(browser, harbour) as page:
        await opened(page)
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
        await opened(page)
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
