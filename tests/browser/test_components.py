"""The sheet of components: nothing is missing on it, nothing looks otherwise than it did, all of it can be read."""

import re
from pathlib import Path

from playwright.async_api import Browser, ConsoleMessage

from tests.browser.fingerprints import LOOKS, differences, kept, pictures, printed, sheet
from tests.browser.harbour import Harbour, tab
from tests.browser.reader import contrasts, violations

TEMPLATES = Path(__file__).parents[2] / "web" / "templates"
UNSEEN = {"facing", "campaign", "guests"}
"""What programs read at the head of a page; the fields of one form, and who comes to a gathering: both are made of what
the sheet shows by itself."""
TWICE = ("duplicate-id-aria", "landmark-unique", "landmark-no-duplicate-main", "region", "heading-order", "label")
"""Rules that ask for one of a kind: the sheet has each component many times."""
STYLED = """(rule) => {
    const own = new CSSStyleSheet();
    own.replaceSync(rule);
    document.adoptedStyleSheets = [own];
}"""
CHANGES = {
    "a line of another colour": ".post { border-color: #b9b3a2 }",
    "bold names gone": ".author b { font-weight: 400 }",
    "soft text as dark as the rest": ".from { color: var(--text) }",
    "two pixels of room": ".post { padding-block-start: 18px }",
    "a flag a little higher": ".post .who .flag { inset-block-start: 13px }",
    "one icon gone": ".boost .icon { visibility: hidden }",
    "smaller figures": ".actions b { font-size: .6rem }",
}


async def test_every_component_looks_as_it_did(harbour: Harbour, whole_browser: Browser, tmp_path: Path) -> None:
    wrong = []
    for look, wishes in LOOKS.items():
        taken, before = await sheet(whole_browser, harbour, wishes), kept(look)
        wrong += [f"{look}: {name} is {'gone' if name in before else 'new'}" for name in taken.keys() ^ before.keys()]
        for name in sorted(taken.keys() & before.keys()):
            if found := differences(before[name], printed(taken[name])):
                taken[name].save(tmp_path / f"{look}-{name}.png")
                wrong.append(f"{look}: {name} {'; '.join(found)}")
    assert not wrong, "\n".join(
        [*wrong, f"Look at the pictures in {tmp_path}; if it is meant so: make prints, and commit what changed."]
    )


async def test_a_change_that_can_be_seen_is_noticed(harbour: Harbour, whole_browser: Browser) -> None:
    async with tab(whole_browser, harbour) as page:
        await page.goto(f"/design?{LOOKS['wide'].wishes}")
        await page.evaluate(
            "document.querySelectorAll('.specimen:not(#post-elsewhere)').forEach((one) => one.remove())"
        )
        before = printed((await pictures(page))["post-elsewhere"])
        assert not differences(before, printed((await pictures(page))["post-elsewhere"]))
        unnoticed = []
        for change, rule in CHANGES.items():
            await page.evaluate(STYLED, rule)
            if not differences(before, printed((await pictures(page))["post-elsewhere"])):
                unnoticed.append(change)
    assert not unnoticed


def test_night_changes_the_colours_of_each_component_and_the_size_of_none() -> None:
    day, night = kept("wide"), kept("night")
    assert [name for name, one in day.items() if night[name].colours.keys() == one.colours.keys()] == []
    assert [
        name for name, one in day.items() if (one.width, one.height) != (night[name].width, night[name].height)
    ] == []


async def test_every_state_of_every_component_keeps_the_rules_of_access(harbour: Harbour, browser: Browser) -> None:
    wrong: list[str] = []

    def told(said: ConsoleMessage) -> None:
        if said.type == "error":
            wrong.append(said.text)

    for look in LOOKS.values():
        async with tab(browser, harbour, width=look.width) as page:
            page.on("console", told)
            await page.goto(f"/design?{look.wishes}")
            found = [*await contrasts(page), *await violations(page)]
            wrong += [f"{look}: {one}" for one in found if not one.startswith(TWICE)]
            if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append(f"{look}: it is wider than the window")
    assert not wrong, "\n".join(wrong)


def test_no_component_is_missing_on_the_sheet() -> None:
    reached: set[str] = set()
    ahead = [path.relative_to(TEMPLATES).as_posix() for path in (TEMPLATES / "design").glob("*.html")]
    while ahead:
        text = (TEMPLATES / ahead.pop()).read_text("utf-8")
        found = set(re.findall(r'from "(components/\w+\.html)"', text)) - reached
        reached |= found
        ahead += found
    every = {f"components/{path.name}" for path in (TEMPLATES / "components").glob("*.html")}
    assert every - reached == {f"components/{name}.html" for name in UNSEEN}
