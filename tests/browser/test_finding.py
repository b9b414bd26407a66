"""Finding with a script: what was searched for stays on the device and can be forgotten."""

from playwright.async_api import Browser, expect

from tests.browser.harbour import Harbour, awake, enter, tab


async def test_recent_searches_stay_on_this_device_until_they_are_forgotten(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, width=390) as page:
        await enter(page, harbour, "bruno")
        await page.click(".tabbar a[href='/discover']")
        await awake(page)
        await page.fill("#q", "courroie")
        await page.press("#q", "Enter")
        await page.wait_for_url("**/search?q=courroie")
        await awake(page)
        await page.goto("/search")
        recent = page.locator(".recent")
        await expect(recent.locator("a")).to_have_text(["courroie"])
        await recent.locator("button").click()
        await expect(recent).to_be_hidden()
        await page.reload()
        await awake(page)
        await expect(recent).to_be_hidden()
