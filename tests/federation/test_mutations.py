"""Every activity that is understood, spoilt at random in one to three places, signed well: none is an error of ours.

The story of `test_every_activity` says each of them once; then each comes again with other ids and something wrong in
it, from its actor and announced by a community. What is refused or does nothing is right; what raises is not.
"""

import asyncio
import copy
import logging
import random
from typing import Any

import pytest

from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station
from tests.federation.test_every_activity import told_inward

SEED = 20261129
TIMES = 5
AT_ONCE = 20
_DEEP: Any = "x"
for _ in range(12):
    _DEEP = [{"object": _DEEP}]
WRONG: tuple[Any, ...] = (
    *(None, "", " ", "x", "\0", "a\u2028b", "\ud83d", "x" * 5_000, PUBLIC, "as:Public", "https://elsewhere.example/1"),
    *(0, -1, 1.5, 1e308, 2**31, 2**53, 2**63, 2**64, True, False, [], {}, [[]], [None], ["x", "x"], _DEEP),
    *("9999-12-31T23:59:59-23:59", "0000-01-01T00:00:00Z", "1969-12-31T00:00:00Z", "2026-02-30T00:00:00Z"),
    *("http://[::1", "javascript:alert(1)", "Note", "Undo", "Group", "Tombstone", "CommunityPage", "Question"),
    *({"type": "Note"}, {"id": "x"}, {"type": ["Note", "Group"]}, {"@id": "x"}, {"en": 1}, {"type": "Place"}),
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [one for key, part in inner for one in ((*path, key), *_places(part, (*path, key)))]


def spoilt(activity: dict[str, Any], own: list[str], dice: random.Random, number: int) -> dict[str, Any]:
    """The activity under another id, with one to three places wrong: gone, doubled, or something else."""
    made = copy.deepcopy(activity)
    for _ in range(dice.randint(1, 3)):
        places = [path for path in _places(made) if path not in (("id",), ("actor",))]
        if not places:
            break
        path = dice.choice(places)
        held: Any = made
        for key in path[:-1]:
            held = held[key]
        key, how = path[-1], dice.randrange(6)
        if how == 0:
            del held[key]
        elif how == 1:
            held[key] = [held[key], held[key]]
        else:
            held[key] = copy.deepcopy(dice.choice(own if how == 2 else WRONG))
    return made | {"id": f"{activity['id']}-spoilt-{number}"}


async def test_no_spoilt_activity_is_an_error_of_ours(
    quick: Station, siege: Neighbour, caplog: pytest.LogCaptureFixture
) -> None:
    said = await told_inward(quick, siege)
    group = next(by for _, by, _ in said if by.id.endswith("/club"))
    own = [quick.urls.actor("amina"), quick.urls.instance_actor, *(row.uri for row in await quick.posts())]
    own += sorted({by.id for _, by, _ in said})
    dice, letters = random.Random(SEED), list[tuple[dict[str, Any], Somebody]]()
    for number, (activity, by, _) in enumerate(said * TIMES):
        bad = spoilt(activity, own, dice, number)
        letters.append((bad, by))
        if number % 2:
            inner = {name: part for name, part in bad.items() if name != "@context"}
            letters.append((siege.about("Announce", group.id, inner, to=[PUBLIC]), group))
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        for start in range(0, len(letters), AT_ONCE):
            part = letters[start : start + AT_ONCE]
            replies = await asyncio.gather(*(quick.take(siege, activity, by) for activity, by in part))
            assert {reply.status for reply in replies} <= {202, 400, 401, 403}
            quick.clock.pass_by(minutes=1)
        await quick.federation.inbox.settle()
        await quick.settle()
    assert [record.getMessage() for record in caplog.records] == []
    assert {row.state for row in await quick.received()} <= {
        *("applied", "already", "unrelated", "ignored", "unsupported", "refused", "gone", "pending"),
    }
