"""Timelines and their pages."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.api.site import Site, eventually


async def test_home_shows_own_posts_at_once_and_followed_ones_soon(site: Site) -> None:
    await site.follow("amina", "luc")
    mine = await site.say("amina", "Good morning")
    assert (await site.get("/api/v1/timelines/home", "Status[]", by="amina")).ids == [mine]
    theirs = await site.say("luc", "Line 3 runs")

    async def both() -> bool:
        return (await site.get("/api/v1/timelines/home", "Status[]", by="amina")).ids == [theirs, mine]

    assert await eventually(both)


async def test_pages_follow_each_other_by_their_links_and_never_repeat(site: Site) -> None:
    posts = [await site.say("amina", f"Post {number}") for number in range(7)][::-1]
    address = "/api/v1/timelines/home?limit=3&exclude_replies=1"
    seen: list[str] = []
    while True:
        page = await site.get(address, "Status[]", by="amina")
        if not page.json:
            assert page.links == {}
            break
        seen += page.ids
        assert page.links["next"].startswith(f"{site.base}/api/v1/timelines/home?")
        query = parse_qs(urlsplit(page.links["next"]).query)
        assert (query["limit"], query["exclude_replies"], query["max_id"]) == (["3"], ["1"], [page.ids[-1]])
        address = page.links["next"]
    assert seen == posts


async def test_the_three_cursors_cut_as_mastodon_does(site: Site) -> None:
    posts = [await site.say("amina", f"Post {number}") for number in range(6)]

    async def page(query: str) -> list[str]:
        return (await site.get(f"/api/v1/timelines/home?limit=2&{query}", "Status[]", by="amina")).ids

    assert await page(f"max_id={posts[3]}") == [posts[2], posts[1]]
    assert await page(f"since_id={posts[1]}") == [posts[5], posts[4]]
    assert await page(f"min_id={posts[1]}") == [posts[3], posts[2]]
    assert await page(f"min_id={posts[1]}&max_id={posts[3]}") == [posts[2]]
    assert await page("max_id=nonsense") == [posts[5], posts[4]]


async def test_a_limit_is_clamped_and_a_negative_one_refused(site: Site) -> None:
    await site.say("amina", "One")
    assert len((await site.get("/api/v1/timelines/home?limit=999", "Status[]", by="amina")).json) == 1
    await site.get("/api/v1/timelines/home?limit=-1", by="amina", status=400)
    await site.get("/api/v1/timelines/home?limit=abc", by="amina", status=400)


async def test_the_public_timeline_has_public_posts_that_answer_nothing(site: Site) -> None:
    public = await site.say("amina", "For all of us")
    await site.say("amina", "An aside", visibility="unlisted")
    await site.say("amina", "An answer", in_reply_to_id=public)
    for path in ("/api/v1/timelines/public", "/api/v1/timelines/public?local=true"):
        assert (await site.get(path, "Status[]", by="luc")).ids == [public]
    assert (await site.get("/api/v1/timelines/public?remote=true", "Status[]", by="luc")).ids == []
    assert (await site.get("/api/v1/timelines/public?only_media=1", "Status[]", by="luc")).ids == []


async def test_a_hashtag_collects_its_posts_in_any_case(site: Site) -> None:
    post = await site.say("amina", "Again #Line3")
    assert (await site.get("/api/v1/timelines/tag/LINE3", "Status[]", by="luc")).ids == [post]
    assert (await site.get("/api/v1/timelines/tag/line4", "Status[]", by="luc")).ids == []
    assert (await site.get("/api/v1/tags/Line3", "Tag", by="luc")).json["name"] == "line3"


async def test_bookmarks_and_favourites_are_paged_by_the_relation(site: Site) -> None:
    posts = [await site.say("luc", f"Post {number}") for number in range(3)]
    for post in (posts[1], posts[0], posts[2]):
        await site.post(f"/api/v1/statuses/{post}/bookmark", "Status", by="amina")
        await site.post(f"/api/v1/statuses/{post}/favourite", "Status", by="amina")
    for path in ("/api/v1/bookmarks", "/api/v1/favourites"):
        first = await site.get(f"{path}?limit=2", "Status[]", by="amina")
        assert first.ids == [posts[2], posts[0]]
        second = await site.get(first.links["next"], "Status[]", by="amina")
        assert second.ids == [posts[1]]
        assert "next" not in second.links


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/api/v1/timelines/public", id="public"),
        pytest.param("/api/v1/timelines/tag/line3", id="tag"),
        pytest.param("/api/v1/directory", id="directory"),
        pytest.param("/api/v1/instance/peers", id="peers"),
        pytest.param("/api/v1/trends/tags", id="trends"),
    ],
)
async def test_a_closed_node_shows_nothing_to_strangers(site: Site, path: str) -> None:
    await site.get(path, status=401)


async def test_an_open_node_shows_public_posts_without_anybodys_part(open_site: Site) -> None:
    post = await open_site.say("amina", "Visit us on Saturday")
    secret = await open_site.say("amina", "Not for you", visibility="private")
    seen = await open_site.get("/api/v1/timelines/public", "Status[]")
    assert seen.ids == [post]
    assert "favourited" not in seen.json[0]
    await open_site.get(f"/api/v1/statuses/{post}", "Status")
    await open_site.get(f"/api/v1/statuses/{post}/context", "Context")
    await open_site.get(f"/api/v1/statuses/{secret}", status=404)
    await open_site.get("/api/v1/timelines/home", status=401)
