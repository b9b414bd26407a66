"""A community in a browser, on a phone and without a script: joined in one tap, written in, and its unread goes."""

from playwright.async_api import Browser, expect

from social.communities import membership
from social.people import received
from storage.communities import Entry
from tests.browser.harbour import Harbour, awake, enter, tab
from tests.browser.tour import Afternoon
from tests.web.test_communities import founded


async def test_a_newcomer_joins_in_one_tap_and_writes_to_three_sites_without_a_script(
    harbour: Harbour, browser: Browser
) -> None:
    made = await founded(Afternoon(harbour), host="ines")
    world = harbour.world
    for name in ("luc", "javier"):
        follow = f"{harbour.afar[name].uri}#follows/1"
        await world.db.write(
            received.receive_follow, harbour.afar[name], made, follow, ids=world.ids, now=world.clock()
        )
    world.clock.pass_by(minutes=1)
    async with tab(browser, harbour, width=390, script=False) as page:
        await enter(page, harbour, "marc", script=False)
        await page.goto("/communities")
        await page.get_by_role("button", name="Rejoindre Football du jeudi").click()
        await expect(page.locator(".toast")).to_have_text("Vous en êtes membre.")
        await page.goto(f"/communities/{made.id}")
        await page.locator(".known > summary").click()
        await expect(page.locator(".reach tr").last).to_be_visible()
        await expect(page.locator(".reach tr")).to_have_count(3)
        await page.get_by_text("Écrire à 4 personnes sur 3 sites…").click()
        await expect(page.locator(".audience.fixed")).to_contain_text("4 personnes sur 3 sites")
        await page.fill("#text", "J’apporte les gants.")
        await page.get_by_role("button", name="Publier dans Football du jeudi").click()
        await expect(page.locator(".post .words", has_text="J’apporte les gants.")).to_be_visible()
        await page.goto("/compose")
        await page.locator(".audience summary").click()
        await page.locator(".into button", has_text="Football du jeudi").click()
        await expect(page.locator("#topic option")).to_have_text(["Aucun", "Next time", "Gear", "Photos"])
    await world.settle()
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "ines")
        rail = page.locator(".harbours a", has_text="Football du jeudi")
        await expect(rail.locator(".fine")).to_contain_text("1")
        await expect(page.locator(".why", has_text="dans Football du jeudi").first).to_be_visible()
        await rail.click()
        await awake(page)
        await expect(page.locator(".post").first.locator(".why")).to_contain_text("Épinglé")
        await page.goto("/")
        await expect(page.locator(".harbours a .fine")).to_have_count(0)


async def test_a_page_on_which_one_waits_turns_when_the_answer_is_there(harbour: Harbour, browser: Browser) -> None:
    made = await founded(Afternoon(harbour), host="ines", entry=Entry.REQUEST, display_name="Ligne 3")
    world = harbour.world
    async with tab(browser, harbour, width=390) as page:
        await enter(page, harbour, "marc")
        await page.goto(f"/communities/{made.id}/ask")
        await page.get_by_role("button", name="Envoyer la demande").click()
        waiting = page.locator("#joining")
        await expect(waiting).to_contain_text("Votre demande attend")
        await awake(page)
        answer = {"accept": True, "now": world.clock()}
        await world.db.write(
            membership.answer_request,
            world.viewer("ines"),
            made.id,
            world.id("marc"),
            **answer,  # type: ignore[arg-type]
        )
        await expect(waiting.get_by_role("link", name="Membre : ce que j’en reçois")).to_be_visible(timeout=10_000)
        await expect(page.locator(".toast")).to_have_text("La réponse est arrivée.")
        await waiting.get_by_role("link", name="Afficher la page à nouveau").click()
        await expect(page.locator("#joining")).not_to_have_attribute("data-behaviour", "turn")
