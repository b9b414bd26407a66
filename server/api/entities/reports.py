"""Reports as the one who made them sees them, warnings, and the rules of the site."""

from collections.abc import Mapping, Sequence
from typing import Literal

from msgspec import Raw

from server.api.entities.entity import Entity

Category = Literal["spam", "legal", "violation", "other"]


class Report(Entity, frozen=True, kw_only=True):
    """A report."""

    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    forwarded: bool
    created_at: str
    status_ids: Sequence[str]
    rule_ids: Sequence[str]
    collection_ids: Sequence[str] = ()
    target_account: Raw


class Appeal(Entity, frozen=True, kw_only=True):
    """What somebody says to a warning."""

    text: str
    state: str


class AccountWarning(Entity, frozen=True, kw_only=True):
    """What a moderator did to somebody."""

    id: str
    action: str
    text: str
    status_ids: Sequence[str]
    target_account: Raw
    appeal: Appeal | None
    created_at: str


class RuleTranslation(Entity, frozen=True, kw_only=True):
    """A rule in another language."""

    text: str
    hint: str


class Rule(Entity, frozen=True, kw_only=True):
    """A rule of the site."""

    id: str
    text: str
    hint: str
    translations: Mapping[str, RuleTranslation]
