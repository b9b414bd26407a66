"""What a person does in a browser when an app sends them to the node: sign in, let the app in, take the code."""

import asyncio
import re
from urllib.parse import parse_qs, urljoin, urlsplit

import aiohttp
import msgspec
from bs4 import BeautifulSoup, Tag


class Page(msgspec.Struct, frozen=True):
    """A page that was opened; `leads_to` where it wanted to send the browser on."""

    url: str
    status: int
    text: str
    leads_to: str = ""

    def element(self, name: str, **attributes: str) -> Tag:
        """An element of the page."""
        found = BeautifulSoup(self.text, "html.parser").find(name, attrs=dict(attributes))
        assert isinstance(found, Tag), self.text
        return found


def let_in(address: str, name: str, password: str) -> str:
    """`code_of`, for tests of programs that block: in a thread, with an event loop of its own."""
    return asyncio.run(code_of(address, name, password))


async def code_of(address: str, name: str, password: str) -> str:
    """Open the address an app gave, sign in, agree: the code, shown on a page or in the app's own address.

    The app's address is never opened.
    """
    async with aiohttp.ClientSession() as browser:
        page = await _open(browser, "GET", address)
        if "/sign-in" in page.url:
            page = await _send(browser, page, name=name, password=password)
        assert page.status == 200, page.text
        assert "/oauth/authorize" in page.url, page.url
        answer = await _send(browser, page, answer="yes")
        if answer.leads_to:
            return parse_qs(urlsplit(answer.leads_to).query)["code"][0]
        assert answer.status == 200, answer.text
        code = str(answer.element("input", id="code")["value"])
        assert re.fullmatch(r"[A-Za-z0-9_-]{20,}", code)
        return code


async def _send(browser: aiohttp.ClientSession, page: Page, **typed: str) -> Page:
    """Fill the page's form and send it, as its hidden fields say."""
    form = page.element("form", method="post")
    fields = {str(one["name"]): str(one.get("value", "")) for one in form.find_all("input") if one.get("name")}
    return await _open(browser, "POST", urljoin(page.url, str(form["action"])), {**fields, **typed})


async def _open(browser: aiohttp.ClientSession, method: str, url: str, form: dict[str, str] | None = None) -> Page:
    """Ask, and follow where it leads as long as that is the same node."""
    async with browser.request(method, url, data=form, allow_redirects=False) as answer:
        page = Page(url, answer.status, await answer.text())
        target = urljoin(url, answer.headers.get("Location", "")) if 300 <= answer.status < 400 else ""
    if not target:
        return page
    if urlsplit(target).netloc == urlsplit(url).netloc:
        return await _open(browser, "GET", target)
    return Page(url, page.status, page.text, target)
