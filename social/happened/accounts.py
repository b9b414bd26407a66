"""What happens to an account: made, changed, moved, suspended, gone."""

from social.happened.event import Event
from storage.ids import AccountId


class AccountJoined(Event, frozen=True, kw_only=True, tag=True):
    """A local account was made."""


class ProfileChanged(Event, frozen=True, kw_only=True, tag=True):
    """Name, words, pictures or settings of `by` changed."""


class KeysRotated(Event, frozen=True, kw_only=True, tag=True):
    """The keys of `by`, an account here, were replaced; `leaked`: what the old ones signed is not to be believed."""

    leaked: bool = False


class FiltersChanged(Event, frozen=True, kw_only=True, tag=True):
    """The filters of `by` are other ones: their apps read them anew. It never leaves the node."""

    revision: int


class AccountSuspended(Event, frozen=True, kw_only=True, tag=True):
    """`by` is suspended (moderation): hidden everywhere, signed out."""


class AccountRestored(Event, frozen=True, kw_only=True, tag=True):
    """The suspension of `by` is lifted."""


class AccountMoved(Event, frozen=True, kw_only=True, tag=True):
    """`by` is the account `to` from now on, whose id elsewhere is `uri`."""

    to: AccountId
    uri: str


class AccountDeleted(Event, frozen=True, kw_only=True, tag=True):
    """`by` is gone for good. `told`: of a hidden community, the hosts of whom it was not hidden from."""

    uri: str
    told: tuple[str, ...] = ()
