"""How much of a desk is told at once: nobody reads a document of more than 1 MiB, or of more than 20,000 values.

A part ends between two changes. A piece about which so much was said that it fills a part alone is told with its first
comments, and goes on in the next part: its words once more, and the comments that follow.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

ROOM = 640 * 1024
"""Bytes of what is told in one part. The longest words of one piece alone take two thirds of it."""
_VALUE = ROOM // 12_000
"""So much a value weighs at least, however few bytes it has."""

Change = tuple[int, msgspec.Struct]
"""What is told, and its place among all changes of the desk."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """How far a desk was read: all changes up to `since`, and of the piece of change `within` the first comments."""

    since: int = 0
    within: int = 0
    skip: int = 0


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What is told now, and where the next part begins."""

    told: tuple[msgspec.Struct, ...]
    next: Place


def room_beside(told: Sequence[msgspec.Struct]) -> int:
    """What is left in a part beside this, which is told in every one."""
    return max(ROOM // 2, ROOM - sum(_weight(one) for one in told))


def cut(changes: Sequence[Change], asked: Place, upto: int, *, room: int) -> Part:
    """The part that begins at a place; `changes` come after it, in their order, and what is after `upto` waits."""
    told: list[msgspec.Struct] = []
    weight, place = 0, asked.since
    for seq, change in changes:
        if seq > upto:
            break
        one = _unsaid(change, asked.skip) if seq == asked.within else change
        added = _weight(one)
        if weight + added > room and not told:
            begun, said = _begun(one, room)
            if said:
                skip = said + (asked.skip if seq == asked.within else 0)
                return Part(told=(begun,), next=Place(since=asked.since, within=seq, skip=skip))
        if weight + added > room and told and seq != place:
            return Part(told=tuple(told), next=Place(since=place))
        told.append(one)
        weight, place = weight + added, seq
    return Part(told=tuple(told), next=Place(since=upto))


def _comments(one: msgspec.Struct) -> tuple[msgspec.Struct, ...]:
    found: tuple[msgspec.Struct, ...] = getattr(one, "comments", ())
    return found


def _unsaid(one: msgspec.Struct, skip: int) -> msgspec.Struct:
    """The piece without the comments that were told."""
    said = _comments(one)
    return msgspec.structs.replace(one, comments=said[skip:]) if said and skip else one


def _begun(one: msgspec.Struct, room: int) -> tuple[msgspec.Struct, int]:
    """The piece with as many of its comments as there is room for, one at least, and their number; 0 for all."""
    said = _comments(one)
    if not said:
        return one, 0
    left = room - _weight(msgspec.structs.replace(one, comments=()))
    kept = 0
    for comment in said:
        left -= _weight(comment)
        if kept and left < 0:
            break
        kept += 1
    return (one, 0) if kept == len(said) else (msgspec.structs.replace(one, comments=said[:kept]), kept)


def _weight(one: msgspec.Struct) -> int:
    """Its bytes, or its values for what has many and says little."""
    return max(len(msgspec.json.encode(one)), _VALUE * _values(msgspec.to_builtins(one)))


def _values(document: Any) -> int:
    if isinstance(document, dict):
        return 1 + sum(_values(value) for value in document.values())
    if isinstance(document, list | tuple):
        return 1 + sum(_values(value) for value in document)
    return 1
