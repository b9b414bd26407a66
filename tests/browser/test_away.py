"""Without a network: what was read is there, what is written waits and is sent once, with its time of writing."""

from typing import Literal

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from social.feeds import timelines
from social.paging import Page as Bounds
from tests.browser.harbour import Harbour, awake, drawn, sign_in, tab
from tests.nodes import eventually

WAITS = ".strip .later"


async def controlled(page: Page) -> None:
    """Wait until the worker has taken the page over and has kept the last posts."""
    await holds(page, "navigator.serviceWorker.controller !== null")
    await holds(page, "caches.match('/offline').then(Boolean)")


ALL_PICTURES = """caches.match("/offline").then((held) => held.text()).then(async (text) => {
    for (const [, address] of text.matchAll(/src="(\\/(?:media|avatars)\\/[^"]+)"/g))
        if (!(await caches.match(address))) return false;
    return true;
})"""
"""Whether every picture of the page for without a network is kept."""


UNSENT = """new Promise((done) => {
    const asked = indexedDB.open("archipel-unsent", 1);
    asked.onsuccess = () => {
        const all = asked.result.transaction("files").objectStore("files").getAll();
        all.onsuccess = () => done(all.result.flat().map((one) => one.words).join());
        asked.result.close();
    };
})"""
"""What describes the files that are kept beside drafts."""


async def holds(page: Page, condition: str) -> None:
    """Wait until it is so in the page; asked from outside, since the page lets nobody evaluate words in it."""

    async def is_so() -> bool:
        return bool(await page.evaluate(condition))

    await eventually(is_so, seconds=15)


async def begun(page: Page) -> None:
    """Bruno before an empty composer, with the worker at work."""
    await sign_in(page, "bruno")
    await controlled(page)
    await page.goto("/compose")
    await awake(page)


async def test_the_last_posts_are_read_without_a_network(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, width=390, worker=True) as page:
        await sign_in(page, "bruno")
        await controlled(page)
        await holds(page, ALL_PICTURES)
        await page.context.set_offline(True)
        await page.goto("/search?q=never-seen")
        await expect(page.locator("h1")).to_have_text("Hors connexion")
        await expect(page.locator("article.post", has_text="nouvelle presse")).to_be_visible()
        broken = (
            "[...document.images].filter((one) => one.src && one.complete && !one.naturalWidth).map((one) => one.src)"
        )
        assert await page.evaluate(broken) == []


async def test_a_post_with_a_photo_waits_and_appears_once_with_its_time(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, width=390, worker=True) as page:
        await begun(page)
        await page.context.set_offline(True)
        await page.set_input_files("#pictures", {"name": "p.png", "mimeType": "image/png", "buffer": drawn("leak")})
        await page.fill("[name=words]", "Fuite sous la presse")
        await page.fill("#text", "Une fuite à la ligne 4")
        await page.click(".composer .foot .button")
        await expect(page.locator(WAITS)).to_contain_text("Une fuite à la ligne 4")
        await page.reload()
        await expect(page.locator(WAITS)).to_contain_text("Partira au retour du réseau")
        written = await page.evaluate("Date.now()")
        harbour.world.clock.now = written + 3_600_000
        await page.context.set_offline(False)
        await expect(page.locator(".strip")).to_be_hidden()
        await page.goto("/")
        await expect(page.locator("article.post", has_text="Une fuite")).to_have_count(1)
        await expect(
            page.locator("article.post", has_text="Une fuite").locator("img[alt='Fuite sous la presse']")
        ).to_be_visible()
    own = await harbour.world.db.read(
        timelines.home, harbour.world.viewer("bruno"), Bounds(limit=1), now=harbour.world.clock()
    )
    assert own[0].post.source == "Une fuite à la ligne 4"
    assert abs(own[0].post.published_at - written) < 120_000


async def test_a_photo_chosen_without_a_network_is_there_after_a_reload(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, width=390, worker=True) as page:
        await begun(page)
        await page.context.set_offline(True)
        for name, words in (("leak", "Fuite sous la presse"), ("bucket", "Le seau déborde")):
            photo: FilePayload = {"name": f"{name}.png", "mimeType": "image/png", "buffer": drawn(name)}
            await page.set_input_files("#pictures", photo)
            await page.locator(".shot", has=page.get_by_text(photo["name"])).locator("input").fill(words)
        await page.fill("#text", "Une fuite à la ligne 4")
        await holds(page, f"{UNSENT}.then((words) => words === 'Fuite sous la presse,Le seau déborde')")
        await page.reload()
        await awake(page)
        held = page.locator(".shot input[name=words]")
        await expect(held).to_have_count(2)
        assert [await one.input_value() for one in await held.all()] == ["Fuite sous la presse", "Le seau déborde"]
        await expect(page.locator("#text")).to_have_value("Une fuite à la ligne 4")
        await page.locator(".shot").last.get_by_role("button", name="La retirer").click()
        await holds(page, f"{UNSENT}.then((words) => words === 'Fuite sous la presse')")
        await page.reload()
        await awake(page)
        await expect(held).to_have_count(1)
        await page.click(".composer .foot .button")
        await expect(page.locator(WAITS)).to_contain_text("Une fuite à la ligne 4")
        await page.context.set_offline(False)
        await expect(page.locator(".strip")).to_be_hidden()
        await page.goto("/")
        post = page.locator("article.post", has_text="Une fuite")
        await expect(post).to_have_count(1)
        await expect(post.locator("img[alt='Fuite sous la presse']")).to_be_visible()
        # What was sent is no draft any more.
        await page.goto("/compose")
        await awake(page)
        await expect(page.locator("#text")).to_have_value("")
        await expect(page.locator(".shot")).to_have_count(0)


async def test_a_photo_that_waited_for_the_network_is_sent_with_its_description_after_a_reload(
    harbour: Harbour, browser: Browser
) -> None:
    async with tab(browser, harbour, worker=True) as page:
        await begun(page)
        await page.context.set_offline(True)
        await page.set_input_files("#pictures", {"name": "p.png", "mimeType": "image/png", "buffer": drawn("leak")})
        await page.fill("[name=words]", "Fuite sous la presse")
        await holds(page, f"{UNSENT}.then((words) => words === 'Fuite sous la presse')")
        await page.context.set_offline(False)
        await page.reload()
        await expect(page.locator(".shot [name=media]")).to_have_count(1)
        await expect(page.locator(".shot input[id^=words]")).to_have_value("Fuite sous la presse")
        await holds(page, f"{UNSENT}.then((words) => words === '')")


@pytest.mark.parametrize("mood", ["away", "deaf"])
async def test_a_post_sent_to_a_node_that_is_away_or_whose_answer_is_lost_appears_once(
    harbour: Harbour, browser: Browser, mood: Literal["away", "deaf"]
) -> None:
    async with tab(browser, harbour, worker=True) as page:
        await begun(page)
        await page.fill("#text", "Le quai 3 est fermé")
        harbour.quay.mood = mood
        await page.click(".composer .foot .button")
        await expect(page.locator(WAITS)).to_contain_text("Le quai 3 est fermé")
        harbour.quay.mood = "open"
        await page.goto("/")
        await expect(page.locator(".strip")).to_be_hidden()
        await page.goto("/compose")
        await expect(page.locator("#text")).to_have_value("")
        await page.goto("/")
        await expect(page.locator("article.post", has_text="Le quai 3")).to_have_count(1)


async def test_a_draft_that_the_node_has_stays_on_a_page_that_was_read_before_it(
    harbour: Harbour, browser: Browser
) -> None:
    """The node is away or slow, the network is not: the worker shows the page as it was before the words."""
    async with tab(browser, harbour, worker=True) as page:
        await begun(page)
        await page.fill("#text", "Le quai 3 est")
        await expect(page.locator(".composer[data-kept]")).to_have_count(1)
        harbour.quay.mood = "away"
        await page.reload()
        await awake(page)
        await expect(page.locator("#text")).to_have_value("Le quai 3 est")
        harbour.quay.mood = "open"
        await page.reload()
        await awake(page)
        await expect(page.locator("#text")).to_have_value("Le quai 3 est")


async def test_what_the_node_refuses_is_said_and_can_be_forgotten(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, worker=True) as page:
        await begun(page)
        await page.context.set_offline(True)
        await page.fill("#text", "x" * (harbour.node.settings.posts.max_characters + 1))
        await page.click(".composer .foot .button")
        await expect(page.locator(WAITS)).to_be_visible()
        await page.context.set_offline(False)
        await expect(page.locator(".strip .wrong")).to_contain_text("Refusé")
        await page.click(".strip .wrong button")
        await expect(page.locator(".strip")).to_be_hidden()


async def test_what_waits_is_taken_back_into_the_composer_and_a_change_of_a_post_is_not_sent_later(
    harbour: Harbour, browser: Browser
) -> None:
    mine = await harbour.world.say("bruno", "Le planning de jeudi")
    async with tab(browser, harbour, worker=True) as page:
        await begun(page)
        await page.context.set_offline(True)
        await page.fill("#text", "Une fuite à la ligne 4")
        await page.click(".composer .foot .button")
        await page.locator(WAITS).get_by_role("button", name="Modifier").click()
        await page.wait_for_url("**/compose")
        await awake(page)
        await expect(page.locator("#text")).to_have_value("Une fuite à la ligne 4")
        await expect(page.locator(".strip")).to_be_hidden()
        await page.context.set_offline(False)
        await page.goto(f"/posts/{mine}/edit")
        await awake(page)
        await page.context.set_offline(True)
        await page.fill("#text", "Le planning de vendredi")
        await page.click(".composer .foot .button")
        await expect(page.locator(".notice:visible")).to_contain_text("la modification n’est pas partie")
        await expect(page.locator("#text")).to_have_value("Le planning de vendredi")


async def test_nobody_else_reads_what_was_kept_after_signing_out(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, worker=True) as page:
        await sign_in(page, "bruno")
        await controlled(page)
        await page.click(".nav button[formaction='/sign-out']")
        await page.wait_for_url("**/sign-in")
        await holds(page, "caches.match('/offline').then((held) => !held)")


async def test_a_draft_is_there_on_another_device_and_after_a_lost_session(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page, tab(browser, harbour, width=390) as phone:
        await sign_in(page, "bruno")
        await sign_in(phone, "bruno")
        await page.goto("/compose")
        await awake(page)
        await page.fill("#text", "Le planning")
        await expect(page.locator("form.composer[data-kept]")).to_be_attached(timeout=5_000)
        await phone.goto("/")
        await expect(phone.locator(".opener > summary")).to_contain_text("Le planning")
        # The page is left at once: the words are on the way all the same.
        await page.fill("#text", "Le planning de jeudi")
        await page.goto("/site")
        for address in ("/compose", "/"):
            await phone.goto(address)
            await expect(phone.locator("#text")).to_have_value("Le planning de jeudi")
        await phone.goto("/compose")
        await awake(phone)
        await phone.context.clear_cookies()
        await phone.locator("#text").press("End")
        await phone.locator("#text").press_sequentially(" et de vendredi")
        await phone.click(".composer .foot .button")
        await phone.goto("/compose")
        await sign_in(phone, "bruno")
        await phone.goto("/compose")
        await awake(phone)
        await expect(phone.locator("#text")).to_have_value("Le planning de jeudi et de vendredi")
        await phone.click(".composer .foot .button")
        await expect(phone.locator(".toast")).to_contain_text("Publié")
        await awake(phone)
        await phone.goto("/compose")
        await expect(phone.locator("#text")).to_have_value("")
        # What was published on one device is no draft on the other, which still holds the words of an older page.
        harbour.world.clock.pass_by(seconds=1)
        await page.goto("/compose")
        await awake(page)
        await expect(page.locator("#text")).to_have_value("")


async def test_a_post_is_taken_back_and_its_words_wait(harbour: Harbour, browser: Browser) -> None:
    for script in (True, False):
        async with tab(browser, harbour, script=script) as page:
            await sign_in(page, "bruno", script=script)
            await page.goto("/compose")
            await page.fill("#text", f"Trop vite, {script}")
            await page.click(".composer .foot .button")
            await page.click(".toast button")
            await expect(page.locator("#text")).to_have_value(f"Trop vite, {script}")
            await page.goto("/")
            await expect(page.locator("article.post", has_text="Trop vite")).to_have_count(0)
            await page.goto("/compose")
            await page.fill("#text", "")
            await page.click("[formaction='/drafts']")


async def test_the_site_can_be_installed(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, worker=True) as page:
        await sign_in(page, "bruno")
        await controlled(page)
        session = await page.context.new_cdp_session(page)
        found = await session.send("Page.getInstallabilityErrors")
        assert [one["errorId"] for one in found["installabilityErrors"] if one["errorId"] != "in-incognito"] == []
        told = await session.send("Page.getAppManifest")
        assert told["errors"] == []
        assert "share_target" in told["data"]
