"""Lists of people."""

from typing import Literal

from server.api.entities.entity import Entity


class List(Entity, frozen=True, kw_only=True):
    """People whom the viewer reads together."""

    id: str
    title: str
    replies_policy: Literal["followed", "list", "none"]
    exclusive: bool
