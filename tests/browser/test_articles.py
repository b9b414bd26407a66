"""An article in a browser: what Word put on the clipboard comes clean, is looked at, published, read on a phone."""

from playwright.async_api import Browser, expect

from tests.browser.harbour import Harbour, awake, enter, tab
from tests.browser.reader import complaints

COPIED = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><body><h1>Le plan<o:p></o:p></h1>
<p class=MsoNormal style="mso-x:y"><span style="color:red">Lundi, <b>tout </b>repart.</span></p>
<p class=MsoListParagraph style="mso-list:l0"><span>·<span>&nbsp;&nbsp;</span></span>la presse</p></body></html>"""
PASTE = """(html) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", "Le plan");
  document.querySelector("#source").dispatchEvent(new ClipboardEvent("paste", { clipboardData, cancelable: true }));
}"""


async def test_what_word_copied_comes_clean_and_is_published_from_a_phone(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, width=390) as page:
        await enter(page, harbour, "bruno")
        await page.goto("/articles/new")
        await awake(page)
        await page.fill("#title", "Lundi")
        await page.fill("#source", "Avant. ")
        await page.evaluate(PASTE, COPIED)
        await expect(page.locator("#source")).to_have_value(
            "Avant. # Le plan\n\nLundi, **tout** repart.\n\n- la presse"
        )
        await page.fill("#source", "# Le plan\n\nLundi, **tout** repart.\n\n- la presse")
        await page.get_by_role("button", name="Aperçu").click()
        await expect(page.locator(".look strong")).to_have_text("tout")
        assert not await complaints(page)
        await page.get_by_role("button", name="Garder").click()
        await page.get_by_role("button", name="Publier maintenant").click()
        await expect(page.locator(".state")).to_have_text("Publié")
        await page.get_by_role("link", name="le lire").click()
        await expect(page.locator(".long li")).to_have_text("la presse")
        assert not await complaints(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_whoever_knows_no_marks_presses_buttons(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, width=390) as page:
        await enter(page, harbour, "bruno")
        await page.goto("/articles/new")
        await awake(page)
        source = page.locator("#source")
        await source.fill("La presse\nUn\nDeux")
        await source.evaluate("(area) => area.setSelectionRange(0, 0)")
        await page.get_by_role("button", name="Titre", exact=True).click()
        await source.evaluate("(area) => area.setSelectionRange(13, area.value.length)")
        await page.get_by_role("button", name="Liste", exact=True).click()
        await expect(source).to_have_value("## La presse\n- Un\n- Deux")
        await source.evaluate("(area) => area.setSelectionRange(3, 5)")
        await page.get_by_role("button", name="Gras", exact=True).click()
        await page.keyboard.type("Cette")
        await expect(source).to_have_value("## **Cette** presse\n- Un\n- Deux")
        await page.keyboard.press("Control+z")
        await expect(source).not_to_have_value("## **Cette** presse\n- Un\n- Deux")
        assert not await complaints(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
