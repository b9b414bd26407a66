"""Pushes: what a device is told of a notification, sealed and handed to its push service."""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from federation.client import Answer
from federation.errors import NotAllowed, PeerError
from server.api.entities.push import PushPayload
from social import jobs
from social.errors import NotFound, Unavailable
from social.feeds import notifications
from social.feeds.notifications import NotificationView
from social.node import Node
from social.people import users
from social.push import sealing, subscriptions
from social.push.quiet import quiet
from social.sanitise import plain
from social.text import shortened
from storage import push as rows
from storage import users as user_rows
from storage.engine.database import Tx
from storage.ids import Millis, NotificationId
from storage.push import SubscriptionId, SubscriptionRow

BODY_CHARACTERS = 140
TITLE_CHARACTERS = 100
MOST_HELD = 100
"""What waited is counted so far."""
NAMED = 3
"""Things named in a push for many."""
TRANSIENT = frozenset({408, 429})
"""Refusals that end by themselves; after any other the push service does not know the device any more."""
_encode = msgspec.json.Encoder().encode

Title = Callable[[str, NotificationView], str]
"""The sentence of a notification in a language."""
Count = Callable[[str, int], str]
"""The sentence that so many things happened, in a language."""


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be pushed where, the newest first, or until when it waits."""

    row: SubscriptionRow
    views: Sequence[NotificationView]
    count: int
    locale: str
    until: Millis | None


class Sender(Protocol):
    """The way out: a client that connects to no address of our own network."""

    async def push(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """POST a body as it is. Raises PeerError."""
        ...


class Pushes:
    """Sends the pushes of one node."""

    def __init__(self, node: Node, client: Sender, title: Title, count: Count) -> None:
        self._node = node
        self._client = client
        self._title = title
        self._count = count

    async def send(self, job: jobs.SendPush) -> None:
        """One push, now or with others when the quiet time is over. What is gone meanwhile is not pushed.

        Raises Unavailable when it is to be tried again.
        """
        id, notification = SubscriptionId(job.subscription), NotificationId(job.notification)
        due = await self._node.db.read(self._due, id, [notification])
        if due is None or not due.views:
            return
        if due.until is not None:
            await self._node.db.write(subscriptions.hold, id, notification, due.until)
            return
        await self._push(due)

    async def send_held(self, job: jobs.SendHeldPushes) -> None:
        """One push for all that waited and was not read meanwhile. Raises Unavailable when it is to be tried again."""
        id = SubscriptionId(job.subscription)
        due = await self._node.db.read(self._held, id)
        if due is None:
            return
        if due.until is not None and due.row.held_id is not None:
            # The hours were changed, or somebody is away by now.
            await self._node.db.write(subscriptions.hold, id, due.row.held_id, due.until)
            return
        if due.views:
            await self._push(due)
        await self._node.db.write(rows.release, id)

    async def _push(self, due: Due) -> None:
        try:
            answer = await self._client.push(due.row.endpoint, *self._sealed(due))
        except NotAllowed:
            await self._node.db.write(rows.drop, due.row.id)
            return
        except PeerError as trouble:
            raise Unavailable("push_service") from trouble
        if answer.status < 300:
            return
        if 400 <= answer.status < 500 and answer.status not in TRANSIENT:
            await self._node.db.write(rows.drop, due.row.id)
            return
        raise Unavailable("push_service", status=answer.status)

    def _held(self, tx: Tx, id: SubscriptionId) -> Due | None:
        return self._due(tx, id, rows.held(tx, id, MOST_HELD))

    def _due(self, tx: Tx, id: SubscriptionId, wanted: Sequence[NotificationId]) -> Due | None:
        node, now = self._node, self._node.clock()
        row = rows.by_id(tx, id)
        user = user_rows.by_id(tx, row.user_id) if row else None
        if row is None or user is None:
            return None
        viewer = users.viewer_of(tx, user.account_id)
        # What is hidden from the reader by now is left out; of many, only a few are named.
        views: list[NotificationView] = []
        gone = 0
        for one in wanted:
            try:
                views.append(notifications.notification(tx, viewer, one, now=now))
            except NotFound:
                gone += 1
            if len(views) == NAMED:
                break
        until = quiet(tx, row.user_id, wanted, timezone=node.settings.node.timezone, now=now)
        locale = user.locale or node.settings.node.locale
        return Due(row=row, views=views, count=len(wanted) - gone, locale=locale, until=until)

    def _sealed(self, due: Due) -> tuple[bytes, dict[str, str]]:
        node, row = self._node, due.row
        contact = node.settings.node.contact
        sealed = sealing.seal(
            self._payload(due),
            p256dh=row.p256dh,
            auth=row.auth,
            standard=row.standard,
            endpoint=row.endpoint,
            identity=row.vapid.private_pem,
            contact=f"mailto:{contact}" if contact else node.settings.base_url,
            now=node.clock(),
        )
        return sealed.body, sealed.headers

    def _payload(self, due: Due) -> bytes:
        urls, view = self._node.urls, due.views[0]
        token = view.sender.avatar_token
        title, body = self._title(due.locale, view), _body(view)
        if due.count > 1:
            body = "\n".join(self._title(due.locale, one) for one in due.views)
            title = self._count(due.locale, due.count)
        payload = PushPayload(
            access_token=due.row.access_token,
            preferred_locale=due.locale,
            notification_id=view.id,
            notification_type=view.kind.value,
            icon=urls.media(token) if token else urls.default_avatar(view.sender.id),
            title=shortened(title, TITLE_CHARACTERS),
            body=body,
        )
        written = _encode(payload)
        # Characters of many bytes each may not fit: the body is a taste, the app reads the rest.
        return written if len(written) <= sealing.MOST_BYTES else _encode(msgspec.structs.replace(payload, body=""))


def _body(view: NotificationView) -> str:
    if view.post is None:
        return ""
    post = view.post.post
    # What stands behind a warning does not stand on a locked screen.
    return shortened(post.spoiler or plain(post.html), BODY_CHARACTERS)
