"""Somebody connected: which streams there are, what they listen to, and what waits to be said to them."""

import asyncio
from typing import Protocol

import msgspec

from server.api.entities.streams import StreamEvent
from social.people import scopes
from social.people.grants import TokenView

QUEUE = 256
"""Frames that wait for one reader of an event stream. Above that the reader is dropped."""

USER = "user"
NOTIFICATIONS = "user:notification"
DIRECT = "direct"
LIST = "list"
PUBLIC: dict[str, tuple[bool | None, bool]] = {
    "public": (None, False),
    "public:media": (None, True),
    "public:local": (True, False),
    "public:local:media": (True, True),
    "public:remote": (False, False),
    "public:remote:media": (False, True),
}
"""Public streams: whether only local (True) or only remote (False) posts, and whether only those with pictures."""
TAGGED = {"hashtag": False, "hashtag:local": True}
"""Streams of a hashtag: whether only of local posts."""

Stream = tuple[str, ...]
"""The name, and the hashtag or the list if it is one of these: as frames name it."""

_encode = msgspec.json.Encoder().encode


class Frame:
    """Something to be told on one stream, to many. `payload` is JSON, or the bare id of a deleted post."""

    __slots__ = ("_text", "event", "payload", "stream")

    def __init__(self, stream: Stream, event: str, payload: str) -> None:
        self.stream = stream
        self.event = event
        self.payload = payload
        self._text: str | None = None

    def text(self) -> str:
        """As the WebSocket sends it; encoded once, however many it goes to."""
        if self._text is None:
            self._text = _encode(StreamEvent(stream=self.stream, event=self.event, payload=self.payload)).decode()
        return self._text


class Ear(Protocol):
    """Where what is told goes."""

    def tell(self, frame: Frame) -> None:
        """Send it, or drop the reader who does not keep up."""
        ...

    def drop(self) -> None:
        """End the connection: what waits is not sent any more."""
        ...

    def beat(self) -> None:
        """Show that we are here, and drop a reader who is not any more. Every half minute."""
        ...


class Listener:
    """Who listens to what, with which token."""

    __slots__ = ("checked_at", "ear", "hears_notifications", "hears_posts", "is_doubted", "streams", "token", "viewer")

    def __init__(self, seen: TokenView, ear: Ear, now: float) -> None:
        self.viewer = seen.viewer
        self.token = seen.id
        self.ear = ear
        self.hears_posts = scopes.allows(seen.scopes, "read:statuses")
        self.hears_notifications = scopes.allows(seen.scopes, "read:notifications")
        self.streams: set[Stream] = set()
        self.checked_at = now
        self.is_doubted = False
        """Something happened to the account: whether the reader may still hear is asked before anything is said."""

    def may_hear(self, stream: Stream) -> bool:
        """Whether the token reaches so far."""
        if stream[0] == NOTIFICATIONS:
            return self.hears_notifications
        if stream[0] == USER:
            return self.hears_posts or self.hears_notifications
        return self.hears_posts

    def lists(self) -> list[int]:
        """The lists that are listened to."""
        return [int(stream[1]) for stream in self.streams if stream[0] == LIST]


class Waiting:
    """The ear of an event stream: what is told waits in a queue."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[Frame | None] = asyncio.Queue(QUEUE)

    def tell(self, frame: Frame) -> None:
        """Queue a frame, or drop the reader who does not keep up."""
        try:
            self._waiting.put_nowait(frame)
        except asyncio.QueueFull:
            self.drop()

    def drop(self) -> None:
        """End the connection: what waits is not sent any more."""
        while not self._waiting.empty():
            self._waiting.get_nowait()
        self._waiting.put_nowait(None)

    def finish(self) -> None:
        """End the connection when what waits was sent."""
        self._waiting.put_nowait(None)

    def beat(self) -> None:
        """An event stream says something in each silence by itself."""

    async def next(self, seconds: float) -> Frame | None:
        """The next frame; None when the reader was dropped. Raises TimeoutError after `seconds` of silence."""
        async with asyncio.timeout(seconds):
            return await self._waiting.get()


def stream_of(name: str, tag: str = "", *, list_id: str = "", only_media: bool = False) -> Stream | None:
    """The stream of a name as clients write it; None when there is none, or its hashtag or list is missing."""
    if only_media and f"{name}:media" in PUBLIC:
        name = f"{name}:media"
    if name in TAGGED:
        return (name, tag.lower()) if tag else None
    if name == LIST:
        return (name, str(int(list_id))) if list_id.isascii() and list_id.isdecimal() else None
    return (name,) if name in (USER, NOTIFICATIONS, DIRECT, *PUBLIC) else None
