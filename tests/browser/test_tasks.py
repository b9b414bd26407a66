"""What people come for, done from one end to the other: at each width, with scripts and without, in both languages."""

import asyncio

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from social.posts.polls import PollDraft
from storage.ids import PostId
from tests.browser.harbour import Harbour, awake, drawn, sign_in, tab
from tests.browser.walk import ALL_LOOKS, ROUNDS, Look

HALL: FilePayload = {"name": "halle.png", "mimeType": "image/png", "buffer": drawn("halle")}


class Person:
    """Somebody at a browser."""

    def __init__(
        self, page: Page, look: Look, name: str, harbour: Harbour, asked: PostId, settling: asyncio.Lock
    ) -> None:
        self.page = page
        self.look = look
        self.name = name
        self.harbour = harbour
        self.asked = asked
        self.settling = settling

    async def go(self, path: str) -> None:
        """Open a page; with scripts, wait until they listen."""
        await self.page.goto(path)
        await self.settled()

    async def settled(self) -> None:
        """The page is there, its scripts too if it has any."""
        await self.page.wait_for_load_state()
        if self.look.script:
            await awake(self.page)

    async def press(self, selector: str) -> None:
        """Press a button that leads on, and wait for where it leads."""
        async with self.page.expect_navigation():
            await self.page.locator(selector).first.click()
        await self.settled()

    async def read(self) -> None:
        """From the home into a thread, like it, keep it, and find it again."""
        post = f"#p{self.harbour.posts['ines']}"
        await self.go("/site")
        for act in ("like", "keep"):
            await self.page.locator(f"{post} .{act}").click()
            await expect(self.page.locator(f"{post} .{act}")).to_have_attribute("aria-pressed", "true")
        await self.press(f"{post} a.when")
        await expect(self.page.locator("article.root")).to_be_visible()
        await self.go("/bookmarks")
        await expect(self.page.locator(post)).to_be_visible()

    async def answer(self) -> None:
        """Answer a post, and see the answer below it."""
        await self.go(f"/@bruno/{self.harbour.posts['bruno']}")
        words = f"Bravo de {self.name}"
        await self.page.fill("#text", f"@bruno {words}")
        await self.press(".composer .foot .button")
        await expect(self.page.locator("article.post", has_text=words).first).to_be_visible()

    async def write(self) -> None:
        """A post for one's followers, with a picture that is described and a warning; changed, and taken back."""
        await self.go("/compose")
        await self.page.locator(".tool:has(.for-pics)").click(no_wait_after=True)
        await self.page.set_input_files("#pictures", HALL)
        if not self.look.script:
            await self.press(".pics button[value=add]")
        await self.page.locator(".shot input[id]").fill(f"La halle vue par {self.name}")
        await self.page.locator(".tool:has(.for-warn)").click()
        await self.page.fill("#spoiler", "Une halle")
        await self.page.locator(".audience summary").click()
        await self.page.check("input[value=followers]")
        await self.page.fill("#text", f"La halle ce matin, {self.name}")
        await self.press(".composer .foot .button")
        post = self.page.locator("article.post", has_text=f"La halle ce matin, {self.name}").first
        await post.locator("details.warning > summary").click()
        await expect(post.locator(f"img[alt='La halle vue par {self.name}']")).to_be_visible()
        await post.locator("details.more > summary").click()
        await self.press("details.more[open] a[href$='/edit']")
        await self.page.fill("#text", f"La halle ce soir, {self.name}")
        await self.press(".composer .foot .button")
        await expect(self.page.locator("main")).to_contain_text(f"La halle ce soir, {self.name}")
        await self.page.locator("article.root details.more > summary").click()
        await self.press("details.more[open] a[href$='/delete']")
        await self.press("main form .button.ask, main .button.ask")
        await self.go(f"/@{self.name}")
        await expect(self.page.locator("main")).not_to_contain_text("La halle ce soir")

    async def ask(self) -> None:
        """Vote in a poll, and make one."""
        await self.go(f"/@marc/{self.asked}")
        await self.page.locator(".poll label input").first.check()
        await self.press(".poll button")
        await expect(self.page.locator(".poll label.mine")).to_have_count(1)
        await self.go("/compose")
        await self.page.locator(".tool:has(.for-ask)").click()
        for place, words in enumerate(("Jeudi", "Vendredi")):
            await self.page.locator("input[name=option]").nth(place).fill(words)
        await self.page.fill("#text", f"Quel jour, {self.name} ?")
        await self.press(".composer .foot .button")
        post = self.page.locator("article.post", has_text=f"Quel jour, {self.name}").first
        await expect(post.locator(".poll label")).to_have_count(2)

    async def find(self) -> None:
        """Search somebody, follow them, put them on a list, and write to them alone."""
        await self.go("/search")
        await self.page.fill("main input[name=q]", "marc")
        await self.press("main form[role=search] button")
        await self.press("main a[href='/@marc']:not([tabindex])")
        await self.press("main .hull button[formaction$='/follow']")
        await expect(self.page.locator("main .hull button[formaction$='/unfollow']")).to_be_visible()
        await self.go("/lists")
        await self.page.fill("main input[name=title]", f"Achats {self.name}")
        await self.press("main form .button")
        await self.go("/@marc")
        await self.page.locator(".hull details.more > summary").click()
        await self.press(".hull .menu a[href$='/lists']")
        await self.page.locator("main input[type=checkbox]").first.check()
        await self.press("main form .button")
        await self.go("/compose?to=marc")
        await self.page.locator(".audience summary").click()
        await self.page.check("input[value=direct]")
        await self.page.fill("#text", f"@marc un mot de {self.name}")
        await self.press(".composer .foot .button")
        async with self.settling:
            await self.harbour.world.settle()
        await self.go("/messages")
        await expect(self.page.locator("main")).to_contain_text(f"un mot de {self.name}")

    async def settle(self) -> None:
        """Read what is new, keep a draft, and have the pages as one likes them."""
        await self.go("/notifications")
        await expect(self.page.locator("article.note.unread").first).to_be_visible()
        await self.press("button[formaction='/notifications/read']")
        await expect(self.page.locator("article.note.unread")).to_have_count(0)
        await self.go("/compose")
        await self.page.fill("#text", f"À finir, {self.name}")
        await self.press("button[formaction='/drafts']")
        await self.go("/drafts")
        await expect(self.page.locator("main")).to_contain_text(f"À finir, {self.name}")
        await self.go("/settings/reading")
        await self.page.check("input[name=theme][value=dark]")
        await self.press("form[action='/settings/reading'] button")
        await expect(self.page.locator("html")).to_have_attribute("data-theme", "dark")
        await self.go("/settings")
        await self.page.fill("#job", "Cariste")
        await self.press("form[action='/settings/profile'] .button:not(.line)")
        await self.go(f"/@{self.name}")
        await expect(self.page.locator(".hull")).to_contain_text("Cariste")


async def _done(
    browser: Browser, harbour: Harbour, look: Look, name: str, asked: PostId, settling: asyncio.Lock
) -> None:
    async with tab(browser, harbour, width=look.width, dark=look.dark, locale=look.locale, script=look.script) as page:
        await sign_in(page, name, script=look.script)
        await expect(page.locator("html")).to_have_attribute("lang", look.locale)
        person = Person(page, look, name, harbour, asked, settling)
        for task in (person.read, person.answer, person.write, person.ask, person.find, person.settle):
            try:
                await task()
            except Exception as trouble:
                raise AssertionError(f"{look}, {task.__name__}, at {page.url}: {trouble}") from trouble


async def _all(browser: Browser, harbour: Harbour, looks: tuple[Look, ...]) -> None:
    world = harbour.world
    question = PollDraft(options=("Jeudi", "Vendredi"), expires_in=86_400)
    asked = await world.say("marc", "Quel jour pour l’inventaire ?", poll=question)
    names = {f"look{number}": look for number, look in enumerate(looks)}
    for name in names:
        await world.person(name)
        await world.say("ines", f"@{name} bienvenue")
    await world.settle()
    # What follows from posts is worked off by one at a time.
    settling = asyncio.Lock()
    await asyncio.gather(*(_done(browser, harbour, look, name, asked, settling) for name, look in names.items()))


async def test_people_do_what_they_came_for_at_each_width(harbour: Harbour, browser: Browser) -> None:
    await _all(browser, harbour, ROUNDS[1])


@pytest.mark.full
@pytest.mark.parametrize("script", [True, False], ids=["script", "plain"])
async def test_people_do_what_they_came_for_in_every_look(harbour: Harbour, browser: Browser, script: bool) -> None:
    await _all(browser, harbour, tuple(look for look in ALL_LOOKS if look.script is script))
