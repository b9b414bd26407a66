"""Pushes to the app of a token."""

import msgspec
from msgspec import UNSET

from server.api.call import Call
from server.api.entities.push import WebPushSubscription
from server.api.params import Empty
from server.api.routing import Auth, Endpoint, route
from social.errors import Invalid, Unauthorized
from social.push import subscriptions
from social.push.subscriptions import Device, Wishes
from storage import push as rows
from storage.ids import TokenId
from storage.notifications import Kind
from storage.push import SubscriptionRow


class KeysParams(msgspec.Struct, frozen=True, kw_only=True):
    """Of the device, in any base64."""

    p256dh: str = ""
    auth: str = ""


class DeviceParams(msgspec.Struct, frozen=True, kw_only=True):
    """Where the device is reached."""

    endpoint: str = ""
    keys: KeysParams = KeysParams()
    standard: bool = False


class AlertsParams(msgspec.Struct, frozen=True, kw_only=True):
    """Kinds; what is left out is not wanted."""

    mention: bool = False
    status: bool = False
    reblog: bool = False
    follow: bool = False
    follow_request: bool = False
    favourite: bool = False
    poll: bool = False
    update: bool = False
    quote: bool = False
    quoted_update: bool = False
    moderation_warning: bool = False
    admin_sign_up: bool = msgspec.field(default=False, name="admin.sign_up")
    admin_report: bool = msgspec.field(default=False, name="admin.report")
    # Of our own, for an app that names them.
    community_request: bool = msgspec.field(default=False, name="community.request")
    community_accepted: bool = msgspec.field(default=False, name="community.accepted")
    community_invited: bool = msgspec.field(default=False, name="community.invited")
    community_greeting: bool = msgspec.field(default=False, name="community.greeting")
    community_warning: bool = msgspec.field(default=False, name="community.warning")
    community_leaving: bool = msgspec.field(default=False, name="community.leaving")
    community_quiet: bool = msgspec.field(default=False, name="community.quiet")
    community_moved: bool = msgspec.field(default=False, name="community.moved")
    community_unhosted: bool = msgspec.field(default=False, name="community.unhosted")
    community_page: bool = msgspec.field(default=False, name="community.page")
    desk_review: bool = msgspec.field(default=False, name="desk.review")
    desk_approved: bool = msgspec.field(default=False, name="desk.approved")
    desk_changes: bool = msgspec.field(default=False, name="desk.changes")
    desk_comment: bool = msgspec.field(default=False, name="desk.comment")
    desk_shared: bool = msgspec.field(default=False, name="desk.shared")
    desk_beside: bool = msgspec.field(default=False, name="desk.beside")
    desk_corrected: bool = msgspec.field(default=False, name="desk.corrected")
    announcement_answered: bool = msgspec.field(default=False, name="announcement.answered")
    announcement_left: bool = msgspec.field(default=False, name="announcement.left")
    scheduled_failed: bool = msgspec.field(default=False, name="scheduled.failed")
    roll_call: bool = msgspec.field(default=False, name="roll.call")
    community_uninvited: bool = msgspec.field(default=False, name="community.uninvited")
    gathering_gone: bool = msgspec.field(default=False, name="gathering.gone")


class DataParams(msgspec.Struct, frozen=True, kw_only=True):
    """What is wanted."""

    alerts: AlertsParams | None = None
    policy: str = ""


class SubscribeParams(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription; the policy stands in `data`, and by the first documents beside it."""

    subscription: DeviceParams = DeviceParams()
    data: DataParams = DataParams()
    policy: str = ""

    def wishes(self) -> Wishes:
        """In the words of the network."""
        policy = self.data.policy or self.policy
        return Wishes(
            alerts=UNSET if self.data.alerts is None else msgspec.to_builtins(self.data.alerts),
            policy=policy or UNSET,
        )


async def show(call: Call, _: Empty) -> WebPushSubscription:
    """GET /api/v1/push/subscription."""
    await call.admit()
    return _entity(await call.read(subscriptions.subscription, _token(call)))


async def subscribe(call: Call, params: SubscribeParams) -> WebPushSubscription:
    """POST /api/v1/push/subscription."""
    await call.admit()
    asked = params.subscription
    if not asked.endpoint:
        raise Invalid("subscription.endpoint", "missing")
    device = Device(endpoint=asked.endpoint, p256dh=asked.keys.p256dh, auth=asked.keys.auth, standard=asked.standard)
    row = await call.write(
        subscriptions.subscribe,
        _token(call),
        call.token,
        device,
        params.wishes(),
        insecure=call.node.settings.federation.insecure_loopback,
        now=call.node.clock(),
    )
    return _entity(row)


async def change(call: Call, params: SubscribeParams) -> WebPushSubscription:
    """PUT /api/v1/push/subscription."""
    await call.admit()
    return _entity(await call.write(subscriptions.change, _token(call), params.wishes()))


async def unsubscribe(call: Call, _: Empty) -> dict[str, str]:
    """DELETE /api/v1/push/subscription."""
    await call.admit()
    await call.write(subscriptions.unsubscribe, _token(call))
    return {}


async def node_key(call: Call) -> str:
    """The public key under which new subscriptions are pushed; made when it is first asked for."""
    found = await call.node.db.read(rows.key)
    if found is None:
        found = await call.node.db.write(subscriptions.node_key, now=call.node.clock())
    return found.public_key


def _token(call: Call) -> TokenId:
    if call.seen is None:
        raise Unauthorized("token_needed")
    return call.seen.id


def _entity(row: SubscriptionRow) -> WebPushSubscription:
    wanted = set(row.alerts.split())
    return WebPushSubscription(
        id=row.id,
        endpoint=row.endpoint,
        standard=row.standard,
        alerts={kind.value: kind.value in wanted for kind in Kind},
        server_key=row.vapid.public_key,
        policy=row.policy,
    )


_PATH = "/api/v1/push/subscription"

ROUTES: tuple[Endpoint, ...] = (
    route("GET", _PATH, show, Auth.USER, "push"),
    route("POST", _PATH, subscribe, Auth.USER, "push", params=SubscribeParams),
    route("PUT", _PATH, change, Auth.USER, "push", params=SubscribeParams),
    route("DELETE", _PATH, unsubscribe, Auth.USER, "push"),
)
