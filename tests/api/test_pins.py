"""What is pinned, and threads that are muted, through the API."""

from social.feeds import tags
from social.posts import pins
from tests.api.site import Site, eventually
from tests.api.test_public_streams import say_elsewhere


async def test_own_posts_are_pinned_and_listed_and_taken_down(site: Site) -> None:
    first, second = await site.say("amina", "Line 3"), await site.say("amina", "Line 4", visibility="private")
    for post in (first, second):
        pinned = (await site.post(f"/api/v1/statuses/{post}/pin", "Status", by="amina")).json
        assert pinned["pinned"] is True
    path = f"/api/v1/accounts/{site.world.id('amina')}/statuses?pinned=true"
    assert (await site.get(path, "Status[]", by="amina")).ids == [second, first]
    listed = (await site.get(path, "Status[]", by="luc")).json
    assert [(one["id"], "pinned" in one) for one in listed] == [(first, False)]
    await site.post(f"/api/v1/statuses/{first}/pin", by="amina", status=422)
    for _ in range(2):
        gone = (await site.post(f"/api/v1/statuses/{first}/unpin", "Status", by="amina")).json
        assert gone["pinned"] is False
    assert (await site.get(path, "Status[]", by="luc")).ids == []


async def test_what_may_not_be_pinned_is_refused(site: Site) -> None:
    direct = await site.say("amina", "@luc for you", visibility="direct")
    other = await site.say("luc", "Mine")
    boost = (await site.post(f"/api/v1/statuses/{other}/reblog", "Status", by="amina")).json["id"]
    for post in (direct, other, boost):
        await site.post(f"/api/v1/statuses/{post}/pin", by="amina", status=422)
    hidden = await site.say("luc", "For my followers", visibility="private")
    await site.post(f"/api/v1/statuses/{hidden}/pin", by="amina", status=404)
    for number in range(5):
        await site.post(f"/api/v1/statuses/{await site.say('amina', str(number))}/pin", "Status", by="amina")
    full = await site.post(f"/api/v1/statuses/{await site.say('amina', 'six')}/pin", by="amina", status=422)
    assert full.json == {"error": "Validation failed: Status cannot be pinned: 5 are already"}


async def told(site: Site, count: int) -> list[str]:
    """The posts that amina is told of, once there are so many notifications."""

    async def found() -> list[str] | None:
        listed = (await site.get("/api/v1/notifications", "Notification[]", by="amina")).json
        return [one["status"]["id"] for one in listed] if len(listed) >= count else None

    ids: list[str] = await eventually(found)
    return ids


async def test_a_muted_thread_tells_nothing_more(site: Site) -> None:
    root = await site.say("amina", "Why does line 3 stop?")
    first = await site.say("luc", "@amina the sensor", in_reply_to_id=root)
    assert await told(site, 1) == [first]
    muted = (await site.post(f"/api/v1/statuses/{root}/mute", "Status", by="amina")).json
    assert muted["muted"] is True
    late = await site.say("luc", "@amina or the belt", in_reply_to_id=root)
    await site.post(f"/api/v1/statuses/{root}/favourite", "Status", by="luc")
    await site.post(f"/api/v1/statuses/{root}/reblog", "Status", by="luc")
    # What happens in another thread is told after all this: so the silence is no delay.
    other = await site.say("luc", "@amina lunch?")
    assert await told(site, 2) == [other, first]
    for _ in range(2):
        shown = (await site.get("/api/v1/timelines/public", "Status[]", by="amina")).json
        assert [one["muted"] for one in shown if one["id"] == root] == [True]
    assert (await site.get(f"/api/v1/statuses/{late}", "Status", by="amina")).json["muted"] is True
    assert (await site.get(f"/api/v1/statuses/{root}", "Status", by="luc")).json["muted"] is False
    free = (await site.post(f"/api/v1/statuses/{late}/unmute", "Status", by="amina")).json
    assert free["muted"] is False
    last = await site.say("luc", "@amina it was the belt", in_reply_to_id=root)
    assert await told(site, 3) == [last, other, first]


async def test_what_an_account_of_elsewhere_puts_forward_is_shown(site: Site) -> None:
    world = site.world
    first, second, third = [await say_elsewhere(site, number) for number in (1, 2, 3)]
    bruno = await world.elsewhere("bruno")
    await world.db.write(pins.receive_all, bruno.id, [third, first], ids=world.ids, now=world.clock())
    await world.db.write(tags.receive_featured, bruno.id, ["Line3", "Paris"], ids=world.ids, now=world.clock())
    path = f"/api/v1/accounts/{bruno.id}"
    assert (await site.get(f"{path}/statuses?pinned=true", "Status[]", by="amina")).ids == [str(third), str(first)]
    assert str(second) in (await site.get(f"{path}/statuses", "Status[]", by="amina")).ids
    found = (await site.get(f"{path}/featured_tags", "FeaturedTag[]", by="amina")).json
    assert [(one["name"], one["statuses_count"]) for one in found] == [("Line3", "3"), ("Paris", "0")]
    assert all(one["url"].startswith(f"{site.base}/@bruno@siege.example/tagged/") for one in found)
