"""Pushes to this very browser: a service worker asks for the key, subscribes, and tells where it is reached."""

from http import HTTPStatus

from starlette.responses import PlainTextResponse, Response

from social.push import subscriptions
from social.push.subscriptions import Device, Wishes
from storage.notifications import Kind
from storage.push import VapidRow
from web.forms import Form
from web.visit import Visit

USUAL = (
    Kind.MENTION, Kind.FOLLOW_REQUEST, Kind.QUOTE, Kind.POLL, Kind.DESK_REVIEW, Kind.DESK_CHANGES,
    Kind.SCHEDULED_FAILED,
)  # fmt: skip
"""What a browser is pushed unless it says otherwise: what asks something of the reader."""


async def key(visit: Visit) -> Response:
    """GET /push/key: the public key of this node, as a browser wants it."""
    found: VapidRow = await visit.node.db.write(subscriptions.node_key, now=visit.now)
    return PlainTextResponse(found.public_key)


async def subscribe(visit: Visit, form: Form) -> Response:
    """POST /push/subscribe: `endpoint`, `p256dh`, `auth`, and `alerts` as often as there are kinds."""
    device = Device(
        endpoint=form.line("endpoint", limit=4_000), p256dh=form.line("p256dh"), auth=form.line("auth"), standard=True
    )
    kinds = form.all("alerts") or [kind.value for kind in USUAL]
    await visit.write(
        subscriptions.subscribe_browser,
        visit.session_token,
        device,
        Wishes(alerts=dict.fromkeys(kinds, True), policy=form.text("policy") or "all"),
        insecure=visit.node.settings.federation.insecure_loopback,
        now=visit.now,
    )
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def unsubscribe(visit: Visit, form: Form) -> Response:
    """POST /push/unsubscribe."""
    await visit.write(subscriptions.unsubscribe_browser, visit.session_token)
    return Response(status_code=HTTPStatus.NO_CONTENT)
