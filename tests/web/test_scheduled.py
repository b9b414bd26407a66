"""Posts for later on pages: written with a day and a time, listed, moved, taken back, without a script."""

from social.paging import Page
from social.posts import scheduled
from social.posts.scheduled import ScheduledView
from tests.web.conftest import Site
from tests.web.test_compose import GOOD, posts, shots

TOMORROW = "2026-11-25T09:30"


async def waiting(site: Site) -> list[ScheduledView]:
    return await site.world.db.read(scheduled.several, site.world.viewer("amina"), Page(limit=10))


async def test_a_post_with_a_time_waits_with_its_picture_and_is_listed_in_the_sites_time(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.fill(await amina.read("/compose"), "/compose", {"pictures": GOOD, "do": "add"})
    words = {"text": "The press", "scheduled_at": TOMORROW, f"words-{shots(page)[0]}": "Press 3"}
    listed = await amina.fill(page, "/compose", words)
    assert "The press" in listed.words
    (view,) = await waiting(site)
    dates = listed.page.select_one("input[type=datetime-local]")
    assert dates["value"] == TOMORROW
    assert [row.description for row in view.media] == ["Press 3"]
    assert await posts(site) == []


async def test_a_time_too_soon_or_that_is_none_keeps_the_words_and_says_so(site: Site) -> None:
    amina = await site.person("amina")
    for written, said in (("2020-01-01T00:00", "at least 5 minutes"), ("tomorrow", "no day and time")):
        page = await amina.fill(await amina.read("/compose"), "/compose", {"text": "Soon", "scheduled_at": written})
        assert page.status == 422
        assert said in page.words
        assert "Soon" in page.form("/compose").select_one("#text").text
        assert page.page.select_one("details.planned").has_attr("open")
    assert await waiting(site) == []


async def test_it_is_moved_taken_back_into_the_composer_with_its_poll_and_removed(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    poll = {"option": ["Soup", "Rice"], "open_for": "3600", "several": "1"}
    await amina.send("/compose", {"text": "Lunch?", "scheduled_at": TOMORROW, "visibility": "public", **poll})
    (view,) = await waiting(site)
    path = f"/scheduled/{view.id}"
    for act in ("move", "reopen", "remove"):
        assert (await luc.send(f"{path}/{act}", {"scheduled_at": TOMORROW}, follow=False)).status == 404
    await amina.send(f"{path}/move", {"scheduled_at": "2026-11-26T10:00"})
    (moved,) = await waiting(site)
    assert moved.at > view.at
    await amina.send("/drafts", {"text": "other words"})
    assert (await amina.send(f"{path}/reopen", {}, follow=False)).status == 409
    assert len(await waiting(site)) == 1
    await amina.send("/drafts/forget", {})
    await amina.send(f"{path}/reopen", {})
    form = (await amina.read("/compose")).form("/compose")
    assert "Lunch?" in form.select_one("#text").text
    assert [one.get("value") for one in form.select("[name=option]")][:2] == ["Soup", "Rice"]
    assert form.select_one("[name=several]").has_attr("checked")
    assert form.select_one("[name=scheduled_at]")["value"] == "2026-11-26T10:00"
    assert await waiting(site) == []
    await amina.send("/compose", {"text": "Again", "scheduled_at": TOMORROW, "visibility": "public"})
    (last,) = await waiting(site)
    gone = await amina.send(f"/scheduled/{last.id}/remove", {})
    assert "Nothing waits" in gone.words
