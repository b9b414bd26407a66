"""A policy keeps notifications aside or drops them; who waits is let through or not."""

import json
from typing import Any

import pytest

from social.clock import DAY
from social.policy import Role
from storage import telling
from storage.ids import Millis
from tests.api.site import Site, eventually

POLICY = "/api/v2/notifications/policy"
REQUESTS = "/api/v1/notifications/requests"


async def answer(site: Site, **answers: str) -> dict[str, Any]:
    """Amina's policy, changed."""
    found: dict[str, Any] = (await site.call("PATCH", POLICY, "NotificationPolicy", by="amina", form=answers)).json
    return found


async def shown(site: Site, query: str = "") -> list[tuple[str, str]]:
    """Amina's notifications."""
    await site.settle()
    found = (await site.get(f"/api/v1/notifications{query}", "Notification[]", by="amina")).json
    return [(one["type"], one["account"]["username"]) for one in found]


async def waiting(site: Site, by: str = "amina") -> list[dict[str, Any]]:
    await site.settle()
    found: list[dict[str, Any]] = (await site.get(REQUESTS, "NotificationRequest[]", by=by)).json
    return found


async def test_everybody_is_heard_unless_they_are_limited(site: Site) -> None:
    found = (await site.get(POLICY, "NotificationPolicy", by="amina")).json
    assert {name: word for name, word in found.items() if name != "summary"} == {
        "for_not_following": "accept",
        "for_not_followers": "accept",
        "for_new_accounts": "accept",
        "for_private_mentions": "accept",
        "for_limited_accounts": "filter",
        "for_bots": "accept",
    }
    assert found["summary"] == {"pending_requests_count": 0, "pending_notifications_count": 0}


async def test_who_is_not_followed_waits_and_is_let_through(site: Site) -> None:
    await site.follow("amina", "luc")
    await site.world.person("carla")
    await answer(site, for_not_following="filter")
    post = await site.say("amina", "hello")
    await site.say("luc", "@amina hello")
    await site.say("carla", "@amina one")
    last = await site.say("carla", "@amina two")
    await site.post(f"/api/v1/statuses/{post}/favourite", "Status", by="carla")
    assert await shown(site) == [("mention", "luc")]
    [one] = await waiting(site)
    assert (one["account"]["username"], one["notifications_count"], one["last_status"]["id"]) == ("carla", "2", last)
    assert site.cost(REQUESTS) <= 6
    summary = (await site.get(POLICY, "NotificationPolicy", by="amina")).json["summary"]
    assert summary == {"pending_requests_count": 1, "pending_notifications_count": 2}
    carla = site.world.id("carla")
    assert len(await shown(site, f"?account_id={carla}")) == 3
    hidden = (await site.get("/api/v1/notifications?include_filtered=true", "Notification[]", by="amina")).json
    assert sum(one.get("filtered", False) for one in hidden) == 3
    assert (await site.get("/api/v1/notifications/unread_count", by="amina")).json == {"count": 1}

    await site.post(f"{REQUESTS}/{one['id']}/accept", by="amina")
    assert await waiting(site) == []
    assert (await site.get(f"{REQUESTS}/merged", "MergedRequests", by="amina")).json == {"merged": True}
    assert len(await shown(site)) == 4
    await site.say("carla", "@amina three")
    assert len(await shown(site)) == 5


async def test_who_is_dismissed_is_gone_and_may_ask_again(site: Site) -> None:
    await site.world.person("carla")
    await answer(site, for_not_following="filter")
    await site.say("carla", "@amina one")
    [one] = await waiting(site)
    await site.get(f"{REQUESTS}/{one['id']}", "NotificationRequest", by="amina")
    await site.get(f"{REQUESTS}/{one['id']}", by="carla", status=404)
    for act in ("accept", "dismiss"):
        await site.post(f"{REQUESTS}/{one['id']}/{act}", by="carla", status=404)
    await site.post(f"{REQUESTS}/{one['id']}/dismiss", by="amina")
    assert await waiting(site) == []
    assert await shown(site, "?include_filtered=true") == []
    await site.say("carla", "@amina two")
    assert [found["notifications_count"] for found in await waiting(site)] == ["1"]


async def test_many_are_answered_at_once(site: Site) -> None:
    for name in ("carla", "luc", "marc"):
        await site.world.person(name)
    await answer(site, for_not_following="filter")
    for name in ("carla", "luc", "marc"):
        await site.say(name, "@amina hello")
    ids = [found["id"] for found in await waiting(site)]
    assert (await site.get(f"{REQUESTS}?limit=2", "NotificationRequest[]", by="amina")).ids == ids[:2]
    await site.post(f"{REQUESTS}/accept", by="amina", form=[("id[]", ids[0]), ("id[]", "999"), ("id[]", "x")])
    await site.post(f"{REQUESTS}/dismiss", by="amina", form=[("id[]", ids[1])])
    await site.post(f"{REQUESTS}/dismiss", by="amina", form=[("id[]", ids[1])])
    assert [found["id"] for found in await waiting(site)] == ids[2:]
    assert await shown(site) == [("mention", "marc")]


@pytest.mark.parametrize("word", ["filter", "drop"])
async def test_a_category_keeps_aside_or_drops(site: Site, word: str) -> None:
    await site.world.person("carla")
    await answer(site, for_new_accounts=word)
    await site.say("carla", "@amina hello")
    assert await shown(site) == []
    assert len(await shown(site, "?include_filtered=true")) == (1 if word == "filter" else 0)
    site.world.clock.pass_by(days=31)
    await site.say("carla", "@amina hello again")
    assert await shown(site) == [("mention", "carla")]


async def test_a_follower_of_three_days_is_no_stranger(site: Site) -> None:
    await site.follow("carla", "amina")
    await answer(site, for_not_followers="drop")
    await site.say("carla", "@amina hello")
    before = await shown(site)
    site.world.clock.pass_by(days=3)
    await site.say("carla", "@amina hello again")
    assert await shown(site) == [("mention", "carla"), *before]


async def test_a_direct_word_of_a_stranger_waits_but_not_an_answer(site: Site) -> None:
    for name in ("carla", "luc"):
        await site.world.person(name)
    await answer(site, for_private_mentions="filter")
    await site.say("carla", "@amina psst", visibility="direct")
    asked = await site.say("amina", "@luc are you there?", visibility="direct")
    await site.say("luc", "@amina yes", visibility="direct", in_reply_to_id=asked)
    await site.say("carla", "@amina aloud")
    assert await shown(site) == [("mention", "carla"), ("mention", "luc")]


async def test_moderators_are_heard_by_everybody(site: Site) -> None:
    await site.world.person("marc", role=Role.MODERATOR)
    await answer(site, for_not_following="drop", for_not_followers="drop", for_new_accounts="drop")
    await site.say("marc", "@amina please read the rules")
    assert await shown(site) == [("mention", "marc")]


async def test_an_answer_that_is_none_is_refused(site: Site) -> None:
    await site.call("PATCH", POLICY, by="amina", form={"for_bots": "perhaps"}, status=422)
    changed = (await site.call("PUT", POLICY, "NotificationPolicy", by="amina", body={"for_bots": "drop"})).json
    assert (changed["for_bots"], changed["for_limited_accounts"]) == ("drop", "filter")


async def test_what_was_merged_is_told_on_the_stream_and_what_waits_is_not(site: Site) -> None:
    await site.world.person("carla")
    await answer(site, for_not_following="filter")
    url = f"{site.base.replace('http', 'ws')}/api/v1/streaming?stream=user&access_token={await site.token('amina')}"
    async with site.http.ws_connect(url) as socket:

        async def listens() -> bool:
            return site.hub.count == 1

        await eventually(listens)
        await site.say("carla", "@amina hello")
        [one] = await waiting(site)
        await site.post(f"{REQUESTS}/{one['id']}/accept", by="amina")
        frame = json.loads((await socket.receive(timeout=10)).data)
    assert (frame["stream"], frame["event"]) == (["user"], "notifications_merged")


def test_a_day_is_a_day_on_both_floors() -> None:
    assert Millis(telling.DAY) == DAY
