"""What was missed of a community: read from its host when somebody here joins it, and after an absence.

First its document and its member nodes, then its outbox, back to where it was read before, its pages where that was not
all, then who moderates and what stands on top. What was announced goes into the inbox as if it had been delivered, in
the order of the host.
"""

from collections.abc import Sequence
from typing import Any

import msgspec

from federation.communities.audience import Reading, reading_of
from federation.communities.nodes import take
from federation.document import BadDocument, fields_of, time_of
from federation.errors import PeerError
from federation.incoming.arrived import Disagreement
from federation.incoming.worker import InboxWorker
from federation.names import same_origin
from federation.read.activities import read_collection
from federation.read.communities import NodeList, read_nodes
from federation.resolver import Budget, Resolver
from federation.retrying import unless_final
from federation.vocabulary import Collection, Reference
from federation.wire import Wire
from social import jobs
from social.communities import received
from social.jobs import ReadCommunity
from storage import accounts, communities, community_log, community_marks, featured, inbox, peers
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import KnownRow
from storage.community_log import SourceRow
from storage.community_marks import Subject
from storage.engine.database import Tx
from storage.ids import AccountId, Millis, PostId

PAGES = 100
LEAVES = 30
"""Of the pages that members write."""
FIRST = 200
"""How much is read of a community that nobody here was in before."""
ITEMS = 2_000
MODERATORS = 20
ON_TOP = 20
SECONDS = 300.0


class CommunityReader:
    """Reads hosts. One per node."""

    def __init__(self, wire: Wire, resolver: Resolver, worker: InboxWorker) -> None:
        self._wire = wire
        self._resolver = resolver
        self._worker = worker

    async def read(self, job: ReadCommunity) -> None:
        """Read everything that may have changed. Raises Unavailable if the host does not answer."""
        budget = Budget(requests=PAGES + LEAVES + MODERATORS + ON_TOP + 10, seconds=SECONDS)
        try:
            account = await self._resolver.actor(job.actor, budget)
        except PeerError as error:
            unless_final(error)
            return
        found = await self._wire.db.read(_found, account.id)
        if found is None or account.is_local:
            return
        known, source, top = found
        try:
            await self._take_nodes(known, source, budget)
            await self._take_log(known, source, budget)
            await self._take_moderators(known, source, budget)
            await self._take_top(known, top, budget)
        except PeerError as error:
            unless_final(error)

    async def _take_nodes(self, known: KnownRow, source: SourceRow, budget: Budget) -> None:
        if not source.nodes_url:
            return
        document = await self._resolver.document(source.nodes_url, budget)
        try:
            listed = read_nodes(document.fields)
        except BadDocument:
            return
        await self._wire.db.write(_take, known.account, listed, self._wire.clock())

    async def _take_moderators(self, known: KnownRow, source: SourceRow, budget: Budget) -> None:
        if not source.moderators_url:
            return
        began = self._wire.clock()
        before = await self._wire.db.read(community_marks.of_subject, known.account.id, Subject.MODERATOR)
        listed = _collection(await self._resolver.document(source.moderators_url, budget), self._wire.insecure)
        if listed is None:
            return
        found: set[AccountId] = set()
        for item in listed.items[:MODERATORS]:
            row = await self._moderator(item.id, budget) if item.id else None
            if row is not None:
                found.add(row.id)
        await self._wire.db.write(received.moderators, known, found, before=before, now=began)

    async def _moderator(self, uri: str, budget: Budget) -> AccountRow | None:
        if self._wire.is_ours(uri):
            return await self._wire.db.read(accounts.by_uri, uri)
        try:
            return await self._resolver.known_actor(uri, budget)
        except PeerError:
            return None

    async def _take_top(self, known: KnownRow, url: str, budget: Budget) -> None:
        if not url or not same_origin(url, known.account.uri):
            return
        listed = _collection(await self._resolver.document(url, budget), self._wire.insecure)
        if listed is not None:
            uris = [item.id for item in listed.items if item.id is not None][:ON_TOP]
            for uri in uris:
                await self._have(uri, budget)
            await self._wire.db.write(_put_on_top, known, uris, self._wire.clock())

    async def _have(self, uri: str, budget: Budget) -> None:
        """The post here, if it can be had: what was announced of it may still wait in the inbox."""
        if self._wire.is_ours(uri):
            return
        try:
            await self._resolver.post(uri, budget, history=True)
        except PeerError:
            # It stands where it was written, and on top when the list is read again.
            return

    async def _take_log(self, known: KnownRow, source: SourceRow, budget: Budget) -> None:
        is_ours = await self._wire.db.read(_is_ours, known.account.domain)
        if source.heard_place and is_ours and await self._read_on(known.account, source.heard_place, budget):
            return
        items, is_whole = await self._log(known.account, source.heard_place, budget)
        if source.pages_url and (not is_whole or not source.heard_place):
            kept = {item["id"] for item in items}
            items += [item for item in await self._pages(known.account, source, budget) if item["id"] not in kept]
        newest = max((time_of(item.get("published")) or 0 for item in items), default=0)
        heard = Millis(newest) if is_whole and newest else None
        await self._wire.db.write(_store, known.account, items[::-1], heard, self._wire.clock())
        self._worker.wake()

    async def _read_on(self, account: AccountRow, since: Millis, budget: Budget) -> bool:
        """What was announced after `since`, in that order, each page kept before the next is asked for: how ever much
        it is, nothing is left out. False for a host that does not give it so."""
        url = f"{account.outbox_url}?page=true&after={since}"
        for _ in range(PAGES):
            page = _collection(await self._resolver.document(url, budget), self._wire.insecure)
            if page is None or (page.items and page.prev is None):
                return False
            if page.prev is None:
                return True
            # What was put back comes again with its first place, which may be one that was read before.
            found = [_announced(item.fields, account, Millis(0)) for item in reversed(page.items)]
            fresh = [fields for fields in found if fields is not None]
            newest = max((time_of(fields.get("published")) or 0 for fields in fresh), default=0)
            await self._wire.db.write(_store, account, fresh, Millis(newest) if newest else None, self._wire.clock())
            self._worker.wake()
            url = page.prev
        now = self._wire.clock()
        await self._wire.db.write(jobs.enqueue, ReadCommunity(actor=account.uri), key=account.uri, due=now)
        return True

    async def _log(self, account: AccountRow, since: Millis, budget: Budget) -> tuple[list[dict[str, Any]], bool]:
        """What was announced after `since`, newest first, and whether that is all of it."""
        items: list[dict[str, Any]] = []
        page = _collection(await self._resolver.document(account.outbox_url, budget), self._wire.insecure)
        most, is_rising = ITEMS if since else FIRST, False
        for _ in range(PAGES):
            if page is None:
                return items, True
            # What stands beside a first page stands in it too.
            said = page.items if page.first is None or _is_page(page) else ()
            if not items and not is_rising and _rises(said):
                is_rising = True
                if page.next is not None and page.last is not None:
                    page = await self._at(page.last, account, budget)
                    continue
            fresh = [
                fields
                for item in (reversed(said) if is_rising else said)
                if (fields := _announced(item.fields, account, since)) is not None
            ]
            items += fresh
            if since and len(fresh) < len(said):
                return items, True
            if len(items) >= most:
                break
            page = await self._next(page, account, budget, back=is_rising)
        return items[:most], not since

    async def _pages(self, account: AccountRow, source: SourceRow, budget: Budget) -> list[dict[str, Any]]:
        """What was announced last of each page; the newest first, as the log."""
        items: list[dict[str, Any]] = []
        page = _collection(await self._resolver.document(source.pages_url, budget), self._wire.insecure)
        for _ in range(LEAVES):
            if page is None:
                break
            items += [
                found for item in page.items if (found := _announced(item.fields, account, Millis(0))) is not None
            ]
            page = await self._next(page, account, budget)
        return items[::-1]

    async def _next(
        self, page: Collection, account: AccountRow, budget: Budget, *, back: bool = False
    ) -> Collection | None:
        if page.first is not None and not _is_page(page):
            return await self._at(page.first, account, budget)
        url = page.prev if back else page.next
        return await self._at(Reference(id=url), account, budget) if url is not None else None

    async def _at(self, page: Reference, account: AccountRow, budget: Budget) -> Collection | None:
        if page.fields is not None:
            return _collection(page, self._wire.insecure)
        if page.id is None or not same_origin(page.id, account.uri):
            return None
        return _collection(await self._resolver.document(page.id, budget), self._wire.insecure)


def _is_page(collection: Collection) -> bool:
    """NodeBB answers with the first page for the whole, and each page names the first."""
    return collection.kind.endswith("Page") and bool(collection.items)


def _rises(items: Sequence[Reference]) -> bool:
    """Whether the oldest stands first (NodeBB), by when what is announced was written."""
    times = [time for item in items if (time := _written(item.fields)) is not None]
    return len(times) > 1 and times[0] < times[-1]


def _written(fields: dict[str, Any] | None) -> int | None:
    while fields is not None:
        if (time := time_of(fields.get("published"))) is not None:
            return time
        fields = fields_of(fields.get("object"))
    return None


def _announced(fields: dict[str, Any] | None, account: AccountRow, since: Millis) -> dict[str, Any] | None:
    """An item of the log, if it is the community's own and newer than what was read."""
    if fields is None or fields.get("type") != "Announce" or fields.get("actor") != account.uri:
        return None
    id, published = fields.get("id"), time_of(fields.get("published"))
    if not isinstance(id, str) or not same_origin(id, account.uri):
        return None
    return fields if published is None or published > since else None


def _collection(document: Any, insecure: bool) -> Collection | None:
    try:
        return read_collection(document.fields, insecure=insecure)
    except BadDocument:
        return None


def _found(tx: Tx, id: AccountId) -> tuple[KnownRow, SourceRow, str] | None:
    known = communities.known(tx, id)
    if known is None:
        return None
    places = featured.of(tx, id)
    source = community_log.source(tx, id) or SourceRow(community_id=id)
    return known, source, places.featured_url if places is not None else ""


def _is_ours(tx: Tx, host: str) -> bool:
    return reading_of(peers.by_host(tx, host)) is Reading.OURS


def _take(tx: Tx, community: AccountRow, listed: NodeList, now: Millis) -> bool:
    try:
        return take(tx, community, listed, now)
    except Disagreement:
        return False


def _put_on_top(tx: Tx, known: KnownRow, uris: list[str], now: Millis) -> None:
    rows = [post_rows.by_uri(tx, uri) for uri in uris]
    listed: set[PostId] = {row.id for row in rows if row is not None}
    received.on_top(tx, known, listed, now=now)


def _store(tx: Tx, account: AccountRow, items: list[dict[str, Any]], heard: Millis | None, now: Millis) -> None:
    for fields in items:
        inbox.store(tx, str(fields["id"]), account.uri, "Announce", msgspec.json.encode(fields).decode(), now)
    if heard is not None:
        community_log.heard(tx, account.id, heard)
