"""Gatherings on pages: planning one, answering, changing, calling off, who comes, and what others may not see."""

import pytest

from social.clock import DAY, HOUR
from social.communities import communities, membership
from social.communities.communities import NewCommunity
from social.gatherings import agenda
from social.gatherings.drafts import GatheringDraft
from social.people import accounts
from storage.communities import Entry, Posting
from storage.ids import Millis, PostId
from storage.visibility import Visibility
from tests.web.conftest import Site
from tests.web.test_doors import counted
from tests.web.visitor import Visitor
from tests.world import NOON, one_pair

FORM = {
    "title": "Football of the three sites",
    "starts_at": "2026-12-05T18:30",
    "ends_at": "2026-12-05T20:00",
    "timezone": "Europe/Madrid",
    "place": "Vallecas",
    "text": "Bring your boots.",
    "category": "SPORTS",
    "seats": "1",
    "has_waiting": "1",
    "status": "confirmed",
    "audience": "public",
}


async def planned(visitor: Visitor, **changes: str) -> PostId:
    """A gathering, planned through the form; the id of its post."""
    page = await visitor.fill(await visitor.read("/agenda/new"), "/agenda/new", FORM | changes)
    assert page.status == 200, page.words
    return PostId(int(page.path.partition("?")[0].rpartition("/")[2]))


def flat(words: str) -> str:
    return " ".join(words.split())


async def answer(visitor: Visitor, post: PostId, said: str) -> str:
    page = await visitor.send(f"/gatherings/{post}/answer", {"answer": said, "back": f"/@amina/{post}"})
    assert page.status == 200
    return flat(page.words)


async def test_a_gathering_is_planned_answered_and_read_in_the_agenda(site: Site) -> None:
    amina, luc, marc = [await site.person(name) for name in ("amina", "luc", "marc")]
    post = await planned(amina)
    page = await luc.read(f"/@amina/{post}")
    words = flat(page.words)
    assert "Football of the three sites" in words and "Saturday 5 December 2026, 18:30 – 20:00" in words
    assert "Vallecas" in words and "Nobody has said yes yet, 1 seat left" in words
    assert "You have a seat." in await answer(luc, post, "yes")
    waits = await answer(marc, post, "yes")
    assert "You wait for a seat" in waits and "You are next." in waits
    agenda = await marc.read("/agenda?kind=mine")
    assert agenda.page.select_one(f'a[href="/@amina/{post}"]') is not None
    assert "1 comes, no seat left, 1 waits" in flat(agenda.words) and "you wait" in flat(agenda.words)
    assert f"/@amina/{post}" not in (await luc.read("/agenda?kind=past")).text
    assert "You said: maybe." in await answer(luc, post, "maybe")
    assert "1 comes" in flat((await marc.read(f"/@amina/{post}")).words)
    home = await marc.read("/")
    assert [one.text for one in home.page.select('.rail a[href="/agenda"]')] == ["See all"]
    assert home.page.select_one(f'.rail a[href="/@amina/{post}"]').text == "Football of the three sites"


async def test_names_of_who_comes_are_for_people_who_are_signed_in(open_to_all: Site) -> None:
    amina, luc = await open_to_all.person("amina"), await open_to_all.person("luc")
    post = await planned(amina)
    await answer(luc, post, "yes")
    assert "Luc Perrin" in (await amina.read(f"/@amina/{post}")).words
    stranger = await open_to_all.stranger().read(f"/@amina/{post}")
    assert stranger.status == 200 and "1 comes" in flat(stranger.words) and "Luc Perrin" not in stranger.words


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"title": " "}, "Give it a title.", id="no title"),
        pytest.param({"starts_at": "soon"}, "This is no day and time.", id="a time that is none"),
        pytest.param({"starts_at": "9999-12-31T23:59"}, "This is no day and time.", id="in no year of a calendar"),
        pytest.param({"ends_at": "2026-12-05T18:00"}, "The end must come after", id="an end before the beginning"),
        pytest.param({"timezone": "Mars/Olympus"}, "Choose one of the list.", id="a zone that is none"),
        pytest.param({"seats": "-1"}, "One seat at least", id="seats that cannot be"),
        pytest.param({"every": "week", "times": "400"}, "Between 2 and 52 times.", id="without a bound"),
        pytest.param({"link": "javascript:alert(1)"}, "This is no address of a page.", id="a link that is none"),
        pytest.param({"audience": "nobody"}, "Choose one of the list.", id="an audience that is none"),
    ],
)
async def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    site: Site, changes: dict[str, str], says: str
) -> None:
    amina = await site.person("amina")
    page = await amina.fill(await amina.read("/agenda/new"), "/agenda/new", FORM | changes)
    assert page.status == 422 and says in flat(page.words)
    assert page.page.select_one('textarea[name="text"]').text.strip() == "Bring your boots."


async def test_a_form_sent_twice_plans_one_gathering(site: Site) -> None:
    amina = await site.person("amina")
    blank = await amina.read("/agenda/new")
    for _ in range(2):
        page = await amina.fill(blank, "/agenda/new", FORM)
        assert page.status == 200
    assert len((await amina.read("/agenda")).page.select(".agenda li")) == 1


async def test_who_is_no_organiser_changes_nothing(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    post = await planned(amina)
    assert (await luc.read(f"/gatherings/{post}/edit")).status == 404
    assert (await luc.send(f"/gatherings/{post}/edit", FORM)).status == 404
    assert (await luc.send(f"/gatherings/{post}/attendance", {"came": "1"})).status == 403
    note = await site.world.say("amina", "Only words")
    for path in (f"/gatherings/{note}/answer", "/gatherings/1/answer"):
        assert (await luc.send(path, {"answer": "yes"})).status == 404
    closed = await site.world.say(
        "amina",
        "Secret words",
        title="Secret meeting",
        visibility=Visibility.FOLLOWERS,
        gathering=GatheringDraft(starts_at=Millis(NOON + DAY), timezone="Europe/Paris", place="Secret place"),
    )
    assert (await luc.send(f"/gatherings/{closed}/answer", {"answer": "yes"})).status == 404
    for path in ("/agenda", "/agenda?kind=mine", f"/@amina/{closed}", f"/@amina/{closed}.ics", "/"):
        assert "Secret" not in (await luc.read(path)).text, path


async def test_it_is_moved_called_off_and_shown_so_in_french(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc", language="fr")
    post = await planned(amina)
    await answer(luc, post, "yes")
    page = await amina.read(f"/gatherings/{post}/edit")
    assert page.page.select_one('input[name="starts_at"]')["value"] == "2026-12-05T18:30"
    changed = {"place": "Gerland", "starts_at": "2026-12-06T18:30", "ends_at": "", "status": "cancelled"}
    await amina.fill(page, f"/gatherings/{post}/edit", changed)
    await site.world.settle()
    seen = flat((await luc.read(f"/@amina/{post}")).words)
    assert "Annulé" in seen and "Dimanche 6 décembre 2026, 18 h 30, sans heure de fin" in seen and "Gerland" in seen
    assert (await luc.send(f"/gatherings/{post}/answer", {"answer": "no"})).status == 409
    told = flat((await luc.read("/notifications")).words)
    assert "Amina Benali a annulé le rendez-vous" in told
    node = site.node
    await node.db.write(accounts.create_instance_actor, one_pair(), ids=node.ids, urls=node.urls, now=node.clock())
    for title in ("Repas", "Match <3>"):
        other = await planned(amina, title=title)
        await answer(luc, other, "yes")
        await amina.send(f"/posts/{other}/delete", {})
    await site.world.settle()
    lines = [flat(one.text) for one in (await luc.read("/notifications")).page.select(".post.note")]
    gone = [one for one in lines if "Ce à quoi vous vouliez venir n’a pas lieu" in one]
    assert ["Match <3>" in gone[0], "Repas" in gone[1]] == [True, True]


async def test_the_organiser_notes_who_was_there(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    post = await planned(amina)
    await answer(luc, post, "yes")
    site.world.clock.pass_by(days=12)
    page = await amina.read(f"/@amina/{post}")
    await amina.fill(page, f"/gatherings/{post}/attendance", {"came": str(site.world.id("luc"))})
    assert "1 was there" in flat((await amina.read(f"/@amina/{post}")).words)
    assert "Who was there?" not in (await luc.read(f"/@amina/{post}")).words


async def test_other_dates_stand_below_one_that_is_repeated(site: Site) -> None:
    amina = await site.person("amina")
    post = await planned(amina, every="week", times="3")
    page = await amina.read(f"/@amina/{post}")
    dates = [flat(row.text) for row in page.page.select("section[aria-labelledby=dates] li a")]
    assert dates == ["Saturday 12 December 2026, 18:30 – 20:00", "Saturday 19 December 2026, 18:30 – 20:00"]
    assert len((await amina.read("/agenda")).page.select(".agenda li")) == 3
    assert len((await amina.read("/site")).page.select("article.post")) == 1


async def test_the_agenda_has_pages(site: Site) -> None:
    await site.world.person("amina")
    for number in range(33):
        held = GatheringDraft(starts_at=Millis(NOON + number // 2 * HOUR + HOUR), timezone="Europe/Paris")
        await site.world.say("amina", "", title=f"Number {number}", gathering=held)
    amina = await site.come_in("amina")
    first = await amina.read("/agenda")
    more = await amina.read(first.page.select_one('a[rel="next"]')["href"])
    titles = [row.text for page in (first, more) for row in page.page.select(".agenda b") if "Number" in row.text]
    assert sorted(titles) == sorted(f"Number {number}" for number in range(33)) and len(set(titles)) == 33


async def test_pages_of_gatherings_cost_few_statements(site: Site) -> None:
    amina = await site.person("amina")
    post = await planned(amina, every="week", times="3")
    # Below a gathering stand who comes and its other dates: a statement each.
    # The first look at the home notes how far the reader has come, its composer says whom it reaches; a gathering in
    # the feed and the next ones beside it cost a statement each.
    most = {f"/@amina/{post}": 12, "/": 14}
    for path in ("/agenda", "/agenda/new", "/agenda/calendar", *most):
        count = counted(site)
        assert (await amina.read(path)).status == 200
        assert count() <= most.get(path, 10), (path, count())


async def test_an_address_of_a_calendar_is_made_and_ended_on_a_page(site: Site) -> None:
    amina = await site.person("amina")
    await planned(amina)
    page = await amina.fill(await amina.read("/agenda/calendar"), "/agenda/calendar", {"community": "0"})
    address = page.page.select_one("input[readonly]")["value"]
    path = address.removeprefix(site.world.urls.base)
    assert "Football of the three sites" in (await site.stranger().read(path)).text
    await amina.send("/agenda/calendar/revoke", {"community": "0"})
    assert (await site.stranger().read(path)).status == 404


async def test_what_a_community_holds_stands_in_its_own_agenda_and_is_for_its_members(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    world = site.world
    new = NewCommunity(username="choir", display_name="Choir", entry=Entry.REQUEST, keys=one_pair())
    choir = await world.db.write(
        communities.create,
        world.viewer("amina"),
        new,
        ids=world.ids,
        urls=world.urls,
        now=world.clock(),
    )
    post = await planned(amina, audience=str(choir.id), title="Rehearsal")
    own = await amina.read(f"/communities/{choir.id}/agenda")
    assert [row.text for row in own.page.select(".agenda a b")] == ["Rehearsal"]
    for path in (f"/communities/{choir.id}/agenda", "/agenda", f"/@amina/{post}", f"/@amina/{post}.ics"):
        assert "Rehearsal" not in (await luc.read(path)).text, path
    assert (await luc.send(f"/gatherings/{post}/answer", {"answer": "yes"})).status == 404
    path = f"/calendars/{await world.db.write(agenda.renew, world.viewer('luc'), choir.id, now=world.clock())}.ics"
    assert b"Rehearsal" not in (await site.stranger().read(path)).body
    path = f"/calendars/{await world.db.write(agenda.renew, world.viewer('amina'), choir.id, now=world.clock())}.ics"
    assert b"SUMMARY:Rehearsal" in (await site.stranger().read(path)).body


async def test_who_may_not_begin_a_post_in_a_community_is_not_offered_to_plan_there(site: Site) -> None:
    await site.world.person("luc")
    new = NewCommunity(username="news", display_name="News", posting=Posting.HOSTS, keys=one_pair())
    about = {"ids": site.world.ids, "urls": site.world.urls, "now": site.world.clock()}
    made = await site.world.db.write(communities.create, site.world.viewer("luc"), new, **about)  # type: ignore[arg-type]
    await site.world.person("amina")
    await site.world.db.write(membership.join, site.world.viewer("amina"), made.id, **about)  # type: ignore[arg-type]
    plan = f"/agenda/new?community={made.id}"
    for name, may in (("luc", True), ("amina", False)):
        visitor = await site.come_in(name)
        page = (await visitor.read(f"/communities/{made.id}/agenda")).page
        assert bool(page.select_one(f'main a[href="{plan}"]')) is may, name
        offered = (await visitor.read(plan)).page.select("select[name=audience] option")
        assert (str(made.id) in {one["value"] for one in offered}) is may, name
