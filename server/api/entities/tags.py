"""Hashtags."""

from collections.abc import Mapping, Sequence

from server.api.entities.entity import Entity


class Tag(Entity, frozen=True, kw_only=True):
    """A hashtag."""

    id: str
    name: str
    url: str
    history: Sequence[Mapping[str, str]] = ()
    following: bool = False
    featuring: bool = False
