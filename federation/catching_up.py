"""After an absence: what other servers did meanwhile is asked for, since many give up after minutes or days.

Nodes of our own kind keep what waits for us (`federation.keep_days`) and send it in order when we greet them. Of others
the outboxes of those whom somebody here follows are read back to the time when we were last alive. What is found is put
into the inbox as if it had been delivered, so that the same handlers apply it, once: it came from the actor's own
origin. A post known here that the outbox no longer has is asked for, and deleted if it is gone. Which kudos people show
is read last (`federation/kudos.py`).
"""

import asyncio
import logging
from typing import Any

import msgspec

from federation import kudos
from federation.document import BadDocument, time_of, type_of
from federation.errors import Gone, PeerError
from federation.incoming.worker import InboxWorker
from federation.names import same_origin
from federation.read.activities import read_activity, read_collection
from federation.read.posts import read_post, shown_kind
from federation.resolver import Budget, Resolver
from federation.retrying import unless_final
from federation.vocabulary import Collection, Reference
from federation.wire import Wire
from social import jobs
from social.clock import HOUR, MINUTE
from social.jobs import CatchUp, ReadCommunity
from storage import accounts, community_log, inbox, pulse
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.engine.errors import StorageError
from storage.ids import Millis

logger = logging.getLogger("archipel.federation")

BEAT_SECONDS = 60.0
ABSENT = 5 * MINUTE
"""Absences that others bridge by trying again: GoToSocial for about four minutes."""
OVERLAP = HOUR
"""Read that much further back: clocks differ, and posts travel."""
PAGES = 50
ITEMS = 1_000
SECONDS = 300.0
SPREAD = 200
"""Milliseconds between the beginnings of two jobs."""
MISSED = 40
"""Posts of one author of which it is asked whether they are still there."""


class CatchingUp:
    """One task that says that the node is alive, and the jobs that follow an absence."""

    def __init__(self, wire: Wire, resolver: Resolver, worker: InboxWorker) -> None:
        self._wire = wire
        self._resolver = resolver
        self._worker = worker
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Have asked for what was missed, and beat from now on. Raises StorageError."""
        self._task = asyncio.create_task(self._beat_for_ever(), name="pulse")
        await self._wire.db.write(plan, self._wire.clock())

    async def stop(self) -> None:
        """The last beat."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            await self._beat()

    async def catch_up(self, job: CatchUp) -> None:
        """Read an outbox back to `job.since`. Raises Unavailable if its server does not answer."""
        author = await self._wire.db.read(accounts.by_uri, job.actor)
        if author is None or author.is_local or author.deleted_at is not None or not author.outbox_url:
            return
        budget = Budget(requests=PAGES + 2 + MISSED, seconds=SECONDS)
        try:
            items, is_whole = await self._outbox(author, job.since, budget)
        except PeerError as error:
            unless_final(error)
            return
        activities = [activity for item in reversed(items) if (activity := self._own(item, author)) is not None]
        if is_whole:
            activities += await self._gone(author, job.since, activities, budget)
        await self._wire.db.write(self._store, author, activities, self._wire.clock())
        self._worker.wake()

    async def _beat_for_ever(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self._beat()

    async def _beat(self) -> None:
        try:
            await self._wire.db.write(pulse.beat, self._wire.clock())
        except StorageError:
            logger.exception("the pulse was not noted; the next one is")

    async def _outbox(self, author: AccountRow, since: Millis, budget: Budget) -> tuple[list[Reference], bool]:
        """Items newer than `since`, newest first, and whether these are all. Raises PeerError for the first page."""
        items: list[Reference] = []
        page = await self._page(author.outbox_url, author, budget)
        for _ in range(PAGES):
            if page is None:
                return items, True
            fresh = [item for item in page.items if _is_since(item, since)]
            items += fresh
            if len(fresh) < len(page.items):
                return items, True
            if len(items) >= ITEMS:
                break
            try:
                page = await self._next(page, author, budget)
            except PeerError:
                break
        return items[:ITEMS], False

    async def _next(self, page: Collection, author: AccountRow, budget: Budget) -> Collection | None:
        if page.first is not None and page.first.fields is not None:
            return self._read(page.first.fields)
        url = page.first.id if page.first is not None else page.next
        return None if url is None else await self._page(url, author, budget)

    async def _page(self, url: str, author: AccountRow, budget: Budget) -> Collection | None:
        if not same_origin(url, author.uri):
            return None
        return self._read((await self._resolver.document(url, budget)).fields)

    def _read(self, fields: dict[str, Any]) -> Collection | None:
        try:
            return read_collection(fields, insecure=self._wire.insecure)
        except BadDocument:
            return None

    def _own(self, item: Reference, author: AccountRow) -> dict[str, Any] | None:
        """The item as an activity of the author, for the inbox; None for what is nobody's or another's."""
        if item.fields is None:
            if item.id is None or not same_origin(item.id, author.uri):
                return None
            return {"type": "Create", "id": f"{item.id}#create", "actor": author.uri, "object": item.id}
        fields = item.fields
        try:
            if shown_kind(fields) is not None:
                read_post(fields, insecure=self._wire.insecure)
                fields = {"type": "Create", "id": f"{item.id}#create", "actor": author.uri, "object": fields}
            activity = read_activity(fields, insecure=self._wire.insecure)
        except BadDocument:
            return None
        is_own = activity.actor == author.uri and activity.id is not None and same_origin(activity.id, author.uri)
        return fields if is_own and activity.kind in ("Create", "Announce") else None

    async def _gone(
        self, author: AccountRow, since: Millis, activities: list[dict[str, Any]], budget: Budget
    ) -> list[dict[str, Any]]:
        """Deletes of posts that are known here and that their server says are gone."""
        listed = {_object_id(activity) for activity in activities}
        known = await self._wire.db.read(pulse.written, author.id, since, MISSED)
        gone: list[dict[str, Any]] = []
        for uri in known:
            if uri in listed:
                continue
            try:
                await self._resolver.fetch_post(uri, budget)
            except Gone:
                gone.append({"type": "Delete", "id": f"{uri}#delete", "actor": author.uri, "object": uri})
            except PeerError:
                # Whether it is gone is not known: it stays.
                continue
        return gone

    def _store(self, tx: Tx, author: AccountRow, activities: list[dict[str, Any]], now: Millis) -> None:
        for activity in activities:
            said = self._as_update(tx, activity) or activity
            body = msgspec.json.encode(said).decode()
            inbox.store(tx, str(said["id"]), author.uri, str(type_of(said) or ""), body, now)

    def _as_update(self, tx: Tx, activity: dict[str, Any]) -> dict[str, Any] | None:
        """A Create of a post of which an older version is here, as the Update that was missed."""
        inner = activity.get("object")
        if type_of(activity) != "Create" or not isinstance(inner, dict):
            return None
        try:
            post = read_post(inner, insecure=self._wire.insecure)
        except BadDocument:
            return None
        known = pulse.edited_at(tx, post.id)
        if known is None or post.updated is None or post.updated <= known:
            return None
        return {**activity, "type": "Update", "id": f"{post.id}#updates/{post.updated}"}


def plan(tx: Tx, now: Millis) -> None:
    """After an absence, a job for each actor whom somebody here follows and each node with thanked people; a beat."""
    before = pulse.last(tx)
    pulse.beat(tx, now)
    if before is None or now - before < ABSENT:
        return
    since = Millis(before - OVERLAP)
    communities = set(community_log.followed(tx))
    actors = pulse.followed(tx)
    for place, actor in enumerate(actors):
        job = ReadCommunity(actor=actor) if actor in communities else CatchUp(actor=actor, since=since)
        jobs.enqueue(tx, job, key=actor, due=Millis(now + place * SPREAD))
    # Last, so that posts of the absence that thank somebody are here.
    kudos.follow_up_all(tx, Millis(now + len(actors) * SPREAD + MINUTE))


def _is_since(item: Reference, since: Millis) -> bool:
    """Whether an item is not known to be older: by its own time, else by that of the post in it."""
    told = [item.fields, item.fields.get("object")] if item.fields is not None else []
    times = [time_of(fields.get("published")) for fields in told if isinstance(fields, dict)]
    published = next((time for time in times if time is not None), None)
    return published is None or published >= since


def _object_id(activity: dict[str, Any]) -> str:
    inner = activity.get("object")
    found = inner.get("id") if isinstance(inner, dict) else inner
    return found if isinstance(found, str) else ""
