"""Posts for later through the API."""

from pathlib import Path
from typing import Any

from social.clock import HOUR, iso
from social.posts import media
from storage.ids import Millis, millis
from tests.api.site import Site
from tests.nodes import eventually, running_node
from tests.outages.acts import PICTURE

PATH = "/api/v1/scheduled_statuses"
NOON_AFTER = "2026-11-25T12:00:00.000Z"


async def keep(site: Site, **params: Any) -> dict[str, Any]:
    body = {"status": "Later", "scheduled_at": NOON_AFTER, **params}
    found: dict[str, Any] = (await site.post("/api/v1/statuses", "ScheduledStatus", by="amina", body=body)).json
    return found


async def test_a_time_to_come_gives_what_waits_and_no_post(site: Site) -> None:
    parent = await site.say("amina", "First")
    poll = {"options": ["Soup", "Rice"], "expires_in": 3600, "multiple": True}
    kept = await keep(site, poll=poll, in_reply_to_id=parent, spoiler_text="Food", visibility="private", language="en")
    assert kept["scheduled_at"] == NOON_AFTER
    params = kept["params"]
    assert (params["text"], params["spoiler_text"], params["visibility"], params["language"]) == (
        "Later",
        "Food",
        "private",
        "en",
    )
    assert params["in_reply_to_id"] == int(parent)
    assert params["poll"] == {**poll, "hide_totals": False}
    assert (params["scheduled_at"], kept["media_attachments"]) == (None, [])
    assert (await site.get(PATH, "ScheduledStatus[]", by="amina")).json == [kept]
    assert (await site.get(f"{PATH}/{kept['id']}", "ScheduledStatus", by="amina")).json == kept
    assert (await site.get("/api/v1/timelines/home", "Status[]", by="amina")).ids == [parent]


async def test_a_time_that_is_over_publishes_now_and_one_too_soon_or_unreadable_is_refused(site: Site) -> None:
    past = {"status": "Now", "scheduled_at": "2020-01-01T00:00:00Z"}
    await site.post("/api/v1/statuses", "Status", by="amina", body=past)
    refused = {"status": "Later", "scheduled_at": "at noon"}
    answer = await site.post("/api/v1/statuses", by="amina", body=refused, status=422)
    assert answer.json == {"error": "Record invalid"}
    soon = {"status": "Later", "scheduled_at": "2026-11-24T12:04:59Z"}
    answer = await site.post("/api/v1/statuses", by="amina", body=soon, status=422)
    assert answer.json == {"error": "Validation failed: Scheduled at must be at least 5 minutes from now"}
    for wrong in ({"status": ""}, {"media_ids": ["1"]}):
        body = {"status": "Later", "scheduled_at": NOON_AFTER, **wrong}
        await site.post("/api/v1/statuses", by="amina", body=body, status=422)
    body = {"status": "Later", "scheduled_at": NOON_AFTER, "in_reply_to_id": "1"}
    await site.post("/api/v1/statuses", by="amina", body=body, status=404)
    assert (await site.get(PATH, "ScheduledStatus[]", by="amina")).json == []


async def test_its_time_is_changed_and_it_is_taken_back_by_its_author_alone(site: Site) -> None:
    kept = await keep(site)
    path = f"{PATH}/{kept['id']}"
    for method in ("PUT", "PATCH"):
        moved = await site.call(method, path, "ScheduledStatus", by="amina", form={"scheduled_at": "2026-12-01T08:00Z"})
        assert moved.json["scheduled_at"] == "2026-12-01T08:00:00.000Z"
    assert (await site.call("PUT", path, "ScheduledStatus", by="amina")).json == moved.json
    gone = await site.call("PUT", path, by="amina", body={"scheduled_at": "2020-01-01T00:00Z"}, status=422)
    assert "Scheduled at" in gone.json["error"]
    await site.call("PUT", path, by="amina", body={"scheduled_at": "soon"}, status=422)
    for method, body in (("GET", None), ("PUT", {"scheduled_at": NOON_AFTER}), ("DELETE", None)):
        await site.call(method, path, by="luc", body=body, status=404)
        await site.call(method, f"{PATH}/1", by="amina", body=body, status=404)
    assert (await site.get(PATH, "ScheduledStatus[]", by="luc")).json == []
    assert (await site.call("DELETE", path, "Empty", by="amina")).json == {}
    await site.get(path, by="amina", status=404)


async def test_what_waits_is_paged(site: Site) -> None:
    ids = [(await keep(site, status=f"Number {number}"))["id"] for number in range(5)][::-1]
    first = await site.get(f"{PATH}?limit=2", "ScheduledStatus[]", by="amina")
    assert first.ids == ids[:2]
    second = await site.get(first.links["next"], "ScheduledStatus[]", by="amina")
    assert second.ids == ids[2:4]
    third = await site.get(second.links["next"], "ScheduledStatus[]", by="amina")
    assert third.ids == ids[4:]
    assert "next" not in third.links
    assert (await site.get(third.links["prev"], "ScheduledStatus[]", by="amina")).ids == ids[2:4]
    assert (await site.get(f"{PATH}?limit=2&min_id={ids[-1]}", by="amina")).ids == ids[2:4]


async def test_the_same_key_is_the_same_post_for_later(site: Site) -> None:
    sent = {"status": "Later", "scheduled_at": NOON_AFTER}
    answers = [
        await site.post("/api/v1/statuses", by="amina", body=sent, headers={"Idempotency-Key": "k"}) for _ in range(2)
    ]
    assert answers[0].json == answers[1].json
    assert answers[0].json["params"]["idempotency"] == "k"


async def test_a_running_node_publishes_it_at_its_time_with_its_picture(tmp_path: Path) -> None:
    passed = 0

    def clock() -> Millis:
        return Millis(millis() + passed)

    async with running_node(tmp_path, clock=clock) as node:
        amina = await node.person("amina")
        row = await node.write(
            media.add, amina.viewer, PICTURE, settings=node.settings.media, ids=node.ids, now=node.clock()
        )
        at = Millis(clock() + HOUR)
        kept = await node.say(amina, "Later", media_ids=[str(row.id)], scheduled_at=iso(at))
        assert [one["id"] for one in kept["media_attachments"]] == [str(row.id)]
        passed = HOUR

        async def published() -> Any:
            await node.say(amina, "What is written wakes the node")
            found = await node.api("GET", "/api/v1/timelines/home", amina)
            return [one for one in found if one["content"] == "<p>Later</p>"]

        (post,) = await eventually(published)
        assert [one["id"] for one in post["media_attachments"]] == [str(row.id)]
