"""What is told live is what could be read: the same rule on every stream, and no stream outlives its token."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
import msgspec
import pytest

from server import streaming
from social.events import AnyEvent, PostPublished
from social.people import accounts, grants, users
from storage.visibility import Visibility
from tests.doors.askers import Person
from tests.doors.probes import Narrows, at_home, conversed, in_public, told
from tests.doors.scene import WIRE, Scene, Subject
from tests.nodes import eventually, settled

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUBSCRIBED = (
    {"stream": "user"},
    {"stream": "user:notification"},
    {"stream": "public"},
    {"stream": "public:local"},
    {"stream": "public:remote"},
    {"stream": "hashtag", "tag": "armor"},
    {"stream": "hashtag:local", "tag": "armor"},
    {"stream": "direct"},
)
NOBODYS = "nobody's"
STREAMS: dict[tuple[str, str], Narrows] = {
    ("user", "update"): at_home,
    ("user", "notification"): told,
    ("user:notification", "notification"): told,
    ("public", "update"): in_public,
    ("public:local", "update"): in_public,
    ("hashtag", "update"): in_public,
    ("hashtag:local", "update"): in_public,
    ("direct", "conversation"): conversed,
}
EVENTS = {
    "user": "user",
    "user:notification": "user/notification",
    "public": "public",
    "public:local": "public/local",
    "public:remote": "public/remote",
    "hashtag": "hashtag?tag=armor",
    "hashtag:local": "hashtag/local?tag=armor",
    "direct": "direct",
}
LAST = "dernier mot pour tous"
TOLD = ("mentioned", "follower")
"""Who is notified of a new post: it is not liked yet."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """One frame: stream, kind, and all of what was said."""

    stream: str
    event: str
    payload: str


@asynccontextmanager
async def socket(scene: Scene, asker: Person) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """Somebody's WebSocket with every stream on it."""
    url = f"http://127.0.0.1:{scene.node.port}/api/v1/streaming"
    headers = {"Host": scene.node.host, "Authorization": f"Bearer {asker.person.token}"}
    async with aiohttp.ClientSession() as http, http.ws_connect(url, headers=headers) as opened:
        for one in SUBSCRIBED:
            await opened.send_str(json.dumps({"type": "subscribe", **one}))
        # A subscription that is refused is answered: whoever hears that has the others.
        await opened.send_str(json.dumps({"type": "subscribe", "stream": NOBODYS}))
        assert "error" in json.loads((await opened.receive(timeout=10)).data)
        yield opened


async def heard(opened: aiohttp.ClientWebSocketResponse) -> list[Heard]:
    """What was said up to the last word on the public stream."""
    found: list[Heard] = []
    async with asyncio.timeout(20):
        while True:
            frame = json.loads((await opened.receive()).data)
            found.append(Heard(stream=frame["stream"][0], event=frame["event"], payload=frame["payload"]))
            if frame["stream"][0] == "hashtag:local" and LAST in frame["payload"]:
                return found


async def published(scene: Scene, kind: str) -> dict[str, Subject]:
    """A post of each audience, and the last word of the booster."""
    author = scene.person("author")
    found = {}
    for visibility in Visibility:
        word = f"direct{kind}{visibility}"
        text = f"{word} @mentioned @blocked #armor"
        said = await scene.node.say(author.person, text, visibility=WIRE[visibility])
        found[word] = Subject(name=word, visibility=visibility, id=said["id"], uri=said["uri"], word=word)
    return found


async def last_word(scene: Scene) -> None:
    """A public post that everybody hears after all else; when it was told, all else was."""
    heard_by_hub: list[AnyEvent] = []

    async def listen(happened: Sequence[AnyEvent]) -> None:
        heard_by_hub.extend(happened)

    await settled(scene.node)
    # Behind the hub, which listens since the node began.
    scene.node.running.dispatcher.listen(listen)
    said = await scene.node.say(scene.person("booster").person, f"{LAST} #armor")
    id = int(said["id"])
    await eventually(lambda: any(isinstance(one, PostPublished) and one.post == id for one in heard_by_hub))


def people(scene: Scene) -> dict[str, Person]:
    """Those who can listen."""
    return {name: one for name, one in scene.askers.items() if isinstance(one, Person) and one.is_somebody}


def mistakes(scene: Scene, asker: Person, subject: Subject, frames: list[Heard]) -> list[str]:
    """Where the post was told against the rule, or was not told by it."""
    found = []
    on = {(one.stream, one.event) for one in frames if subject.word in one.payload}
    for where in on | set(STREAMS):
        narrows = STREAMS.get(where)
        due = narrows is not None and scene.sees(asker, subject) and narrows(scene, asker, subject)
        if where[1] == "notification":
            due = due and asker.relation in TOLD
        if (where in on) != due:
            found.append(f"{asker.relation} {'hears' if where in on else 'misses'} {subject.name} on {where}")
    return found


async def test_a_stream_tells_what_the_rule_shows(scene: Scene) -> None:
    async with AsyncExitStack() as stack:
        listening = {name: await stack.enter_async_context(socket(scene, one)) for name, one in people(scene).items()}
        subjects = await published(scene, "vu")
        await last_word(scene)
        for name, opened in listening.items():
            frames = await heard(opened)
            for subject in subjects.values():
                assert not mistakes(scene, people(scene)[name], subject, frames)


async def test_changes_and_ends_are_told_to_those_who_saw_the_post(scene: Scene) -> None:
    author = scene.person("author").person
    subjects = await published(scene, "change")
    await settled(scene.node)
    async with AsyncExitStack() as stack:
        listening = {name: await stack.enter_async_context(socket(scene, one)) for name, one in people(scene).items()}
        for subject in subjects.values():
            text = f"{subject.word} encore @mentioned @blocked #armor"
            await scene.node.api("PUT", f"/api/v1/statuses/{subject.id}", author, status=text)
        await settled(scene.node)
        for subject in subjects.values():
            await scene.node.api("DELETE", f"/api/v1/statuses/{subject.id}", author)
        await last_word(scene)
        for name, opened in listening.items():
            asker, frames = people(scene)[name], await heard(opened)
            for subject in subjects.values():
                told_of = [one for one in frames if subject.word in one.payload]
                gone = [one for one in frames if one.event == "delete" and one.payload == subject.id]
                if not scene.sees(asker, subject):
                    assert not told_of, (name, subject.name)
                    assert not gone, (name, subject.name)
                elif at_home(scene, asker, subject):
                    assert any(one.event == "status.update" for one in told_of), (name, subject.name)
                    assert gone, (name, subject.name)


@pytest.mark.parametrize("stream", list(EVENTS))
async def test_an_event_stream_tells_what_the_rule_shows(scene: Scene, stream: str) -> None:
    names = ("follower", "mentioned", "blocked", "stranger")
    url = f"http://127.0.0.1:{scene.node.port}/api/v1/streaming/{EVENTS[stream]}"
    async with aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        readers: dict[str, Any] = {}
        for name in names:
            headers = {"Host": scene.node.host, "Authorization": f"Bearer {scene.person(name).person.token}"}
            readers[name] = await stack.enter_async_context(http.get(url, headers=headers))
            assert await readers[name].content.readline() == b":)\n"
        subjects = await published(scene, f"sse{stream.replace(':', '')}")
        await last_word(scene)
        for listeners in scene.node.running.hub.listeners:
            for listener in listeners:
                # The end, behind what waits to be said.
                listener.ear.finish()  # type: ignore[attr-defined]  # that of an event stream
        for name, reader in readers.items():
            said = (await reader.content.read()).decode()
            asker = scene.askers[name]
            for subject in subjects.values():
                due = scene.sees(asker, subject) and any(
                    narrows(scene, asker, subject) and (event == "update" or name in TOLD)
                    for (on, event), narrows in STREAMS.items()
                    if on == stream
                )
                assert (subject.word in said) == due, (name, subject.name)


async def test_nobody_listens_without_being_somebody(scene: Scene, open_to_all: Scene) -> None:
    for each in (scene, open_to_all):
        for path in ("", *(f"/{name}" for name in EVENTS.values())):
            for token in ("", "?access_token=made-up"):
                place = f"/api/v1/streaming{path}"
                reply = await each.askers["anonymous"].ask(
                    "GET", place + token.replace("?", "&" if "?" in path else "?")
                )
                assert reply.status in (401, 404), path
        url = f"http://127.0.0.1:{each.node.port}/api/v1/streaming?stream=public"
        async with aiohttp.ClientSession() as http:
            for headers in ({}, {"Authorization": "Bearer made-up"}, {"Sec-WebSocket-Protocol": "made-up"}):
                with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
                    await http.ws_connect(url, headers={"Host": each.node.host} | headers)


@pytest.mark.parametrize("how", ["suspended", "disabled", "revoked"])
async def test_a_stream_ends_with_its_token(open_to_all: Scene, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    node, name = open_to_all.node, f"gone{how}"
    listener = await Person.of(node, "stranger", await node.person(name))
    boss = open_to_all.person("admin").viewer
    if how == "revoked":
        # Nothing happens to the account: the token is looked at again in a while.
        monkeypatch.setattr(streaming, "WATCH_SECONDS", 0.0)
    url = f"http://127.0.0.1:{node.port}/api/v1/streaming/public"
    headers = {"Host": node.host, "Authorization": f"Bearer {listener.person.token}"}
    async with (
        socket(open_to_all, listener) as opened,
        aiohttp.ClientSession() as http,
        http.get(url, headers=headers) as events,
    ):
        assert await events.content.readline() == b":)\n"
        if how == "suspended":
            await node.write(accounts.suspend, boss, listener.account, now=node.clock())
        elif how == "disabled":
            await node.write(users.disable, boss, listener.account, now=node.clock())
        else:
            seen = await node.read(grants.viewer_of_token, listener.person.token)
            assert seen is not None
            await node.write(grants.revoke_app, listener.viewer, seen.app.id)
        await settled(node)
        await node.say(open_to_all.person("booster").person, "après coup #armor")
        message = await opened.receive(timeout=10)
        assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED), message
        async with asyncio.timeout(10):
            assert b"coup" not in await events.content.read()
