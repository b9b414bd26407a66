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
