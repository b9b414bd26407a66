"""The site as an app on a telephone: what is shared opens the composer, the icon counts, updates lose nothing."""

from playwright.async_api import Browser, Page, expect

from social.look import Look
from tests.browser.harbour import Harbour, awake, drawn, sign_in, tab
from tests.browser.test_away import controlled, holds
from tests.world import PASSWORD
from web.render import face

SHARE = """(bytes) => {
    // As a telephone does: a form of the site's own scope, with the photo in it, that the browser opens.
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action: "/share", enctype: "multipart/form-data" });
    for (const [name, value] of [["title", "Quai 3"], ["text", "Grue arrêtée"], ["url", ""]]) {
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name, value });
        form.append(field);
    }
    const photo = document.createElement("input");
    Object.assign(photo, { type: "file", name: "pictures" });
    const held = new DataTransfer();
    held.items.add(new File([new Uint8Array(bytes)], "quai.png", { type: "image/png" }));
    photo.files = held.files;
    form.append(photo);
    document.body.append(form);
    form.submit();
}"""


async def share(page: Page) -> None:
    """Hand a photo and words over, as another app."""
    await page.evaluate(SHARE, list(drawn("quay")))


async def shows_it(page: Page) -> None:
    """The composer is there with the words and the photo."""
    await expect(page.locator("form.composer #text")).to_have_value("Quai 3\nGrue arrêtée")
    await expect(page.locator("form.composer .shot img")).to_be_visible()


async def test_a_shared_photo_opens_the_composer_also_without_network_or_session(
    harbour: Harbour, browser: Browser
) -> None:
    async with tab(browser, harbour, worker=True, width=390) as page:
        await sign_in(page, "bruno")
        await controlled(page)
        await share(page)
        await shows_it(page)
    async with tab(browser, harbour, worker=True, width=390) as page:
        await sign_in(page, "ines")
        await controlled(page)
        await page.context.set_offline(True)
        await share(page)
        await expect(page.locator("article.post").first).to_be_visible()
        await page.context.set_offline(False)
        await page.goto("/compose?shared=1")
        await shows_it(page)
    async with tab(browser, harbour, worker=True, width=390) as page:
        await sign_in(page, "marc")
        await controlled(page)
        await page.context.clear_cookies()
        await share(page)
        await page.fill("#name", "marc")
        await page.fill("#password", PASSWORD)
        await page.click("form[action='/sign-in'] button")
        await shows_it(page)


async def test_the_icon_counts_what_is_for_one(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, worker=True) as page:
        await page.add_init_script(
            "window.told = []; navigator.setAppBadge = (count) => window.told.push(count);"
            "navigator.clearAppBadge = () => window.told.push(0);"
        )
        await sign_in(page, "bruno")
        waiting = int(await page.get_attribute(".strip", "data-unread") or "0")
        assert waiting > 0
        assert (await page.evaluate("window.told"))[-1] == waiting


async def test_an_update_of_the_site_takes_no_draft_and_reloads_nothing(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, worker=True) as page:
        await sign_in(page, "bruno")
        await controlled(page)
        await page.goto("/compose")
        await awake(page)
        await page.fill("#text", "Une phrase à moitié")
        await page.evaluate("window.untouched = true")

        # Another colour: other files, hence another worker.
        harbour.node.dress(Look(colour="#0b6e3f"))
        await page.evaluate("navigator.serviceWorker.ready.then((one) => one.update())")
        address = face(harbour.node.settings, harbour.node.look).assets.theme_url("entities.css")
        await holds(page, f"caches.match('{address}').then(Boolean)")
        assert await page.evaluate("window.untouched")
        await expect(page.locator("#text")).to_have_value("Une phrase à moitié")
        await page.reload()
        await awake(page)
        await expect(page.locator("#text")).to_have_value("Une phrase à moitié")
