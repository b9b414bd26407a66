"""What everybody has to read, in a browser: confirmed by one tap, also without scripts; and a screen."""

import re

from playwright.async_api import Browser, expect

from social.announcements import publish, screens
from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.policy import Role
from social.posts.publish import Draft
from storage import screens as rows
from storage.ids import PostId
from storage.screens import ScreenRow
from tests.browser.harbour import Harbour, enter, tab


async def announce(harbour: Harbour, text: str) -> PostId:
    """By whoever speaks for the headquarters."""
    world = harbour.world
    await world.person("voix", role=Role.COMMUNICATOR)
    new = NewAnnouncement(draft=Draft(text=text, language="fr"), waves=(Wave(at=0),))
    return await world.db.write(publish.announce, world.viewer("voix"), new, context=world.context, now=world.clock())


async def screen(harbour: Harbour) -> ScreenRow:
    """A screen of the site."""
    world, node = harbour.world, harbour.node
    host = node.settings.node.domain
    await world.db.write(screens.make, world.viewer("voix"), "Cantine", host=host, ids=world.ids, now=world.clock())
    (row,) = await world.db.read(rows.all_open)
    return row


async def test_one_tap_confirms_with_and_without_scripts_at_every_width(harbour: Harbour, browser: Browser) -> None:
    for width, script, text in ((390, False, "Quai 3 fermé"), (1440, True, "Badge à renouveler")):
        await announce(harbour, text)
        async with tab(browser, harbour, width=width, script=script) as page:
            await enter(page, harbour, "bruno", script=script)
            await page.goto("/to-read")
            post = page.locator("article.post", has_text=text)
            await expect(post).to_contain_text("À lire et à confirmer")
            wide = await page.evaluate("document.documentElement.scrollWidth") if script else width
            assert wide <= width
            await post.get_by_role("button", name="J’ai lu et compris").click()
            await expect(page.locator("article.post", has_text=text)).to_contain_text("Confirmé le")
            assert await page.locator("article.post", has_text=text).locator("button.ask").count() == 0


async def test_a_screen_shows_one_after_the_other_without_a_script_and_without_anybody(
    harbour: Harbour, browser: Browser
) -> None:
    for text in ("Quai 3 fermé", "Badge à renouveler"):
        await announce(harbour, text)
    row = await screen(harbour)
    async with tab(browser, harbour, width=1440, script=False) as page:
        seen = []
        for number in range(2):
            answer = await page.goto(f"/screen/{row.token}?n={number}")
            assert answer is not None
            seen.append(await page.locator(".show").inner_text())
            assert answer.headers["refresh"] == f"20; url=?n={number + 1}"
        assert sorted(seen) == ["Badge à renouveler", "Quai 3 fermé"]
    # On paper: one sheet of A4 with its squares, nothing of the screen's buttons.
    async with tab(browser, harbour, width=1440, script=False) as page:
        await enter(page, harbour, "voix", script=False)
        await page.goto("/screens/sheet")
        assert await page.locator(".wall article .qr").count() == 2
        paper = await page.pdf(prefer_css_page_size=True)
        boxes = re.findall(rb"/MediaBox ?\[([^\]]*)\]", paper)
        assert [[round(float(side)) for side in box.split()] for box in boxes] == [[0, 0, 595, 842]]
