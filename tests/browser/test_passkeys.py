"""Passkeys as a person with a telephone has them: Chromium, with a device of its own behind the real interface."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.harbour import Harbour, awake, sign_in, tab
from tests.browser.reader import complaints
from tests.world import PASSWORD

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


async def device_in(page: Page) -> None:
    """A device that verifies its user and holds discoverable keys, in the browser of this tab."""
    tools = await page.context.new_cdp_session(page)
    await tools.send("WebAuthn.enable")
    await tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


async def sign_out(page: Page) -> None:
    await page.goto("/settings/account")
    await page.click("main button[formaction='/sign-out']")
    await page.wait_for_url("**/sign-in")
    await awake(page)


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
async def test_a_passkey_is_added_opens_alone_and_after_the_password(
    harbour: Harbour, browser: Browser, width: int, dark: bool
) -> None:
    wrong: list[str] = []
    async with tab(browser, harbour, width=width, dark=dark) as page:
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        await device_in(page)
        await sign_in(page, "bruno")
        await page.goto("/settings/account")
        await page.click("a[href='/settings/passkeys']")
        await awake(page)
        wrong += await complaints(page)
        await page.fill("#name", "Mon téléphone")
        await page.fill("#former", PASSWORD)
        await page.click("form[action='/settings/passkeys'] button")
        await expect(page.locator(".rows")).to_contain_text("Mon téléphone")
        wrong += await complaints(page)
        await sign_out(page)
        wrong += await complaints(page)
        await page.click("form[action='/sign-in/passkey'] button")
        await page.wait_for_url("**/")
        await page.goto("/settings/passkeys")
        await page.fill("#stepping", PASSWORD)
        await page.click("form[action='/settings/passkeys/step'] button")
        await expect(page.locator(".codes code")).to_have_count(10)
        await sign_out(page)
        await page.fill("#name", "bruno")
        await page.fill("#password", PASSWORD)
        await page.click("form[action='/sign-in'] button")
        await awake(page)
        wrong += await complaints(page)
        await page.click("form[action='/sign-in/code/passkey'] button")
        await page.wait_for_url("**/")
    assert not wrong, "\n".join(wrong)


async def test_words_come_when_no_key_is_given_and_when_the_browser_has_none(
    harbour: Harbour, browser: Browser
) -> None:
    async with tab(browser, harbour) as page:
        await device_in(page)
        await page.goto("/sign-in")
        await awake(page)
        await page.click("form[action='/sign-in/passkey'] button")
        await expect(page.locator(".passkey [role=alert]")).to_contain_text("Rien n’est perdu")
        await sign_in(page, "bruno")
        await page.goto("/settings/passkeys")
        await awake(page)
        await page.fill("#former", "guess")
        await page.click("form[action='/settings/passkeys'] button")
        await expect(page.locator(".passkey [role=alert]")).to_contain_text("mot de passe")
    async with tab(browser, harbour, script=False) as page:
        await page.goto("/sign-in")
        # The emulation of no scripts draws no `noscript`; tests/web/test_passkeys.py reads what it says.
        await expect(page.locator(".passkey")).to_be_hidden()
    async with tab(browser, harbour) as page:
        await page.add_init_script("delete window.PublicKeyCredential")
        await page.goto("/sign-in")
        await expect(page.locator(".passkey [role=alert]")).to_contain_text("https")
