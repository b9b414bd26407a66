"""Recognition on the pages: kudos, skills, days, first days and the pulse, by forms alone."""

import datetime

import msgspec
import pytest

from social import events
from social.recognition import pulse, subscriber
from social.settings import RecognitionSettings
from social.trust import node_keys
from storage.ids import Millis
from tests.social.recognition.conftest import charter
from tests.web.conftest import Site
from tests.web.test_doors import counted
from tests.web.visitor import Visitor


@pytest.fixture
async def amina(site: Site) -> Visitor:
    """Amina, with Luc and Noor on the site."""
    amina = await site.person("amina")
    for name in ("luc", "noor"):
        await site.world.person(name)
    own = await site.world.db.write(node_keys.node_key, now=site.world.clock())
    await charter(site.world, own)
    return amina


async def test_a_kudos_is_given_by_a_form_and_stands_on_the_page_when_its_subject_agrees(
    site: Site, amina: Visitor
) -> None:
    luc = await site.come_in("luc")
    page = await luc.read("/@amina")
    assert page.page.select_one('a[href="/kudos/new?to=amina"]')
    form = await luc.read("/kudos/new?to=amina")
    wrong = await luc.fill(form, "/kudos/new", {"text": "Merci."})
    assert (wrong.status, "Choose one of the values." in wrong.words) == (422, True)
    done = await luc.fill(wrong, "/kudos/new", {"value": "Safety"})
    assert "Kudos to Amina Benali" in done.words and "May it stand" not in done.words
    assert "Merci." not in (await luc.read("/@amina/kudos")).words
    home = await amina.read("/kudos")
    assert "May it stand on your page?" in home.words
    button = home.page.select_one('button[formaction$="/show"]')
    await amina.send(button["formaction"], {"back": "/kudos"})
    assert "Merci." in (await luc.read("/@amina/kudos")).words
    await amina.send(button["formaction"].replace("show", "hide"), {"back": "/kudos"})
    assert "Merci." not in (await luc.read("/@amina/kudos")).words


async def test_what_is_no_kudos_is_told_beside_its_field(site: Site, amina: Visitor) -> None:
    form = await amina.read("/kudos/new")
    for to, said in (
        ("@amina", "Kudos are for others."),
        ("@nobody", "Nobody of that name was found: nobody"),
        ("  ", "Name somebody"),
    ):
        wrong = await amina.fill(form, "/kudos/new", {"to": to, "text": "Merci.", "value": "Safety"})
        assert wrong.status == 422 and said in wrong.page.select_one("#to-says").text
    luc = site.world.id("luc")
    await amina.send(f"/people/{luc}/block", {})
    wrong = await amina.fill(form, "/kudos/new", {"to": "luc", "text": "Merci.", "value": "Safety"})
    assert (wrong.status, "You blocked Luc Perrin" in wrong.words) == (403, True)


async def test_a_skill_is_claimed_endorsed_agreed_to_and_found_with_its_proof(site: Site, amina: Visitor) -> None:
    settings = await amina.read("/settings/colleagues")
    await amina.fill(settings, "/settings/colleagues/skills", {"skill": "Soudure TIG"})
    luc = await site.come_in("luc")
    about = await luc.read("/@amina/about")
    button = about.page.select_one('button[formaction$="/skills/endorse"]')
    said = await luc.send(button["formaction"], {"skill": button["value"]})
    assert "Take it back" in said.words and "Also said by" not in said.words
    home = await amina.read("/")
    assert "Luc Perrin says that you know: Soudure TIG" in home.words
    asked = await amina.read("/settings/colleagues")
    show = asked.page.select_one('button[formaction$="/show"]')
    await amina.send(show["formaction"], {"skill": show["value"]})
    await site.world.say("noor", "Soudure TIG : la torche neuve tient.")
    await site.world.settle()
    requests = list(site.elsewhere.asked)
    found = await luc.read("/who-knows?q=soudure+TIG")
    assert site.elsewhere.asked == requests, "cut off, it finds the same"
    assert "Also said by Luc Perrin" in found.words
    assert [" ".join(one.text.split()) for one in found.page.select("main .person b")] == [
        "Amina Benali",
        "Noor",
    ]
    assert found.page.select_one('.proof a[href^="/@noor/"]')
    assert "Soudure TIG" in (await luc.read("/who-knows")).words
    leads = (await luc.read("/search?q=soudure+TIG")).page.select_one('main a[href^="/who-knows?q="]')
    assert "Amina Benali" in (await luc.read(leads["href"])).words
    await amina.send("/settings/colleagues/skills/remove", {"skill": "soudure tig"})
    gone = await luc.send(button["formaction"], {"skill": button["value"]})
    assert gone.status == 404


async def test_days_are_kept_by_choice_and_shown_on_the_day(site: Site, amina: Visitor) -> None:
    today = datetime.datetime.fromtimestamp(site.world.clock() / 1000, datetime.UTC)
    luc = await site.come_in("luc")
    settings = await luc.read("/settings/colleagues")
    wrong = await luc.fill(settings, "/settings/colleagues/days", {"birthday_day": "31", "birthday_month": "2"})
    assert (wrong.status, "There is no such day" in wrong.words) == (422, True)
    given = {"birthday_day": str(today.day), "birthday_month": str(today.month)}
    await luc.fill(settings, "/settings/colleagues/days", given)
    assert "Birthday today: Luc Perrin" in (await amina.read("/")).words
    assert "Birthday today" not in (await luc.read("/")).words
    assert f"{today:%B} {today.day}" in (await amina.read("/@luc/about")).words
    none = {"birthday_day": "", "birthday_month": ""}
    await luc.fill(await luc.read("/settings/colleagues"), "/settings/colleagues/days", none)
    assert "Birthday today" not in (await amina.read("/")).words


async def test_a_newcomer_is_shown_whom_they_share_something_with_and_may_stay_unannounced(
    site: Site, amina: Visitor
) -> None:
    settings = msgspec.structs.replace(site.node.settings, recognition=RecognitionSettings(greeter="luc"))
    site.node.settings = settings
    event = events.AccountJoined(by=site.world.id("amina"), at=site.world.clock())
    await site.world.db.write(subscriber.apply, event, site.world.clock(), settings=settings)
    assert "These are your first days here" in (await amina.read("/")).words
    page = await amina.read("/welcome")
    assert "Same site" in page.words and "I would rather not" in page.words
    quiet = await amina.send("/welcome/silent", {})
    assert "Greet me after all" in quiet.words
    await amina.send("/welcome/done", {})
    assert "first days" not in (await amina.read("/")).words
    luc = await site.come_in("luc")
    assert "I would rather not" not in (await luc.read("/welcome")).words, "who was here before"
    assert (await luc.send("/welcome/silent", {})).status == 404


async def test_the_question_of_the_week_is_answered_once_and_shown_from_five_on(site: Site, amina: Visitor) -> None:
    settings = msgspec.structs.replace(site.node.settings, recognition=RecognitionSettings(pulse=True))
    site.node.settings = settings
    now = site.world.clock()
    weekday = datetime.datetime.fromtimestamp(now / 1000, datetime.UTC).weekday()
    assert weekday == 1, "the story begins on a Tuesday"
    own = site.node.urls.host
    await site.world.db.write(pulse.keep_round, settings=settings, own=own, now=now)
    assert "The question of the week is open" in (await amina.read("/")).words
    for days, words in ((0, "is open"), (2, "closes tomorrow"), (1, "closes today")):
        site.world.clock.pass_by(days=days)
        assert f"The question of the week {words}." in (await amina.read("/notifications")).words
    page = await amina.read("/pulse")
    assert len(page.page.select(".five button")) == 5
    action = page.page.select_one("form.pulse")["action"]
    thanked = await amina.send(action, {"face": "4"})
    assert "You have answered." in thanked.words
    again = await amina.send(action, {"face": "1"})
    assert (again.status, "You answered this question already" in again.words) == (409, True)
    for path in ("/", "/notifications"):
        assert "question of the week" not in (await amina.read(path)).words
    site.world.clock.pass_by(days=2)
    late = Millis(site.world.clock())
    await site.world.db.write(pulse.keep_round, settings=settings, own=own, now=late)
    closed = await amina.read("/pulse")
    assert "Fewer than 5 answers, so nothing is shown." in closed.words


async def test_the_pages_cost_ten_statements_at_most(site: Site, amina: Visitor) -> None:
    await amina.read("/")
    for path in ("/", "/who-knows?q=soudure", "/settings/colleagues", "/kudos", "/pulse", "/@luc/about", "/@luc/kudos"):
        statements = counted(site)
        assert (await amina.ask("GET", path)).status == 200, path
        assert statements() <= 10, path
