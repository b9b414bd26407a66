"""The first steps of somebody new, in a browser: each bold word is to be seen where the step says, not only written."""

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from social.posts.polls import PollDraft
from tests.browser.harbour import Harbour, awake, drawn, tab
from tests.browser.tour import Afternoon
from tests.docs.test_first_steps import words_of
from tests.web.test_communities import founded
from tests.world import PASSWORD

HALL: FilePayload = {"name": "halle.png", "mimeType": "image/png", "buffer": drawn("halle")}
SEEN = """() => [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .flatMap((one) => [...one.childNodes].filter((part) => part.nodeType === 3).map((part) => part.data)
        .concat(["title", "aria-label", "placeholder"].map((name) => one.getAttribute(name) ?? "")))
    .map((words) => words.replace(/\\s+/g, " ").trim())"""


class Newcomer:
    """Somebody who reads the steps beside the page."""

    def __init__(self, page: Page, words: dict[int, list[str]]) -> None:
        self.page = page
        self.ahead = {(step, word) for step, found in words.items() for word in found}

    async def look(self, *steps: int) -> None:
        """The words of the steps that are to be seen now."""
        seen = set(await self.page.evaluate(SEEN))
        self.ahead -= {(step, word) for step, word in self.ahead if step in steps and word in seen}

    async def go(self, path: str, *steps: int) -> None:
        """Open a page and look at it."""
        await self.page.goto(path)
        await awake(self.page)
        await self.look(*steps)


@pytest.mark.parametrize(("width", "language"), [(390, "fr"), (1440, "en")])
async def test_each_word_of_the_first_steps_is_to_be_seen(
    harbour: Harbour, browser: Browser, width: int, language: str
) -> None:
    question = PollDraft(options=("Jeudi", "Vendredi"), expires_in=86_400)
    poll = await harbour.world.say("ines", "Quel jour ?", poll=question)
    await founded(Afternoon(harbour), host="ines")
    async with tab(browser, harbour, width=width, locale=language) as page:
        new = Newcomer(page, words_of(language))
        await new.go("/sign-in", 1)
        await page.fill("#name", "marc")
        await page.fill("#password", PASSWORD)
        await page.click("form[action='/sign-in'] button")
        await page.wait_for_url("**/")
        await awake(page)
        await new.look(2, 3, 5, 7, 9)
        await new.go("/discover", 2)
        await new.go("/search?q=ines", 2)
        await new.go("/@ines", 3)
        await new.go(f"/@bruno/{harbour.posts['bruno']}", 4)
        await new.go("/compose")
        await page.set_input_files("#pictures", HALL)
        await expect(page.locator(".shot input[id]")).to_be_visible()
        await new.look(5)
        await page.locator(".shot input[id]").fill("La halle")
        await page.fill("#text", "La halle")
        await page.click(".composer .foot .button")
        await page.wait_for_selector(".toast")
        await new.look(5)
        await new.go(f"/@ines/{poll}", 6, 8)
        await new.go("/@marc", 7, 9)
        await new.go("/bookmarks", 8)
        await new.go("/discover", 10)
        await new.go("/communities", 10)
        for path, step in (("/settings/notifications", 7), ("/settings", 9)):
            await new.go(path, step)
            if width < 1180:
                await page.click("details.parts > summary")
            await new.look(step)
    assert new.ahead == (set() if width < 704 else {(7, word) for word in ("You", "Vous")} & new.ahead)
