"""Pushes: what a device is told of a notification, sealed and handed to its push service."""

from collections.abc import Callable
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
from social.policy import Viewer
from social.push import sealing
from social.sanitise import plain
from social.text import shortened
from storage import push as rows
from storage import users as user_rows
from storage.engine.database import Tx
from storage.ids import NotificationId
from storage.push import SubscriptionId, SubscriptionRow

BODY_CHARACTERS = 140
TITLE_CHARACTERS = 100
TRANSIENT = frozenset({408, 429})
"""Refusals that end by themselves; after any other the push service does not know the device any more."""
_encode = msgspec.json.Encoder().encode

Title = Callable[[str, NotificationView], str]
"""The sentence of a notification in a language."""


class Sender(Protocol):
    """The way out: a client that connects to no address of our own network."""

    async def push(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        """POST a body as it is. Raises PeerError."""
        ...


class Pushes:
    """Sends the pushes of one node."""

    def __init__(self, node: Node, client: Sender, title: Title) -> None:
        self._node = node
        self._client = client
        self._title = title

    async def send(self, job: jobs.SendPush) -> None:
        """One push. What is gone meanwhile is not pushed. Raises Unavailable when it is to be tried again."""
        id, notification = SubscriptionId(job.subscription), NotificationId(job.notification)
        found = await self._node.db.read(self._found, id, notification)
        if found is None:
            return
        row, view, locale = found
        try:
            answer = await self._client.push(row.endpoint, *self._sealed(row, view, locale))
        except NotAllowed:
            await self._node.db.write(rows.drop, row.id)
            return
        except PeerError as trouble:
            raise Unavailable("push_service") from trouble
        if answer.status < 300:
            return
        if 400 <= answer.status < 500 and answer.status not in TRANSIENT:
            await self._node.db.write(rows.drop, row.id)
            return
        raise Unavailable("push_service", status=answer.status)

    def _found(
        self, tx: Tx, id: SubscriptionId, notification: NotificationId
    ) -> tuple[SubscriptionRow, NotificationView, str] | None:
        row = rows.by_id(tx, id)
        user = user_rows.by_id(tx, row.user_id) if row else None
        if row is None or user is None:
            return None
        viewer: Viewer = users.viewer_of(tx, user.account_id)
        try:
            view = notifications.notification(tx, viewer, notification, now=self._node.clock())
        except NotFound:
            return None
        return row, view, user.locale or self._node.settings.node.locale

    def _sealed(self, row: SubscriptionRow, view: NotificationView, locale: str) -> tuple[bytes, dict[str, str]]:
        node = self._node
        contact = node.settings.node.contact
        sealed = sealing.seal(
            self._payload(row, view, locale),
            p256dh=row.p256dh,
            auth=row.auth,
            standard=row.standard,
            endpoint=row.endpoint,
            identity=row.vapid.private_pem,
            contact=f"mailto:{contact}" if contact else node.settings.base_url,
            now=node.clock(),
        )
        return sealed.body, sealed.headers

    def _payload(self, row: SubscriptionRow, view: NotificationView, locale: str) -> bytes:
        urls = self._node.urls
        token = view.sender.avatar_token
        payload = PushPayload(
            access_token=row.access_token,
            preferred_locale=locale,
            notification_id=view.id,
            notification_type=view.kind.value,
            icon=urls.media(token) if token else urls.default_avatar(view.sender.id),
            title=shortened(self._title(locale, view), TITLE_CHARACTERS),
            body=_body(view),
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
