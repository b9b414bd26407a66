"""What happened, told live: over a WebSocket with many streams, and as event streams."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from social.feeds import streams
from social.governance import states
from social.people import accounts
from social.policy import Role
from storage.ids import PostId
from tests.api.site import Site, eventually
from tests.api.validate import validate


class Ear:
    """A WebSocket of one person."""

    def __init__(self, site: Site, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.site = site
        self.socket = socket

    async def subscribe(self, stream: str, **more: str) -> None:
        """Listen to one more stream; waits until the hub knows."""
        await self.socket.send_str(json.dumps({"type": "subscribe", "stream": stream, **more}))
        named = more.get("tag", more.get("list", "")).lower()
        key = (stream, named) if named else (stream,)
        await eventually(lambda: self._knows(key, listens=True))

    async def unsubscribe(self, stream: str) -> None:
        """Listen no longer."""
        await self.socket.send_str(json.dumps({"type": "unsubscribe", "stream": stream}))
        await eventually(lambda: self._knows((stream,), listens=False))

    async def hear(self) -> dict[str, Any]:
        """The next frame."""
        async with asyncio.timeout(5):
            frame: dict[str, Any] = json.loads(await self.socket.receive_str())
        if "error" not in frame:
            assert not validate("StreamEvent", frame)
        return frame

    async def hear_post(self) -> dict[str, Any]:
        """The post of the next frame, which must carry one."""
        frame = await self.hear()
        post: dict[str, Any] = json.loads(frame["payload"])
        assert not validate("Status", post)
        return post

    async def _knows(self, key: tuple[str, ...], *, listens: bool) -> bool:
        heard = [listener.streams for group in self.site.hub.listeners for listener in group]
        return any(key in streams for streams in heard) is listens


@asynccontextmanager
async def ear(site: Site, name: str, *, query: str = "", scopes: str = "read", **how: Any) -> AsyncIterator[Ear]:
    """Somebody's WebSocket, joined to the hub."""
    token = await site.token(name, scopes)
    how = how or {"headers": {"Authorization": f"Bearer {token}"}}
    before = site.hub.count
    async with site.http.ws_connect(f"{site.base}/api/v1/streaming{query}", **how) as socket:
        await eventually(lambda: _joined(site, before))
        yield Ear(site, socket)
    await eventually(lambda: _left(site, before))


async def _joined(site: Site, before: int) -> bool:
    return site.hub.count > before


async def _left(site: Site, before: int) -> bool:
    return site.hub.count <= before


async def test_a_followed_post_comes_to_home_with_the_viewers_own_part(site: Site) -> None:
    await site.follow("amina", "luc")
    async with ear(site, "amina", query="?stream=user") as amina:
        post = await site.say("luc", "Line 3 runs")
        heard = await amina.hear()
        assert (heard["stream"], heard["event"]) == (["user"], "update")
        told = json.loads(heard["payload"])
        assert told == (await site.get(f"/api/v1/statuses/{post}", "Status", by="amina")).json
        await site.call("PUT", f"/api/v1/statuses/{post}", "Status", by="luc", body={"status": "Line 3 runs again"})
        heard = await amina.hear()
        assert heard["event"] == "status.update"
        assert "again" in json.loads(heard["payload"])["content"]
        await site.call("DELETE", f"/api/v1/statuses/{post}", "DeletedStatus", by="luc")
        assert await amina.hear() == {"stream": ["user"], "event": "delete", "payload": post}


async def test_a_notification_comes_to_whom_it_is_for(site: Site) -> None:
    async with ear(site, "luc", query="?stream=user") as luc, ear(site, "marc", query="?stream=user") as marc:
        await site.say("amina", "@luc look", visibility="direct")
        heard = await luc.hear()
        assert heard["event"] == "notification"
        told = json.loads(heard["payload"])
        assert not validate("Notification", told)
        assert told["type"] == "mention"
        await site.say("amina", "@marc you too", visibility="direct")
        heard = await marc.hear()
        assert json.loads(heard["payload"])["status"]["content"].count("marc")


async def test_streamed_events_and_the_old_state_make_a_fresh_read(site: Site) -> None:
    await site.follow("amina", "luc")
    before = await site.say("luc", "Before")

    async def fresh() -> list[str]:
        return (await site.get("/api/v1/timelines/home", "Status[]", by="amina")).ids

    home = await eventually(fresh)
    assert home == [before]
    async with ear(site, "amina", query="?stream=user") as amina:
        kept = await site.say("luc", "Kept")
        gone = await site.say("luc", "Gone")
        await site.say("marc", "Not followed")
        boosted = await site.say("marc", "Worth it")
        boost = (await site.post(f"/api/v1/statuses/{boosted}/reblog", "Status", by="luc")).json["id"]
        await site.call("DELETE", f"/api/v1/statuses/{gone}", "DeletedStatus", by="luc")
        while gone in home or boost not in home:
            heard = await amina.hear()
            if heard["event"] == "update":
                home.insert(0, json.loads(heard["payload"])["id"])
            elif heard["event"] == "delete":
                home = [post for post in home if post != heard["payload"]]
    assert kept in home
    assert await fresh() == home


async def test_public_streams_carry_what_their_timelines_show(site: Site) -> None:
    async with ear(site, "marc") as marc:
        for stream in ("public", "public:local"):
            await marc.subscribe(stream)
        await marc.subscribe("public:remote")
        await marc.subscribe("hashtag", tag="Line3")
        post = await site.say("amina", "Public #line3")
        heard = sorted([(await marc.hear())["stream"] for _ in range(3)])
        assert heard == [["hashtag", "line3"], ["public"], ["public:local"]]
        await site.say("amina", "Unlisted", visibility="unlisted")
        await site.say("amina", "Private", visibility="private")
        await site.say("amina", "An answer", in_reply_to_id=post)
        last = await site.say("amina", "Public again")
        assert (await marc.hear_post())["id"] == last


async def test_nobody_hears_what_they_may_not_see_or_do_not_want(site: Site) -> None:
    await site.token("luc")
    await site.token("ines")
    await site.post(f"/api/v1/accounts/{site.world.id('luc')}/block", "Relationship", by="amina")
    amina = await site.world.person("amina")
    await site.post(f"/api/v1/accounts/{amina}/mute", "Relationship", by="ines")
    async with ear(site, "luc", query="?stream=public") as luc, ear(site, "ines", query="?stream=public") as ines:
        await site.say("amina", "Neither of you")
        other = await site.say("marc", "Both of you")
        assert (await luc.hear_post())["id"] == other
        assert (await ines.hear_post())["id"] == other


async def test_the_end_of_a_hidden_post_is_told_to_those_who_saw_it(site: Site) -> None:
    await site.follow("luc", "amina")
    async with ear(site, "luc", query="?stream=user") as luc, ear(site, "marc", query="?stream=user") as marc:
        secret = await site.say("amina", "For followers", visibility="private")
        assert (await luc.hear_post())["id"] == secret
        await site.call("DELETE", f"/api/v1/statuses/{secret}", "DeletedStatus", by="amina")
        assert (await luc.hear())["payload"] == secret
        mine = await site.say("marc", "My own")
        assert (await marc.hear_post())["id"] == mine


async def test_two_subscriptions_do_not_double_and_one_end_is_enough(site: Site) -> None:
    async with ear(site, "amina") as amina:
        await amina.subscribe("user")
        await amina.subscribe("user")
        first = await site.say("amina", "One")
        second = await site.say("amina", "Two")
        assert [(await amina.hear_post())["id"], (await amina.hear_post())["id"]] == [first, second]
        await amina.unsubscribe("user")
        await amina.unsubscribe("user")
        await site.say("amina", "Three", visibility="unlisted")
        await amina.subscribe("public")
        last = await site.say("amina", "Four")
        assert (await amina.hear_post())["id"] == last


async def test_a_token_comes_by_header_query_or_protocol(site: Site) -> None:
    token = await site.token("amina")
    async with ear(site, "amina", query=f"?access_token={token}&stream=user", headers={}) as amina:
        await site.say("amina", "By query")
        await amina.hear()
    async with ear(site, "amina", query="?stream=user", protocols=(token,)) as amina:
        assert amina.socket.protocol == token
        await site.say("amina", "By protocol")
        await amina.hear()


@pytest.mark.parametrize("how", [{}, {"headers": {"Authorization": "Bearer made-up"}}, {"protocols": ("made-up",)}])
async def test_a_bad_token_is_refused_before_the_socket_opens(site: Site, how: dict[str, Any]) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await site.http.ws_connect(f"{site.base}/api/v1/streaming", **how)
    assert refused.value.status == 401


async def test_nonsense_is_answered_in_a_frame(site: Site) -> None:
    async with ear(site, "amina", scopes="read:notifications") as amina:
        for text, status in (
            ("{", 400),
            ('{"type":"subscribe","stream":"telepathy"}', 400),
            ('{"type":"subscribe","stream":"hashtag"}', 400),
            ('{"type":"subscribe","stream":"public"}', 401),
        ):
            await amina.socket.send_str(text)
            frame = await amina.hear()
            assert frame["status"] == status
        await amina.subscribe("user:notification")
        await amina.socket.send_bytes(b"\0")
        message = await amina.socket.receive(5)
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert message.data == 1003


@pytest.mark.parametrize("verb", [accounts.suspend, states.delete], ids=["suspended", "deleted"])
async def test_whose_account_is_closed_hears_nothing_more(site: Site, verb: Callable[..., object]) -> None:
    await site.world.person("marc", role=Role.ADMIN)
    async with ear(site, "luc", query="?stream=user") as luc:
        await site.node.db.write(verb, site.world.viewer("marc"), site.world.id("luc"), now=site.node.clock())
        message = await luc.socket.receive(5)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    await eventually(lambda: _is_empty(site))


async def test_a_reader_who_does_not_keep_up_is_dropped(site: Site) -> None:
    async with ear(site, "amina", query="?stream=user") as amina:
        (listener,) = site.hub.listeners[0]
        listener.ear.drop()
        message = await amina.socket.receive(5)
        assert message.type is aiohttp.WSMsgType.CLOSE


async def test_an_event_stream_tells_the_same(site: Site) -> None:
    token = await site.token("amina")
    assert (await site.get("/api/v1/streaming/health")).body == b"OK"
    headers = {"Authorization": f"Bearer {token}"}
    async with site.http.get(f"{site.base}/api/v1/streaming/user", headers=headers) as stream:
        assert stream.status == 200
        assert stream.headers["Content-Type"].startswith("text/event-stream")
        assert (await stream.content.readline()) == b":)\n"
        await stream.content.readline()
        await eventually(lambda: _joined(site, 0))
        post = await site.say("amina", "Streamed")
        assert (await stream.content.readline()) == b"event: update\n"
        data = await stream.content.readline()
        assert json.loads(data.removeprefix(b"data: "))["id"] == post
        await stream.content.readline()
        await site.call("DELETE", f"/api/v1/statuses/{post}", "DeletedStatus", by="amina")
        assert (await stream.content.readline()) == b"event: delete\n"
        assert (await stream.content.readline()) == f"data: {post}\n".encode()
    await site.say("amina", "Nobody listens")
    await eventually(lambda: _is_empty(site))


async def test_an_event_stream_without_its_hashtag_is_refused(site: Site) -> None:
    await site.get("/api/v1/streaming/hashtag", "Error", by="amina", status=400)
    await site.get("/api/v1/streaming/list", "Error", by="amina", status=400)
    for wrong in ("1", "9" * 30):
        await site.get(f"/api/v1/streaming/list?list={wrong}", "Error", by="amina", status=404)


async def _is_empty(site: Site) -> bool:
    return site.hub.count == 0


async def test_a_post_for_many_listeners_costs_four_statements(site: Site) -> None:
    names = ("luc", "marc", "ines", "bruno", "carla")
    for name in names:
        await site.follow(name, "amina")
    post = await site.say("amina", "To all of you")
    await site.world.settle()
    cost = await site.world.statements(
        streams.told, PostId(int(post)), [site.world.id(name) for name in names], now=site.node.clock()
    )
    assert cost == 4


async def test_filters_are_told_of_and_hold_in_streams_and_notifications(site: Site) -> None:
    async with ear(site, "luc", query="?stream=user") as luc, ear(site, "marc", query="?stream=public") as marc:
        body = {"title": "Noise", "context": ["home"], "keywords_attributes": [{"keyword": "crane"}]}
        await site.post("/api/v2/filters", "Filter", by="luc", body=body)
        assert await luc.hear() == {"stream": ["user"], "event": "filters_changed", "payload": "{}"}
        await luc.subscribe("public")
        await site.say("amina", "@luc the crane")
        frames = [await luc.hear(), await luc.hear()]
        for frame in frames:
            told = json.loads(frame["payload"])
            post = told.get("status", told)
            assert [one["filter"]["title"] for one in post["filtered"]] == ["Noise"], frame["event"]
        assert (await marc.hear_post())["filtered"] == []


async def a_list(site: Site, owner: str, *members: str) -> str:
    """The id of a list with these people on it."""
    made = (await site.post("/api/v1/lists", "List", by=owner, body={"title": "Press"})).json["id"]
    for member in members:
        await site.follow(owner, member)
        body = {"account_ids": [str(site.world.id(member))]}
        await site.post(f"/api/v1/lists/{made}/accounts", by=owner, body=body)
    return str(made)


async def test_a_list_tells_its_owner_of_its_members_alone(site: Site) -> None:
    made = await a_list(site, "amina", "luc")
    await site.follow("amina", "marc")
    async with ear(site, "amina") as amina, ear(site, "ines") as ines:
        await amina.subscribe("list", list=made)
        for wrong, status in ((made, 404), ("12345", 404), ("9" * 40, 404), ("x", 400)):
            await ines.socket.send_str(json.dumps({"type": "subscribe", "stream": "list", "list": wrong}))
            assert (await ines.hear())["status"] == status
        await site.say("marc", "Not on the list")
        post = await site.say("luc", "On the list")
        heard = await amina.hear()
        assert (heard["stream"], json.loads(heard["payload"])["id"]) == (["list", made], post)
        await site.call("DELETE", f"/api/v1/statuses/{post}", "DeletedStatus", by="luc")
        assert (await amina.hear())["payload"] == post
        await amina.socket.send_str(json.dumps({"type": "subscribe", "stream": "direct"}))
        await eventually(lambda: amina._knows(("direct",), listens=True))


async def test_a_list_is_an_event_stream_too(site: Site) -> None:
    made = await a_list(site, "amina", "luc")
    headers = {"Authorization": f"Bearer {await site.token('amina')}"}
    async with site.http.get(f"{site.base}/api/v1/streaming/list?list={made}", headers=headers) as stream:
        assert await stream.content.readline() == b":)\n"
        await eventually(lambda: _joined(site, 0))
        post = await site.say("luc", "On the list")
        while not (line := await stream.content.readline()).startswith(b"data: "):
            continue
        assert json.loads(line.removeprefix(b"data: "))["id"] == post


async def test_what_one_person_is_told_goes_to_the_streams_that_they_have(site: Site) -> None:
    async with ear(site, "amina", query="?stream=user") as amina, ear(site, "amina", query="?stream=direct") as other:
        await site.hub.tell(site.world.id("amina"), [("user",), ("direct",)], "conversation", "{}")
        assert await amina.hear() == {"stream": ["user"], "event": "conversation", "payload": "{}"}
        assert (await other.hear())["stream"] == ["direct"]


async def test_a_silent_socket_is_asked_whether_it_is_there_and_dropped_if_not(site: Site) -> None:
    async with ear(site, "amina", query="?stream=user") as amina:
        (listener,) = site.hub.listeners[0]
        listener.ear.beat()
        # The client of this test answers pings while it reads.
        await site.say("amina", "Still there")
        await amina.hear()
        await eventually(lambda: _alive(listener))
        listener.ear.beat()
        listener.ear.beat()
        message = await amina.socket.receive(5)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


async def test_a_message_without_an_end_is_cut_off(site: Site) -> None:
    async with ear(site, "amina") as amina:
        await amina.socket.send_str("x" * 100_000)
        message = await amina.socket.receive(5)
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1009)


async def test_a_reader_who_reads_nothing_is_dropped_in_the_end(site: Site) -> None:
    await site.token("amina")
    token = await site.token("amina", "read")
    reader, writer = await asyncio.open_connection("127.0.0.1", site.node.settings.listen.port, limit=1_024)
    writer.write(
        f"GET /api/v1/streaming?stream=user HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" in await reader.readuntil(b"\r\n\r\n")
    await eventually(lambda: _joined(site, 0))
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # the transport of a stream
    for _ in range(400):
        await site.hub.tell(site.world.id("amina"), [("user",)], "filters_changed", "x" * 32_000)
    await eventually(lambda: _is_empty(site))
    writer.close()


async def _alive(listener: Any) -> bool:
    return bool(listener.ear._is_alive)
