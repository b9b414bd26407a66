"""The manifest between nodes: told to every node that it names, and asked for in turn, should a letter be lost.

What is in force is looked at every few seconds, for a command may have taken it beside the running node.
"""

import asyncio
import logging
from collections.abc import Callable

from federation import desk, pulse
from federation.directory import follow_up
from federation.discovery import base_url
from federation.errors import PeerError
from federation.policy import Policy
from federation.resolver import Resolver
from federation.sending import Context
from federation.wire import Wire
from social import events
from social.people import accounts as people
from social.settings import GroupSettings
from social.trust import manifests
from social.trust.manifest import MAX_BYTES, BadManifest, Manifest, group_of, read_manifest
from storage import deliveries
from storage import manifests as rows
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.engine.errors import StorageError
from storage.ids import Millis

logger = logging.getLogger("archipel.group")

PATH = "/.well-known/archipel-manifest"
LOOK_SECONDS = 2.0
POLL_SECONDS = 30.0
"""One node is asked each time; whoever learns something new tells all."""

Join = Callable[[GroupSettings], None]


class GroupKeeper:
    """One task of each process: shows the group that is in force; those that work also ask and part."""

    def __init__(self, wire: Wire, policy: Policy, resolver: Resolver, *, works: bool) -> None:
        self._wire = wire
        self._policy = policy
        self._resolver = resolver
        self._works = works
        self._version = 0
        self._asked = 0
        self._joins: list[Join] = []
        self._tasks: list[asyncio.Task[None]] = []

    def on_change(self, join: Join) -> None:
        """Have `join` told of the group whenever another version comes into force."""
        self._joins.append(join)

    async def start(self) -> None:
        """Begin with what is in force. Raises StorageError."""
        await self.look()
        self._tasks = [asyncio.create_task(self._look_for_ever(), name="group")]
        if self._works:
            self._tasks.append(asyncio.create_task(self._poll_for_ever(), name="group poll"))

    async def stop(self) -> None:
        """End."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def look(self) -> None:
        """Show what is in force, if that is another version than the last time. Raises StorageError."""
        now = self._wire.clock()
        row = await self._wire.db.read(rows.active, now)
        if row is None or row.version == self._version:
            return
        manifest = await self._wire.db.read(manifests.active, now=now)
        if manifest is None:
            return
        if self._works:
            await self._wire.db.write(manifests.enter, self._wire.urls.host, now=now)
        self._version = manifest.version
        self._policy.forget()
        for join in self._joins:
            join(group_of(manifest))
        logger.info("version %d of the manifest of %s is in force", manifest.version, manifest.group)

    async def poll(self) -> None:
        """Ask the next node of the group for its manifest. Raises StorageError."""
        manifest = await self._wire.db.read(manifests.active, now=self._wire.clock())
        others = [] if manifest is None else sorted(manifest.domains - {self._wire.urls.host})
        if not others:
            return
        self._asked += 1
        host = others[self._asked % len(others)]
        await self.ask(host)
        await self._wire.db.write(follow_up, host, self._wire.clock())
        await self._wire.db.write(pulse.follow_up, host, self._wire.clock())
        await self._wire.db.write(desk.follow_up, host, self._wire.clock())

    async def ask(self, host: str) -> Manifest | None:
        """Take the manifest of a node, if it is a newer one that is signed as it must be. Raises StorageError."""
        url = base_url(host, insecure=self._wire.insecure) + PATH
        try:
            await self._resolver.admit(url)
            key = await self._resolver.key()
            fetched = await self._wire.client.fetch(
                url, accept="application/json", key=key, max_bytes=MAX_BYTES, kinds=("application/json",)
            )
            return await self._wire.db.write(take_newer, fetched.body.decode(), now=self._wire.clock())
        except (PeerError, UnicodeDecodeError) as error:
            logger.info("%s gave no manifest: %s", host, error)
        except BadManifest as error:
            logger.warning("the manifest of %s is refused: %s", host, error)
        return None

    async def _look_for_ever(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except StorageError:
                logger.exception("the manifest could not be read; trying again")

    async def _poll_for_ever(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.poll()
            except StorageError:
                logger.exception("the manifest could not be asked for; trying again")


def take_newer(tx: Tx, text: str, *, now: Millis) -> Manifest | None:
    """Take a manifest that another node gave. None if it is no newer, or if this node has none: the first one is taken
    by hand. Raises BadManifest."""
    here = manifests.latest(tx)
    if here is None or read_manifest(text).version <= here.version:
        return None
    return manifests.take(tx, text, now=now)


def tell(tx: Tx, event: events.ManifestTaken, context: Context, now: Millis) -> None:
    """Bring a manifest that was taken to each node that it names."""
    row = rows.latest(tx)
    if row is None or row.version != event.version:
        return
    node = people.instance_actor(tx)
    base = context.urls.base.partition("://")[0]
    hosts = sorted(read_manifest(row.body).domains - {context.urls.host})
    to = [InboxTarget(inbox_url=f"{base}://{host}{PATH}", host=host) for host in hosts]
    id, uri = context.ids.make(), f"{context.urls.instance_actor}#manifests/{row.version}"
    if to and deliveries.freeze(tx, id, node.id, uri, "Manifest", row.body, now):
        deliveries.address(tx, id, node.id, [context.ids.make() for _ in to], to, now)
