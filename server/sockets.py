"""The WebSocket of an app, as thin as it can be: 5,000 wait on a small machine, and most say nothing for hours.

The server hands a connection over when it asks to be upgraded. There is no task, queue or request behind one that is
silent: what is told is written straight into the connection, what it says is worked off by a task that ends with it.
Frames and handshake are `wsproto`'s (RFC 6455); which streams there are is said by `server/api/streaming.py`.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Protocol, cast
from urllib.parse import unquote

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    Pong,
    RejectConnection,
    RejectData,
    Request,
    TextMessage,
)
from wsproto.handshake import H11Handshake
from wsproto.utilities import LocalProtocolError, RemoteProtocolError

from server.errors import json_body, status_of
from server.listening import Frame

logger = logging.getLogger("archipel.sockets")

GOING_AWAY = 1001
BAD_MESSAGE = 1003
POLICY = 1008
TOO_BIG = 1009
TROUBLE = 1011
MOST_SAID = 64 * 1024
"""Characters of one message of a client."""
MOST_MESSAGES = 128
"""Messages of a client that wait to be worked off."""
MOST_WAITING = 512 * 1024
"""Bytes that wait for one reader. Above that the reader is dropped."""
HANDSHAKE_SECONDS = 20.0


class Conversation(Protocol):
    """What is said and heard over one socket."""

    async def open(self, socket: "Socket", upgrade: "Upgrade") -> None:
        """Let it in, or raise SocialError. Raises what is answered before the upgrade."""
        ...

    async def begin(self, socket: "Socket") -> None:
        """It is open."""
        ...

    async def hear(self, socket: "Socket", text: str) -> None:
        """It said something."""
        ...

    def end(self, socket: "Socket") -> None:
        """It is gone."""
        ...


class Upgrade:
    """The request that asked for a socket. `protocol` is the first of the sub-protocols that were offered."""

    def __init__(self, request: Request) -> None:
        path, _, self.query = request.target.partition("?")
        self.path = unquote(path)
        self.protocol = request.subprotocols[0] if request.subprotocols else ""
        self._headers = {name.lower(): value.decode("latin-1") for name, value in request.extra_headers}

    def header(self, name: str) -> str:
        """A header, empty without it."""
        return self._headers.get(name.encode(), "")


class Socket(asyncio.Protocol):
    """One connection, from its upgrade on. `state` is the conversation's own."""

    __slots__ = (
        "_connection", "_connections", "_conversation", "_half", "_handshake", "_is_alive", "_messages", "_task",
        "_transport", "state",
    )  # fmt: skip

    def __init__(self, conversation: Conversation, connections: set[Any]) -> None:
        self._conversation = conversation
        self._connections = connections
        self._transport: asyncio.Transport | None = None
        self._handshake: H11Handshake | None = H11Handshake(ConnectionType.SERVER)
        self._connection: Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._messages: deque[str] | None = None
        self._half = ""
        self._is_alive = True
        self.state: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The server hands the connection over."""
        # A plain cast: the transports of uvloop are no subclasses of asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)

    def data_received(self, data: bytes) -> None:
        """First the request, which the server repeats; then frames."""
        self._is_alive = True
        try:
            if self._connection is not None:
                self._connection.receive_data(data)
                self._frames(self._connection)
            elif self._handshake is not None and self._task is None:
                self._handshake.receive_data(data)
                self._requested(self._handshake)
            else:
                # Nobody speaks before the answer to the upgrade.
                self._abort()
        except RemoteProtocolError as error:
            self._refuse_bytes(error)
        except LocalProtocolError:
            self._abort()

    def connection_lost(self, error: Exception | None) -> None:
        """It is gone."""
        self._connections.discard(self)
        if self._task is not None:
            self._task.cancel()
        self._conversation.end(self)
        self._transport = self._connection = self._handshake = None

    def shutdown(self) -> None:
        """The server stops."""
        self.close(GOING_AWAY)

    def tell(self, frame: Frame) -> None:
        """Say it, or drop the reader who does not keep up."""
        self.say(frame.text())

    def say(self, text: str) -> None:
        """Send a message."""
        if self._transport is None or self._transport.is_closing():
            return
        self._send(TextMessage(data=text))
        if self._transport.get_write_buffer_size() > MOST_WAITING:
            self._abort()

    def drop(self) -> None:
        """End it: the token is not good any more."""
        self.close(POLICY)

    def beat(self) -> None:
        """Ask whether the other side is there; one that said nothing since the last time is not."""
        if not self._is_alive:
            self._abort()
            return
        self._is_alive = False
        self._send(Ping())

    def close(self, code: int) -> None:
        """End it with a word."""
        if self._connection is not None and self._connection.state is ConnectionState.OPEN:
            self._send(CloseConnection(code=code))
        if self._transport is not None:
            self._transport.close()

    def _requested(self, handshake: H11Handshake) -> None:
        for event in handshake.events():
            if isinstance(event, Request):
                self._begin(partial(self._open, handshake, Upgrade(event)))
                return

    async def _open(self, handshake: H11Handshake, upgrade: Upgrade) -> None:
        try:
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                await self._conversation.open(self, upgrade)
        except Exception as error:
            self._reject(handshake, error)
            return
        if self._transport is None:
            return
        self._transport.write(handshake.send(AcceptConnection(subprotocol=upgrade.protocol or None)))
        self._connection, self._handshake = handshake.connection, None
        await self._conversation.begin(self)

    def _reject(self, handshake: H11Handshake, error: Exception) -> None:
        """Say why, in JSON, before the upgrade."""
        status, body = status_of(error), json_body(error)
        if status >= 500:
            logger.error("a socket was not opened", exc_info=error)
        headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        if self._transport is None:
            return
        self._transport.write(handshake.send(RejectConnection(status_code=status, headers=headers, has_body=True)))
        self._transport.write(handshake.send(RejectData(data=body)))
        self._transport.close()

    def _frames(self, connection: Connection) -> None:
        for event in connection.events():
            if isinstance(event, TextMessage):
                self._heard(event)
            elif isinstance(event, BytesMessage):
                self.close(BAD_MESSAGE)
            elif isinstance(event, Ping):
                self._send(event.response())
            elif isinstance(event, CloseConnection):
                self._answer_close(connection, event)
            elif not isinstance(event, Pong):
                self._abort()

    def _heard(self, event: TextMessage) -> None:
        self._half += event.data
        if len(self._half) > MOST_SAID:
            self.close(TOO_BIG)
            return
        if not event.message_finished:
            return
        text, self._half = self._half, ""
        if self._messages is None:
            self._messages = deque()
        if len(self._messages) >= MOST_MESSAGES:
            self.close(POLICY)
            return
        self._messages.append(text)
        if self._task is None:
            self._begin(self._work)

    async def _work(self) -> None:
        while self._messages:
            await self._conversation.hear(self, self._messages.popleft())
        self._messages = None

    def _begin(self, work: Callable[[], Awaitable[None]]) -> None:
        self._task = asyncio.ensure_future(self._guarded(work))
        self._task.add_done_callback(self._done)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        # Called here and not before: a task that is ended before it ran would leave a coroutine that nobody awaits.
        try:
            await work()
        except Exception:
            # Nobody waits for this task: without a word here it would be lost, and the client would wait for ever.
            logger.exception("a socket was closed for an error of ours")
            self.close(TROUBLE)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._task = None
        if self._messages and not task.cancelled():
            self._begin(self._work)

    def _answer_close(self, connection: Connection, event: CloseConnection) -> None:
        if connection.state is ConnectionState.REMOTE_CLOSING:
            self._send(event.response())
        if self._transport is not None:
            self._transport.close()

    def _refuse_bytes(self, error: RemoteProtocolError) -> None:
        """What is no WebSocket: said as the protocol wants it, then hung up on."""
        speaking = self._connection or self._handshake
        open_states = (ConnectionState.OPEN, ConnectionState.CONNECTING)
        if error.event_hint is not None and speaking is not None and speaking.state in open_states:
            self._send(error.event_hint)
        if self._transport is not None:
            self._transport.close()

    def _send(self, event: Event) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if self._connection is not None:
            self._transport.write(self._connection.send(event))
        elif self._handshake is not None:
            self._transport.write(self._handshake.send(event))

    def _abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()


def made_by(conversation: Conversation) -> Callable[..., Socket]:
    """What the server makes a socket with, in place of its own protocols."""

    def make(*, config: Any, server_state: Any, app_state: Any) -> Socket:
        return Socket(conversation, server_state.connections)

    return make
