"""Which connections stay open for the next request: few, however many thousand hosts there are.

The client bounds connections that are in use; those that wait for another request are many after one post to a thousand
hosts. So only the hosts that were spoken with first keep theirs, and those of others are closed after the answer,
whether these do so or not.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

HOSTS = 64
SECONDS = 60.0
"""After which a host that was not spoken with makes room: longer than a request takes and its connection then stays."""


class Warmth:
    """One for each pool of connections."""

    def __init__(self, *, hosts: int = HOSTS, tick: Callable[[], float] = time.monotonic) -> None:
        self._hosts = hosts
        self._tick = tick
        self._spoken: OrderedDict[str, float] = OrderedDict()

    def keeps(self, host: str) -> bool:
        """Whether the connection to the host, with which we speak now, stays open afterwards."""
        now = self._tick()
        while self._spoken and next(iter(self._spoken.values())) < now - SECONDS:
            self._spoken.popitem(last=False)
        if host not in self._spoken and len(self._spoken) >= self._hosts:
            return False
        self._spoken[host] = now
        self._spoken.move_to_end(host)
        return True
