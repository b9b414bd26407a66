"""What moderators do, and what is reported to them."""

from social.happened.event import Event
from storage.ids import AccountId


class ReportFiled(Event, frozen=True, kw_only=True, tag=True):
    """`by` reported `of`: a person here, or the instance actor of the node `host`. `is_forwarded`: its node is told."""

    report: int
    of: AccountId
    is_forwarded: bool = False


class AccountModerated(Event, frozen=True, kw_only=True, tag=True):
    """Moderators here keep `by` from strangers or hide its pictures, or no longer: nobody else is told."""


class AccountWarned(Event, frozen=True, kw_only=True, tag=True):
    """A moderator did something to the account `of`, a person here, and tells them so."""

    of: AccountId
    warning: int
