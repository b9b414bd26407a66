"""A bounded store of what is made once and read often."""

from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(Generic[K, V]):
    """The newest `most` entries at least, twice as many at most: the older of two dicts goes when the newer is full."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._newer: dict[K, V] = {}
        self._older: dict[K, V] = {}

    def find(self, key: K) -> V | None:
        """What is kept under the key."""
        found = self._newer.get(key)
        if found is None:
            found = self._older.get(key)
            if found is not None:
                self.keep(key, found)
        return found

    def keep(self, key: K, value: V) -> None:
        """Keep it under the key."""
        if len(self._newer) >= self._most:
            self._older, self._newer = self._newer, {}
        self._newer[key] = value

    def clear(self) -> None:
        """Forget all of it."""
        self._newer, self._older = {}, {}
