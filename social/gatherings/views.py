"""A gathering as somebody sees it: when, where, how many come, and what they answered themselves."""

from collections.abc import Sequence

import msgspec

from social.policy import Viewer
from storage import gatherings as rows
from storage.engine.database import Tx
from storage.gatherings import GatheringRow, JoinMode, Status
from storage.ids import Millis, PostId
from storage.participations import State


class GatheringView(msgspec.Struct, frozen=True, kw_only=True):
    """A gathering with its numbers. `mine` is None for nobody, and for who did not answer."""

    gathering: GatheringRow
    going: int
    waiting: int
    maybe: int
    left: int | None
    """Free seats; None: as many as like."""
    mine: State | None = None
    ahead: int | None = None
    """How many wait before the viewer; None where only the organiser's node knows."""
    asked_at: Millis = Millis(0)
    answered_at: Millis = Millis(0)

    @property
    def is_cancelled(self) -> bool:
        """Whether it does not take place."""
        return self.gathering.status is Status.CANCELLED

    def is_over(self, now: Millis) -> bool:
        """Whether its time has passed."""
        return self.gathering.ends_at <= now

    def may_answer(self, now: Millis) -> bool:
        """Whether one can still say that one comes, here."""
        mode = self.gathering.join_mode
        return not self.is_cancelled and not self.is_over(now) and mode in (JoinMode.FREE, JoinMode.RESTRICTED)


def gatherings(
    tx: Tx, viewer: Viewer, local: Sequence[PostId], others: Sequence[PostId]
) -> dict[PostId, GatheringView]:
    """Those of the posts that are gatherings: of `local` ones the numbers are counted, of `others` they are claims."""
    found = rows.held(tx, [*local, *others], viewer.account)
    here = set(local)
    return {id: _view(row, is_local=id in here) for id, row in found.items()}


def _view(row: rows.HeldRow, *, is_local: bool) -> GatheringView:
    known = row.gathering
    # Of one of elsewhere nobody knows more than its node says, but no fewer than have been told here.
    going = row.going if is_local else max(row.going, known.claimed_going)
    left = None if known.seats is None else max(known.seats - going, 0)
    if not is_local and known.claimed_left is not None:
        # Who was let in since the node last said it has taken one of those.
        left = known.claimed_left if left is None else min(left, known.claimed_left)
    return GatheringView(
        gathering=known,
        going=going,
        waiting=row.waiting if is_local else max(row.waiting, known.claimed_waiting),
        maybe=row.maybe,
        left=left,
        mine=State(row.mine) if row.mine else None,
        ahead=row.ahead if is_local else None,
        asked_at=row.asked_at,
        answered_at=row.answered_at,
    )
