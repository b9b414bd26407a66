"""Ids and times: 64-bit ids that sort by time, milliseconds since 1970 in UTC.

An id is `(milliseconds << 16) | 16 bits`; the 16 bits tell apart what happens in one millisecond.
The table says whether an id is unique: whoever inserts draws another one after a conflict.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from typing import Final, NewType

AccountId = NewType("AccountId", int)
AppId = NewType("AppId", int)
BookmarkId = NewType("BookmarkId", int)
DeliveryId = NewType("DeliveryId", int)
EmojiId = NewType("EmojiId", int)
EventSeq = NewType("EventSeq", int)
InboxId = NewType("InboxId", int)
InvitationId = NewType("InvitationId", int)
JobId = NewType("JobId", int)
LikeId = NewType("LikeId", int)
MediaId = NewType("MediaId", int)
NotificationId = NewType("NotificationId", int)
PasskeyId = NewType("PasskeyId", int)
PinId = NewType("PinId", int)
PollId = NewType("PollId", int)
PostId = NewType("PostId", int)
ScheduledId = NewType("ScheduledId", int)
SessionId = NewType("SessionId", int)
TagId = NewType("TagId", int)
TokenId = NewType("TokenId", int)
UserId = NewType("UserId", int)

Millis = NewType("Millis", int)

SHIFT: Final = 16
SEQUENCE_BITS: Final = 10
SEQUENCES: Final = 1 << SEQUENCE_BITS
PROCESSES: Final = 1 << (SHIFT - SEQUENCE_BITS)
GREATEST_TIME: Final = Millis((1 << (63 - SHIFT)) - 1)
GREATEST_ID: Final = (1 << 63) - 1


def millis() -> Millis:
    """The machine's time, in milliseconds since 1970 in UTC."""
    return Millis(time.time_ns() // 1_000_000)


def new_token() -> str:
    """32 characters of `[A-Za-z0-9_-]` that nobody guesses: 192 random bits."""
    return secrets.token_urlsafe(24)


def time_of(made: int) -> Millis:
    """The time in an id."""
    return Millis(made >> SHIFT)


class IdMaker:
    """Makes ids, strictly increasing within the process, whatever the clock does.

    `process` (0 to 63, random by default) keeps processes that share a database apart; it only
    makes conflicts rare.
    """

    def __init__(self, clock: Callable[[], Millis] = millis, process: int | None = None) -> None:
        chosen = secrets.randbelow(PROCESSES) if process is None else process
        if not 0 <= chosen < PROCESSES:
            raise ValueError(f"a process has a number below {PROCESSES}")
        self._clock = clock
        self._process = chosen << SEQUENCE_BITS
        self._lock = threading.Lock()
        self._at = Millis(-1)
        self._sequence = 0
        self._past = secrets.randbelow(1 << SHIFT)

    def make(self, at: Millis | None = None) -> int:
        """The next id; with `at`, one for something that was written then (history).

        A time before 1970 counts as 1970. Raises ValueError for one that no id can hold.
        """
        with self._lock:
            return self._next() if at is None else self._make_past(at)

    def _next(self) -> int:
        now = self._clock()
        if now > self._at:
            self._at, self._sequence = now, 0
        elif self._sequence + 1 < SEQUENCES:
            self._sequence += 1
        else:  # more than a thousand in a millisecond, or a clock that was set back
            self._at, self._sequence = Millis(self._at + 1), 0
        return (self._at << SHIFT) | self._process | self._sequence

    def _make_past(self, at: Millis) -> int:
        if at > GREATEST_TIME:
            raise ValueError(f"no id holds the time {at}")
        self._past = (self._past + 1) % (1 << SHIFT)
        return (max(at, 0) << SHIFT) | self._past
