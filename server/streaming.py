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

from server.api import places
from server.api.announcements import announcement
from server.api.conversations import shown
from server.api.entities.announcements import AnnouncementReaction
from server.api.entities.conversations import Conversation
from server.api.rendered import Rendered
from server.listening import DIRECT, LIST, NOTIFICATIONS, PUBLIC, TAGGED, USER, Frame, Listener, Stream
from social import events
from social.events import AnyEvent
from social.feeds import conversations, notifications, streams
from social.feeds.streams import Reader, Told, as_seen_by
from social.governance import bulletins
from social.node import Node
from social.people import grants
from social.policy import Viewer
from social.reading import PostView
from storage.bulletins import BulletinId
from storage.conversations import ConversationId
from storage.engine.database import Tx
from storage.engine.errors import StorageError
from storage.ids import AccountId, NotificationId, PostId
from storage.lists import ListId
from storage.visibility import Visibility

logger = logging.getLogger(__name__)

WATCH_SECONDS = 30.0
"""How often the tokens of listeners are looked at again, however much is said: one that was revoked hears no more."""
BEAT_SECONDS = 30.0
BEATS_AT_ONCE = 250

_encode = msgspec.json.Encoder().encode

Said = list[tuple[Listener, Frame]]


class Hub:
    """All listeners of one process."""

    def __init__(self, node: Node, rendered: Rendered | None = None) -> None:
        self.node = node
        self.rendered = rendered or Rendered(node.urls, node.clock)
        self._listeners: dict[AccountId, set[Listener]] = {}
        self._beating: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to show the readers that we are here."""
        self._beating = asyncio.create_task(self._beat(), name="heartbeats")

    async def stop(self) -> None:
        """End."""
        if self._beating is not None:
            self._beating.cancel()
            await asyncio.gather(self._beating, return_exceptions=True)
        self.close()

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
                listener.ear.drop()

    async def watch(self, listeners: Iterable[Listener]) -> None:
        """Drop those whose token is not good any more, if they were not looked at for a while or are doubted."""
        now = asyncio.get_running_loop().time()
        due = [one for one in listeners if one.is_doubted or one.checked_at + WATCH_SECONDS <= now]
        if not due:
            return
        for one in due:
            one.is_doubted, one.checked_at = False, now
        good = await self.node.db.read(grants.good_tokens, {one.token for one in due})
        for one in due:
            if one.token not in good:
                self.leave(one)
                one.ear.drop()

    async def say(self, said: Said) -> None:
        """Tell each listener, after a look at their tokens."""
        await self.watch({listener for listener, _ in said})
        for listener, frame in said:
            if listener in self._listeners.get(listener.viewer.account, ()):
                listener.ear.tell(frame)

    async def tell(self, account: AccountId, to: Iterable[Stream], event: str, payload: str) -> None:
        """Tell one person something on these of their streams."""
        frames = {stream: Frame(stream, event, payload) for stream in to}
        listeners = self._listeners.get(account, ())
        await self.say([(one, frames[stream]) for one in listeners for stream in one.streams & frames.keys()])

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
        await self._gone([event.post], await self.node.db.read(streams.bereft, event, list(self._listeners)))

    async def _moderated(self, event: events.PostRemovedFrom) -> None:
        if event.restored:
            await self._post(event.post, "update")
        else:
            await self._gone([event.post], await self.node.db.read(streams.put_aside, event, list(self._listeners)))

    async def _unfollowed(self, event: events.FollowRemoved | events.FollowRejected) -> None:
        if event.by in self._listeners:
            await self._gone(await self.node.db.read(streams.lost, event), [event.by])

    async def _gone(self, posts: Iterable[PostId], accounts: Iterable[AccountId]) -> None:
        """Have posts taken from all screens of some people."""
        listening = [
            (listener, stream)
            for account in accounts
            for listener in self._listeners.get(account, ())
            for stream in listener.streams
            if listener.hears_posts and stream[0] not in (NOTIFICATIONS, DIRECT)
        ]
        for post in posts if listening else ():
            frames = _Frames("delete", str(post))
            await self.say([(listener, frames.on(stream)) for listener, stream in listening])

    async def _notified(self, event: events.Notified) -> None:
        listeners = [one for one in self._listeners.get(event.to, ()) if one.hears_notifications]
        if not listeners:
            return
        found = await self.node.db.read(
            notifications.notification, listeners[0].viewer, NotificationId(event.notification), now=self.node.clock()
        )
        if found.kind.is_own:
            return  # no app knows it: whoever wants it asks
        frames = _Frames("notification", await self._told(_encode(self.rendered.notification(found))))
        mine = {(USER,), (NOTIFICATIONS,)}
        await self.say([(one, frames.on(stream)) for one in listeners for stream in one.streams & mine])

    async def _merged(self, event: events.NotificationsMerged) -> None:
        frames = _Frames("notifications_merged", "1")
        listeners = [one for one in self._listeners.get(event.by, ()) if one.hears_notifications]
        mine = {(USER,), (NOTIFICATIONS,)}
        await self.say([(one, frames.on(stream)) for one in listeners for stream in one.streams & mine])

    async def _conversed(self, event: events.ConversationChanged) -> None:
        listeners = [one for one in self._listeners.get(event.to, ()) if (DIRECT,) in one.streams and one.hears_posts]
        if not listeners:
            return

        def find(tx: Tx, viewer: Viewer) -> Conversation:
            view = conversations.conversation(tx, viewer, ConversationId(event.conversation))
            return shown(self.rendered, tx, viewer, [view])[0]

        payload = await self._told(_encode(await self.node.db.read(find, listeners[0].viewer)))
        frame = Frame((DIRECT,), "conversation", payload)
        await self.say([(one, frame) for one in listeners])

    async def _bulletin(self, event: events.BulletinPublished) -> None:
        view = await self.node.db.read(bulletins.told, BulletinId(event.bulletin), now=self.node.clock())
        if view is not None:
            told = announcement(view, self.node.urls, is_personal=False)
            await self._to_everybody("announcement", _encode(told).decode())

    async def _reacted(self, event: events.BulletinReacted) -> None:
        view = await self.node.db.read(bulletins.told, BulletinId(event.bulletin), now=self.node.clock())
        if view is not None:
            count = next((one.total for one in view.reactions if one.name == event.name), 0)
            told = AnnouncementReaction(name=event.name, count=count, announcement_id=str(event.bulletin))
            await self._to_everybody("announcement.reaction", _encode(told).decode())

    async def _withdrawn(self, event: events.BulletinWithdrawn) -> None:
        await self._to_everybody("announcement.delete", str(event.bulletin))

    async def _to_everybody(self, name: str, payload: str) -> None:
        frame = Frame((USER,), name, payload)
        everybody = [one for each in self._listeners.values() for one in each if one.hears_posts]
        await self.say([(one, frame) for one in everybody if (USER,) in one.streams])

    async def _suspended(self, event: events.AccountSuspended | events.AccountDeleted) -> None:
        for listener in self._listeners.get(event.by, ()):
            listener.ear.drop()

    async def _changed(self, event: events.ProfileChanged) -> None:
        # A login that is closed and a role that is given are changes of the profile too, and end tokens.
        for listener in self._listeners.get(event.by, ()):
            listener.is_doubted = True

    async def _filters_changed(self, event: events.FiltersChanged) -> None:
        for listener in self._listeners.get(event.by, ()):
            listener.viewer = msgspec.structs.replace(listener.viewer, filters=event.revision)
        # Nothing is said, in a form for all: Ice Cubes wants a text, masto.js and Mastodon.py read it as JSON.
        await self.tell(event.by, [(USER,)], "filters_changed", "{}")

    async def _post(self, post: PostId, name: str, former: PostId | None = None) -> None:
        accounts = list(self._listeners)
        lists = [ListId(id) for each in self._listeners.values() for one in each for id in one.lists()]
        found = await self.node.db.read(streams.told, post, accounts, now=self.node.clock(), lists=lists)
        if found is None:
            return
        matching = _streams_of(found.view)
        in_lists = {(LIST, str(id)) for id in found.lists}
        gone = None if former is None else _Frames("delete", str(former))
        ready: dict[Reader, _Frames] = {}
        said: Said = []
        for reader in found.readers:
            here = _here(found, matching, is_at_home=reader.is_at_home) | in_lists
            own = msgspec.structs.replace(reader, account=AccountId(0), is_at_home=False)
            for listener in self._listeners.get(reader.account, ()):
                for stream in listener.streams & here if listener.hears_posts else ():
                    if own not in ready:
                        ready[own] = _Frames(name, await self._told(_payload(self.rendered, found, own)))
                    if gone is not None:
                        said.append((listener, gone.on(stream)))
                    said.append((listener, ready[own].on(stream)))
        await self.say(said)

    async def _told(self, payload: bytes) -> str:
        """With the accounts that somebody in it moved to."""
        if places.has_places(payload):
            payload = await places.filled(payload, self.node.db, self.rendered.account)
        return payload.decode()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            everybody = [one for listeners in self.listeners for one in listeners]
            for start in range(0, len(everybody), BEATS_AT_ONCE):
                some = everybody[start : start + BEATS_AT_ONCE]
                try:
                    await self.watch(some)
                except StorageError:
                    logger.exception("tokens of listeners were not looked at; the next round does")
                for one in some:
                    one.ear.beat()
                # Thousands of small writes must not hold up an answer.
                await asyncio.sleep(0)


class _Frames:
    """The same news on several streams: each encoded once."""

    def __init__(self, event: str, payload: str) -> None:
        self._event = event
        self._payload = payload
        self._made: dict[Stream, Frame] = {}

    def on(self, stream: Stream) -> Frame:
        found = self._made.get(stream)
        if found is None:
            found = self._made[stream] = Frame(stream, self._event, self._payload)
        return found


def _here(found: Told, matching: set[Stream], *, is_at_home: bool) -> set[Stream]:
    """The streams of one reader that a post belongs to; whoever is limited is heard by their followers alone."""
    if is_at_home:
        return matching | {(USER,)}
    return set() if found.view.author.is_limited else matching


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


def _payload(rendered: Rendered, found: Told, reader: Reader) -> bytes:
    return bytes(rendered.status(as_seen_by(found.view, reader)))


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
    events.PostRemovedFrom: Hub._moderated,
    events.FollowRemoved: Hub._unfollowed,
    events.FollowRejected: Hub._unfollowed,
    events.Notified: Hub._notified,
    events.NotificationsMerged: Hub._merged,
    events.ConversationChanged: Hub._conversed,
    events.BulletinPublished: Hub._bulletin,
    events.BulletinReacted: Hub._reacted,
    events.BulletinWithdrawn: Hub._withdrawn,
    events.AccountSuspended: Hub._suspended,
    events.AccountDeleted: Hub._suspended,
    events.ProfileChanged: Hub._changed,
    events.FiltersChanged: Hub._filters_changed,
}
