"""A whole thread of elsewhere: the collection of its context (FEP-7888), and the answers to each post, page by page.

While the node of the context is away, the nodes of the list that the thread's community signed are asked for what they
keep of it. Each post is believed from its own id only. One reading has one budget: requests, seconds, posts, hosts and
depth, and never asks for the same address twice.
"""

from urllib.parse import quote

from federation.communities import audience
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
from social.settings import Settings
from storage import communities
from storage import posts as post_rows
from storage.engine.database import Tx
from storage.ids import Millis, PostId
from storage.posts import PostRow

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
            is_away = isinstance(error, Unreachable) or error.status >= 500
            if is_away and not await self._elsewhere(reading, post):
                raise Unavailable("remote") from error

    async def _elsewhere(self, reading: "_Reading", post: PostRow) -> bool:
        """Ask other nodes for the thread, whose own does not answer; whether one of them did."""
        wire = self._wire
        has_answered = False
        for url in await wire.db.read(_keepers, post, wire.settings, wire.clock()):
            try:
                has_answered |= await reading.collection(url, 0)
            except Exhausted:
                return True
            except PeerError:
                # Away too, or it knows nothing of this thread.
                continue
        return has_answered


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

    async def collection(self, url: str, depth: int) -> bool:
        """Everything in a collection, up to a number of pages; what cannot be had is left out. False: there is none."""
        if depth > DEPTH or url in self._seen or self._wire.is_ours(url):
            return False
        self._seen.add(url)
        current = await self._page(url)
        is_there = current is not None
        for _ in range(PAGES):
            if current is None:
                break
            for item in current.items:
                if item.id is not None:
                    await self._post(item.id, depth)
            current = await self._after(current, url)
        return is_there

    async def _post(self, uri: str, depth: int) -> None:
        if uri in self._seen or self._wire.is_ours(uri):
            return
        self._seen.add(uri)
        found = await self._wire.db.read(post_rows.by_uri, uri)
        id = found.id if found is not None else await self._fetched(uri)
        if id is None:
            return
        try:
            await self.answers(id, depth + 1)
        except Exhausted:
            raise
        except PeerError:
            # The node of one post is away: what others have said is read all the same.
            return

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


def _keepers(tx: Tx, post: PostRow, settings: Settings, now: Millis) -> list[str]:
    """Where the nodes of a community's list say what they keep of a thread in it: those of our kind, but its own."""
    known = communities.known(tx, post.community_id) if post.community_id is not None else None
    if known is None:
        return []
    root = post_rows.by_id(tx, post.thread_id) or post
    home = _authority(post.conversation or post.uri)
    nodes = audience.trust(settings, now).honouring(tx, audience.member_nodes(tx, known.account))
    of = quote(root.uri, safe=":/")
    return [f"{parse_url(one.inbox_url).origin}/contexts?of={of}" for one in nodes if one.host != home]


def _authority(url: str) -> str:
    try:
        return parse_url(url).authority
    except BadName:
        return ""
