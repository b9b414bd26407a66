"""Browsers before real nodes: somebody signed in at a page of their own, and what went wrong in it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage, Page, Response

from tests.browser.harbour import awake, put_away
from tests.sites import Person, Site

LOADED = """([who, words]) => [...document.querySelectorAll("article.post")].some((post) =>
  post.textContent.includes(words) && [...post.querySelectorAll(".media img")].some((image) =>
    image.alt === who && image.complete && image.naturalWidth > 0 && image.getClientRects().length > 0))"""
"""Whether a post with these words shows a picture with this description, loaded and visible."""


class Desk:
    """Somebody at their node's pages. `wrong` is what the browser complained of."""

    def __init__(self, page: Page, person: Person, *, script: bool) -> None:
        self.page = page
        self.person = person
        self.script = script
        self.wrong: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("response", self._answered)

    async def enter(self) -> None:
        """Sign in through the page."""
        await self.go("/sign-in")
        await self.page.fill("#name", self.person.name)
        await self.page.fill("#password", self.person.password)
        await self.page.click("form[action='/sign-in'] button")
        await self.page.wait_for_url("**/")
        await self.ready()

    async def go(self, path: str) -> None:
        """Open a page of the node; its scripts listen."""
        await self.page.goto(path)
        await self.ready()

    async def again(self) -> None:
        """Load the page once more."""
        await self.page.reload()
        await self.ready()

    async def ready(self) -> None:
        """The page is there; with scripts, they listen."""
        await self.page.wait_for_load_state("domcontentloaded")
        if self.script:
            await awake(self.page)

    async def reads(self, words: str) -> bool:
        """Whether the words stand on the page."""
        return words in await self.page.inner_text("body")

    async def sees_picture(self, description: str, words: str) -> bool:
        """Whether the post with these words shows that picture, loaded; pictures further down are scrolled to."""
        picture = self.page.locator("article.post", has_text=words).locator(f".media img[alt='{description}']")
        if not await picture.count():
            return False
        await picture.first.scroll_into_view_if_needed()
        await picture.first.evaluate(
            "(image) => image.complete || new Promise((done) => { image.onload = image.onerror = done })"
        )
        return bool(await self.page.evaluate(LOADED, [description, words]))

    async def photograph(self, folder: Path, name: str) -> None:
        """The page as it looks, whole."""
        await self.page.screenshot(path=folder / f"{name}.png", full_page=True)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(f"{self.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.wrong.append(f"{response.request.method} {response.url} answered {response.status}")


@asynccontextmanager
async def desk(
    browser: Browser, site: Site, person: Person, *, script: bool = True, width: int = 1440
) -> AsyncIterator[Desk]:
    """A fresh profile of the browser, signed in."""
    context = await browser.new_context(
        base_url=site.base_url,
        viewport={"width": width, "height": 844 if width < 500 else 900},
        java_script_enabled=script,
        locale="fr",
    )
    try:
        at = Desk(await context.new_page(), person, script=script)
        await at.enter()
        yield at
    finally:
        await put_away(context)


class Watch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began
