"""Gatherings through the API: posts with title, when and where; their changes are news; an app may edit their words."""

import msgspec

from social.clock import DAY, HOUR
from social.gatherings import answers, keeping
from social.gatherings.drafts import GatheringDraft
from social.posts import edit
from social.posts.publish import Draft
from storage.ids import Millis, PostId
from tests.api.site import Site
from tests.world import NOON

MATCH = GatheringDraft(
    starts_at=Millis(NOON + DAY), ends_at=Millis(NOON + DAY + HOUR), timezone="Europe/Madrid", place="Pitch <2>"
)


async def planned(site: Site) -> PostId:
    for name in ("amina", "luc"):
        await site.world.person(name)
    await site.world.follow("luc", "amina")
    post = await site.world.say("amina", "Bring boots.", title="Football & more", gathering=MATCH, language="fr")
    await site.settle()
    return post


async def test_an_app_shows_a_gathering_with_title_when_where_and_the_way_to_its_page(site: Site) -> None:
    post = await planned(site)
    shown = (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json
    assert shown["content"].startswith("<p><strong>Football &amp; more</strong></p>")
    assert "<p>2026-11-25 13:00 – 14:00 (Europe/Madrid), Pitch &lt;2&gt;</p><p>Bring boots.</p>" in shown["content"]
    assert f'href="{shown["url"]}"' in shown["content"]
    for _ in range(2):
        (listed,) = (await site.get("/api/v1/timelines/home", "Status[]", by="luc")).json
        assert listed == shown
        # The first time it is asked for everything, with one statement for the gathering.
        assert site.cost("/api/v1/timelines/home") <= 7


async def test_what_changes_is_told_as_a_change_of_the_post_and_the_list_shows_it(site: Site) -> None:
    post = await planned(site)
    world = site.world
    await world.db.write(
        answers.answer, world.viewer("luc"), post, "yes", ids=world.ids, urls=world.urls, now=world.clock()
    )
    moved = Draft(text="Bring boots.", gathering=msgspec.structs.replace(MATCH, place="Hall 3"))
    now = world.clock.pass_by(minutes=5)
    await world.db.write(edit.edit, world.viewer("amina"), post, moved, context=world.context, now=now)
    await site.settle()
    (told,) = (await site.get("/api/v1/notifications?types[]=update", "Notification[]", by="luc")).json
    assert "Hall 3" in told["status"]["content"] and told["account"]["username"] == "amina"
    await world.db.write(
        keeping.remind, (await site.get(f"/api/v1/statuses/{post}", by="luc")).json["uri"], MATCH.starts_at, now
    )
    await site.settle()
    assert len((await site.get("/api/v1/notifications", "Notification[]", by="luc")).json) == 2
    assert (await site.get("/api/v2/notifications", by="luc")).json["notification_groups"][0]["type"] == "update"


async def test_an_app_that_edits_the_words_leaves_title_and_time(site: Site) -> None:
    post = await planned(site)
    site.world.clock.pass_by(minutes=1)
    changed = await site.call("PUT", f"/api/v1/statuses/{post}", "Status", by="amina", body={"status": "No boots."})
    assert "Football &amp; more" in changed.json["content"] and "13:00 – 14:00" in changed.json["content"]
    assert "<p>No boots.</p>" in changed.json["content"]
