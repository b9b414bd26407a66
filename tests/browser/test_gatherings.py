"""Gatherings in a browser: planned and answered by thumb without a script, and where they stand beside the home."""

from playwright.async_api import Browser, expect

from tests.browser.harbour import Harbour, enter, tab


async def test_a_match_is_planned_on_a_phone_without_a_script_and_answered_in_one_tap(
    harbour: Harbour, browser: Browser
) -> None:
    async with tab(browser, harbour, width=390, script=False) as page:
        await enter(page, harbour, "ines", script=False)
        await page.goto(f"{harbour.base}/agenda")
        await page.get_by_role("link", name="Prévoir un rendez-vous").first.click()
        await page.get_by_label("Quoi", exact=True).fill("Football des trois sites")
        await page.get_by_label("Du", exact=True).fill("2026-12-03T18:30")
        await page.get_by_label("Au", exact=True).fill("2026-12-03T20:00")
        await page.get_by_label("À l’heure de").select_option("Europe/Madrid")
        await page.get_by_label("Où", exact=True).fill("Stade de Gerland")
        await page.get_by_label("Places", exact=True).fill("1")
        await page.get_by_role("button", name="Prévoir").click()
        await expect(page.get_by_text("Jeudi 3 décembre 2026, 18 h 30 – 20 h 00")).to_be_visible()
        place = page.url.partition("?")[0]
    async with tab(browser, harbour, width=390, script=False) as page:
        await enter(page, harbour, "marc", script=False)
        await page.goto(place)
        await page.get_by_role("button", name="Je viens", exact=True).click()
        await expect(page.get_by_role("status").filter(has_text="Vous avez une place.").first).to_be_visible()
        await expect(page.get_by_role("button", name="Je viens", exact=True)).to_have_attribute("aria-pressed", "true")
        await expect(page.get_by_role("heading", name="Qui vient")).to_be_visible()
    async with tab(browser, harbour, width=1440) as page:
        await enter(page, harbour, "marc")
        beside = page.get_by_role("complementary").filter(has_text="Agenda")
        await beside.get_by_role("link", name="Football des trois sites").click()
        await expect(page.get_by_text("Stade de Gerland").first).to_be_visible()
