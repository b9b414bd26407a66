"""A poll as Mastodon's clients read it, for one viewer at one moment. Pure."""

from msgspec import UNSET

from server.api.entities.polls import Poll, PollOption
from social.clock import iso
from social.tally import PollView
from storage.ids import Millis


def poll(view: PollView, now: Millis) -> Poll:
    """The poll with its figures as far as they are to be seen now; its author counts as having voted."""
    shown = view.shows_figures(now)
    return Poll(
        id=str(view.poll.id),
        expires_at=None if view.poll.expires_at is None else iso(view.poll.expires_at),
        expired=view.is_over(now),
        multiple=view.poll.is_multiple,
        votes_count=view.votes,
        voters_count=view.poll.voters_count,
        options=[
            PollOption(title=option.title, votes_count=option.votes_count if shown else None) for option in view.options
        ],
        voted=UNSET if view.own is None else bool(view.own) or view.is_own,
        own_votes=UNSET if view.own is None else view.own,
    )
