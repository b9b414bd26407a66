"""Polls."""

from collections.abc import Sequence

from msgspec import UNSET, Raw, UnsetType

from server.api.entities.entity import Entity


class PollOption(Entity, frozen=True, kw_only=True):
    """One choice; without its figure while that is hidden."""

    title: str
    votes_count: int | None


class Poll(Entity, frozen=True, kw_only=True):
    """A poll; what the viewer took stands in it only for a person of this node."""

    id: str
    expires_at: str | None
    expired: bool
    multiple: bool
    votes_count: int
    voters_count: int | None
    options: Sequence[PollOption]
    emojis: Sequence[Raw] = ()
    voted: bool | UnsetType = UNSET
    own_votes: Sequence[int] | UnsetType = UNSET
