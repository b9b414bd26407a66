"""The job that reads what an account of elsewhere puts forward: its pinned posts and its hashtags.

Asked of the account's own node only. Of the posts only the account's own count; those that are not here are fetched,
as old ones. What cannot be had now stays as it was known.
"""

from federation.document import BadDocument
from federation.errors import BadAnswer, Gone, NotAllowed, PeerError
from federation.names import same_origin
from federation.read.activities import read_collection
from federation.read.values import hashtag
from federation.resolver import Budget, Resolver
from federation.retrying import unless_final
from federation.vocabulary import Collection, Reference
from federation.wire import Wire
from social.feeds import tags
from social.jobs import ReadFeatured
from social.posts import pins
from storage import featured
from storage import posts as post_rows
from storage.featured import PlacesRow
from storage.ids import AccountId, PostId

REQUESTS = 30
SECONDS = 30.0


class FeaturedReader:
    """One per node."""

    def __init__(self, wire: Wire, resolver: Resolver) -> None:
        self._wire = wire
        self._resolver = resolver

    async def read(self, job: ReadFeatured) -> None:
        """Replace what is known by what the node says. Raises Unavailable if it does not answer."""
        places = await self._wire.db.read(featured.of, job.account)
        if places is None:
            return
        budget = Budget(requests=REQUESTS, seconds=SECONDS)
        try:
            await self._posts(job.account, places, budget)
            await self._tags(job.account, places, budget)
        except PeerError as error:
            unless_final(error)

    async def _posts(self, account: AccountId, places: PlacesRow, budget: Budget) -> None:
        items = await self._items(places.featured_url, budget)
        if items is None:
            return
        found: list[PostId] = []
        for item in items[: pins.MOST_ELSEWHERE]:
            id = await self._post(item, account, places, budget)
            if id is not None:
                found.append(id)
        wire = self._wire
        await wire.db.write(pins.receive_all, account, found, ids=wire.ids, now=wire.clock())

    async def _tags(self, account: AccountId, places: PlacesRow, budget: Budget) -> None:
        items = await self._items(places.featured_tags_url, budget)
        if items is None:
            return
        names = [tag.name for item in items if (tag := hashtag(item.fields)) is not None]
        wire = self._wire
        await wire.db.write(tags.receive_featured, account, names, ids=wire.ids, now=wire.clock())

    async def _items(self, url: str, budget: Budget) -> tuple[Reference, ...] | None:
        """What is in the collection, or on its first page; None if that cannot be known. Raises PeerError."""
        if not url:
            return None
        try:
            collection = await self._collection(url, budget)
            first = collection.first
            if collection.items or first is None:
                return collection.items
            if first.fields is not None:
                return read_collection(first.fields, insecure=self._wire.insecure).items
            if first.id is None or not same_origin(first.id, url):
                return None
            return (await self._collection(first.id, budget)).items
        except (BadDocument, BadAnswer, Gone, NotAllowed):
            return None

    async def _collection(self, url: str, budget: Budget) -> Collection:
        document = await self._resolver.document(url, budget)
        return read_collection(document.fields, insecure=self._wire.insecure)

    async def _post(self, item: Reference, account: AccountId, places: PlacesRow, budget: Budget) -> PostId | None:
        """The account's own post behind an item; None for anybody else's and for what is not to be had."""
        if item.id is None or not same_origin(item.id, places.uri):
            return None
        known = await self._wire.db.read(post_rows.by_uri, item.id)
        if known is not None:
            return known.id
        try:
            # The collection came from the origin of what it embeds.
            fetched = await (
                self._resolver.read_post(item.fields, budget)
                if item.fields is not None
                else self._resolver.fetch_post(item.id, budget)
            )
            if fetched.author.id != account:
                return None
            return await self._resolver.keep_post(fetched, budget, history=True)
        except PeerError:
            return None
