"""What those who administer see of accounts and reports."""

from collections.abc import Sequence

from msgspec import UNSET, Raw, UnsetType

from server.api.entities.accounts import Role
from server.api.entities.entity import Entity
from server.api.entities.reports import Rule


class AdminAccount(Entity, frozen=True, kw_only=True):
    """An account; what belongs to a login is null for accounts of elsewhere. Addresses are not kept."""

    id: str
    username: str
    domain: str | None
    created_at: str
    email: str | None
    ip: str | None = None
    ips: Sequence[Raw] | None
    locale: str | None
    invite_request: str | None = None
    role: Role | None
    confirmed: bool | None
    approved: bool | None
    disabled: bool | None
    sensitized: bool
    silenced: bool
    suspended: bool
    account: Raw
    invited_by_account_id: str | UnsetType = UNSET


class AdminReport(Entity, frozen=True, kw_only=True):
    """A report."""

    id: str
    action_taken: bool
    action_taken_at: str | None
    category: str
    comment: str
    forwarded: bool
    created_at: str
    updated_at: str
    account: AdminAccount
    target_account: AdminAccount
    assigned_account: AdminAccount | None
    action_taken_by_account: AdminAccount | None
    statuses: Sequence[Raw]
    rules: Sequence[Rule]


class DomainAllow(Entity, frozen=True, kw_only=True):
    """A node that is allowed."""

    id: str
    domain: str
    created_at: str


class DomainBlock(Entity, frozen=True, kw_only=True):
    """A node that is shut out or limited."""

    id: str
    domain: str
    digest: str
    created_at: str
    severity: str
    reject_media: bool
    reject_reports: bool
    private_comment: str | None
    public_comment: str | None
    obfuscate: bool


class Day(Entity, frozen=True, kw_only=True):
    """The figure of one day."""

    date: str
    value: str


class Measure(Entity, frozen=True, kw_only=True):
    """A figure over days."""

    key: str
    unit: str | None = None
    total: str
    previous_total: str | UnsetType = UNSET
    data: Sequence[Day]


class Part(Entity, frozen=True, kw_only=True):
    """A part of a figure."""

    key: str
    human_key: str
    value: str
    unit: str | UnsetType = UNSET
    human_value: str | UnsetType = UNSET


class Dimension(Entity, frozen=True, kw_only=True):
    """A figure in its parts, the largest first."""

    key: str
    data: Sequence[Part]


class Kept(Entity, frozen=True, kw_only=True):
    """How many of a cohort were there in one period."""

    date: str
    rate: float
    value: str


class Cohort(Entity, frozen=True, kw_only=True):
    """Those who joined in one period, and how many of them came back."""

    period: str
    frequency: str
    data: Sequence[Kept]
