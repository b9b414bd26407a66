"""What a page looks like after a click or a mistake, and with nothing on it: judged as the page itself is."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Browser, Page, expect

from social.posts.polls import PollDraft
from tests.browser.harbour import Harbour, awake, enter, tab
from tests.browser.reader import complaints, own_rules
from tests.browser.walk import LOOKS

PHONE_BY_DAY, WIDE_BY_NIGHT = LOOKS[0], LOOKS[-1]
EMPTY = (
    "/", "/site", "/group", "/tags/nobody", "/notifications", "/notifications/requests", "/messages", "/bookmarks",
    "/favourites", "/lists", "/drafts", "/scheduled", "/requests", "/reports", "/absence", "/discover",
    "/discover?kind=posts", "/people?skill=nobody", "/settings/apps", "/settings/filters", "/settings/silence",
    "/rules", "/@ines", "/@ines/media", "/@ines/followers", "/@ines/following",
)  # fmt: skip


class Looking:
    """A page, and what was wrong in each state of it."""

    def __init__(self, page: Page, *, thorough: bool) -> None:
        self.page = page
        self.thorough = thorough
        self.wrong: list[str] = []

    async def judge(self, state: str, *, floats: bool = False) -> None:
        """Note what is wrong now; with something that floats above the page, what is below may be half hidden."""
        found = await complaints(self.page) if self.thorough else await own_rules(self.page)
        self.wrong += [f"{state}: {one}" for one in found if not (floats and one.startswith("target-size"))]

    async def go(self, path: str) -> None:
        """Open a page and wait for its scripts."""
        await self.page.goto(path)
        await awake(self.page)

    async def click(self, selector: str) -> None:
        """Click the first of what is found."""
        await self.page.locator(selector).first.click()


async def reading(at: Looking, harbour: Harbour) -> None:
    """Menus, dialogs, folds and messages of a feed."""
    page, own = at.page, f"#p{harbour.posts['bruno']}"
    await at.go("/")
    await at.click(f"{own} details.more summary")
    await at.judge("menu of one's own post", floats=True)
    await page.keyboard.press("Escape")
    await at.click("article[data-entity] details.more summary")
    await at.judge("menu of a post", floats=True)
    await page.keyboard.press("Escape")
    await at.click("details.warning summary")
    await at.judge("warning open")
    await at.click(f"#p{harbour.posts['warned']} .media a")
    await expect(page.locator("dialog.lightbox")).to_be_visible()
    await at.judge("picture open")
    await page.keyboard.press("Escape")
    await page.keyboard.press("?")
    await expect(page.locator("#keys")).to_be_visible()
    await at.judge("keys")
    await page.keyboard.press("Escape")
    await page.route("**/posts/*/like", lambda route: route.abort())
    await at.click(f"{own} .like")
    await expect(page.locator(".toast")).to_be_visible()
    await at.judge("an act that failed", floats=True)
    await at.go(f"/@bruno/{harbour.posts['bruno']}")
    await at.click(".audience summary")
    await at.judge("an answer, and who may read it")


async def composing(at: Looking, harbour: Harbour) -> None:
    """The composer open, filled, wrong, too long, offering names; and what was just published."""
    page = at.page
    await at.go("/")
    await at.click(".opener > summary")
    await at.judge("composer open")
    await at.go("/compose")
    for name in ("ask", "warn", "lang"):
        await at.click(f".tool:has(.for-{name})")
    await at.click(".audience summary")
    await at.click(".planned summary")
    await at.judge("all of the composer")
    await page.fill("#text", "x" * (harbour.node.settings.posts.max_characters + 7))
    await expect(page.locator(".left.over")).to_be_visible()
    await at.judge("too long")
    await page.fill("#text", "")
    await page.locator("#text").press_sequentially("@am")
    await expect(page.locator("#offers li").first).to_be_visible()
    await at.judge("names offered", floats=True)
    await page.fill("#text", "")
    await at.click(".composer .foot .button")
    await page.wait_for_selector("[role=alert]")
    await at.judge("nothing written")
    await at.go("/compose")
    await page.fill("#text", "De bon matin")
    await at.click(".composer .foot .button")
    await page.wait_for_selector(".toast")
    await at.judge("published", floats=True)


async def mistakes(at: Looking, harbour: Harbour) -> None:
    """Forms that come back with what was wrong."""
    page = at.page
    await at.go("/settings/account")
    await page.fill("#former", "not this one")
    await page.fill("#password", "short")
    await at.click("form[action='/settings/password'] button")
    await page.wait_for_selector(".field.wrong")
    await at.judge("a password that is not the one")
    await at.go("/search?q=%22")
    await at.judge("a search of nothing")
    await at.click("details.closer summary")
    await at.judge("how to search")
    await at.go("/people")
    await at.click("details.closer summary")
    await at.judge("how to sift the directory")
    answer = await page.goto("/admin")
    assert answer and answer.status == 403
    await at.judge("not for members")
    answer = await page.goto("/@nobody")
    assert answer and answer.status == 404
    await at.judge("nobody")


async def nothing(at: Looking, harbour: Harbour) -> None:
    """Pages of somebody who came this minute, and follows nobody."""
    for path in EMPTY:
        await at.go(path)
        await at.judge(f"{path} with nothing")


async def outside(at: Looking) -> None:
    """The door, and what it says to whoever does not come in."""
    page = at.page
    await at.go("/sign-in")
    await page.fill("#name", "bruno")
    await page.fill("#password", "not this one")
    await at.click("form[action='/sign-in'] button")
    await page.wait_for_selector("[role=alert], .wrong")
    await at.judge("a wrong password at the door")


async def test_no_state_of_a_page_has_anything_to_complain_about(harbour: Harbour, browser: Browser) -> None:
    question = PollDraft(options=("Jeudi", "Vendredi"), expires_in=86_400)
    await harbour.world.say("ines", "Quel jour ?", poll=question)
    await harbour.world.person("zoe")
    await harbour.world.settle()
    states: tuple[Callable[[Looking, Harbour], Awaitable[None]], ...] = (reading, composing, mistakes)
    wrong: list[str] = []
    for look, name, shown in (
        (PHONE_BY_DAY, "bruno", states),
        (WIDE_BY_NIGHT, "bruno", states),
        (PHONE_BY_DAY, "zoe", (nothing,)),
    ):
        async with tab(browser, harbour, width=look.width, dark=look.dark) as page:
            at = Looking(page, thorough=look == PHONE_BY_DAY)
            await outside(at)
            await enter(page, harbour, name)
            for one in shown:
                await one(at, harbour)
            wrong += [f"{look} {one}" for one in at.wrong]
    assert not wrong, "\n".join(wrong)
