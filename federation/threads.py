"""A whole thread of elsewhere: the collection of its context (FEP-7888), and the answers to each post, page by page.

Each post is believed from its own id only. One reading has one budget: requests, seconds, posts, hosts and depth, and
never asks for the same address twice.
"""

from federation.document import BadDocument
from federation.errors import BadAnswer, Gone, NotAllowed, PeerError, Refused, Unreachable
from federation.names import BadName, parse_url, same_origin
from federation.read.activities import read_collection
from federation.resolver import Budget, Exhausted, Resolver
from federation.vocabulary import Collection
from federation.wire import Wire
from social.contexts import is_elsewhere
from social.errors import Unavailable
from social.jobs import ReadThread
from storage import posts as post_rows
from storage.ids import PostId

REQUESTS = 150
SECONDS = 60.0
POSTS = 120
PAGES = 8
HOSTS = 10
DEPTH = 12


class ThreadReader:
    """One per node."""

    def __init__(self, wire: Wire, resolver: Resolver) -> None:
        self._wire = wire
        self._resolver = resolver

    async def read(self, job: ReadThread) -> None:
        """Store what others said around a post. Raises Unavailable when its node does not answer at all."""
        post = await self._wire.db.read(post_rows.by_id, job.post)
        if post is None or not is_elsewhere(post):
            return
        reading = _Reading(self._wire, self._resolver)
        try:
            if post.conversation.startswith(("https://", "http://")):
                await reading.collection(post.conversation, 0)
            await reading.answers(job.post, 0)
        except Exhausted:
            # What was found until then is kept; the next look at the thread goes on.
            return
        except (Unreachable, Refused) as error:
            if isinstance(error, Unreachable) or error.status >= 500:
                raise Unavailable("remote") from error


class _Reading:
    """One thread, one budget."""

    def __init__(self, wire: Wire, resolver: Resolver) -> None:
        self._wire = wire
        self._resolver = resolver
        self._budget = Budget(requests=REQUESTS, seconds=SECONDS)
        self._left = POSTS
        self._hosts: set[str] = set()
        self._seen: set[str] = set()

    async def answers(self, id: PostId, depth: int) -> None:
        """The answers to a post that is here, and the answers to those."""
        post = await self._wire.db.read(post_rows.by_id, id)
        # Answers are asked of the post's own node, never of a host that somebody names.
        if post is None or post.is_local or not post.replies_url or not same_origin(post.uri, post.replies_url):
            return
        await self.collection(post.replies_url, depth)

    async def collection(self, url: str, depth: int) -> None:
        """Everything in a collection, up to a number of pages; what cannot be had is left out."""
        if depth > DEPTH or url in self._seen or self._wire.is_ours(url):
            return
        self._seen.add(url)
        current = await self._page(url)
        for _ in range(PAGES):
            if current is None:
                return
            for item in current.items:
                if item.id is not None:
                    await self._post(item.id, depth)
            current = await self._after(current, url)

    async def _post(self, uri: str, depth: int) -> None:
        if uri in self._seen or self._wire.is_ours(uri):
            return
        self._seen.add(uri)
        found = await self._wire.db.read(post_rows.by_uri, uri)
        id = found.id if found is not None else await self._fetched(uri)
        if id is not None:
            await self.answers(id, depth + 1)

    async def _fetched(self, uri: str) -> PostId | None:
        self._enter(uri)
        try:
            return await self._resolver.post(uri, self._budget, history=True)
        except Exhausted:
            raise
        except PeerError:
            return None

    async def _page(self, url: str) -> Collection | None:
        self._enter(url, is_post=False)
        try:
            document = await self._resolver.document(url, self._budget)
            return read_collection(document.fields, insecure=self._wire.insecure)
        except (BadDocument, BadAnswer, Gone, NotAllowed):
            return None

    async def _after(self, current: Collection, url: str) -> Collection | None:
        inline = current.first.fields if current.first is not None else None
        if inline is not None:
            try:
                return read_collection(inline, insecure=self._wire.insecure)
            except BadDocument:
                return None
        next = current.first.id if current.first is not None else current.next
        if next is None or next in self._seen or not same_origin(next, url):
            return None
        self._seen.add(next)
        return await self._page(next)

    def _enter(self, url: str, *, is_post: bool = True) -> None:
        """Count a host and a post. Raises Exhausted."""
        try:
            self._hosts.add(parse_url(url).authority)
        except BadName as cause:
            raise BadAnswer("an item without an address", url) from cause
        self._left -= is_post
        if len(self._hosts) > HOSTS or self._left < 0:
            raise Exhausted("enough of this thread for once", url)
