"""Filters: their words and posts, and what they found in a post."""

from collections.abc import Sequence
from typing import Literal

from msgspec import UNSET, UnsetType

from server.api.entities.entity import Entity


class FilterKeyword(Entity, frozen=True, kw_only=True):
    """A word of a filter."""

    id: str
    keyword: str
    whole_word: bool


class FilterStatus(Entity, frozen=True, kw_only=True):
    """A post that a filter names."""

    id: str
    status_id: str


class Filter(Entity, frozen=True, kw_only=True):
    """A filter; inside a result without its words and posts."""

    id: str
    title: str
    context: Sequence[str]
    expires_at: str | None
    filter_action: Literal["warn", "hide", "blur"]
    keywords: Sequence[FilterKeyword] | UnsetType = UNSET
    statuses: Sequence[FilterStatus] | UnsetType = UNSET


class FilterResult(Entity, frozen=True, kw_only=True):
    """A filter that matches a post, and by what."""

    filter: Filter
    keyword_matches: Sequence[str] | None
    status_matches: Sequence[str] | None


class FirstFilter(Entity, frozen=True, kw_only=True):
    """A word of a filter, as the first version of the interface knew filters."""

    id: str
    phrase: str
    context: Sequence[str]
    expires_at: str | None
    irreversible: bool
    whole_word: bool
