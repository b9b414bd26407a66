"""The hub: what happened, told live to those who are connected.

The dispatcher gives it the events after the rows are written, so homes and notifications are there to be read. Each
event is read once for everybody; what differs by viewer comes with the same statement. A reader who is too slow is
dropped: the app connects again and reads its timelines, nothing is lost.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import msgspec

from server.api.entities.streams import StreamEvent
from server.api.rendered import Rendered
from social import events
from social.events import AnyEvent
from social.feeds import notifications, streams
from social.feeds.streams import Reader, Told, as_seen_by
from social.node import Node
from social.policy import Viewer
from social.reading import PostView
from storage.ids import AccountId, NotificationId, PostId
from storage.visibility import Visibility

logger = logging.getLogger(__name__)

QUEUE = 256
"""Frames that wait for one reader. Above that the reader is dropped."""

USER = "user"
NOTIFICATIONS = "user:notification"
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
"""The name, and the hashtag if it is one of these: as frames name it."""

_encode = msgspec.json.Encoder().encode


class Frame(msgspec.Struct, frozen=True):
    """Something to be told on one stream. `payload` is JSON, or the bare id of a deleted post."""

    stream: Stream
    event: str
    payload: str

    def text(self) -> str:
        """As the WebSocket sends it."""
        return _encode(StreamEvent(stream=self.stream, event=self.event, payload=self.payload)).decode()


class Listener:
    """Somebody connected: what they listen to, and what waits to be sent."""

    def __init__(self, viewer: Viewer, *, hears_posts: bool, hears_notifications: bool) -> None:
        self.viewer = viewer
        self.hears_posts = hears_posts
        self.hears_notifications = hears_notifications
        self.streams: set[Stream] = set()
        self.is_doubted = False
        """Something happened to the account: whether the reader may still hear is asked before anything is said."""
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

    async def next(self, seconds: float) -> Frame | None:
        """The next frame; None when the reader was dropped. Raises TimeoutError after `seconds` of silence."""
        async with asyncio.timeout(seconds):
            return await self._waiting.get()


class Hub:
    """All listeners of one process."""

    def __init__(self, node: Node, rendered: Rendered | None = None) -> None:
        self.node = node
        self.rendered = rendered or Rendered(node.urls, node.clock)
        self._listeners: dict[AccountId, set[Listener]] = {}

    def join(self, listener: Listener) -> None:
        """Tell the listener what happens from now on."""
        self._listeners.setdefault(listener.viewer.account, set()).add(listener)

    def leave(self, listener: Listener) -> None:
        """No longer."""
        account = listener.viewer.account
        left = self._listeners.get(account, set())
        left.discard(listener)
        if not left:
            self._listeners.pop(account, None)

    @property
    def listeners(self) -> list[set[Listener]]:
        """Everybody connected, by account."""
        return list(self._listeners.values())

    @property
    def count(self) -> int:
        """How many listeners there are."""
        return sum(len(listeners) for listeners in self._listeners.values())

    def close(self) -> None:
        """Let everybody go, so that a node that stops need not wait for streams without an end."""
        for listeners in self.listeners:
            for listener in listeners:
                listener.drop()

    async def publish(self, happened: Sequence[AnyEvent]) -> None:
        """Tell what happened, in order. One event that cannot be told does not keep back the others."""
        for event in happened:
            handler = _HANDLERS.get(type(event))
            if handler is None or not self._listeners:
                continue
            try:
                await handler(self, event)
            except Exception as error:
                logger.error("%s could not be streamed", type(event).__name__, exc_info=error)

    async def _published(self, event: events.PostPublished) -> None:
        if not event.history:
            await self._post(event.post, "update")

    async def _surfaced(self, event: events.PostSurfaced) -> None:
        await self._post(event.post, "update", former=event.former)

    async def _boosted(self, event: events.PostBoosted) -> None:
        await self._post(event.post, "update")

    async def _edited(self, event: events.PostEdited | events.PostRefreshed | events.QuoteChanged) -> None:
        await self._post(event.post, "status.update")

    async def _polled(self, event: events.PollCounted | events.PollClosed) -> None:
        await self._post(event.post, "status.update")

    async def _deleted(self, event: events.PostDeleted) -> None:
        accounts = await self.node.db.read(streams.bereft, event, list(self._listeners))
        for account in accounts:
            for listener in self._listeners.get(account, ()):
                for stream in listener.streams:
                    if listener.hears_posts and stream[0] != NOTIFICATIONS:
                        listener.tell(Frame(stream, "delete", str(event.post)))

    async def _notified(self, event: events.Notified) -> None:
        listeners = [one for one in self._listeners.get(event.to, ()) if one.hears_notifications]
        if not listeners:
            return
        found = await self.node.db.read(
            notifications.notification, listeners[0].viewer, NotificationId(event.notification), now=self.node.clock()
        )
        payload = _encode(self.rendered.notification(found)).decode()
        for listener in listeners:
            for stream in listener.streams & {(USER,), (NOTIFICATIONS,)}:
                listener.tell(Frame(stream, "notification", payload))

    async def _suspended(self, event: events.AccountSuspended | events.AccountDeleted) -> None:
        for listener in self._listeners.get(event.by, ()):
            listener.drop()

    async def _changed(self, event: events.ProfileChanged) -> None:
        # A login that is closed and a role that is given are changes of the profile too, and end tokens.
        for listener in self._listeners.get(event.by, ()):
            listener.is_doubted = True

    async def _filters_changed(self, event: events.FiltersChanged) -> None:
        for listener in self._listeners.get(event.by, ()):
            listener.viewer = msgspec.structs.replace(listener.viewer, filters=event.revision)
            if (USER,) in listener.streams:
                listener.tell(Frame((USER,), "filters_changed", ""))

    async def _post(self, post: PostId, name: str, former: PostId | None = None) -> None:
        accounts = list(self._listeners)
        found = await self.node.db.read(streams.told, post, accounts, now=self.node.clock())
        if found is None:
            return
        matching = _streams_of(found.view)
        ready: dict[Reader, str] = {}
        for reader in found.readers:
            listeners = [one for one in self._listeners.get(reader.account, ()) if one.hears_posts]
            here = matching | {(USER,)} if reader.is_at_home else matching
            if found.view.author.is_limited and not reader.is_at_home:
                here = set()
            heard = [(one, stream) for one in listeners for stream in one.streams & here]
            own = msgspec.structs.replace(reader, account=AccountId(0), is_at_home=False)
            if heard and own not in ready:
                ready[own] = _payload(self.rendered, found, own)
            for listener, stream in heard:
                if former is not None:
                    listener.tell(Frame(stream, "delete", str(former)))
                listener.tell(Frame(stream, name, ready[own]))


def stream_of(name: str, tag: str = "", *, only_media: bool = False) -> Stream | None:
    """The stream of a name as clients write it; None when there is no such stream or its hashtag is missing."""
    if only_media and f"{name}:media" in PUBLIC:
        name = f"{name}:media"
    if name in TAGGED:
        return (name, tag.lower()) if tag else None
    return (name,) if name in (USER, NOTIFICATIONS, *PUBLIC) else None


def _streams_of(view: PostView) -> set[Stream]:
    """The public streams that a post belongs to: the same rule as the timelines of these names."""
    post = view.post
    if post.visibility is not Visibility.PUBLIC or post.boost_of_id is not None:
        return set()
    tagged = _tagged(view, {tag.name for tag in view.tags})
    if post.parent_uri is not None:
        return tagged
    public = {
        (name,)
        for name, (is_local, needs_media) in PUBLIC.items()
        if is_local in (None, post.is_local) and (view.media or not needs_media)
    }
    return public | tagged


def _tagged(view: PostView, names: Iterable[str]) -> set[Stream]:
    return {
        (stream, name) for name in names for stream, is_local in TAGGED.items() if view.post.is_local or not is_local
    }


def _payload(rendered: Rendered, found: Told, reader: Reader) -> str:
    return bytes(rendered.status(as_seen_by(found.view, reader))).decode()


_HANDLERS: dict[type, Callable[[Hub, Any], Any]] = {
    events.PostPublished: Hub._published,
    events.PostSurfaced: Hub._surfaced,
    events.PostBoosted: Hub._boosted,
    events.PostEdited: Hub._edited,
    events.PostRefreshed: Hub._edited,
    events.QuoteChanged: Hub._edited,
    events.PollCounted: Hub._polled,
    events.PollClosed: Hub._polled,
    events.PostDeleted: Hub._deleted,
    events.Notified: Hub._notified,
    events.AccountSuspended: Hub._suspended,
    events.AccountDeleted: Hub._suspended,
    events.ProfileChanged: Hub._changed,
    events.FiltersChanged: Hub._filters_changed,
}
