"""Hashtags through the API: their week, following them, putting them forward, timelines of several."""

import pytest

from social.clock import DAY
from tests.api.site import Site


async def home(site: Site, by: str = "luc") -> list[str]:
    """Ids of the posts at home."""
    await site.settled()
    return (await site.get("/api/v1/timelines/home", "Status[]", by=by)).ids


async def test_a_hashtag_tells_its_week_by_people_and_uses(site: Site) -> None:
    await site.say("amina", "first #Line3")
    await site.say("amina", "second #line3")
    await site.say("marc", "third #line3")
    await site.say("marc", "quietly #line3", visibility="unlisted")
    today = site.world.clock() // DAY * DAY // 1000
    site.world.clock.pass_by(days=1)
    await site.say("luc", "next day #line3")
    tag = (await site.get("/api/v1/tags/Line3", "Tag", by="luc")).json
    assert (tag["name"], tag["following"], tag["featuring"]) == ("line3", False, False)
    assert len(tag["history"]) == 7
    assert tag["history"][0] == {"day": str(today + 86_400), "accounts": "1", "uses": "1"}
    assert tag["history"][1] == {"day": str(today), "accounts": "2", "uses": "3"}
    assert site.cost("/api/v1/tags/:name") <= 6
    unused = (await site.get("/api/v1/tags/nobody_said_it", "Tag", by="luc")).json
    assert {day["uses"] for day in unused["history"]} == {"0"}
    found = (await site.get("/api/v2/search?q=line&type=hashtags", "Search", by="luc")).json["hashtags"]
    assert found == [tag]


@pytest.mark.parametrize("name", ["123", "a b", "%00", "%23"])
async def test_what_cannot_be_a_hashtag_is_none(site: Site, name: str) -> None:
    await site.get(f"/api/v1/tags/{name}", by="luc", status=404)
    await site.post(f"/api/v1/tags/{name}/follow", by="luc", status=404)
    await site.post(f"/api/v1/tags/{name}/feature", by="luc", status=404)


async def test_posts_of_a_followed_hashtag_come_home_once(site: Site) -> None:
    for _ in range(2):
        assert (await site.post("/api/v1/tags/Line3/follow", "Tag", by="luc")).json["following"]
    await site.follow("luc", "amina")
    by_tag = await site.say("marc", "one #line3 #hall2")
    both = await site.say("amina", "two #line3")
    await site.say("marc", "for followers #line3", visibility="private")
    answer = await site.say("ines", "an answer #line3", in_reply_to_id=by_tag)
    assert await home(site) == [answer, both, by_tag]
    await site.post("/api/v1/tags/line3/unfollow", "Tag", by="luc")
    assert await home(site) == [both]
    assert not (await site.get("/api/v1/tags/line3", "Tag", by="luc")).json["following"]


async def test_nobody_blocked_or_muted_comes_home_by_a_hashtag(site: Site) -> None:
    await site.post("/api/v1/tags/line3/follow", "Tag", by="luc")
    await site.world.person("marc")
    await site.post(f"/api/v1/accounts/{site.world.id('marc')}/block", "Relationship", by="luc")
    await site.say("marc", "blocked #line3")
    assert await home(site) == []


async def test_a_post_of_two_followed_hashtags_stays_for_the_other(site: Site) -> None:
    for name in ("line3", "hall2"):
        await site.post(f"/api/v1/tags/{name}/follow", "Tag", by="luc")
    post = await site.say("marc", "#line3 #hall2")
    assert await home(site) == [post]
    await site.post("/api/v1/tags/line3/unfollow", "Tag", by="luc")
    assert await home(site) == [post]
    await site.post("/api/v1/tags/hall2/unfollow", "Tag", by="luc")
    assert await home(site) == []


async def test_followed_hashtags_come_in_pages_the_latest_first(site: Site) -> None:
    for name in ("one", "two", "three"):
        await site.post(f"/api/v1/tags/{name}/follow", "Tag", by="luc")
    first = await site.get("/api/v1/followed_tags?limit=2", "Tag[]", by="luc")
    assert [tag["name"] for tag in first.json] == ["three", "two"]
    assert all(tag["following"] for tag in first.json)
    rest = await site.get(first.links["next"], "Tag[]", by="luc")
    assert [tag["name"] for tag in rest.json] == ["one"]
    assert "since_id" in first.links["prev"]
    assert (await site.get("/api/v1/followed_tags", "Tag[]", by="marc")).json == []


async def test_hashtags_are_put_forward_and_taken_back(site: Site) -> None:
    await site.say("luc", "one #Line3")
    await site.say("luc", "two #line3 #hall2")
    suggested = (await site.get("/api/v1/featured_tags/suggestions", "Tag[]", by="luc")).json
    assert [tag["name"] for tag in suggested] == ["line3", "hall2"]
    made = (await site.post("/api/v1/featured_tags", "FeaturedTag", by="luc", form={"name": "#Line3"})).json
    assert (made["name"], made["statuses_count"]) == ("Line3", "2")
    assert made["url"].endswith("/@luc/tagged/line3")
    assert made["last_status_at"] == "2026-11-24"
    await site.post("/api/v1/featured_tags", by="luc", form={"name": "line3"}, status=422)
    await site.post("/api/v1/featured_tags", by="luc", form={"name": "no tag"}, status=422)
    await site.post("/api/v1/featured_tags", by="luc", form={}, status=422)
    account = site.world.id("luc")
    await site.world.person("marc")
    shown = (await site.get(f"/api/v1/accounts/{account}/featured_tags", "FeaturedTag[]", by="marc")).json
    assert shown == [made] == (await site.get("/api/v1/featured_tags", "FeaturedTag[]", by="luc")).json
    await site.call("DELETE", f"/api/v1/featured_tags/{made['id']}", by="marc", status=404)
    await site.call("DELETE", f"/api/v1/featured_tags/{made['id']}", "Empty", by="luc")
    assert (await site.get("/api/v1/featured_tags", "FeaturedTag[]", by="luc")).json == []
    for _ in range(2):
        assert (await site.post("/api/v1/tags/hall2/feature", "Tag", by="luc")).json["featuring"]
    for _ in range(2):
        assert not (await site.post("/api/v1/tags/hall2/unfeature", "Tag", by="luc")).json["featuring"]
    await site.get("/api/v1/accounts/77/featured_tags", by="luc", status=404)


async def test_no_more_than_ten_hashtags_are_put_forward(site: Site) -> None:
    for number in range(10):
        await site.post("/api/v1/featured_tags", "FeaturedTag", by="luc", form={"name": f"tag{number}"})
    await site.post("/api/v1/featured_tags", by="luc", form={"name": "one_more"}, status=422)


async def test_a_timeline_of_several_hashtags_shows_what_is_asked_for(site: Site) -> None:
    posts = {
        words: await site.say("amina", f"post {words}")
        for words in ("#line3", "#hall2", "#line3 #hall2", "#line3 #night", "#hall2 #night")
    }
    names = {id: words for words, id in posts.items()}

    async def shown(query: str) -> set[str]:
        found = await site.get(f"/api/v1/timelines/tag/Line3?{query}", "Status[]", by="luc")
        assert site.cost("/api/v1/timelines/tag/:hashtag") <= 6
        return {names[id] for id in found.ids}

    assert await shown("") == {"#line3", "#line3 #hall2", "#line3 #night"}
    assert await shown("any[]=hall2") == set(posts)
    assert await shown("all[]=hall2") == {"#line3 #hall2"}
    assert await shown("none[]=night") == {"#line3", "#line3 #hall2"}
    assert await shown("any[]=hall2&all[]=night&none[]=unused") == {"#line3 #night", "#hall2 #night"}
    assert await shown("any[]=%20&all[]=123") == {"#line3", "#line3 #hall2", "#line3 #night"}
    assert await shown("any[]=hall2&local=true&only_media=true") == set()
