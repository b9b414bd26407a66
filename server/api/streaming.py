"""The two ways to be told live: a WebSocket with many streams on it, and event streams of one each."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
from starlette.responses import Response, StreamingResponse

from server.api.body import token_of
from server.api.call import Call
from server.api.params import Empty, from_query
from server.api.routing import Answer, Auth, Door, Endpoint, route
from server.errors import status_of
from server.listening import LIST, Listener, Stream, Waiting, stream_of
from server.sockets import Socket, Upgrade
from server.streaming import Hub
from social.errors import Invalid, NotFound, SocialError, Unauthorized
from social.feeds import lists
from social.node import Node
from social.people import grants
from social.people.grants import TokenView
from storage.lists import ListId

THUMP_SECONDS = 15.0
MOST_STREAMS = 64
PATH = "/api/v1/streaming"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends over its WebSocket."""

    type: str = ""
    stream: str = ""
    tag: str = ""
    list: str | int = ""
    only_media: bool | str = False


class StreamParams(msgspec.Struct, frozen=True, kw_only=True):
    """Of an event stream."""

    tag: str = ""
    list: str = ""
    only_media: bool = False


class Streaming:
    """The conversation over a WebSocket: GET /api/v1/streaming, as many streams as are asked for."""

    def __init__(self, node: Node, hub: Hub) -> None:
        self._node = node
        self._hub = hub

    async def open(self, socket: Socket, upgrade: Upgrade) -> None:
        """Let a person in. Raises NotFound, Unauthorized."""
        if upgrade.path.rstrip("/") != PATH:
            raise NotFound("route")
        query = from_query(upgrade.query)
        scope = {"headers": [(b"authorization", upgrade.header("authorization").encode("latin-1"))]}
        # Browsers can send no header: their clients put the token into the sub-protocol, which is echoed.
        seen = await _seen(self._node, token_of(scope, query) or upgrade.protocol)
        listener = Listener(seen, socket, asyncio.get_running_loop().time())
        socket.state = (listener, {name: str(query.get(name, "")) for name in ("stream", "tag", "list", "only_media")})

    async def begin(self, socket: Socket) -> None:
        """Tell it what happens, on the stream that its address names."""
        listener, asked = socket.state
        socket.state = listener
        if asked["stream"]:
            await self._subscribe(socket, listener, Message(**asked))
        self._hub.join(listener)

    async def hear(self, socket: Socket, text: str) -> None:
        """A stream more, or one less."""
        listener: Listener = socket.state
        try:
            message = msgspec.json.decode(text, type=Message)
        except msgspec.MsgspecError:
            _refuse(socket, "Unreadable message", 400)
            return
        if message.type == "subscribe":
            await self._subscribe(socket, listener, message)
        elif message.type == "unsubscribe":
            stream = _stream(message)
            if stream is not None:
                listener.streams.discard(stream)

    def end(self, socket: Socket) -> None:
        """It is gone."""
        if isinstance(socket.state, Listener):
            self._hub.leave(socket.state)
        socket.state = None

    async def _subscribe(self, socket: Socket, listener: Listener, message: Message) -> None:
        stream = _stream(message)
        if stream is None or (len(listener.streams) >= MOST_STREAMS and stream not in listener.streams):
            _refuse(socket, "Unknown stream type or missing parameter", 400)
            return
        try:
            await _admit(self._node, listener, stream)
        except NotFound:
            _refuse(socket, "Record not found", 404)
        except SocialError as error:
            _refuse(socket, "Access token does not cover required scopes", status_of(error))
        else:
            listener.streams.add(stream)


async def events(call: Call, params: StreamParams) -> Response:
    """GET /api/v1/streaming/<stream>: an event stream, `:thump` in silence."""
    await call.admit()
    if call.seen is None:
        raise Unauthorized("token_needed")
    name = str(call.scope["path"]).strip("/").removeprefix("api/v1/streaming/").replace("/", ":")
    stream = stream_of(name, params.tag, list_id=params.list, only_media=params.only_media)
    if stream is None:
        raise Invalid(LIST if name == LIST else "tag", "missing")
    ear = Waiting()
    listener = Listener(call.seen, ear, asyncio.get_running_loop().time())
    await _admit(call.node, listener, stream)
    listener.streams.add(stream)
    hub: Hub = call.scope["app"].state.hub
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(_frames(hub, listener, ear), media_type="text/event-stream", headers=headers)


async def health(call: Call, _: Empty) -> Answer:
    """GET /api/v1/streaming/health."""
    return Answer(body=b"OK", headers=[(b"content-type", b"text/plain; charset=utf-8")])


async def _frames(hub: Hub, listener: Listener, ear: Waiting) -> AsyncIterator[str]:
    hub.join(listener)
    try:
        yield ":)\n\n"
        while True:
            try:
                frame = await ear.next(THUMP_SECONDS)
            except TimeoutError:
                await hub.watch([listener])
                yield ":thump\n\n"
                continue
            if frame is None:
                return
            # Clients read every payload as JSON; what has none is an empty object.
            yield f"event: {frame.event}\ndata: {frame.payload or '{}'}\n\n"
    finally:
        hub.leave(listener)


def _refuse(socket: Socket, text: str, status: int) -> None:
    socket.say(msgspec.json.encode({"error": text, "status": status}).decode())


def _stream(message: Message) -> Stream | None:
    only_media = str(message.only_media).lower() in ("true", "1", "on")
    return stream_of(message.stream, message.tag, list_id=str(message.list), only_media=only_media)


async def _admit(node: Node, listener: Listener, stream: Stream) -> None:
    """Whether somebody may listen to a stream. Raises Unauthorized for the token, NotFound for another's list."""
    if not listener.may_hear(stream):
        raise Unauthorized("scope")
    if stream[0] == LIST:
        if len(stream[1]) > 18:
            raise NotFound("list")
        await node.db.read(lists.owned, listener.viewer, ListId(int(stream[1])))


async def _seen(node: Node, token: str) -> TokenView:
    if not token:
        raise Unauthorized("token_needed")
    seen = await node.db.read(grants.viewer_of_token, token)
    if seen is None:
        raise Unauthorized("token_invalid")
    if seen.is_app:
        raise Unauthorized("token_needed")
    return seen


_POSTS = ("read:statuses",)
_EITHER = ("read:statuses", "read:notifications")

ROUTES: tuple[Endpoint, ...] = (
    route("GET", f"{PATH}/health", health, Auth.NONE),
    route("GET", f"{PATH}/user", events, Auth.USER, *_EITHER, door=Door.STREAMING, params=StreamParams),
    route(
        "GET",
        f"{PATH}/user/notification",
        events,
        Auth.USER,
        "read:notifications",
        door=Door.STREAMING,
        params=StreamParams,
    ),
    *(
        route("GET", f"{PATH}/{name}", events, Auth.USER, *_POSTS, door=Door.STREAMING, params=StreamParams)
        for name in ("public", "public/local", "public/remote", "hashtag", "hashtag/local", "list", "direct")
    ),
)
