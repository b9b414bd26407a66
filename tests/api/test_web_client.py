"""A web client of another origin, in Chromium: masto.js in a page that signs in through the node's own pages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web
from playwright.async_api import Page

from tests.api.test_masto_js import FOLDER
from tests.api.test_toot import photo
from tests.browser.harbour import chromium
from tests.node_packages import install
from tests.nodes import running_node
from tests.sites import LocalNode, Person


@asynccontextmanager
async def served_client() -> AsyncIterator[str]:
    """The client's files at an origin of their own; where they are."""
    app = web.Application()
    app.router.add_static("/", FOLDER)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://localhost:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_a_client_in_a_page_signs_in_shows_the_timeline_posts_and_hears(tmp_path: Path) -> None:
    await install(FOLDER, "masto")
    async with running_node(tmp_path, domain="localhost") as node, served_client() as origin, chromium() as browser:
        ana, luc = await node.person("ana"), await node.person("luc")
        await node.follow(ana, luc)
        await node.say(luc, "Line 3 stops", visibility="public")
        page = await browser.new_page()
        troubles: list[str] = []
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto(f"{origin}/app.html")
        await signed_in(page, node, ana)
        await page.wait_for_selector("#home li:has-text('luc: Line 3 stops')")
        assert await page.text_content("#who") == "ana"

        await page.fill("#write [name=status]", "From a page")
        await page.set_input_files("#write [name=picture]", photo(tmp_path / "crane.png"))
        await page.click("#write button")
        image = await page.wait_for_selector("#home li:first-child:has-text('ana: From a page') img")
        assert image is not None
        await page.wait_for_function("(image) => image.naturalWidth > 0", arg=image)
        await node.say(luc, "It goes again", visibility="public")
        await page.wait_for_selector("#home li:first-child:has-text('luc: It goes again')")
        assert await page.locator("#home li").count() == 3
        assert troubles == []


async def signed_in(page: Page, node: LocalNode, person: Person) -> None:
    """What a person does: names the node, and answers in the window that opens."""
    await page.fill("#enter [name=server]", node.base_url)
    async with page.expect_popup() as opened:
        await page.click("#enter button")
    window = await opened.value
    await window.fill("#name", person.name)
    await window.fill("#password", person.password)
    await window.click("form[action='/sign-in'] button")
    await window.click("button[value=yes]")
    await page.wait_for_selector("#who:not(:empty)")
