"""Mastodon.py against two nodes of a group: what a bot or an app in Python does."""

import asyncio
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from mastodon import Mastodon, MastodonNotFoundError, StreamListener
from PIL import Image

from tests.api.browser import let_in
from tests.nodes import eventually, running_group, settled
from tests.sites import LocalNode, Person

OOB = "urn:ietf:wg:oauth:2.0:oob"
SCOPES = ["read", "write", "follow", "push"]


@pytest.fixture
async def nodes(tmp_path: Path) -> AsyncIterator[tuple[LocalNode, ...]]:
    """Two nodes of one group at http://localhost, each at its port."""
    async with running_group(tmp_path, "siege", "usine", domain="localhost") as made:
        yield made


def signed_in(node: LocalNode, person: Person, secret: Path) -> Mastodon:
    """A client after the whole of OAuth: register, authorize in a browser, exchange the code."""
    client_id, client_secret = Mastodon.create_app(
        "Test of Archipel", scopes=SCOPES, redirect_uris=OOB, api_base_url=node.base_url
    )
    client = Mastodon(
        client_id=client_id, client_secret=client_secret, api_base_url=node.base_url, ratelimit_method="throw"
    )
    address = client.auth_request_url(redirect_uris=OOB, scopes=SCOPES, allow_http=True)
    code = let_in(address, person.name, person.password)
    client.log_in(code=code, redirect_uri=OOB, scopes=SCOPES, to_file=str(secret), allow_http=True)
    return client


def picture() -> bytes:
    """A small photo."""
    out = BytesIO()
    Image.new("RGB", (320, 200), "#376").save(out, "JPEG")
    return out.getvalue()


async def test_a_day_with_mastodon_py(nodes: tuple[LocalNode, ...], tmp_path: Path) -> None:
    siege, usine = nodes
    bruno, amina, luc = await siege.person("bruno"), await usine.person("amina"), await usine.person("luc")
    client = await asyncio.to_thread(signed_in, usine, amina, tmp_path / "token")
    assert (await asyncio.to_thread(client.account_verify_credentials)).acct == "amina"
    instance = await asyncio.to_thread(client.instance)
    assert instance.domain == usine.host
    assert (await asyncio.to_thread(client.instance_v1)).uri == usine.host
    assert client.verify_minimum_version("4.6.0")

    media = await asyncio.to_thread(
        client.media_post, picture(), mime_type="image/jpeg", description="The new crane", focus=(0.1, -0.2)
    )
    post = await asyncio.to_thread(
        client.status_post, "Look #crane", media_ids=[media], visibility="public", language="en", idempotency_key="1"
    )
    assert post.media_attachments[0].description == "The new crane"
    home = await asyncio.to_thread(client.timeline_home)
    assert [one.id for one in home] == [post.id]

    answer = await usine.say(luc, "@amina nice", in_reply_to_id=str(post.id))
    around = await asyncio.to_thread(client.status_context, post)
    assert [str(one.id) for one in around.descendants] == [answer["id"]]
    reply = await asyncio.to_thread(client.status_reply, around.descendants[0], "Thank you")
    assert str(reply.in_reply_to_id) == answer["id"]

    found = await asyncio.to_thread(client.account_search, f"@{bruno.acct}", resolve=True)
    assert [one.acct for one in found] == [bruno.acct]
    await asyncio.to_thread(client.account_follow, found[0])
    await settled(siege, usine)
    relation = (await asyncio.to_thread(client.account_relationships, found[0]))[0]
    assert relation.following is True
    remote = await siege.say(bruno, f"Good morning @{amina.acct}", visibility="unlisted")
    await settled(siege, usine)
    home = await asyncio.to_thread(client.timeline_home)
    assert home[0].uri == remote["uri"]
    tagged = await asyncio.to_thread(client.timeline_hashtag, "crane")
    assert [one.id for one in tagged] == [post.id]

    told = await asyncio.to_thread(client.notifications)
    assert {one.type for one in told} == {"mention"}
    assert len(told) == 2
    await asyncio.to_thread(client.notifications_dismiss, told[0])
    liked = await asyncio.to_thread(client.status_favourite, home[0])
    assert liked.favourited is True
    boosted = await asyncio.to_thread(client.status_reblog, post)
    assert boosted.reblog.id == post.id
    await asyncio.to_thread(client.status_bookmark, post)
    assert [one.id for one in await asyncio.to_thread(client.bookmarks)] == [post.id]
    edited = await asyncio.to_thread(client.status_update, post, status="Look again #crane")
    assert "again" in edited.content
    history = await asyncio.to_thread(client.status_history, post)
    assert len(history) == 2
    search = await asyncio.to_thread(client.search_v2, "crane")
    assert [one.name for one in search.hashtags] == ["crane"]
    await asyncio.to_thread(client.markers_set, ["home"], [home[0].id])
    assert (await asyncio.to_thread(client.markers_get, ["home"]))["home"].last_read_id is not None
    assert (await asyncio.to_thread(client.preferences))["posting:default:visibility"] == "public"
    me = await asyncio.to_thread(client.account_update_credentials, display_name="Amina B.", note="Maintenance")
    assert me.display_name == "Amina B."
    gone = await asyncio.to_thread(client.status_delete, reply)
    assert gone.text == "@luc Thank you"
    with pytest.raises(MastodonNotFoundError):
        await asyncio.to_thread(client.status, reply)


async def test_pages_of_a_timeline_are_walked_by_the_library(nodes: tuple[LocalNode, ...], tmp_path: Path) -> None:
    _, usine = nodes
    amina = await usine.person("amina")
    posts = [(await usine.say(amina, f"Number {number}"))["id"] for number in range(7)]
    client = await asyncio.to_thread(signed_in, usine, amina, tmp_path / "token")
    page = await asyncio.to_thread(client.timeline_home, limit=3)
    everything = await asyncio.to_thread(client.fetch_remaining, page)
    assert [str(one.id) for one in everything] == posts[::-1]
    older = await asyncio.to_thread(client.fetch_next, page)
    newer = await asyncio.to_thread(client.fetch_previous, older)
    assert newer is not None
    assert [one.id for one in newer] == [one.id for one in page]


class Heard(StreamListener):
    """Keeps what was streamed."""

    def __init__(self) -> None:
        self.updates: list[str] = []
        self.deleted: list[str] = []

    def on_update(self, status: Any) -> None:
        """A post came."""
        self.updates.append(str(status.id))

    def on_delete(self, status_id: Any) -> None:
        """A post went."""
        self.deleted.append(str(status_id))


async def test_the_library_listens_to_the_event_stream(
    nodes: tuple[LocalNode, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The library notices that it was closed with the next line it reads.
    monkeypatch.setattr("server.api.streaming.THUMP_SECONDS", 0.2)
    _, usine = nodes
    amina = await usine.person("amina")
    client = await asyncio.to_thread(signed_in, usine, amina, tmp_path / "token")
    assert await asyncio.to_thread(client.stream_healthy)
    heard = Heard()
    stream = await asyncio.to_thread(client.stream_user, heard, run_async=True)
    try:
        await eventually(lambda: usine.running.hub.count == 1)
        post = (await usine.say(amina, "Live"))["id"]
        await eventually(lambda: heard.updates == [post])
        await usine.api("DELETE", f"/api/v1/statuses/{post}", amina)
        await eventually(lambda: heard.deleted == [post])
    finally:
        await asyncio.to_thread(stream.close)
