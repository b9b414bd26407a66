"""The result of a poll of elsewhere, asked for when it should have ended and its node has not told."""

from federation.errors import PeerError
from federation.questions import received_poll
from federation.resolver import Budget, Resolver
from federation.retrying import unless_final
from federation.wire import Wire
from social.jobs import RefreshPoll
from social.posts import polls
from storage import polls as poll_rows
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import PostId


class Results:
    """The job that asks."""

    def __init__(self, wire: Wire, resolver: Resolver) -> None:
        self._wire = wire
        self._resolver = resolver

    async def refresh(self, job: RefreshPoll) -> None:
        """Read a poll anew. Raises Unavailable if its node does not answer."""
        post = await self._wire.db.read(_waiting, job.uri)
        if post is None:
            return
        try:
            fetched = await self._resolver.fetch_post(job.uri, Budget())
        except PeerError as error:
            unless_final(error)
            return
        said = received_poll(fetched.post)
        if said is not None:
            await self._wire.db.write(polls.receive_figures, fetched.author, post, said, now=self._wire.clock())


def _waiting(tx: Tx, uri: str) -> PostId | None:
    """The post, if it is of elsewhere and nothing was told of its poll since the end."""
    post = post_rows.by_uri(tx, uri)
    known = poll_rows.of_post(tx, post.id) if post is not None and not post.is_local else None
    if known is None or (known.expires_at is not None and known.claimed_at >= known.expires_at):
        return None
    return known.post_id
