"""Articles that must be read, by whom their author chooses, in a browser without JavaScript."""

from datetime import UTC, datetime

from social.announcements import asking
from social.desk import due
from social.paging import Page
from social.policy import Role
from social.posts import scheduled
from storage import announcements
from storage import posts as post_rows
from storage.ids import PostId
from storage.visibility import Visibility
from tests.web.conftest import Site
from tests.web.test_articles import written
from tests.web.visitor import Answer, Visitor

ANNOUNCE = "/announcements/new"


async def asked_form(nora: Visitor, piece: Answer) -> Answer:
    """From the piece to the form on which it is chosen who reads it; what was just written is kept."""
    at = piece.path.partition("?")[0]
    form = await nora.fill(piece, at, {"do": "asks", "teaser": "Line 3 has its day."})
    assert form.path == f"{ANNOUNCE}?piece={at.rpartition('/')[2]}"
    return form


async def published_as(site: Site) -> PostId:
    (row,) = await site.world.db.read(announcements.written_here, 5)
    return row.post_id


async def test_an_article_is_read_by_those_whom_its_author_chooses(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    amina, luc = await site.person("amina"), await site.person("luc")
    piece = await written(nora)
    form = await asked_form(nora, piece)
    assert "Line 3 stops" in form.words and not form.page.select("#text, #language, [name=version_text]")
    reach = await nora.fill(form, ANNOUNCE, {"do": "reach", "job": "Maintenance"})
    assert "1 person of this site would be asked" in reach.words and "Line 3 stops" in reach.words
    wrong = await nora.fill(form, ANNOUNCE, {"until": "2020-01-01T10:00"})
    assert wrong.status == 422 and "Line 3 stops" in wrong.words
    done = await nora.fill(form, ANNOUNCE, {"job": "Maintenance", "until": "2026-12-01T10:00"})
    assert done.page.select_one(".state")["data-state"] == "published"
    id = await published_as(site)
    post = await site.world.db.read(post_rows.by_id, id)
    assert post is not None
    assert (post.kind, post.visibility) == ("Article", Visibility.DIRECT)
    # Whom it is for reads its teaser, and confirms it on its own page.
    listed = await amina.read("/to-read")
    assert "Line 3 has its day." in listed.words and not listed.page.select(
        f'form[action="/to-read/{id}/confirm"] button.ask'
    )
    page = await amina.read(f"/@nora/{id}")
    assert "Six to noon" in page.words
    fields = {
        one["name"]: one["value"]
        for one in page.form(f"/to-read/{id}/confirm").select("input[type=hidden]")
        if one["name"] != "csrf"
    }
    assert "Confirmed on" in (await amina.send(f"/to-read/{id}/confirm", fields)).words
    # Nobody else sees it, nor its title in the calendar.
    assert (await luc.read(f"/@nora/{id}")).status == 404
    assert "Line 3" not in (await luc.read("/to-read")).words + (await luc.read("/site")).words
    bruno = await site.person("bruno", role=Role.COMMUNICATOR)
    assert "Line 3" not in (await bruno.read("/calendar?view=month")).words
    figures = await nora.read(f"/announcements/{id}")
    assert "1 of 1 have confirmed" in figures.words
    # Once out it is not announced again.
    again = await nora.send(ANNOUNCE, {"piece": done.path.partition("?")[0].rpartition("/")[2], "hours": "2"})
    assert again.status in (403, 404, 409, 422)


async def test_one_for_some_from_a_day_on_is_on_its_way_before_and_not_taken_back(site: Site) -> None:
    """It lies at the nodes already, where nobody sees it before its time: a second one beside it would be another."""
    nora, amina = await site.person("nora", role=Role.COMMUNICATOR), await site.person("amina")
    form = await asked_form(nora, await written(nora))
    tomorrow = datetime.fromtimestamp(site.world.clock() / 1000 + 86_400, UTC).isoformat()[:16]
    done = await nora.fill(form, ANNOUNCE, {"begins": tomorrow, "job": "Maintenance"})
    at = done.path.partition("?")[0]
    assert done.page.select_one(".state")["data-state"] == "scheduled"
    assert not done.page.select("button[value=take_back], button[value=drop]")
    id = await published_as(site)
    assert (await amina.read(f"/@nora/{id}")).status == 404
    for act in ("take_back", "drop"):
        assert (await nora.send(at, {"do": act})).status == 422
    assert (await nora.read(at)).page.select_one(".state")["data-state"] == "scheduled"
    world = site.world
    world.clock.pass_by(hours=25)
    await world.db.write(asking.tend, id, settings=world.settings, now=world.clock())
    assert "Six to noon" in (await amina.read(f"/@nora/{id}")).words
    assert (await nora.read(at)).page.select_one(".state")["data-state"] == "published"


async def test_an_article_for_everybody_from_a_day_on_waits_for_it(site: Site) -> None:
    nora, amina = await site.person("nora", role=Role.COMMUNICATOR), await site.person("amina")
    form = await asked_form(nora, await written(nora))
    zone_free = datetime.fromtimestamp(site.world.clock() / 1000 + 86_400, UTC).isoformat()[:16]
    waits = await nora.fill(form, ANNOUNCE, {"begins": zone_free, "until": "2026-12-24T10:00"})
    assert waits.page.select_one(".state")["data-state"] == "scheduled"
    assert "Article" in waits.words
    assert "Line 3" not in (await amina.read("/to-read")).words
    site.world.clock.pass_by(hours=25)
    (view,) = await site.world.db.read(scheduled.several, site.world.viewer("nora"), Page())
    context, now = site.world.context, site.world.clock()
    post = await site.world.db.write(due.publish_due, view.id, context=context, now=now)
    assert post is not None
    assert "Line 3 has its day." in (await amina.read("/to-read")).words
    assert (await amina.read(f"/@nora/{post}")).status == 200
    assert (await nora.read(waits.path.partition("?")[0])).page.select_one(".state")["data-state"] == "published"
    row = await site.world.db.read(announcements.by_post, post)
    assert row is not None and row.valid_until is not None
    assert datetime.fromtimestamp(row.valid_until / 1000, UTC).date().isoformat() == "2026-12-24"


async def test_what_no_reviewer_said_yes_to_is_asked_of_nobody(site: Site) -> None:
    nora = await site.person("nora", role=Role.COMMUNICATOR)
    await site.person("bruno", role=Role.COMMUNICATOR)
    piece = await written(nora)
    at = piece.path.partition("?")[0]
    await nora.send(at, {"do": "ask", "uri": site.world.urls.actor("bruno"), "part_of": "reviewer"})
    refused = await nora.fill(await nora.read(f"{ANNOUNCE}?piece={at.rpartition('/')[2]}"), ANNOUNCE, {})
    assert refused.status == 422
    assert await site.world.db.read(announcements.written_here, 5) == []
    # For followers alone is not for everybody, nor for some of them.
    other = await written(nora, place="followers", title="Quietly")
    form = await nora.read(f"{ANNOUNCE}?piece={other.path.partition('?')[0].rpartition('/')[2]}")
    assert "must read is for the whole group" in (await nora.fill(form, ANNOUNCE, {"job": "Maintenance"})).words
    # Somebody else's piece is not theirs to announce.
    carla = await site.person("carla", role=Role.COMMUNICATOR)
    assert (await carla.send(ANNOUNCE, {"piece": at.rpartition("/")[2], "hours": "2"})).status in (403, 404)
