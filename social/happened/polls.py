"""What happens to the poll of a post."""

from social.happened.event import Event
from storage.ids import PostId


class PollVoted(Event, frozen=True, kw_only=True, tag=True):
    """`by` took the choices (by their places) of the poll of a post."""

    post: PostId
    choices: tuple[int, ...]


class PollCounted(Event, frozen=True, kw_only=True, tag=True):
    """The figures of the poll of `by`'s post are others than were told last."""

    post: PostId


class PollClosed(Event, frozen=True, kw_only=True, tag=True):
    """The poll of `by`'s post has ended."""

    post: PostId
