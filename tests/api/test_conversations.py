"""Direct posts as conversations: whose they are, what is unread, how they end."""

import json

from tests.api.site import Site, eventually

PATH = "/api/v1/conversations"


async def said(site: Site, name: str, text: str, parent: str | None = None) -> str:
    """A direct post, when everybody has heard of it."""
    more = {"in_reply_to_id": parent} if parent else {}
    post = await site.say(name, text, visibility="direct", **more)
    await site.settle()
    return post


async def people(site: Site, *names: str) -> None:
    for name in names:
        await site.world.person(name)


async def mine(site: Site, name: str) -> list[tuple[list[str], bool, str]]:
    """Others, whether unread, and the last post."""
    found = (await site.get(PATH, "Conversation[]", by=name)).json
    return [
        (sorted(one["username"] for one in found_one["accounts"]), found_one["unread"], found_one["last_status"]["id"])
        for found_one in found
    ]


async def test_a_direct_post_opens_a_conversation_that_is_unread_for_the_others(site: Site) -> None:
    await people(site, "amina", "luc", "carla")
    first = await said(site, "amina", "@luc @carla meet at noon")
    assert await mine(site, "amina") == [(["carla", "luc"], False, first)]
    assert await mine(site, "luc") == [(["amina", "carla"], True, first)]
    answer = await said(site, "luc", "@amina @carla yes", first)
    assert await mine(site, "amina") == [(["carla", "luc"], True, answer)]
    assert await mine(site, "luc") == [(["amina", "carla"], False, answer)]
    aside = await said(site, "luc", "@amina without Carla", answer)
    assert await mine(site, "amina") == [(["luc"], True, aside), (["carla", "luc"], True, answer)]
    assert await mine(site, "carla") == [(["amina", "luc"], True, answer)]
    assert site.cost(PATH) <= 6


async def test_a_note_to_oneself_is_a_conversation_with_oneself(site: Site) -> None:
    note = await said(site, "amina", "buy milk")
    assert await mine(site, "amina") == [(["amina"], False, note)]


async def test_a_conversation_is_read_unread_and_deleted_by_its_owner_alone(site: Site) -> None:
    await people(site, "amina", "luc")
    first = await said(site, "luc", "@amina hello")
    [one] = (await site.get(PATH, "Conversation[]", by="amina")).json
    for method, path in (("POST", "/read"), ("POST", "/unread"), ("DELETE", "")):
        await site.call(method, f"{PATH}/{one['id']}{path}", by="luc", status=404)
    assert (await site.post(f"{PATH}/{one['id']}/read", "Conversation", by="amina")).json["unread"] is False
    assert await mine(site, "amina") == [(["luc"], False, first)]
    assert (await site.post(f"{PATH}/{one['id']}/unread", "Conversation", by="amina")).json["unread"] is True
    await site.call("DELETE", f"{PATH}/{one['id']}", by="amina")
    assert await mine(site, "amina") == []
    assert await mine(site, "luc") == [(["amina"], False, first)]
    again = await said(site, "luc", "@amina still there?", first)
    assert await mine(site, "amina") == [(["luc"], True, again)]


async def test_a_conversation_falls_back_when_its_last_post_is_deleted(site: Site) -> None:
    await people(site, "amina", "luc")
    first = await said(site, "luc", "@amina one")
    second = await said(site, "luc", "@amina two", first)
    await site.call("DELETE", f"/api/v1/statuses/{second}", by="luc")
    await site.settle()
    assert await mine(site, "amina") == [(["luc"], True, first)]
    await site.call("DELETE", f"/api/v1/statuses/{first}", by="luc")
    await site.settle()
    assert await mine(site, "amina") == await mine(site, "luc") == []


async def test_an_edit_changes_no_conversation_and_lets_in_whom_it_names(site: Site) -> None:
    await people(site, "amina", "luc", "carla")
    first = await said(site, "luc", "@amina one")
    [one] = (await site.get(PATH, "Conversation[]", by="amina")).json
    await site.post(f"{PATH}/{one['id']}/read", by="amina")
    await site.call("PUT", f"/api/v1/statuses/{first}", "Status", by="luc", body={"status": "@amina @carla one"})
    await site.settle()
    assert [(unread, last) for _, unread, last in await mine(site, "amina")] == [(False, first)]
    assert [(unread, last) for _, unread, last in await mine(site, "carla")] == [(True, first)]


async def test_conversations_are_paged_by_their_last_post(site: Site) -> None:
    await people(site, "amina", "luc")
    posts = [await said(site, "luc", f"@amina {number}") for number in range(3)]
    reply = await site.get(f"{PATH}?limit=2", "Conversation[]", by="amina")
    assert [one["last_status"]["id"] for one in reply.json] == posts[:0:-1]
    rest = await site.get(reply.links["next"].removeprefix(site.base), "Conversation[]", by="amina")
    assert [one["last_status"]["id"] for one in rest.json] == posts[:1]
    newer = await site.get(f"{PATH}?min_id={posts[0]}&limit=1", "Conversation[]", by="amina")
    assert [one["last_status"]["id"] for one in newer.json] == [posts[1]]


async def test_whom_one_blocks_opens_no_conversation(site: Site) -> None:
    await people(site, "amina", "luc")
    await site.post(f"/api/v1/accounts/{site.world.id('luc')}/block", "Relationship", by="amina")
    await said(site, "luc", "@amina hello?")
    assert await mine(site, "amina") == []


async def test_the_direct_timeline_has_what_is_by_and_for_oneself(site: Site) -> None:
    await people(site, "amina", "luc", "carla")
    await site.say("luc", "@amina in front of everybody")
    first = await said(site, "luc", "@amina aside")
    second = await said(site, "amina", "@luc back", first)
    assert (await site.get("/api/v1/timelines/direct", "Status[]", by="amina")).ids == [second, first]
    assert (await site.get(f"/api/v1/timelines/direct?max_id={second}", "Status[]", by="amina")).ids == [first]
    assert (await site.get("/api/v1/timelines/direct", "Status[]", by="carla")).ids == []


async def test_a_changed_conversation_is_told_on_its_stream(site: Site) -> None:
    await people(site, "amina", "luc")
    url = f"{site.base.replace('http', 'ws')}/api/v1/streaming?stream=direct&access_token={await site.token('amina')}"
    async with site.http.ws_connect(url) as socket:

        async def listens() -> bool:
            return site.hub.count == 1

        await eventually(listens)
        post = await said(site, "luc", "@amina psst")
        frame = json.loads((await socket.receive(timeout=10)).data)
    assert (frame["stream"], frame["event"]) == (["direct"], "conversation")
    told = json.loads(frame["payload"])
    assert (told["last_status"]["id"], told["unread"]) == (post, True)
