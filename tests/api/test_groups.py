"""Notifications put together, as apps ask for them since Mastodon 4.3."""

from typing import Any

import pytest

from tests.api.site import Site

RESULTS = "GroupedNotificationsResults"
V2 = "/api/v2/notifications"


@pytest.fixture
async def liked(site: Site) -> str:
    """A post of Amina that Luc and Marc like and Carla boosts; Luc follows Amina and names her."""
    post = await site.say("amina", "line 3 runs again")
    for name in ("luc", "marc"):
        await site.post(f"/api/v1/statuses/{post}/favourite", "Status", by=name)
    await site.post(f"/api/v1/statuses/{post}/reblog", "Status", by="carla")
    await site.follow("luc", "amina")
    await site.say("luc", "@amina well done")
    await site.settle()
    return post


async def groups(site: Site, query: str = "", by: str = "amina") -> dict[str, Any]:
    found: dict[str, Any] = (await site.get(f"{V2}{query}", RESULTS, by=by)).json
    return found


def brief(found: dict[str, Any]) -> list[tuple[str, int]]:
    return [(one["type"], one["notifications_count"]) for one in found["notification_groups"]]


async def test_likes_of_one_post_are_one_group_and_what_is_said_stands_alone(site: Site, liked: str) -> None:
    found = await groups(site)
    assert brief(found) == [("mention", 1), ("follow", 1), ("reblog", 1), ("favourite", 2)]
    likes = found["notification_groups"][3]
    assert likes["status_id"] == liked
    assert likes["sample_account_ids"] == [str(site.world.id("marc")), str(site.world.id("luc"))]
    assert found["notification_groups"][0]["group_key"].startswith("ungrouped-")
    assert sorted(one["username"] for one in found["accounts"]) == ["carla", "luc", "marc"]
    assert len(found["statuses"]) == 2


async def test_the_first_form_and_groups_name_the_same_key(site: Site, liked: str) -> None:
    single = (await site.get("/api/v1/notifications", "Notification[]", by="amina")).json
    keys = [one["group_key"] for one in single if one["type"] == "favourite"]
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert (await groups(site, f"/{keys[0]}"))["notification_groups"][0]["notifications_count"] == 2
    alone = next(one for one in single if one["type"] == "mention")
    assert brief(await groups(site, f"/ungrouped-{alone['id']}")) == [("mention", 1)]


async def test_a_group_that_is_of_others_or_of_nothing_is_not_found(site: Site, liked: str) -> None:
    key = next(one["group_key"] for one in (await groups(site))["notification_groups"] if one["type"] == "favourite")
    for path in (f"{V2}/{key}", f"{V2}/{key}/accounts"):
        status = 404 if path.endswith(key) else 200
        reply = await site.get(path, None if status == 200 else "Error", by="luc", status=status)
        assert status == 404 or reply.json == []
    for strange in ("ungrouped-999999", "ungrouped-x", "favourite", "ungrouped-"):
        await site.get(f"{V2}/{strange}", "Error", by="amina", status=404)
        await site.post(f"{V2}/{strange}/dismiss", "Error", by="amina", status=404)


async def test_groups_are_paged_by_their_representatives_and_come_once(site: Site, liked: str) -> None:
    reply = await site.get(f"{V2}?limit=2", RESULTS, by="amina")
    assert brief(reply.json) == [("mention", 1), ("follow", 1)]
    following = reply.links["next"].removeprefix(site.base)
    second = await site.get(following, RESULTS, by="amina")
    assert brief(second.json) == [("reblog", 1), ("favourite", 2)]
    likes = second.json["notification_groups"][1]
    assert likes["page_min_id"] == likes["page_max_id"] == str(likes["most_recent_notification_id"])
    last = (await site.get(following.replace("limit=2", "limit=9"), RESULTS, by="amina")).json
    likes = last["notification_groups"][1]
    assert int(likes["page_min_id"]) < int(likes["page_max_id"])
    back = await site.get(second.links["prev"].removeprefix(site.base), RESULTS, by="amina")
    assert brief(back.json) == brief(reply.json)
    everything = await site.get(f"{V2}?min_id=0&limit=2", RESULTS, by="amina")
    assert brief(everything.json) == [("reblog", 1), ("favourite", 2)]


async def test_only_the_kinds_asked_for_are_put_together(site: Site, liked: str) -> None:
    likes = brief(await groups(site, "?types[]=favourite&grouped_types[]=reblog"))
    assert likes == [("favourite", 1), ("favourite", 1)]
    assert brief(await groups(site, "?exclude_types[]=favourite&exclude_types[]=mention")) == [
        ("follow", 1),
        ("reblog", 1),
    ]
    luc = site.world.id("luc")
    assert brief(await groups(site, f"?account_id={luc}&types[]=favourite")) == [("favourite", 1)]
    assert brief(await groups(site, "?types[]=nothing_of_ours")) == []


async def test_pictures_are_enough_when_they_are_asked_for(site: Site, liked: str) -> None:
    found = await groups(site, "?types[]=favourite&expand_accounts=partial_avatars")
    assert [one["username"] for one in found["accounts"]] == ["marc"]
    assert [one["acct"] for one in found["partial_accounts"]] == ["luc"]
    await site.get(f"{V2}?expand_accounts=none", "Error", by="amina", status=422)


async def test_a_group_is_dismissed_whole_and_everything_cleared(site: Site, liked: str) -> None:
    [likes] = (await groups(site, "?types[]=favourite"))["notification_groups"]
    await site.post(f"{V2}/{likes['group_key']}/dismiss", by="luc", status=404)
    people = (await site.get(f"{V2}/{likes['group_key']}/accounts?limit=1", "Account[]", by="amina")).json
    assert [one["username"] for one in people] == ["marc"]
    await site.post(f"{V2}/{likes['group_key']}/dismiss", by="amina")
    assert brief(await groups(site)) == [("mention", 1), ("follow", 1), ("reblog", 1)]
    await site.post(f"{V2}/clear", by="amina")
    assert brief(await groups(site)) == []


async def test_groups_newer_than_the_marker_are_unread_on_every_device(site: Site, liked: str) -> None:
    async def unread(query: str = "", version: str = "v2") -> int:
        reply = await site.get(f"/api/{version}/notifications/unread_count{query}", "UnreadCount", by="amina")
        return int(reply.json["count"])

    assert await unread() == 4
    assert await unread(version="v1") == 5
    assert await unread("?limit=2") == 2
    assert await unread("?types[]=favourite&grouped_types[]=follow") == 2
    assert await unread("?exclude_types[]=favourite", "v1") == 3
    newest = (await groups(site))["notification_groups"][0]["most_recent_notification_id"]
    place = {"notifications[last_read_id]": str(newest)}
    await site.post("/api/v1/markers", "Markers", by="amina", form=place)
    assert await unread() == await unread(version="v1") == 0


async def test_a_group_that_began_long_ago_is_another_one(site: Site, liked: str) -> None:
    site.world.clock.pass_by(hours=13)
    await site.post(f"/api/v1/statuses/{liked}/favourite", "Status", by="carla")
    await site.settle()
    found = (await groups(site, "?types[]=favourite"))["notification_groups"]
    assert [one["notifications_count"] for one in found] == [1, 2]


async def test_whoever_is_muted_leaves_the_group_and_the_rest_stays(site: Site, liked: str) -> None:
    await site.post(f"/api/v1/accounts/{site.world.id('marc')}/mute", "Relationship", by="amina")
    [likes] = (await groups(site, "?types[]=favourite"))["notification_groups"]
    assert likes["notifications_count"] == 1
    assert likes["sample_account_ids"] == [str(site.world.id("luc"))]


async def test_several_are_removed_at_once_and_those_of_others_stay(site: Site, liked: str) -> None:
    ids = (await site.get("/api/v1/notifications", "Notification[]", by="amina")).ids
    query = "&".join(f"ids[]={id}" for id in [*ids[:3], "nonsense"])
    await site.call("DELETE", f"/api/v1/notifications/destroy_multiple?{query}", by="luc")
    await site.call("DELETE", f"/api/v1/notifications/destroy_multiple?{query}", by="amina")
    await site.call("DELETE", f"/api/v1/notifications/{ids[3]}", by="amina")
    await site.post("/api/v1/notifications/dismiss", by="amina", form={"id": ids[4]}, status=200)
    assert (await site.get("/api/v1/notifications", "Notification[]", by="amina")).ids == ids[5:]
