"""Mastodon.py listens: every stream of the library, over SSE and over a WebSocket, and pushes to a device."""

import asyncio
from functools import partial
from typing import Any

import pytest
from mastodon import StreamListener

from tests.api.mastodon_py import Client
from tests.nodes import eventually
from tests.sites import LocalNode

pytestmark = pytest.mark.asyncio(loop_scope="module")

Nodes = tuple[LocalNode, LocalNode]


class Heard(StreamListener):
    """Keeps the words of what was streamed."""

    def __init__(self) -> None:
        self.updates: list[str] = []
        self.told: list[str] = []
        self.direct: list[str] = []

    def on_update(self, status: Any) -> None:
        """A post came."""
        self.updates.append(str(status.id))

    def on_notification(self, notification: Any) -> None:
        """Somebody did something."""
        self.told.append(notification.type)

    def on_conversation(self, conversation: Any) -> None:
        """A direct post came."""
        self.direct.append(str(conversation.last_status.id))


@pytest.mark.parametrize("is_socket", [False, True], ids=["sse", "websocket"])
async def test_every_stream_of_the_library(pair: Nodes, is_socket: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    # The library notices that it was closed with the next line it reads.
    monkeypatch.setattr("server.api.streaming.THUMP_SECONDS", 0.2)
    _, usine = pair
    amina, luc = await Client.of(usine, f"wia{is_socket}".lower()), await Client.of(usine, f"lia{is_socket}".lower())
    await amina.account_follow(luc.id)
    team = await amina.list_create("Team")
    await amina.list_accounts_add(team, [luc.id])
    assert await amina.stream_healthy() is True
    before = usine.running.hub.count
    names = ("user", "told", "public", "local", "tag", "list", "direct")
    heard = {name: Heard() for name in names}
    more: dict[str, Any] = {"run_async": True}
    socket = None
    if is_socket:
        socket = await amina.stream_open_websocket(Heard())
        more = {"websocket_handle": socket}
    opened = [
        await amina.stream_user(heard["user"], **more),
        await amina.stream_user_notifications(heard["told"], **more),
        await amina.stream_public(heard["public"], **more),
        await amina.stream_local(heard["local"], **more),
        await amina.stream_hashtag("gear", heard["tag"], **more),
        await amina.stream_list(team, heard["list"], **more),
        await amina.stream_direct(heard["direct"], **more),
    ]
    try:
        await eventually(lambda: usine.running.hub.count > before)
        if not is_socket:
            await eventually(lambda: usine.running.hub.count == before + len(names))
        post = str((await luc.status_post("The #gear turns", visibility="public")).id)
        for name in ("user", "public", "local", "tag", "list"):
            await eventually(partial(_has, heard[name].updates, [post]), why=name)
        secret = str((await luc.status_post(f"@{amina.person.name} psst", visibility="direct")).id)
        await eventually(lambda: heard["direct"].direct == [secret], why="direct")
        for name in ("user", "told"):
            await eventually(partial(_has, heard[name].told, ["mention"]), why=name)
        assert heard["public"].updates == [post]
    finally:
        for one in [socket] if socket else opened:
            await asyncio.to_thread(one.close)


async def test_a_device_subscribes_to_pushes(pair: Nodes) -> None:
    _, usine = pair
    amina = await Client.of(usine, "wiapush")
    _, public = await amina.push_subscription_generate_keys()
    made = await amina.push_subscription_set("https://push.example/1", public, mention_events=True, policy="followed")
    assert (made.endpoint, made.alerts.mention) == ("https://push.example/1", True)
    changed = await amina.push_subscription_update(mention_events=False, favourite_events=True)
    assert (changed.alerts.mention, changed.alerts.favourite) == (False, True)
    assert (await amina.push_subscription()).id == made.id
    await amina.push_subscription_delete()


def _has(found: list[str], wanted: list[str]) -> bool:
    return found == wanted
