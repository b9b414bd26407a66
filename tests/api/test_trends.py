"""What many people speak of, through the API."""

from social.feeds import trends
from social.posts import cards
from social.posts.cards import PageSaid
from storage.ids import PostId
from tests.api.site import Site


async def compute(site: Site, *, is_on: bool = True) -> None:
    """What the schedule does now and then."""
    await site.node.db.write(trends.compute, is_on=is_on, now=site.world.clock())


async def tags(site: Site, query: str = "") -> list[str]:
    """Names of the trends."""
    found = (await site.get(f"/api/v1/trends/tags{query}", "Tag[]", by="luc")).json
    return [tag["name"] for tag in found]


async def test_a_hashtag_trends_by_people_and_days_and_never_by_one_person(site: Site) -> None:
    for number in range(9):
        await site.say("amina", f"{number} #alone")
    for name in ("amina", "marc"):
        await site.say(name, "#two")
        await site.say(name, "#three")
    await site.say("ines", "#three")
    await site.say("marc", "#quiet", visibility="unlisted")
    await site.say("ines", "#quiet", visibility="unlisted")
    assert await tags(site) == []
    await compute(site)
    assert await tags(site) == ["three", "two"]
    site.world.clock.pass_by(days=1)
    for name in ("amina", "marc"):
        await site.say(name, "again #two")
    for _ in range(2):
        await compute(site)
    assert await tags(site) == ["two", "three"]
    assert site.cost("/api/v1/trends/tags") <= 6
    first = await site.get("/api/v1/trends?limit=1", "Tag[]", by="luc")
    assert [tag["name"] for tag in first.json] == ["two"]
    assert [tag["name"] for tag in (await site.get(first.links["next"], "Tag[]", by="luc")).json] == ["three"]
    await site.get("/api/v1/trends/tags?offset=-1", by="luc", status=400)
    site.world.clock.pass_by(days=8)
    await compute(site)
    assert await tags(site) == []


async def test_a_post_trends_by_those_who_react_and_only_for_who_may_see_it(site: Site) -> None:
    loved = await site.say("amina", "for everybody")
    closed = await site.say("amina", "for followers", visibility="private")
    lonely = await site.say("amina", "nobody cares")
    for name in ("marc", "ines"):
        await site.follow(name, "amina")
        for post in (loved, closed):
            await site.post(f"/api/v1/statuses/{post}/favourite", "Status", by=name)
    await site.say("marc", "yes", in_reply_to_id=loved)
    await site.post(f"/api/v1/statuses/{lonely}/favourite", "Status", by="amina")
    await compute(site)
    assert (await site.get("/api/v1/trends/statuses", "Status[]", by="luc")).ids == [loved]
    assert site.cost("/api/v1/trends/statuses") <= 6
    await site.post(f"/api/v1/accounts/{site.world.id('amina')}/block", "Relationship", by="luc")
    assert (await site.get("/api/v1/trends/statuses", "Status[]", by="luc")).json == []
    await site.call("DELETE", f"/api/v1/statuses/{loved}", "DeletedStatus", by="amina")
    assert (await site.get("/api/v1/trends/statuses", "Status[]", by="marc")).json == []


async def test_trends_can_be_switched_off(site: Site) -> None:
    for name in ("amina", "marc"):
        await site.say(name, "#line3")
    await compute(site)
    assert await tags(site) == ["line3"]
    await compute(site, is_on=False)
    assert await tags(site) == []


async def page(site: Site, author: str, url: str, **draft: str) -> str:
    """A post whose link was read."""
    post, node = await site.say(author, f"Voyez {url}", **draft), site.node
    said = PageSaid(url=url, title=f"Page of {url}")
    await node.db.write(cards.keep, PostId(int(post)), said, None, ids=node.ids, now=node.clock())
    return post


async def test_a_page_trends_by_the_people_who_link_to_it_in_public(site: Site) -> None:
    both, alone, quiet = "https://press.example/1", "https://press.example/2", "https://press.example/3"
    for author in ("amina", "marc"):
        await page(site, author, both)
        await page(site, "amina", alone)
        await page(site, author, quiet, visibility="private")
    assert (await site.get("/api/v1/trends/links", "TrendsLink[]", by="luc")).json == []
    await compute(site)
    found = (await site.get("/api/v1/trends/links", "TrendsLink[]", by="luc")).json
    assert [(one["url"], one["title"]) for one in found] == [(both, f"Page of {both}")]
    assert site.cost("/api/v1/trends/links") <= 6
    assert (found[0]["history"][0]["accounts"], found[0]["history"][0]["uses"], len(found[0]["history"])) == (
        "2",
        "2",
        7,
    )
    assert (await site.get("/api/v1/trends/links?offset=1", "TrendsLink[]", by="luc")).json == []
    site.world.clock.pass_by(days=8)
    await compute(site)
    assert (await site.get("/api/v1/trends/links", "TrendsLink[]", by="luc")).json == []
