"""Five tasks with the keyboard alone: each stop is seen, none is a trap."""

from playwright.async_api import Browser, Page, expect

from social.posts.polls import PollDraft
from tests.browser.harbour import Harbour, awake, tab
from tests.world import PASSWORD

STOPS = 150
"""Stops of the Tab key on the longest page."""
AT = """(selector) => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const seen = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || at.matches("textarea, body");
    return [at.matches(selector), seen || Boolean(at.closest("label")), at.outerHTML.slice(0, 120)];
}"""


async def reach(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; each stop on the way shows that it has it."""
    passed = ""
    for _ in range(STOPS):
        await page.keyboard.press("Tab")
        there, seen, passed = await page.evaluate(AT, selector)
        assert seen, f"nobody sees where the focus is: {passed}"
        if there:
            return
    raise AssertionError(f"{selector} is not reached; the last stop was {passed}")


async def test_five_tasks_are_done_without_a_pointer(harbour: Harbour, browser: Browser) -> None:
    question = PollDraft(options=("Jeudi", "Vendredi"), expires_in=86_400)
    asked = await harbour.world.say("marc", "Quel jour pour l’inventaire ?", poll=question)
    async with tab(browser, harbour) as page:
        keys = page.keyboard
        await page.goto("/sign-in")
        await reach(page, "#name")
        await keys.type("ines")
        await reach(page, "#password")
        await keys.type(PASSWORD)
        await keys.press("Enter")
        await page.wait_for_url("**/")
        await awake(page)

        await keys.press("/")
        await page.wait_for_url("**/search")
        await awake(page)
        await expect(page.locator("main input[name=q]")).to_be_focused()
        await keys.type("marc")
        await keys.press("Enter")
        await page.wait_for_url("**q=marc**")
        await reach(page, "main a[href='/@marc']:not([tabindex])")
        await keys.press("Enter")
        await page.wait_for_url("**/@marc")
        await awake(page)
        await reach(page, "main button[formaction$='/follow']")
        await keys.press("Space")
        await expect(page.locator("main button[formaction$='/unfollow']")).to_be_attached()

        await page.goto(f"/@bruno/{harbour.posts['bruno']}")
        await awake(page)
        await reach(page, "main textarea")
        await keys.press("End")
        await keys.type("Bravo de Paris")
        await reach(page, ".composer .foot .button")
        await keys.press("Enter")
        await expect(page.locator("article.post", has_text="Bravo de Paris").first).to_be_visible()

        await page.goto(f"/@marc/{asked}")
        await awake(page)
        await reach(page, ".poll input[type=radio]")
        await keys.press("Space")
        await reach(page, ".poll button")
        await keys.press("Enter")
        await expect(page.locator(".poll label.mine")).to_have_count(1)

        await page.goto("/")
        await awake(page)
        await keys.press("n")
        await page.wait_for_url("**/compose")
        await awake(page)
        await expect(page.locator("#text")).to_be_focused()
        await keys.type("Sans souris")
        await reach(page, ".composer .foot .button")
        await keys.press("Enter")
        await expect(page.locator(".toast")).to_contain_text("Publié")
