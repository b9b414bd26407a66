"""What scripts add: in place, quick, by keyboard; and the same without any."""

import re

import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from tests.browser.harbour import Harbour, awake, drawn, enter, tab

LIKE = ".actions .like"
POST = "article.post:has-text('nouvelle presse')"
HALL: FilePayload = {"name": "halle.png", "mimeType": "image/png", "buffer": drawn("halle")}


async def test_a_like_is_shown_where_one_is_and_kept(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        post = page.locator(POST)
        address = page.url
        await post.locator(LIKE).click()
        await expect(post.locator(LIKE)).to_have_attribute("aria-pressed", "true")
        await expect(post.locator(f"{LIKE} b")).to_have_text("3")
        assert page.url == address
        assert await page.evaluate("document.activeElement.classList.contains('like')")
        await page.reload()
        await awake(page)
        await expect(page.locator(f"{POST} {LIKE}")).to_have_attribute("aria-pressed", "true")
        await page.locator(f"{POST} {LIKE}").click()
        await expect(page.locator(f"{POST} {LIKE}")).to_have_attribute("aria-pressed", "false")


async def test_a_node_that_does_not_answer_leaves_the_button_as_it_was(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        await page.route("**/posts/*/like", lambda route: route.abort())
        await page.locator(f"{POST} {LIKE}").click()
        await expect(page.locator(".toast")).to_be_visible()
        await expect(page.locator(f"{POST} {LIKE}")).to_be_enabled()
        await expect(page.locator(f"{POST} {LIKE}")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("width", [390, 1440])
async def test_everything_works_without_a_script(harbour: Harbour, browser: Browser, width: int) -> None:
    async with tab(browser, harbour, width=width, script=False) as page:
        await enter(page, harbour, "bruno", script=False)
        await page.locator(f"{POST} {LIKE}").click()
        await expect(page.locator(f"{POST} {LIKE}")).to_have_attribute("aria-pressed", "true")
        await page.locator(f"{POST} .more summary").click()
        await page.locator(f"{POST} .menu a:has-text('Ouvrir')").click()
        await page.fill("#text", "Et merci à Madrid.")
        await page.click(".composer .foot .button")
        await expect(page.locator("article.reply")).to_contain_text("Et merci à Madrid.")
        await page.goto("/")
        await page.locator(".opener > summary").click()
        await page.locator(".tool:has(.for-pics)").click()
        await page.set_input_files("#pictures", HALL)
        await page.fill("#text", "La halle ce matin")
        await page.locator(".composer .foot .button").click()
        await page.fill(".shot input[id]", "La halle, couloir dégagé")
        await page.locator(".composer .foot .button").click()
        await expect(page.locator("article.post").first.locator("img[alt='La halle, couloir dégagé']")).to_be_visible()


async def test_a_picture_is_sent_when_it_is_chosen_and_described_before_it_is_published(
    harbour: Harbour, browser: Browser
) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        await page.locator(".opener > summary").click()
        await expect(page.locator("#text")).to_be_focused()
        async with page.expect_file_chooser() as chooser:
            await page.locator(".tool:has(.for-pics)").click()
        await (await chooser.value).set_files(HALL)
        await expect(page.locator(".shot img")).to_be_visible()
        await page.keyboard.type("Vue de la halle")
        await expect(page.locator(".shot input[id]")).to_have_value("Vue de la halle")
        await page.fill("#text", "Ce que nous copions dès lundi")
        await page.keyboard.press("Control+Enter")
        await page.wait_for_url("**#p*")
        picture = page.locator("article.post").first.locator("img[alt='Vue de la halle']")
        await expect(picture).to_be_visible()
        assert await picture.evaluate("async (image) => { await image.decode(); return image.naturalWidth > 0; }")


async def test_a_file_that_is_no_picture_is_told_in_the_composer(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        await page.locator(".opener > summary").click()
        broken: FilePayload = {"name": "plan.png", "mimeType": "image/png", "buffer": b"no picture"}
        await page.locator("#pictures").set_input_files(broken)
        await expect(page.locator(".composer .wrong[role=alert]")).to_contain_text(
            "Rien ici que nous puissions montrer"
        )


async def test_the_button_names_the_chosen_audience(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour, script=False) as page:
        await enter(page, harbour, "bruno", script=False)
        await page.goto("/compose")
        button = page.locator(".composer .foot .button")
        await expect(button).to_have_text("Publier au groupe", use_inner_text=True)
        await page.click(".audience summary")
        await page.check("input[value=followers]")
        await expect(button).to_have_text("Publier aux abonnés", use_inner_text=True)
        await expect(page.locator(".audience .said")).to_contain_text("Vos abonnés", use_inner_text=True)


async def test_new_posts_wait_behind_a_line_until_they_are_asked_for(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        await expect(page.locator(POST)).to_be_visible()
        for number in (1, 2):
            harbour.world.clock.pass_by(seconds=1)
            await harbour.world.say("ines", f"Nouvelle {number}")
        await harbour.world.settle()
        line = page.locator("button.since")
        await expect(line).to_have_text("2 nouveaux messages", timeout=15_000)
        assert not await page.locator("article:has-text('Nouvelle 2')").count()
        await line.click()
        await expect(page.locator("article.post").first).to_contain_text("Nouvelle 2")
        await page.locator("article.post").first.locator(LIKE).click()
        await expect(page.locator("article.post").first.locator(LIKE)).to_have_attribute("aria-pressed", "true")


async def chosen(page: Page) -> str:
    """The words of the post that the keys have chosen."""
    return str(await page.locator("article.chosen .words").inner_text())


async def test_the_feed_can_be_read_with_keys(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        for key in ("j", "j", "j", "k"):
            await page.keyboard.press(key)
        assert "Je regarde avec Marc" in await chosen(page)
        await page.keyboard.press("f")
        await expect(page.locator(f"article.chosen {LIKE}")).to_have_attribute("aria-pressed", "true")
        await page.keyboard.press("?")
        await expect(page.locator("#keys")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("n")
        await page.wait_for_url("**/compose")
        await expect(page.locator("#text")).to_be_focused()
        await page.keyboard.type("jkf/")
        await expect(page.locator("#text")).to_have_value("jkf/")


async def test_r_answers_the_chosen_post(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        await page.keyboard.press("j")
        await page.keyboard.press("r")
        await page.wait_for_url(re.compile(r"#reply$"))


async def test_a_menu_closes_on_escape_and_gives_the_focus_back(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        menu = page.locator(f"{POST} details.more")
        await menu.locator("summary").click()
        await expect(menu.locator(".menu")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(menu.locator(".menu")).to_be_hidden()
        assert await page.evaluate("document.activeElement.tagName") == "SUMMARY"


async def test_a_warning_opens_and_shows_its_pictures(harbour: Harbour, browser: Browser) -> None:
    async with tab(browser, harbour) as page:
        await enter(page, harbour, "bruno")
        warning = page.locator("details.warning")
        await expect(warning.locator("img").first).to_be_hidden()
        await warning.locator("summary").click()
        await expect(warning.locator("img").first).to_be_visible()
        assert await warning.locator("img").count() == 2


async def test_no_page_asks_anything_of_another_host(harbour: Harbour, browser: Browser) -> None:
    asked: set[str] = set()
    async with tab(browser, harbour) as page:
        page.on("request", lambda request: asked.add(request.url.split("/")[2]))
        await enter(page, harbour, "bruno")
        for path in ("/", "/group", "/notifications", "/settings", "/compose"):
            await page.goto(path, wait_until="networkidle")
    assert asked == {harbour.node.urls.host}
