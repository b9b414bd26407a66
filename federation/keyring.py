"""The keys of accounts here, kept for a moment: who replaces them may be another process."""

import time
from collections.abc import Callable

from federation.signing.keys import SigningKey, key_of
from social.people import keys
from storage.engine.database import Database
from storage.ids import AccountId

KEPT_SECONDS = 2.0
KEPT_KEYS = 5_000


class Keyring:
    """One for whoever signs."""

    def __init__(self, db: Database, *, tick: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._tick = tick
        self._kept: dict[AccountId, tuple[float, SigningKey]] = {}

    async def of(self, account: AccountId) -> SigningKey:
        """The account's keys. Raises NotFound, StorageError."""
        kept = self._kept.get(account)
        if kept is not None and self._tick() - kept[0] < KEPT_SECONDS:
            return kept[1]
        key = key_of(await self._db.read(keys.signing_keys, account))
        if len(self._kept) >= KEPT_KEYS:
            self._kept.clear()
        self._kept[account] = (self._tick(), key)
        return key
