"""Cards through the API: the preview of a post's link, and the timeline of a page."""

from typing import Any

from social.posts import cards
from social.posts.cards import PageSaid
from storage.ids import PostId
from tests.api.site import Site

URL = "https://press.example/ligne-3"


async def keep(site: Site, post: str, **said: Any) -> None:
    """What the page says, as the job keeps it."""
    node = site.node
    page = PageSaid(url=URL, title="La ligne 3", **said)
    await node.db.write(cards.keep, PostId(int(post)), page, None, ids=node.ids, now=node.clock())


async def test_a_post_has_the_card_of_its_link_in_every_list(site: Site) -> None:
    post, other = await site.say("amina", f"Voyez {URL}"), await site.say("amina", "Sans lien")
    assert (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json["card"] is None
    await keep(site, post, description="Elle repart", author_name="Zoé", provider_name="La Presse")
    shown = (await site.get(f"/api/v1/statuses/{post}", "Status", by="luc")).json["card"]
    assert (shown["url"], shown["title"], shown["type"], shown["html"]) == (URL, "La ligne 3", "link", "")
    assert shown["authors"] == [{"name": "Zoé", "url": "", "account": None}]
    for _ in range(2):
        listed = (await site.get("/api/v1/timelines/public", "Status[]", by="luc")).json
        assert {one["id"]: one["card"] for one in listed} == {post: shown, other: None}


async def test_a_page_has_a_timeline_of_public_posts(site: Site) -> None:
    open_, closed = await site.say("amina", URL), await site.say("amina", URL, visibility="private")
    for post in (open_, closed):
        await keep(site, post)
    assert (await site.get(f"/api/v1/timelines/link?url={URL}", "Status[]", by="amina")).ids == [open_]
    assert (await site.get("/api/v1/timelines/link", "Status[]", by="amina")).ids == []
