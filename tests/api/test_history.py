"""Former versions of a post, each as whole as it was."""

from typing import Any

import msgspec

from social.articles.words import ArticleDraft
from social.posts import edit
from social.posts.publish import Draft
from tests.api.site import Site
from tests.api.test_emojis import offered
from tests.api.test_media import picture, upload


async def change(site: Site, post: str, **body: Any) -> None:
    await site.call("PUT", f"/api/v1/statuses/{post}", "Status", by="amina", body=body)


async def versions(site: Site, post: str, by: str = "luc") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await site.get(f"/api/v1/statuses/{post}/history", "StatusEdit[]", by=by)).json
    return found


async def test_each_version_has_the_pictures_that_it_had(site: Site) -> None:
    first = await upload(site, picture(), description="A crane")
    second = await upload(site, picture((300, 300)))
    ids = [first["id"], second["id"]]
    post = await site.say("amina", "Two", media_ids=ids)
    attributes = [{"id": first["id"], "description": "A crane at night", "focus": "0.5,0.5"}]
    await change(site, post, status="Two", media_ids=ids, media_attributes=attributes)
    await change(site, post, status="One", media_ids=[second["id"]])
    two, described, one = await versions(site, post)
    assert [one["id"] for one in two["media_attachments"]] == ids
    assert [one["description"] for one in two["media_attachments"]] == ["A crane", None]
    assert described["media_attachments"][0]["description"] == "A crane at night"
    assert described["media_attachments"][0]["meta"]["focus"] == {"x": 0.5, "y": 0.5}
    assert "focus" not in two["media_attachments"][0]["meta"] or two["media_attachments"][0]["meta"]["focus"]["x"] == 0
    assert [one["id"] for one in one["media_attachments"]] == [second["id"]]
    await site.get(two["media_attachments"][0]["url"])
    shown = (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json
    assert [one["id"] for one in shown["media_attachments"]] == [second["id"]]


async def test_each_version_stands_under_the_title_that_it_had(site: Site) -> None:
    world = site.world
    article = ArticleDraft(title="Line 3 stopps", source="It stops.")
    await world.person("amina")
    post = await world.say("amina", "It stops.", article=article)
    again = Draft(text="It stops.", article=msgspec.structs.replace(article, title="Line <3> stops"))
    now = world.clock.pass_by(minutes=5)
    await world.db.write(edit.edit, world.viewer("amina"), post, again, context=world.context, now=now)
    former, present = [one["content"] for one in await versions(site, str(post))]
    assert former.startswith("<p><strong>Line 3 stopps</strong></p>")
    assert present.startswith("<p><strong>Line &lt;3&gt; stops</strong></p>")
    assert present == (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json["content"]


async def test_a_post_that_lost_its_only_picture_is_none_with_pictures(site: Site) -> None:
    only = await upload(site, picture())
    post = await site.say("amina", "Look", media_ids=[only["id"]])
    pictures = f"/api/v1/accounts/{site.world.id('amina')}/statuses?only_media=true"
    assert [one["id"] for one in (await site.get(pictures, "Status[]", by="luc")).json] == [post]
    await change(site, post, status="Look")
    assert (await site.get(pictures, "Status[]", by="luc")).json == []
    assert len((await versions(site, post))[0]["media_attachments"]) == 1


async def test_pictures_of_former_versions_are_no_more_for_everybody_than_the_post(site: Site) -> None:
    await site.world.person("luc")
    only = await upload(site, picture())
    post = await site.say("amina", "@luc look", media_ids=[only["id"]], visibility="direct")
    await change(site, post, status="@luc look")
    await site.get(f"/api/v1/statuses/{post}/history", by="marc", status=404)
    (former, _) = await versions(site, post)
    await site.get(former["media_attachments"][0]["url"])
    await site.call("DELETE", f"/api/v1/statuses/{post}", "DeletedStatus", by="amina")
    await site.get(former["media_attachments"][0]["url"], status=404)


async def test_each_version_has_its_poll_warning_and_emoji(site: Site) -> None:
    await offered(site, "press")
    asked = {"options": ["Soup", "Rice"], "expires_in": 3_600}
    post = await site.say("amina", "Lunch :press:", poll=asked, spoiler_text="Food", sensitive=True)
    await change(site, post, status="Lunch", poll={**asked, "options": ["Soup", "Bread"]})
    await change(site, post, status="No lunch")
    soup, bread, none = await versions(site, post)
    assert [[one["title"] for one in version["poll"]["options"]] for version in (soup, bread)] == [
        ["Soup", "Rice"],
        ["Soup", "Bread"],
    ]
    assert "poll" not in none
    assert [(one["spoiler_text"], one["sensitive"]) for one in (soup, bread)] == [("Food", True), ("", False)]
    assert [[one["shortcode"] for one in version["emojis"]] for version in (soup, none)] == [["press"], []]
    assert soup["created_at"] < bread["created_at"] < none["created_at"]
