"""Every page as somebody meets it: at a width, by day or night, in a language, with scripts or without.

`LOOKS` has each width, light, language and script with each of the others once at least; `ALL_LOOKS` all of them. Of
`LOOKS` each of the two `ROUNDS` has every width, light, language and script.
"""

import gzip
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from playwright.async_api import Browser, ConsoleMessage, Page, Request

from tests.browser.harbour import WIDTHS, Harbour, enter, tab
from tests.browser.reader import complaints, own_rules
from web.visit import POLICY

BUDGET = 60_000
"""Bytes of a first load: page, style, scripts and drawings, as they are sent; pictures of people are beside."""
SEEN = 0.005
"""A shift of the layout from which on it is not 0.00 (the browser's own measure, CLS)."""
LOADS = 3
"""A busy machine lays out half a page before the rest is parsed: what moves because of the page, moves each time."""
GONE = ("/nowhere", "/invitation/gone", "/letters/gone")
SLIM, ENLARGED = (320, 640), (720, 450)
"""A small phone, and what is left of a screen of 1440 by 900 at 200 % zoom."""
LOADED = """async () => {
    const shifts = await new Promise((told) => {
        const moved = [];
        new PerformanceObserver((list) => moved.push(...list.getEntries()))
            .observe({ type: "layout-shift", buffered: true });
        requestAnimationFrame(() => setTimeout(() => told(moved), 0));
    });
    const own = performance.getEntriesByType("resource").filter((one) => !/\\/(media|avatars)\\//.test(one.name));
    return [
        shifts.reduce((sum, one) => sum + one.value, 0),
        own.reduce((sum, one) => sum + one.encodedBodySize, 0),
        shifts.flatMap((one) => one.sources.map((source) => source.node?.outerHTML?.slice(0, 90))),
    ];
}"""


class Look(NamedTuple):
    """How the pages are looked at."""

    width: int
    dark: bool
    locale: str
    script: bool

    def __str__(self) -> str:
        scripts = "script" if self.script else "plain"
        return f"{self.width}-{'night' if self.dark else 'day'}-{self.locale}-{scripts}"


LOOKS = (
    Look(390, False, "fr", True),
    Look(390, True, "en", False),
    Look(820, False, "en", True),
    Look(820, True, "fr", False),
    Look(1440, False, "en", False),
    Look(1440, True, "fr", True),
)
ROUNDS = ((LOOKS[0], LOOKS[3], LOOKS[4]), (LOOKS[5], LOOKS[1], LOOKS[2]))
"""Half of the pages are seen at the looks of one, half at those of the other (docs/decisions/0036-looks-in-turn.md)."""
THOROUGH = LOOKS[0]
NARROWED = (LOOKS[1], LOOKS[4])
"""Where each page is made narrow, and must fit: the looks without scripts, which load nothing anew."""
STICKS_OUT = """() => {
    const over = document.documentElement.scrollWidth - innerWidth;
    const out = [...document.body.querySelectorAll("*")].find((one) => one.getBoundingClientRect().right > innerWidth);
    return over > 0 ? `by ${over} px: ${out?.outerHTML.slice(0, 90)}` : "";
}"""
ALL_LOOKS = tuple(Look(*one) for one in product(WIDTHS, (False, True), ("fr", "en"), (True, False)))


class Walk:
    """One look at pages, and what was wrong with them."""

    def __init__(self, page: Page, harbour: Harbour, look: Look, *, thorough: bool) -> None:
        self.page = page
        self.look = look
        self.thorough = thorough
        self.wrong: list[str] = []
        self.at = ""
        self._host = harbour.node.urls.host
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.tell(f"script: {error}"))
        page.on("request", self._asked)

    def tell(self, complaint: str) -> None:
        """Something is wrong where the walk is."""
        self.wrong.append(f"{self.look} {self.at}: {complaint}")

    async def see(self, path: str) -> None:
        """Go to a page and judge it."""
        self.at = path
        answer = await self.page.goto(path)
        assert answer
        if answer.status != (404 if path in GONE else 200):
            self.tell(f"answered {answer.status}")
            return
        if not self.page.url.endswith(path):
            self.tell(f"led to {self.page.url}")
        policy = answer.headers.get("content-security-policy", "")
        if not path.startswith("/oauth/") and policy != "; ".join(f"{name} {value}" for name, value in POLICY.items()):
            self.tell(f"policy: {policy}")
        if self.look.script:
            await self._weigh(len(gzip.compress(await answer.body())))
        for complaint in await self._judged():
            self.tell(complaint)
        if self.look in NARROWED:
            for size in (SLIM, ENLARGED):
                await self._narrow(*size)

    async def _narrow(self, width: int, height: int) -> None:
        before = self.page.viewport_size
        assert before
        await self.page.set_viewport_size({"width": width, "height": height})
        if sticks_out := await self.page.evaluate(STICKS_OUT):
            self.tell(f"at {width} px something sticks out {sticks_out}")
        await self.page.set_viewport_size(before)

    async def _weigh(self, words: int) -> None:
        shift, beside, moved = await self.page.evaluate(LOADED)
        for _ in range(LOADS - 1):
            if shift < SEEN:
                break
            await self.page.goto(self.at)
            shift, _, moved = await self.page.evaluate(LOADED)
        if shift >= SEEN:
            self.tell(f"moves by {shift:.4f} while it loads: {moved}")
        if words + beside > BUDGET:
            self.tell(f"weighs {words + beside} bytes")

    async def _judged(self) -> list[str]:
        return await (complaints if self.thorough else own_rules)(self.page)

    def _said(self, said: ConsoleMessage) -> None:
        if said.type == "error" and not (self.at in GONE and "404" in said.text):
            self.tell(f"console: {said.text}")

    def _asked(self, request: Request) -> None:
        if request.url.split("/")[2] != self._host:
            self.tell(f"asks another host: {request.url}")


async def walked(
    browser: Browser, harbour: Harbour, look: Look, outside: Sequence[str], inside: Sequence[str], *, thorough: bool
) -> list[str]:
    """What is wrong with the pages before one is signed in, and with those of Marc."""
    async with tab(browser, harbour, width=look.width, dark=look.dark, locale=look.locale, script=look.script) as page:
        walk = Walk(page, harbour, look, thorough=thorough)
        for path in outside:
            await walk.see(path)
        if inside:
            await enter(page, harbour, "marc", script=look.script)
        for path in inside:
            await walk.see(path)
    return walk.wrong
