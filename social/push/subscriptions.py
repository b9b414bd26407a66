"""Who is pushed where: subscriptions of apps and of browsers, and the subscriber that makes a job of each push."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec
from msgspec import UNSET, UnsetType

from social import events, jobs
from social.errors import Invalid, NotFound, Unauthorized
from social.people.tokens import token_digest
from social.policy import Viewer, require_person
from social.push import sealing
from storage import push as rows
from storage.engine.database import Tx
from storage.ids import Millis, NotificationId, SessionId, TokenId
from storage.notifications import Kind
from storage.push import SubscriptionId, SubscriptionRow, VapidRow

POLICIES = ("all", "followed", "follower", "none")
LONGEST_ENDPOINT = 2_000


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """Where a device is reached, and its keys. `standard`: by RFC 8291, else by the older drafts."""

    endpoint: str
    p256dh: str
    auth: str
    standard: bool = False


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What a device wants to hear of; what is unset stays, or is nothing, from everybody."""

    alerts: Mapping[str, bool] | UnsetType = UNSET
    policy: str | UnsetType = UNSET


def node_key(tx: Tx, *, now: Millis) -> VapidRow:
    """The key with which the node names itself; made when it is first needed."""
    found = rows.key(tx)
    if found is None:
        rows.add_key(tx, *sealing.make_identity(), now)
        found = rows.key(tx)
    assert found is not None  # noqa: S101  # it was added in this transaction
    return found


def rotate_key(tx: Tx, *, now: Millis) -> VapidRow:
    """Another key for new subscriptions; those that are there keep theirs, since devices know it."""
    rows.add_key(tx, *sealing.make_identity(), now)
    return node_key(tx, now=now)


def subscription(tx: Tx, viewer: Viewer, token: TokenId) -> SubscriptionRow:
    """That of an app's token. Raises NotFound."""
    require_person(viewer)
    row = rows.of_token(tx, token)
    if row is None:
        raise NotFound("subscription")
    return row


def subscribe(
    tx: Tx,
    viewer: Viewer,
    token: TokenId,
    access_token: str,
    device: Device,
    wishes: Wishes,
    *,
    insecure: bool,
    now: Millis,
) -> SubscriptionRow:
    """Push an app from now on; what its token had before is replaced. Raises Invalid.

    The payload carries the token, by which apps find the account (decision 0012).
    """
    require_person(viewer)
    rows.drop_token(tx, token)
    _add(tx, viewer, token, None, access_token, device, wishes, insecure=insecure, now=now)
    return subscription(tx, viewer, token)


def change(tx: Tx, viewer: Viewer, token: TokenId, wishes: Wishes) -> SubscriptionRow:
    """Change what the app wants to hear of. Raises NotFound, Invalid."""
    row = subscription(tx, viewer, token)
    alerts = row.alerts.split() if wishes.alerts is UNSET else _alerts(wishes)
    rows.change(tx, row.id, alerts, row.policy if wishes.policy is UNSET else _policy(wishes))
    return subscription(tx, viewer, token)


def unsubscribe(tx: Tx, viewer: Viewer, token: TokenId) -> None:
    """Push the app no more."""
    require_person(viewer)
    rows.drop_token(tx, token)


def subscribe_browser(
    tx: Tx, viewer: Viewer, session_token: str, device: Device, wishes: Wishes, *, insecure: bool, now: Millis
) -> None:
    """Push the browser of this session from now on. Raises Unauthorized, Invalid."""
    session = _session(tx, viewer, session_token)
    rows.drop_session(tx, session)
    _add(tx, viewer, None, session, "", device, wishes, insecure=insecure, now=now)


def unsubscribe_browser(tx: Tx, viewer: Viewer, session_token: str) -> None:
    """Push the browser of this session no more. Raises Unauthorized."""
    rows.drop_session(tx, _session(tx, viewer, session_token))


def browser(tx: Tx, viewer: Viewer, session_token: str) -> SubscriptionRow | None:
    """The subscription of this session's browser. Raises Unauthorized."""
    return rows.of_session(tx, _session(tx, viewer, session_token))


def apply(tx: Tx, event: events.AnyEvent, now: Millis) -> None:
    """Subscriber: a job for each device that wants to hear of a notification. Twice makes one.

    Whether it waits for the end of a quiet time is asked when it is to be sent.
    """
    if not isinstance(event, events.Notified):
        return
    for id in rows.wanting(tx, event.to, event.notification):
        job = jobs.SendPush(subscription=id, notification=event.notification)
        jobs.enqueue(tx, job, key=f"{id}:{event.notification}", due=now)


def hold(tx: Tx, id: SubscriptionId, notification: NotificationId, until: Millis) -> None:
    """The device is pushed once at the end of the quiet time, for this and all that comes until then."""
    rows.hold(tx, id, notification)
    jobs.enqueue(tx, jobs.SendHeldPushes(subscription=id), key=str(id), due=until)


def _add(
    tx: Tx,
    viewer: Viewer,
    token: TokenId | None,
    session: SessionId | None,
    access_token: str,
    device: Device,
    wishes: Wishes,
    *,
    insecure: bool,
    now: Millis,
) -> None:
    _check(device, insecure=insecure)
    key = node_key(tx, now=now)
    if viewer.user is None:
        raise Unauthorized("sign_in_needed")
    values: dict[str, object] = {
        "access_token": access_token,
        "endpoint": device.endpoint,
        "p256dh": device.p256dh,
        "auth": device.auth,
        "standard": int(device.standard),
        "alerts": " ".join(_alerts(wishes)),
        "policy": _policy(wishes),
    }
    rows.insert(tx, viewer.user, token, session, key.id, values, now)


def _check(device: Device, *, insecure: bool) -> None:
    """Raises Invalid. Whether the address may be connected to is asked of it at each push, by the client."""
    try:
        parts = urlsplit(device.endpoint)
        is_loopback = insecure and parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")
        if not (parts.scheme == "https" or is_loopback) or not parts.hostname or parts.username is not None:
            raise ValueError("no address of a push service")
    except ValueError as trouble:
        raise Invalid("subscription.endpoint", "invalid") from trouble
    if len(device.endpoint) > LONGEST_ENDPOINT:
        raise Invalid("subscription.endpoint", "too_long", maximum=LONGEST_ENDPOINT)
    try:
        sealing.public_point(device.p256dh)
    except ValueError as trouble:
        raise Invalid("subscription.keys.p256dh", "invalid") from trouble
    try:
        secret = sealing.from_base64(device.auth)
    except ValueError as trouble:
        raise Invalid("subscription.keys.auth", "invalid") from trouble
    if len(secret) != sealing.SECRET:
        raise Invalid("subscription.keys.auth", "invalid")


def _alerts(wishes: Wishes) -> list[str]:
    given = {} if wishes.alerts is UNSET else wishes.alerts
    return [kind.value for kind in Kind if given.get(kind.value)]


def _policy(wishes: Wishes) -> str:
    policy = "all" if wishes.policy is UNSET else wishes.policy
    if policy not in POLICIES:
        raise Invalid("data.policy", "inclusion", allowed=", ".join(POLICIES))
    return policy


def _session(tx: Tx, viewer: Viewer, session_token: str) -> SessionId:
    require_person(viewer)
    found = rows.session(tx, token_digest(session_token)) if session_token else None
    if found is None:
        raise Unauthorized("sign_in_needed")
    return found
