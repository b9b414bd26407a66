"""What was said before: the last posts of a newly followed account, and the ancestors of answers."""

from collections.abc import Callable

from federation.document import BadDocument
from federation.errors import Gone, PeerError
from federation.names import same_origin
from federation.read.activities import read_collection
from federation.resolver import Budget, Fetched, Resolver
from federation.retrying import unless_final
from federation.vocabulary import Collection, Reference
from federation.wire import Wire
from social.jobs import Backfill, FetchParent, RefreshAccount
from storage import accounts, inbox, known
from storage.accounts import AccountRow

PAGES = 3
SECONDS = 60.0
THREAD = 300
"""Posts of one thread beyond which nobody asks for more ancestors: a chain without end is no conversation."""


class History:
    """Jobs that fetch what is old."""

    def __init__(self, wire: Wire, resolver: Resolver, stored: Callable[[], None] = lambda: None) -> None:
        """`stored` is called when something in the inbox is due again."""
        self._wire = wire
        self._resolver = resolver
        self._stored = stored

    async def backfill(self, job: Backfill) -> None:
        """Store the last posts of an account as old ones. Raises Unavailable if its node does not answer."""
        author = await self._wire.db.read(accounts.by_uri, job.actor)
        limit = self._wire.settings.federation.backfill_posts
        if author is None or author.is_local or author.deleted_at is not None or not author.outbox_url or not limit:
            return
        budget = Budget(requests=PAGES + 1 + 2 * limit, seconds=SECONDS)
        began = self._wire.clock()
        try:
            items = await self._outbox(author, budget, limit)
        except PeerError as error:
            unless_final(error)
            return
        found = [post for item in items if (post := await self._post(item, author, budget)) is not None]
        for post in sorted(found, key=lambda fetched: fetched.post.published or 0):
            try:
                await self._resolver.keep_post(post, budget, history=True)
            except Gone:
                # Deleted in the meantime: then it is not missed.
                continue
        # Edited in the meantime: then that came when the post was not here yet, and would be lost.
        if await self._wire.db.write(inbox.reconsider, author.uri, began, self._wire.clock()):
            self._stored()

    async def fetch_parent(self, job: FetchParent) -> None:
        """Store a post that is answered here, with its ancestors. Raises Unavailable if its node does not answer."""
        waiting = await self._wire.db.read(known.awaiting, job.uri)
        if not waiting or all(orphan.posts >= THREAD for orphan in waiting):
            return
        try:
            await self._resolver.post(job.uri, Budget())
        except PeerError as error:
            unless_final(error)

    async def refresh(self, job: RefreshAccount) -> None:
        """Read an actor anew. Raises Unavailable if its node does not answer."""
        try:
            await self._resolver.actor(job.actor, Budget())
        except PeerError as error:
            unless_final(error)

    async def _outbox(self, author: AccountRow, budget: Budget, limit: int) -> list[Reference]:
        """The first items of the outbox; what came before a page that fails is taken. Raises PeerError."""
        document = await self._resolver.document(author.outbox_url, budget)
        current: Collection | None = _collection(document.fields, self._wire.insecure)
        items: list[Reference] = []
        for _ in range(PAGES):
            if current is None or len(items) >= limit:
                break
            items += current.items
            try:
                current = await self._next(current, author, budget)
            except PeerError:
                if not items:
                    raise
                return items
        if current is not None and len(items) < limit:
            items += current.items
        return items[:limit]

    async def _next(self, current: Collection, author: AccountRow, budget: Budget) -> Collection | None:
        if current.first is not None and current.first.fields is not None:
            return _collection(current.first.fields, self._wire.insecure)
        url = current.first.id if current.first is not None else current.next
        if url is None or not same_origin(url, author.uri):
            return None
        return _collection((await self._resolver.document(url, budget)).fields, self._wire.insecure)

    async def _post(self, item: Reference, author: AccountRow, budget: Budget) -> Fetched | None:
        """The author's own post behind an item; None for a boost, for what is not to be had, and for anybody else's."""
        fields = item.fields
        try:
            if fields is not None and item.kind == "Create":
                inner = fields.get("object")
                embedded = inner if isinstance(inner, dict) else None
                id = embedded.get("id") if embedded is not None else inner
                if not isinstance(id, str) or not same_origin(id, author.uri):
                    return None
                fetched = await (
                    self._resolver.read_post(embedded, budget)
                    if embedded is not None
                    else self._resolver.fetch_post(id, budget)
                )
            elif fields is None and item.id is not None and same_origin(item.id, author.uri):
                fetched = await self._resolver.fetch_post(item.id, budget)
            else:
                return None
        except PeerError:
            return None
        return fetched if fetched.author.id == author.id else None


def _collection(fields: dict[str, object], insecure: bool) -> Collection | None:
    try:
        return read_collection(fields, insecure=insecure)
    except BadDocument:
        return None
