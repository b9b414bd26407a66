"""The two ways to be told live: a WebSocket with many streams on it, and event streams of one each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import msgspec
from starlette.responses import Response, StreamingResponse
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from server.api.body import token_of
from server.api.call import Call
from server.api.params import Empty, from_query
from server.api.routing import Answer, Auth, Door, Endpoint, route
from server.errors import json_body, status_of
from server.streaming import NOTIFICATIONS, USER, Frame, Hub, Listener, Stream, stream_of
from social.errors import Invalid, SocialError, Unauthorized
from social.node import Node
from social.people import grants, scopes
from social.people.grants import TokenView

THUMP_SECONDS = 15.0
WATCH_SECONDS = 30.0
"""How often the token of a stream is looked at again, however much is said: one that was revoked hears no more."""
MOST_STREAMS = 64
BAD_MESSAGE = 1003
POLICY = 1008


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends over its WebSocket."""

    type: str = ""
    stream: str = ""
    tag: str = ""
    only_media: bool | str = False


class StreamParams(msgspec.Struct, frozen=True, kw_only=True):
    """Of an event stream."""

    tag: str = ""
    only_media: bool = False


async def web_socket(socket: WebSocket) -> None:
    """GET /api/v1/streaming: one socket, as many streams as are asked for."""
    node: Node = socket.app.state.node
    hub: Hub = socket.app.state.hub
    offered = next(iter(socket.scope.get("subprotocols", ())), "")
    query = from_query(socket.scope["query_string"].decode("latin-1"))
    token = token_of(socket.scope, query) or offered
    try:
        listener = _listener(await _seen(node, token))
    except SocialError as error:
        refusal = Response(json_body(error), status_of(error), media_type="application/json")
        await socket.send_denial_response(refusal)
        return
    # A browser drops a socket whose offered protocol is not echoed.
    await socket.accept(subprotocol=offered or None)
    first = query.get("stream")
    if isinstance(first, str) and first:
        tag = query.get("tag", "")
        await _subscribe(socket, listener, Message(stream=first, tag=tag if isinstance(tag, str) else ""))
    hub.join(listener)
    try:
        await _converse(socket, listener, node, token)
    finally:
        hub.leave(listener)


async def events(call: Call, params: StreamParams) -> Response:
    """GET /api/v1/streaming/<stream>: an event stream, `:thump` in silence."""
    await call.admit()
    if call.seen is None:
        raise Unauthorized("token_needed")
    name = str(call.scope["path"]).strip("/").removeprefix("api/v1/streaming/").replace("/", ":")
    stream = stream_of(name, params.tag, only_media=params.only_media)
    if stream is None:
        raise Invalid("tag", "missing")
    listener = _listener(call.seen)
    listener.streams.add(_allowed(listener, stream))
    hub: Hub = call.scope["app"].state.hub
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_frames(hub, listener, call), media_type="text/event-stream", headers=headers)


async def health(call: Call, _: Empty) -> Answer:
    """GET /api/v1/streaming/health."""
    return Answer(body=b"OK", headers=[(b"content-type", b"text/plain; charset=utf-8")])


class _Watch:
    """Whether the token of a stream is still good, asked now and then."""

    def __init__(self, node: Node, listener: Listener, token: str) -> None:
        self._node = node
        self._listener = listener
        self._token = token
        self._due = self._next()

    async def is_over(self) -> bool:
        """Whether the stream has to end before anything more is said."""
        if not self._listener.is_doubted and asyncio.get_running_loop().time() < self._due:
            return False
        self._listener.is_doubted = False
        self._due = self._next()
        return await self._node.db.read(grants.viewer_of_token, self._token) is None

    def _next(self) -> float:
        return asyncio.get_running_loop().time() + WATCH_SECONDS


async def _frames(hub: Hub, listener: Listener, call: Call) -> AsyncIterator[str]:
    watch = _Watch(call.node, listener, call.token)
    hub.join(listener)
    try:
        yield ":)\n\n"
        while True:
            try:
                frame = await listener.next(THUMP_SECONDS)
            except TimeoutError:
                if await watch.is_over():
                    return
                yield ":thump\n\n"
                continue
            if frame is None or await watch.is_over():
                return
            yield f"event: {frame.event}\ndata: {frame.payload or '{}'}\n\n"
    finally:
        hub.leave(listener)


async def _converse(socket: WebSocket, listener: Listener, node: Node, token: str) -> None:
    """Hear and speak until one side has enough."""
    hearing = asyncio.create_task(_hear(socket, listener))
    speaking = asyncio.create_task(_speak(socket, listener, node, token))
    try:
        await asyncio.wait({hearing, speaking}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (hearing, speaking):
            task.cancel()
        for task in (hearing, speaking):
            with suppress(asyncio.CancelledError, WebSocketDisconnect):
                await task


async def _hear(socket: WebSocket, listener: Listener) -> None:
    while True:
        received = await socket.receive()
        if received["type"] == "websocket.disconnect":
            return
        text = received.get("text")
        if text is None:
            await socket.close(BAD_MESSAGE)
            return
        try:
            message = msgspec.json.decode(text, type=Message)
        except msgspec.MsgspecError:
            await _refuse(socket, "Unreadable message", 400)
            continue
        if message.type == "subscribe":
            await _subscribe(socket, listener, message)
        elif message.type == "unsubscribe":
            stream = _stream(message)
            if stream is not None:
                listener.streams.discard(stream)


async def _speak(socket: WebSocket, listener: Listener, node: Node, token: str) -> None:
    watch = _Watch(node, listener, token)
    while True:
        frame: Frame | None = None
        is_silent = False
        try:
            frame = await listener.next(WATCH_SECONDS)
        except TimeoutError:
            is_silent = True
        if await watch.is_over() or (frame is None and not is_silent):
            await socket.close(POLICY)
            return
        if frame is not None:
            await socket.send_text(frame.text())


async def _subscribe(socket: WebSocket, listener: Listener, message: Message) -> None:
    stream = _stream(message)
    if stream is None or len(listener.streams) >= MOST_STREAMS:
        await _refuse(socket, "Unknown stream type or missing tag", 400)
        return
    try:
        listener.streams.add(_allowed(listener, stream))
    except SocialError as error:
        await _refuse(socket, "Access token does not cover required scopes", status_of(error))


async def _refuse(socket: WebSocket, text: str, status: int) -> None:
    await socket.send_text(msgspec.json.encode({"error": text, "status": status}).decode())


def _stream(message: Message) -> Stream | None:
    return stream_of(message.stream, message.tag, only_media=str(message.only_media).lower() in ("true", "1", "on"))


def _allowed(listener: Listener, stream: Stream) -> Stream:
    """The stream, if the token reaches so far. Raises Unauthorized."""
    fits = {NOTIFICATIONS: listener.hears_notifications, USER: listener.hears_posts or listener.hears_notifications}
    if not fits.get(stream[0], listener.hears_posts):
        raise Unauthorized("scope")
    return stream


async def _seen(node: Node, token: str) -> TokenView:
    if not token:
        raise Unauthorized("token_needed")
    seen = await node.db.read(grants.viewer_of_token, token)
    if seen is None:
        raise Unauthorized("token_invalid")
    if seen.is_app:
        raise Unauthorized("token_needed")
    return seen


def _listener(seen: TokenView) -> Listener:
    return Listener(
        seen.viewer,
        hears_posts=scopes.allows(seen.scopes, "read:statuses"),
        hears_notifications=scopes.allows(seen.scopes, "read:notifications"),
    )


SOCKETS = (WebSocketRoute("/api/v1/streaming", web_socket), WebSocketRoute("/api/v1/streaming/", web_socket))

_PATH = "/api/v1/streaming"
_POSTS = ("read:statuses",)
_EITHER = ("read:statuses", "read:notifications")

ROUTES: tuple[Endpoint, ...] = (
    route("GET", f"{_PATH}/health", health, Auth.NONE),
    route("GET", f"{_PATH}/user", events, Auth.USER, *_EITHER, door=Door.STREAMING, params=StreamParams),
    route(
        "GET",
        f"{_PATH}/user/notification",
        events,
        Auth.USER,
        "read:notifications",
        door=Door.STREAMING,
        params=StreamParams,
    ),
    *(
        route("GET", f"{_PATH}/{name}", events, Auth.USER, *_POSTS, door=Door.STREAMING, params=StreamParams)
        for name in ("public", "public/local", "public/remote", "hashtag", "hashtag/local")
    ),
)
