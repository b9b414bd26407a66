"""Frames of the streams."""

from collections.abc import Sequence

from server.api.entities.entity import Entity


class StreamEvent(Entity, frozen=True, kw_only=True):
    """A frame of the WebSocket; `payload` is JSON once more, as text."""

    stream: Sequence[str]
    event: str
    payload: str
