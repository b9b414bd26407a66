"""The look of the site as an administrator chooses it, in Chromium: shown before it is kept, then everywhere."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.harbour import Harbour, awake, drawn, enter, tab
from tests.browser.reader import complaints

GREEN = "#0b6e3f"


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
async def test_the_look_is_seen_before_it_is_kept_and_at_the_door_after(
    harbour: Harbour, browser: Browser, width: int, dark: bool
) -> None:
    wrong: list[str] = []
    async with tab(browser, harbour, width=width, dark=dark) as page, tab(browser, harbour, width=width) as other:
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await enter(page, harbour, "marc")
        await page.goto("/admin/look")
        await awake(page)
        wrong += await complaints(page)
        await page.fill("#title", "Siège Armor")
        await page.fill("#welcome", "Bonjour à bord.")
        await page.fill("#colour", GREEN)
        mock = page.locator("[data-mock]")
        await expect(mock).to_contain_text("Siège Armor")
        await expect(mock).to_contain_text("Bonjour à bord.")
        await expect(mock.locator(f"path[fill='{GREEN}']")).to_be_visible()
        picture = {"name": "sign.png", "mimeType": "image/png", "buffer": drawn("sign")}
        await page.set_input_files("#logo", picture)  # type: ignore[arg-type]  # a payload, as documented
        await expect(mock.locator("canvas")).to_be_visible()
        await page.click("form[action='/admin/look'] > .pair > button:first-child")
        await expect(page.locator("[role=status].toast, .notice, .toast").first).to_be_visible()
        wrong += await complaints(page)
        await other.goto("/sign-in")
        await expect(other.locator("main .brand img")).to_be_visible()
        await expect(other.get_by_text("Bonjour à bord.")).to_be_visible()
        assert await other.eval_on_selector("main .brand img", "image => image.naturalHeight") == 96
        wrong += await complaints(other)
    assert not wrong, "\n".join(wrong)
