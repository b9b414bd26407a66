"""Drafts, and posts that waited for the network."""

import json

import pytest

from social.clock import DAY, HOUR
from social.posts import edit
from tests.web.conftest import Site
from tests.web.test_compose import GOOD, posts, shots
from tests.web.test_doors import counted
from tests.web.visitor import Fields
from web import icons


async def test_a_draft_is_kept_and_taken_up_with_all_its_fields(site: Site) -> None:
    amina = await site.person("amina")
    page = await amina.fill(await amina.read("/compose"), "/compose", {"pictures": GOOD, "do": "add"})
    picture = shots(page)[0]
    fields = {
        "text": "La presse", "spoiler": "Bruit", "sensitive": "1", "visibility": "followers", "language": "es",
        "media": picture, f"words-{picture}": "La presse 3",
    }  # fmt: skip
    kept = await amina.send("/drafts", fields)
    assert "La presse" in kept.words
    form = (await amina.read("/compose")).form("/compose")
    assert form.select_one("#text").text.strip() == "La presse"
    assert form.select_one("[name=spoiler]")["value"] == "Bruit"
    assert form.select_one("[name=sensitive]").has_attr("checked")
    assert form.select_one("[name=visibility][checked]")["value"] == "followers"
    assert form.select_one("[name=language] [selected]")["value"] == "es"
    assert form.select_one(f"[name=words-{picture}]")["value"] == "La presse 3"
    await amina.fill(await amina.read("/compose"), "/compose", {})
    assert "No draft" in (await amina.read("/drafts")).words
    assert (await posts(site))[0].media[0].description == "La presse 3"


async def test_an_answer_has_its_own_draft_and_an_empty_one_is_forgotten(site: Site) -> None:
    amina = await site.person("amina")
    root = await site.world.say("amina", "Line 3 stops")
    await amina.send("/drafts", {"text": "about that", "parent": str(root)})
    await amina.send("/drafts", {"text": "something else"})
    assert "about that" in (await amina.read(f"/compose?reply={root}")).form("/compose").select_one("#text").text
    assert "something else" in (await amina.read("/compose")).form("/compose").select_one("#text").text
    await amina.send("/drafts", {"text": "  ", "parent": str(root)})
    listed = (await amina.read("/drafts")).words
    assert "something else" in listed
    assert "about that" not in listed


@pytest.mark.parametrize("where", ["home", "thread"])
async def test_the_composer_of_every_page_begins_with_the_draft_of_its_place(site: Site, where: str) -> None:
    amina = await site.person("amina")
    root = await site.world.say("amina", "Line 3 stops")
    address = "/" if where == "home" else f"/@amina/{root}"
    parent = {} if where == "home" else {"parent": str(root)}
    await amina.send("/drafts", {"text": "begun on the phone", "visibility": "followers", **parent})
    form = (await amina.read(address)).form("/compose")
    assert form.select_one("#text").text.strip() == "begun on the phone"
    assert form.select_one("[name=visibility][checked]")["value"] == "followers"
    assert int(form["data-draft"]) == site.world.clock()
    other = f"/@amina/{root}" if where == "home" else "/"
    assert "begun on the phone" not in (await amina.read(other)).form("/compose").select_one("#text").text


async def test_who_has_no_draft_pays_no_statement_for_it(site: Site) -> None:
    amina = await site.person("amina")
    await amina.read("/")
    statements = counted(site)
    await amina.read("/")
    without = statements()
    await amina.send("/drafts", {"text": "begun"})
    statements = counted(site)
    await amina.read("/")
    assert statements() == without + 1


@pytest.mark.parametrize("later", [{}, {"scheduled_at": "2027-02-01T09:00"}], ids=["now", "later"])
async def test_what_the_device_says_of_a_draft_after_it_was_sent_is_not_kept(site: Site, later: Fields) -> None:
    amina = await site.person("amina")
    await amina.send("/compose", {"text": "The press runs", "key": "k7", **later})
    await amina.send("/drafts", {"text": "The press runs", "key": "k7"})
    assert "No draft" in (await amina.read("/drafts")).words
    await amina.send("/drafts", {"text": "And the next", "key": "k8"})
    assert "And the next" in (await amina.read("/drafts")).words


async def test_a_draft_whose_quoted_post_is_gone_is_still_written_on(site: Site) -> None:
    amina = await site.person("amina")
    gone = await site.world.say("amina", "Too early")
    await amina.send("/drafts", {"text": "As said before", "quoted": str(gone)})
    assert (await amina.read("/compose")).form("/compose").select_one(f"[name=quoted][value='{gone}']")
    await site.world.db.write(edit.delete, site.world.viewer("amina"), gone, now=site.world.clock())
    form = (await amina.read("/compose")).form("/compose")
    assert "As said before" in form.select_one("#text").text
    assert not form.select("[name=quoted]")


async def test_nobody_sees_the_draft_of_another(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    await amina.send("/drafts", {"text": "secret plan"})
    assert "secret plan" not in (await luc.read("/drafts")).text
    assert "secret plan" not in (await luc.read("/compose")).text


async def test_a_draft_that_is_too_long_or_one_too_many_is_refused(site: Site) -> None:
    amina = await site.person("amina")
    long = await amina.send("/drafts", {"text": "x" * 100_001})
    assert long.status == 422
    for number in range(50):
        await amina.send("/drafts", {"text": "more", "parent": str(number + 1)}, follow=False)
    full = await amina.send("/drafts", {"text": "more"})
    assert full.status == 409
    assert "many drafts" in full.words


async def test_a_post_that_waited_is_published_once_with_the_time_of_writing(site: Site) -> None:
    amina = await site.person("amina")
    me = json.loads((await amina.read("/live/me")).text)
    written = site.world.clock() - 3 * HOUR
    waited: Fields = {
        "person": me["person"], "written": str(written), "key": "k1", "text": "A leak", "visibility": "public",
        "pictures": GOOD, "words": "The leak",
    }  # fmt: skip
    first = await amina.send("/compose/queued", waited)
    again = await amina.send("/compose/queued", waited)
    site.world.clock.pass_by(hours=20 * 24)
    late = await amina.send("/compose/queued", waited)
    assert (first.status, again.status, late.status) == (201, 200, 200)
    (view,) = await posts(site)
    assert view.post.published_at == written
    assert [one.description for one in view.media] == ["The leak"]


@pytest.mark.parametrize(("said", "kept"), [(+HOUR, 0), (-60 * DAY, -30 * DAY)])
async def test_a_time_of_writing_that_cannot_be_is_cut(site: Site, said: int, kept: int) -> None:
    amina = await site.person("amina")
    me = json.loads((await amina.read("/live/me")).text)
    now = site.world.clock()
    await amina.send("/compose/queued", {"person": me["person"], "written": str(now + said), "text": "When?"})
    assert (await posts(site))[0].post.published_at == now + kept


async def test_what_waited_for_somebody_else_is_not_sent_in_ones_name(site: Site) -> None:
    amina, luc = await site.person("amina"), await site.person("luc")
    me = json.loads((await luc.read("/live/me")).text)
    refused = await amina.send("/compose/queued", {"person": me["person"], "text": "not mine"})
    assert refused.status == 409
    assert await posts(site) == []


async def test_what_is_wrong_with_a_post_that_waited_is_said_to_the_worker(site: Site) -> None:
    amina = await site.person("amina")
    me = json.loads((await amina.read("/live/me")).text)
    refused = await amina.send("/compose/queued", {"person": me["person"], "text": "   "})
    assert refused.status == 422
    assert "Write something" in json.loads(refused.text)["error"]


async def test_what_another_app_shares_opens_the_composer(site: Site) -> None:
    amina = await site.person("amina")
    shared: Fields = {"title": "Plan", "text": "See this", "url": "https://intranet/plan", "pictures": GOOD}
    page = await amina.send("/share", shared)
    assert page.form("/compose").select_one("#text").text.strip().split("\n") == [
        "Plan",
        "See this",
        "https://intranet/plan",
    ]
    assert len(shots(page)) == 1


@pytest.mark.parametrize("size", [192, 512])
async def test_the_icon_of_the_app_is_a_picture(site: Site, size: int) -> None:
    amina = await site.person("amina")
    icon = await amina.read(f"/app-icon/{size}.png")
    assert icon.body[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(icon.body[16:20]) == size


async def test_icons_of_a_thousand_sizes_are_drawn_once(site: Site) -> None:
    stranger = site.stranger()
    before = icons.png.cache_info().misses
    drawn = [(await stranger.ask("GET", f"/app-icon/{size}.png")).body for size in (512, 1, 513, 7_000, 70_000)]
    assert set(drawn) == {drawn[0]} and icons.png.cache_info().misses <= before + 1
