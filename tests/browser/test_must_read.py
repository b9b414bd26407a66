"""What everybody has to read, in a browser: confirmed by one tap, also without scripts; and a screen."""

import re
import socket
from collections.abc import Awaitable, Callable

import uvicorn
from playwright.async_api import Browser, Page, expect

from social.announcements import publish, screens
from social.announcements.audience import Wave
from social.announcements.publish import NewAnnouncement
from social.policy import Role
from social.posts.publish import Draft
from storage import screens as rows
from storage.ids import PostId
from storage.screens import ScreenRow
from tests.browser.harbour import Harbour, enter, tab
from tests.nodes import eventually
from tests.serving import serving


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


TURN = 5_001
"""Milliseconds after which the screen has turned."""


async def turned(page: Page, until: Callable[[], Awaitable[bool]]) -> None:
    """Turn the timers of a page by hand, again and again, until something is so: nobody has to wait for its seconds."""

    async def is_so() -> bool:
        await page.clock.run_for(TURN)
        return await until()

    await eventually(is_so, seconds=30, every=0.1)


async def test_a_screen_goes_on_by_itself_when_the_node_was_away(harbour: Harbour, browser: Browser) -> None:
    """Stopped, and behind a proxy that says so: it stays at what it shows, and turns again when the node is back."""
    world = harbour.world
    posts = [await announce(harbour, text) for text in ("Quai 3 fermé", "Badge à renouveler")]
    row = await screen(harbour)
    host = harbour.node.settings.node.domain
    await world.db.write(
        screens.change, world.viewer("voix"), row.id, "Cantine", 5, posts, host=host, now=world.clock()
    )
    bound = listening()
    port = bound.getsockname()[1]
    async with tab(browser, harbour, width=1440) as page:
        await page.clock.install()
        shown, answers, failed = page.locator(".board .show"), list[int](), list[str]()
        page.on("response", lambda answer: answers.append(answer.status) if "?n=" in answer.url else None)
        page.on("requestfailed", lambda request: failed.append(request.url))

        async def has_turned() -> bool:
            return await shown.inner_text() != before

        async def is_refused() -> bool:
            return 502 in answers

        async def has_failed_twice() -> bool:
            return len(failed) > 1

        async def is_closed() -> bool:
            return await page.locator("h1", has_text="Rien ici").count() == 1

        async with serving(uvicorn.Config(harbour.quay, log_level="warning", lifespan="off", ws="none"), bound):
            await page.goto(f"http://siege.localhost:{port}/screen/{row.token}?n=0")
            await page.wait_for_selector("html[data-awake]", state="attached")
            before = await shown.inner_text()
            await turned(page, has_turned)
            # A proxy before it says that nobody is there.
            harbour.quay.mood = "away"
            await turned(page, is_refused)
            before = await shown.inner_text()
            assert before in ("Quai 3 fermé", "Badge à renouveler")
            harbour.quay.mood = "open"
            await turned(page, has_turned)
        # The node is stopped: twice nobody answers.
        failed.clear()
        await turned(page, has_failed_twice)
        before = await shown.inner_text()
        assert before in ("Quai 3 fermé", "Badge à renouveler")
        async with serving(
            uvicorn.Config(harbour.quay, log_level="warning", lifespan="off", ws="none"), listening(port)
        ):
            await turned(page, has_turned)
            # Its link is closed meanwhile: it says so, and asks no more.
            await world.db.write(screens.revoke, world.viewer("voix"), row.id, now=world.clock())
            await turned(page, is_closed)


def listening(port: int = 0) -> socket.socket:
    """A socket of this machine on which nobody answers yet."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound


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
