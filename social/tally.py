"""A poll as somebody sees it: its choices, its figures as far as they are to be seen, and what they took."""

from collections.abc import Sequence
from itertools import groupby

import msgspec

from social.policy import Viewer
from storage import polls as rows
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.polls import OptionRow, PollRow

ASKING = "Question"
"""The kind of posts that hold a poll."""


class PollView(msgspec.Struct, frozen=True, kw_only=True):
    """A poll with its choices. `own`: positions that the viewer took; None when no person of this node asks."""

    poll: PollRow
    options: tuple[OptionRow, ...]
    own: tuple[int, ...] | None = None
    is_own: bool = False
    """The viewer asks: who asks does not vote."""

    @property
    def votes(self) -> int:
        """How many votes there are; of one person there may be several."""
        return sum(option.votes_count for option in self.options)

    def is_over(self, now: Millis) -> bool:
        """Whether nobody can vote any more."""
        expires_at = self.poll.expires_at
        return self.poll.closed_at is not None or (expires_at is not None and expires_at <= now)

    def shows_figures(self, now: Millis) -> bool:
        """Whether it is to be seen how many took each choice."""
        return not self.poll.hides_totals or self.is_over(now)


def polls(tx: Tx, viewer: Viewer, posts: Sequence[PostId]) -> dict[PostId, PollView]:
    """The polls of those of the posts that have one. The posts are known to be for the viewer."""
    found = rows.polled(tx, posts, viewer.account)
    views = {}
    for _, group in groupby(found, key=lambda row: row.poll.id):
        choices = list(group)
        views[choices[0].poll.post_id] = PollView(
            poll=choices[0].poll,
            options=tuple(row.option for row in choices),
            own=tuple(row.option.position for row in choices if row.is_mine) if viewer.is_person else None,
        )
    return views
