"""« To read » on pages: asked, confirmed by one tap, counted; screens, sheets and roll calls."""

import asyncio
import re
import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from social.announcements import publish
from social.announcements.audience import MANAGER, Wave
from social.announcements.people import appoint
from social.announcements.publish import NewAnnouncement
from social.desk import due
from social.paging import Page
from social.policy import Role
from social.posts import scheduled
from social.posts.languages import DraftVersion
from social.posts.publish import Draft
from storage import acknowledgements
from storage.ids import PostId
from tests.web.conftest import Site
from tests.web.visitor import Visitor
from web import paper

FRENCH = "Le quai 3 est fermé dès lundi."
ENGLISH = "Quay 3 is closed from Monday."


async def announce(site: Site, *waves: Wave, by: str = "bruno") -> PostId:
    """As the form does, in two languages."""
    await site.person(by, role=Role.COMMUNICATOR)
    versions = (DraftVersion(language="en", text=ENGLISH),)
    new = NewAnnouncement(draft=Draft(text=FRENCH, language="fr", versions=versions), waves=waves or (Wave(at=0),))
    world = site.world
    return await world.db.write(publish.announce, world.viewer(by), new, context=world.context, now=world.clock())


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


async def confirm(visitor: Visitor, post: PostId, act: str = "confirm") -> str:
    """One tap on the page; where it led."""
    page = (await visitor.read("/to-read")).text
    fields = {name: hidden(page, name) for name in ("version", "language", "digest")}
    answer = await visitor.send(f"/to-read/{post}/{act}", fields | {"back": "/to-read"}, follow=False)
    assert answer.status == 303
    return answer.headers["location"]


async def test_what_is_to_be_read_is_counted_shown_in_the_own_language_and_confirmed_by_one_tap(site: Site) -> None:
    amina = await site.person("amina")
    post = await announce(site)
    home = await amina.read("/")
    assert "1 announcement to read and confirm" in home.text
    page = await amina.read("/to-read")
    assert ENGLISH in page.words
    assert FRENCH not in page.words
    assert "To read and confirm" in page.words
    assert "Your name does not leave your site" in page.words
    assert hidden(page.text, "language") == "en"
    assert (await confirm(amina, post)).startswith("/to-read?done=confirmed")
    after = await amina.read("/to-read")
    assert "Nothing waits for you" in after.words
    assert "Confirmed on 24 November 2026" in after.words
    assert "announcement to read" not in (await amina.read("/")).text


async def test_who_has_a_question_is_led_to_ask_it(site: Site) -> None:
    amina = await site.person("amina")
    post = await announce(site)
    assert await confirm(amina, post, "question") == f"/compose?reply={post}"
    assert "You had a question" in (await amina.read("/to-read")).words


async def test_what_changed_meanwhile_is_shown_again(site: Site) -> None:
    amina = await site.person("amina")
    post = await announce(site)
    page = (await amina.read("/to-read")).text
    fields = {name: hidden(page, name) for name in ("version", "language", "digest")}
    world = site.world
    world.clock.pass_by(minutes=5)
    await world.db.write(
        publish.revise, world.viewer("bruno"), post, Draft(text="Quai 5.", language="fr", versions=()),
        material=True, context=world.context, now=world.clock(),
    )  # fmt: skip
    answer = await amina.send(f"/to-read/{post}/confirm", fields | {"back": "/"}, follow=False)
    assert answer.headers["location"].startswith("/to-read?done=changed_meanwhile")
    assert "Quai 5." in (await amina.read("/to-read")).words


async def test_who_opens_it_at_its_own_address_has_seen_it(site: Site) -> None:
    """Where a push and a notification lead."""
    amina, luc = await site.person("amina"), await site.person("luc")
    post = await announce(site)
    await amina.read("/")
    own = await site.world.db.read(acknowledgements.own, post, site.world.clock())
    assert own is not None and (own.asked, own.seen) == (2, 0)
    for visitor in (amina, amina, luc):
        await visitor.read(f"/@bruno/{post}")
    own = await site.world.db.read(acknowledgements.own, post, site.world.clock())
    assert own is not None and (own.asked, own.seen, own.acknowledged) == (2, 2, 0)


async def test_its_author_moves_the_end_and_has_it_asked_again(site: Site) -> None:
    amina = await site.person("amina")
    post = await announce(site)
    bruno = await site.person("bruno", role=Role.COMMUNICATOR)
    page, at = f"/announcements/{post}", f"/announcements/{post}/until"
    form = await bruno.read(page)
    held = form.page.select_one("#until")
    assert held is not None and held["value"] == "2026-12-24T13:00"
    for wrong, why in (("2026-11-23T12:00", "Choose a day after people are asked"), ("x", "This is no day and time")):
        refused = await bruno.send(at, {"until": wrong})
        assert refused.status == 422 and why in refused.words
        field = refused.page.select_one("#until")
        assert field is not None and field["value"] == wrong
    await bruno.fill(form, at, {"until": "2026-11-25T12:00"})
    assert "before 25 November" in (await amina.read("/to-read")).words
    site.world.clock.pass_by(days=2)
    assert "Nothing waits for you" in (await amina.read("/to-read")).words
    over = await bruno.read(page)
    assert "No longer asked since 25 November 2026" in over.words
    assert "Ask nobody any more" not in over.words
    await bruno.fill(over, at, {"until": "2026-11-30T12:00"})
    assert ENGLISH in (await amina.read("/to-read")).words
    await confirm(amina, post)
    await bruno.send(f"{page}/close", {})
    assert "No longer asked since" in (await bruno.read(page)).words
    assert "Confirmed on" in (await amina.read("/to-read")).words
    assert (await amina.send(at, {"until": "2026-12-01T12:00"})).status == 403


async def test_a_communicator_asks_a_community_that_they_are_not_in(site: Site) -> None:
    amina, bruno = await site.person("amina"), await site.person("bruno", role=Role.COMMUNICATOR)
    luc = await site.person("luc")
    for name, entry in (("Thursday football", "open"), ("Night shift", "hidden")):
        page = await amina.read("/communities/new")
        await amina.fill(page, "/communities", {"display_name": name, "template": "leisure", "entry": entry})
    form = await bruno.read("/announcements/new")
    offered = {one.parent.text.strip(): one["value"] for one in form.page.select("[name=communities]")}
    (football,) = [uri for words, uri in offered.items() if words.startswith("Thursday football")]
    assert not [words for words in offered if "Night shift" in words], "it is nobody's who is not in it"
    await bruno.send("/announcements/new", {"text": ENGLISH, "language": "en", "hours": "2", "communities": football})
    assert ENGLISH in (await amina.read("/to-read")).words
    assert ENGLISH not in (await luc.read("/to-read")).words


async def test_what_was_corrected_after_it_was_confirmed_says_so(site: Site) -> None:
    amina = await site.person("amina")
    post = await announce(site)
    await confirm(amina, post)
    assert "Corrected since" not in (await amina.read("/to-read")).words
    world = site.world
    world.clock.pass_by(minutes=5)
    draft = Draft(text=FRENCH, language="fr", versions=(DraftVersion(language="en", text=f"{ENGLISH} Thank you."),))
    await world.db.write(
        publish.revise, world.viewer("bruno"), post, draft, material=False, context=world.context, now=world.clock()
    )
    page = await amina.read("/to-read")
    assert "Confirmed on" in page.words and "Nothing waits for you" in page.words
    history = page.page.select_one(".ask-strip a")
    assert history.text == "Corrected since, not in the matter"
    assert (await amina.read(history["href"])).status == 200


async def test_only_who_is_asked_sees_what_is_for_some(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    post = await announce(site, Wave(at=0, roles=("job:Maintenance",)))
    assert ENGLISH in (await amina.read("/to-read")).words
    assert ENGLISH not in (await luc.read("/to-read")).words
    assert (await luc.read(f"/@bruno/{post}")).status == 404
    answer = await luc.send(f"/to-read/{post}/confirm", {"version": "1", "language": "fr", "digest": "x"})
    assert answer.status == 404


async def test_it_is_written_with_its_audience_and_its_figures_are_seen(site: Site) -> None:
    bruno, amina = await site.person("bruno", role=Role.COMMUNICATOR), await site.person("amina")
    await site.person("luc")
    assert (await amina.read("/announcements/new")).status == 403
    fields = {
        "text": FRENCH, "language": "fr", "version_language": "en", "version_text": ENGLISH, "version_spoiler": "",
        "entities": "usine.example", "hours": "2", "job": "", "team": "", "until": "",
    }  # fmt: skip
    asked = await bruno.send("/announcements/new", fields | {"do": "reach"})
    assert "2 people of this site would be asked" in asked.words
    assert FRENCH in asked.text
    empty = await bruno.send("/announcements/new", fields | {"text": " "})
    assert (empty.status, "Write something" in empty.words) == (422, True)
    sent = await bruno.send("/announcements/new", fields, follow=False)
    found = re.match(r"/announcements/(\d+)", sent.headers["location"])
    assert found is not None
    await confirm(amina, PostId(int(found[1])))
    figures = await bruno.read(f"/announcements/{found[1]}")
    assert "1 of 2 have confirmed" in figures.words
    assert "At this site nobody sees who has confirmed" in figures.words
    assert "Amina Benali" not in figures.words
    assert (await amina.read(f"/announcements/{found[1]}")).status == 403
    # Who is left is for the office on paper, here as numbers; a question is answered for all.
    paper = await bruno.read(f"/announcements/{found[1]}/missing")
    assert "1 of 2 have confirmed" in paper.words and "1 has not answered" in paper.words
    assert "At this site nobody sees who has confirmed" in paper.words and "Luc" not in paper.words
    assert (await amina.read(f"/announcements/{found[1]}/missing")).status == 403
    to = f"/announcements/{found[1]}/answers"
    said = await bruno.send(to, {"question": "Which quay?", "answer": "Quay 3."})
    assert "Which quay?" in said.words and (await bruno.send(to, {"question": "x", "answer": ""})).status == 422
    assert "Quay 3." in (await amina.read("/to-read")).words
    # Another one of that day is said before it is sent, and sent all the same if that is meant.
    warned = await bruno.send("/announcements/new", fields)
    assert "Another must-read is planned for that day" in warned.words and warned.path == "/announcements/new"
    sent = await bruno.send("/announcements/new", fields | {"anyway": "1"}, follow=False)
    assert re.match(r"/announcements/(\d+)", sent.headers["location"])
    listed = await bruno.read("/announcements")
    assert ENGLISH[:20] in listed.words or FRENCH[:20] in listed.words


async def test_managers_first_and_an_urgent_one_needs_its_reason(site: Site) -> None:
    bruno = await site.person("bruno", role=Role.COMMUNICATOR)
    ines = await site.person("ines", role=Role.ADMIN)
    await site.person("marc")
    given = await ines.send("/admin/offices", {"username": "marc", "office": MANAGER})
    assert "Marc Dubois" in given.words
    wrong = await ines.send("/admin/offices", {"username": "nobody", "office": MANAGER})
    assert wrong.status == 422
    await site.world.db.write(appoint, site.world.viewer("ines"), "bruno", "urgent", on=True, now=site.world.clock())
    fields = {"text": FRENCH, "language": "fr", "first": "1", "hours": "2", "job": "", "team": "", "until": ""}
    refused = await bruno.send("/announcements/new", fields | {"urgent": "1", "reason": ""})
    assert (refused.status, "Say why it cannot wait" in refused.words) == (422, True)
    sent = await bruno.send("/announcements/new", fields)
    assert "Managers" in sent.words
    world = site.world
    assert ENGLISH not in (await ines.read("/to-read")).words
    world.clock.pass_by(hours=2)


async def test_a_must_read_that_was_planned_is_asked_from_its_time_on(site: Site) -> None:
    bruno, amina = await site.person("bruno", role=Role.COMMUNICATOR), await site.person("amina")
    now = site.world.clock()
    zone = ZoneInfo(site.node.settings.node.timezone)
    at = datetime.fromtimestamp(now / 1000 + 7_200, zone).isoformat()[:16]
    slot = {"title": "Evacuation", "slot_at": at, "channel": "announcement", "must_read": "1"}
    piece = (await bruno.send("/calendar", slot)).path.partition("?")[0]
    form = await bruno.read(f"/announcements/new?piece={piece.rpartition('/')[2]}")
    assert form.page.select_one("#begins")["value"] == at
    fields = {"text": FRENCH, "language": "fr", "hours": "2", "piece": piece.rpartition("/")[2]}
    assert (await bruno.send("/announcements/new", fields | {"begins": "never"})).status == 422
    waits = await bruno.send("/announcements/new", fields | {"begins": at})
    assert "Must-read" in waits.words and FRENCH in waits.words and "Scheduled" in (await bruno.read(piece)).words
    assert FRENCH not in (await amina.read("/to-read")).words
    site.world.clock.pass_by(hours=2)
    (view,) = await site.world.db.read(scheduled.several, site.world.viewer("bruno"), Page())
    context, now = site.world.context, site.world.clock()
    post = await site.world.db.write(due.publish_due, view.id, context=context, now=now)
    # It is out for everybody to read, as the piece that it was planned as.
    assert FRENCH in (await amina.read("/to-read")).words
    assert (await amina.read(f"/@bruno/{post}")).status == 200
    assert "Published" in (await bruno.read(piece)).words


async def test_a_screen_shows_chosen_posts_to_whoever_has_its_link_until_it_is_closed(site: Site) -> None:
    bruno, amina = await site.person("bruno", role=Role.COMMUNICATOR), await site.person("amina")
    await announce(site)
    secret = await announce(site, Wave(at=0, roles=("job:Maintenance",)))
    page = await bruno.send("/screens", {"title": "Canteen"})
    link = re.search(r'href="(/screen/[\w-]+)"', page.text)
    id = re.search(r'action="/screens/(\d+)/change"', page.text)
    assert link is not None
    assert id is not None
    shown = await site.stranger().ask("GET", f"{link[1]}?lang=fr")
    assert (shown.status, FRENCH in shown.words, ENGLISH in shown.words) == (200, True, True)
    assert shown.headers["refresh"] == "20; url=?n=1"
    assert [one["src"] for one in shown.page.select("script")], "one script, and the header without it"
    assert '<svg aria-hidden="true"' in shown.text
    # What is for some is offered to no screen.
    refused = await bruno.send(f"/screens/{id[1]}/change", {"title": "Canteen", "seconds": "9", "post": str(secret)})
    assert refused.status == 422
    none = await bruno.send(f"/screens/{id[1]}/change", {"title": "Canteen", "seconds": "9"})
    assert none.status == 200
    assert FRENCH not in (await site.stranger().ask("GET", link[1])).words
    await bruno.send(f"/screens/{id[1]}/renew", {})
    assert (await site.stranger().ask("GET", link[1])).status == 404
    other = re.search(r'href="(/screen/[\w-]+)"', (await bruno.read("/screens")).text)
    assert other is not None
    await bruno.send(f"/screens/{id[1]}/revoke", {})
    assert (await site.stranger().ask("GET", other[1])).status == 404
    assert (await amina.read("/screens")).status == 403


async def test_a_sheet_for_the_wall_has_a_square_for_each_and_both_languages(site: Site) -> None:
    bruno = await site.person("bruno", role=Role.COMMUNICATOR)
    post = await announce(site)
    sheet = await bruno.read(f"/screens/sheet?post={post}")
    assert FRENCH in sheet.words
    assert ENGLISH in sheet.words
    assert f"https://usine.example/@bruno/{post}" in sheet.words
    assert sheet.text.count('class="qr"') == 1
    assert FRENCH not in (await bruno.read("/screens/sheet?post=1")).words
    assert f'href="/screens/sheet.pdf?post={post}"' in sheet.text


async def test_the_sheet_is_a_file_too_and_nothing_in_it_is_fetched(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    bruno = await site.person("bruno", role=Role.COMMUNICATOR)
    await announce(site)
    made = await bruno.ask("GET", "/screens/sheet.pdf")
    assert (made.status, made.headers["content-type"]) == (200, "application/pdf")
    assert made.body.startswith(b"%PDF-")
    # In a process of its own, as in a node: WeasyPrint has Pillow take pictures that are cut off, everywhere.
    asked = [sys.executable, "-c", "from web.press import refuse; refuse('http://127.0.0.1/')"]
    refusal = await asyncio.to_thread(subprocess.run, asked, capture_output=True, text=True, check=False)
    assert "ValueError: http://127.0.0.1/ is not fetched" in refusal.stderr
    with monkeypatch.context() as all_at_work:
        all_at_work.setattr(paper, "PRESSES", 0)
        assert (await bruno.ask("GET", "/screens/sheet.pdf")).status == 503
    monkeypatch.setattr(paper, "PRESS", "web.nothing")
    assert (await bruno.ask("GET", "/screens/sheet.pdf")).status == 503
    monkeypatch.setattr(paper, "is_there", lambda: False)
    assert "As PDF" not in (await bruno.read("/screens/sheet")).words
    refused = await bruno.ask("GET", "/screens/sheet.pdf")
    assert (refused.status, "Print the page with the browser" in refused.words) == (503, True)


async def test_a_roll_call_is_answered_by_one_tap_and_names_are_for_who_leads_it(site: Site) -> None:
    bruno, amina = await site.person("bruno", role=Role.COMMUNICATOR), await site.person("amina")
    luc = await site.person("luc")
    assert (await amina.send("/roll-call", {"title": "Smoke"})).status == 403
    assert (await bruno.send("/roll-call", {"title": " "})).status == 422
    begun = await bruno.send("/roll-call", {"title": "Smoke in hall 2"})
    assert "0 of 3 are safe" in begun.words
    assert (await bruno.send("/roll-call", {"title": "Again"})).status == 409
    assert "say that you are safe" in (await amina.read("/")).text
    said = await amina.send("/roll-call/answer", {"state": "safe"})
    assert "You said: I am safe." in said.words
    assert "Luc Perrin" not in said.words
    assert (
        await amina.send("/roll-call/answer", {"state": "safe", "account": str(site.world.id("luc"))})
    ).status == 403
    assert (await luc.send("/roll-call/answer", {"state": "lost"})).status == 422
    await bruno.send("/roll-call/answer", {"state": "safe", "account": str(site.world.id("luc"))})
    led = await bruno.read("/roll-call")
    assert "2 of 3 are safe" in led.words
    assert "noted for them" in led.words
    await bruno.send("/roll-call/end", {})
    assert (await amina.send("/roll-call/answer", {"state": "help"})).status == 404
