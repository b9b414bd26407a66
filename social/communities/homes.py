"""What a member's home holds of a community: its threads, unless they want to hear nothing of it."""

from storage import homes
from storage.engine.database import Tx
from storage.ids import AccountId

FILLED = 40
"""Threads of a newly joined community that enter a home."""


def settle(tx: Tx, account: AccountId, community: AccountId) -> None:
    """After somebody came, went, or changed their wishes: the home holds what they want now, also of people whom they
    follow there; nothing for an account that is no community."""
    homes.release(tx, account, community)
    homes.fill_community(tx, account, community, FILLED)
