"""Names of 200 characters, text from the right, forty emoji and no picture: nothing sticks out, nothing is lost."""

import pytest
from playwright.async_api import Browser

from social.communities.beginnings import start
from social.communities.beginnings.start import Wanted
from social.gatherings.drafts import GatheringDraft
from storage.ids import Millis
from tests.browser.harbour import USINE, Harbour, enter, sizes, tab
from tests.browser.reader import complaints
from tests.world import one_pair

LONG = "Wolfeschlegelsteinhausenbergerdorff" * 6
ARABIC = "أمينة حداد، رئيسة ورشة الصيانة في مصنع ليون"
EMOJI = "⚓🚢🏗️👩‍🏭" * 10


@pytest.mark.parametrize(("width", "dark"), sizes())
async def test_nothing_sticks_out_whatever_people_are_called(
    harbour: Harbour, browser: Browser, width: int, dark: bool
) -> None:
    world = harbour.world
    for name, display, job in (
        ("long", LONG[:200], LONG[:100]),
        ("arabic", ARABIC, ARABIC),
        ("emoji", EMOJI, "⚓" * 40),
    ):
        harbour.afar[name] = await world.elsewhere(name, USINE, display_name=display, job=job)
        said = f"<p>{display} @bruno {'x' * 300}</p>"
        harbour.posts[name] = await harbour.hear(
            name, said, language="ar" if name == "arabic" else "fr", mentions=(world.id("bruno"),), tags=("foot",)
        )
    await world.say("bruno", f"{ARABIC} {EMOJI} https://example.org/{'a' * 200}")
    wanted = Wanted(keys=one_pair(), display_name=LONG[:60], template="leisure", language="fr")
    made = await world.db.write(start.start, world.viewer("bruno"), wanted, context=world.context, now=world.clock())
    tomorrow = Millis(world.clock() + 86_400_000)
    held = GatheringDraft(starts_at=tomorrow, timezone="Europe/Madrid", place=LONG[:200], address=ARABIC, seats=1)
    for title in (LONG[:200], ARABIC, EMOJI):
        harbour.posts["held"] = await world.say("bruno", EMOJI, title=title, gathering=held, community=made.id)
    await world.settle()
    wrong: list[str] = []
    async with tab(browser, harbour, width=width, dark=dark) as page:
        await enter(page, harbour, "bruno")
        people = [f"/@{name}@{USINE}" for name in ("long", "arabic", "emoji")]
        threads = [f"/@{name}@{USINE}/{harbour.posts[name]}" for name in ("long", "arabic", "emoji")]
        crews = [f"/communities/{made.id}{part}" for part in ("", "/members", "/settings", "/agenda", "/pages")]
        more = ("/communities", "/agenda", "/people", f"/@bruno/{harbour.posts['held']}", *crews)
        for path in ("/", "/group", "/tags/foot", "/notifications", "/@bruno", *more, *people, *threads):
            await page.goto(path)
            wrong += [f"{path}: {each}" for each in await complaints(page)]
        names = await page.locator(".author b").all_inner_texts()
        assert EMOJI in names
    assert not wrong, "\n".join(wrong)
