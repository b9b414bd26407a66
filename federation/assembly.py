"""The protocol of one node, put together: what the server starts, stops, and mounts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from functools import partial
from typing import Any

import msgspec
from starlette.routing import Route

from federation import followups, kudos, outgoing, sending
from federation.addresses import AddressRules
from federation.backfill import History
from federation.calling import Calls, hurry
from federation.cards import Cards
from federation.catching_up import CatchingUp
from federation.client import Client, ClientSettings
from federation.communities.belief import Believer
from federation.communities.nodes import NodeTeller
from federation.communities.reading import CommunityReader
from federation.delivery import Courier
from federation.desk import DeskReader
from federation.directory import DirectoryReader
from federation.doors.reception import Reception
from federation.featured import FeaturedReader
from federation.greeting import Greeting
from federation.group import GroupKeeper
from federation.incoming.receive import Receiver
from federation.incoming.worker import InboxWorker
from federation.kudos import SETTLED, KudosReader
from federation.media import Gallery
from federation.moves import Movers
from federation.outbound import way_out
from federation.policy import Policy
from federation.pulse import PulseReader
from federation.remote import FederatedRemote
from federation.resolver import Resolver
from federation.results import Results
from federation.routes import routes
from federation.signers import Signers
from federation.signing.knocking import Knocking
from federation.stamps import Stamps
from federation.synchronisation import Listener
from federation.tallies import Teller
from federation.tellers.announcements import Counter
from federation.threads import ThreadReader
from federation.wire import Wire
from social import events
from social.clock import DAY, Clock
from social.jobs import (
    Backfill,
    BelieveMerge,
    BelieveMove,
    CatchUp,
    FetchCard,
    FetchDesk,
    FetchDirectory,
    FetchMedia,
    FetchParent,
    FetchPulse,
    Greet,
    Job,
    ReadCommunity,
    ReadFeatured,
    ReadKudos,
    ReadThread,
    RefreshAccount,
    RefreshPoll,
    Succeed,
    SyncFollowers,
    TellAcknowledgements,
    TellNodes,
    TellRollCall,
    TellTallies,
    TransferFollowers,
    VerifyQuote,
)
from social.people import keys, published
from social.settings import Settings
from social.urls import Urls
from storage import deliveries, inbox, peers
from storage.engine.database import Database, Tx
from storage.engine.errors import StorageError
from storage.files import Files
from storage.ids import IdMaker, Millis

logger = logging.getLogger("archipel.federation")

TIDY_SECONDS = 3_600.0
ACTIVITIES_KEPT = 30 * DAY
"""Longer than any peer tries: an activity that comes once more is known by its id."""

Subscriber = Callable[[Tx, events.AnyEvent, Millis], None]
Run = Callable[[Any], Awaitable[None]]


def make_client(settings: Settings, clock: Clock, version: str, policy: Policy, knocking: Knocking) -> Client:
    """The HTTP client for other nodes: it asks nobody whom the policy does not allow."""
    return Client(_as_client(settings, version), knocking=knocking, may_ask=policy.allows, clock=clock)


def make_outward(settings: Settings, clock: Clock, version: str) -> Client:
    """The HTTP client for servers that are no nodes, such as push services: of them only the address is checked."""
    return Client(_as_client(settings, version), clock=clock)


def _as_client(settings: Settings, version: str) -> ClientSettings:
    federation = settings.federation
    pairs = [pair.partition("=") for pair in federation.private_ranges]
    rules = AddressRules(
        insecure_loopback=federation.insecure_loopback,
        allowed=tuple((host.strip().lower(), network.strip()) for host, _, network in pairs),
    )
    agent = f"Archipel/{version} (+{settings.base_url})"
    return ClientSettings(
        user_agent=agent, addresses=rules, ca_file=federation.ca_file or None, way_out=way_out(settings)
    )


class Federation:
    """Every long-lived part of the protocol. Made inside the event loop; `start` and `stop` are its life.

    `works` is False in a process that only answers: it fetches, and neither delivers nor applies.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        db: Database,
        files: Files,
        clock: Clock,
        ids: IdMaker,
        urls: Urls,
        crunch: Executor,
        version: str,
        works: bool = True,
    ) -> None:
        self.policy = Policy(db, settings, clock=clock)
        self.knocking = Knocking(clock, known=self.policy.manner, software=self.policy.software, keep=self._keep_manner)
        self.client = make_client(settings, clock, version, self.policy, self.knocking)
        self.outward = make_outward(settings, clock, version)
        self.wire = Wire(
            settings=settings,
            db=db,
            files=files,
            clock=clock,
            ids=ids,
            urls=urls,
            client=self.client,
            crunch=crunch,
            version=version,
        )
        self.resolver = Resolver(self.wire, self.policy)
        self.gallery = Gallery(self.wire, self.resolver)
        self.remote = FederatedRemote(self.wire, self.policy, self.resolver, self.gallery)
        self.signers = Signers(self.wire, self.policy, self.resolver, self.knocking)
        self.courier = Courier(
            db,
            self.client,
            clock,
            may_send=self.policy.allows,
            retry_days=settings.federation.retry_days,
            keep_days=settings.federation.keep_days,
        )
        self.believer = Believer(self.wire, self.resolver, self.signers)
        self.inbox = InboxWorker(self.wire, self.policy, self.resolver, self.believer)
        self.greeting = Greeting(self.wire, self.policy, self.resolver, self._heard, self.knocking)
        self.calls = Calls(self.wire, self.policy, self.courier.is_failing)
        self.group = GroupKeeper(self.wire, self.policy, self.resolver, works=works)
        self.directory = DirectoryReader(self.wire, self.resolver)
        self.pulse = PulseReader(self.wire, self.resolver)
        self.desk = DeskReader(self.wire, self.resolver)
        self.listener = Listener(self.wire, self.resolver)
        self.threads = ThreadReader(self.wire, self.resolver)
        self.featured = FeaturedReader(self.wire, self.resolver)
        self.kudos = KudosReader(self.wire, self.resolver)
        self.tallies = Teller(self.wire)
        self.counter = Counter(self.wire)
        self.movers = Movers(self.wire, self.resolver)
        self.history = History(self.wire, self.resolver, self.inbox.wake)
        self.stamps = Stamps(self.wire, self.resolver)
        self.cards = Cards(self.wire)
        self.catching_up = CatchingUp(self.wire, self.resolver, self.inbox)
        self.community_reader = CommunityReader(self.wire, self.resolver, self.inbox)
        self.node_teller = NodeTeller(self.wire)
        self.results = Results(self.wire, self.resolver)
        self._works = works
        self._tidying: asyncio.Task[None] | None = None

    def show(self, settings: Settings) -> None:
        """Tell other nodes of this site as it is called from now on."""
        self.wire.settings = msgspec.structs.replace(self.wire.settings, node=settings.node)

    def routes(self) -> list[Route]:
        """The protocol's addresses."""
        receiver = Receiver(self.wire, self.signers, self._heard, self.listener, self.inbox.wake)
        return routes(Reception(self.wire, self.signers, receiver, self._heard))

    def subscribers(self) -> Mapping[str, Subscriber]:
        """What listens to the log: deliveries, and jobs that follow from events."""
        context = sending.Context(self.wire.ids, self.wire.urls, self.wire.settings)
        return {
            "deliveries": partial(outgoing.apply, context=context),
            "followups": followups.apply,
            "directory": published.apply,
        }

    def jobs(self) -> Mapping[type[Job], Run]:
        """Kinds of jobs that are done here."""
        return {
            FetchMedia: self._fetch_media,
            FetchParent: self.history.fetch_parent,
            BelieveMove: self.movers.believe,
            BelieveMerge: self.movers.merge,
            Succeed: self.movers.succeed,
            ReadThread: self.threads.read,
            ReadFeatured: self.featured.read,
            ReadKudos: self.kudos.read,
            TellTallies: self.tallies.tell,
            TellAcknowledgements: self.counter.tell,
            TellRollCall: self.counter.tell_roll_call,
            TransferFollowers: self.movers.transfer,
            Backfill: self.history.backfill,
            CatchUp: self.catching_up.catch_up,
            ReadCommunity: self.community_reader.read,
            TellNodes: self.node_teller.tell,
            RefreshAccount: self.history.refresh,
            RefreshPoll: self.results.refresh,
            Greet: self.greeting.greet,
            SyncFollowers: self.listener.synchronise,
            VerifyQuote: self.stamps.verify,
            FetchCard: self.cards.fetch,
            FetchDirectory: self.directory.fetch,
            FetchPulse: self.pulse.fetch,
            FetchDesk: self.desk.fetch,
        }

    async def start(self) -> None:
        """Begin to deliver and to apply, and greet everybody."""
        await self.group.start()
        if not self._works:
            return
        try:
            await self._complete()
        except StorageError:
            # As below: what is missing is completed by the next start.
            logger.exception("keys and marks of public posts were not completed; the next start does")
        await self.courier.start()
        await self.inbox.start()
        self.calls.start()
        self._tidying = asyncio.create_task(self._tidy_for_ever(), name="federation tidying")
        try:
            await self.catching_up.start()
            await self.greeting.greet_all()
        except StorageError:
            # A database that is full or busy must not keep the node from being read; whoever speaks to us is answered.
            logger.exception("nobody was greeted; the next start does")

    async def stop(self) -> None:
        """End; nothing that was accepted or is to be delivered is lost."""
        if self._tidying is not None:
            self._tidying.cancel()
            await asyncio.gather(self._tidying, return_exceptions=True)
            await self.calls.stop()
            await self.catching_up.stop()
            await self.inbox.stop()
            await self.courier.stop()
        await self.group.stop()
        await self.gallery.close()
        await self.resolver.close()
        await self.client.close()
        await self.cards.close()
        await self.outward.close()

    async def _complete(self) -> None:
        """What a former version did not have yet, a batch at a time."""
        while await self.wire.db.write(keys.complete, now=self.wire.clock()):
            continue
        while await self.wire.db.write(published.complete):
            continue

    async def _heard(self, host: str) -> None:
        """A host has proved to be there: what waits for it goes at once, and its keys can be had."""
        self.signers.heard(host)
        self.courier.heard(host)
        if self.policy.is_failing(host) or self.courier.is_failing(host):
            self.policy.answered(host)
            await self.courier.revive(host)
            await self.wire.db.write(hurry, host, self.wire.clock())
            await self.wire.db.write(kudos.follow_up, host, Millis(self.wire.clock() + SETTLED))
            self.inbox.wake()

    async def _keep_manner(self, host: str, manner: str, until: int) -> None:
        await self.wire.db.write(peers.reads, host, manner, Millis(until), self.wire.clock())

    async def _fetch_media(self, job: FetchMedia) -> None:
        await self.gallery.bring(job.media)

    async def _tidy_for_ever(self) -> None:
        while True:
            try:
                await self.wire.db.write(tidy, self.wire.clock())
            except StorageError:
                logger.exception("old activities were not forgotten; the next round tries again")
            await asyncio.sleep(TIDY_SECONDS)


def tidy(tx: Tx, now: Millis) -> None:
    """Forget activities that nobody asks for any more, those that came and those that went."""
    inbox.prune(tx, Millis(now - ACTIVITIES_KEPT))
    deliveries.prune(tx, Millis(now - ACTIVITIES_KEPT))
    keys.prune(tx, now=now)
