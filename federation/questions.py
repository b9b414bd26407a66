"""The poll of a post of elsewhere, from ActivityPub's words to the network's."""

from federation.vocabulary import Post
from social.posts.polls import ReceivedPoll
from storage.ids import Millis


def received_poll(post: Post) -> ReceivedPoll | None:
    """The poll of a post, as its own node tells it."""
    if post.poll is None:
        return None
    return ReceivedPoll(
        options=tuple((option.name, option.votes) for option in post.poll.options),
        is_multiple=post.poll.is_multiple,
        is_closed=post.poll.is_closed,
        ends_at=None if post.poll.ends_at is None else Millis(post.poll.ends_at),
        voters=post.poll.voters,
        at=None if post.updated is None else Millis(post.updated),
    )
