"""Recognition on a phone without a script: kudos are given, agreed to and read; the week's question is answered."""

from playwright.async_api import Browser, expect

from tests.browser.harbour import Harbour, enter, tab
from tests.browser.tour import Afternoon, recognised


async def test_kudos_and_the_question_of_the_week_need_no_script(harbour: Harbour, browser: Browser) -> None:
    site = Afternoon(harbour)
    await recognised(site, await site.come_in("marc"), await site.come_in("ines"))
    async with tab(browser, harbour, width=390, script=False) as page:
        await enter(page, harbour, "marc", script=False)
        await page.goto("/kudos")
        await page.click("text=Le montrer")
        await page.goto("/@marc/kudos")
        await expect(page.locator("article.post")).to_contain_text("Merci pour le quai.")
        await page.goto("/kudos/new?to=ines")
        await page.fill("#text", "Merci pour les badges.")
        await page.check("text=Sécurité")
        await page.click("text=Publier à Groupe Armor")
        await expect(page.locator("article.root")).to_contain_text("Bravo à Inès Moreau")
        await page.goto("/")
        await page.click("text=Répondre par un visage")
        await page.click("text=Très bien")
        await expect(page.locator("main")).to_contain_text("Vous avez répondu.")
