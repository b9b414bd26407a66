"""Pushes to devices."""

from collections.abc import Mapping

from server.api.entities.entity import Entity


class WebPushSubscription(Entity, frozen=True, kw_only=True):
    """Where an app is pushed, and what it wants to hear of."""

    id: int
    endpoint: str
    standard: bool
    alerts: Mapping[str, bool]
    server_key: str
    policy: str


class PushPayload(Entity, frozen=True, kw_only=True):
    """What a device decrypts."""

    access_token: str
    preferred_locale: str
    notification_id: int
    notification_type: str
    icon: str
    title: str
    body: str
