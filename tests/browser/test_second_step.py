"""The second step of a sign-in as a person with a telephone sees it, in Chromium, with the policy of the pages."""

import pyotp
import pytest
from playwright.async_api import Browser, expect

from tests.browser.harbour import Harbour, sign_in, tab
from tests.browser.reader import complaints
from tests.world import PASSWORD


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
async def test_the_step_is_turned_on_and_asked_for(harbour: Harbour, browser: Browser, width: int, dark: bool) -> None:
    wrong: list[str] = []
    async with tab(browser, harbour, width=width, dark=dark) as page, tab(browser, harbour, width=width) as other:
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await sign_in(page, "bruno")
        await page.goto("/settings/account")
        await page.click("a[href='/settings/code']")
        await page.fill("#former", PASSWORD)
        await page.click("form[action='/settings/code/begin'] button")
        await expect(page.locator("svg.qr")).to_be_visible()
        box = await page.locator("svg.qr").bounding_box()
        assert box and box["width"] >= 160
        wrong += await complaints(page)
        clock = pyotp.TOTP(await page.locator("main code").inner_text())
        await page.fill("#code", clock.generate_otp(harbour.world.clock() // 30_000))
        await page.click("form[action='/settings/code/confirm'] button")
        await expect(page.locator(".codes code")).to_have_count(10)
        wrong += await complaints(page)
        on_paper = await page.locator(".codes code").first.inner_text()
        await other.goto("/sign-in")
        await other.fill("#name", "bruno")
        await other.fill("#password", PASSWORD)
        await other.click("form[action='/sign-in'] button")
        await expect(other.locator("#code")).to_be_visible()
        wrong += await complaints(other)
        await other.fill("#code", on_paper)
        await other.click("form[action='/sign-in/code'] button")
        await other.wait_for_url("**/")
    assert not wrong, "\n".join(wrong)
