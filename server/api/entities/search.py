"""What was found."""

from collections.abc import Sequence

from msgspec import Raw

from server.api.entities.entity import Entity
from server.api.entities.tags import Tag


class Search(Entity, frozen=True, kw_only=True):
    """What was found."""

    accounts: Sequence[Raw]
    statuses: Sequence[Raw]
    hashtags: Sequence[Tag]
    collections: Sequence[Raw] = ()
