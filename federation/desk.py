"""The editorial desk between nodes of the group: asked for and answered as signed statements, never to strangers.

`GET /.well-known/archipel-desk?since=N&once=X` gives what changed after change N and is for the node that asks. What is
signed says X again, which is of this one question: so no answer of before passes for one of now. A change is told by a
word without content (`POST` of the same address), and asked for every now and then, should that be lost.
"""

import logging
import secrets
from typing import Any

import msgspec

from federation.discovery import base_url
from federation.document import BadDocument, decode
from federation.errors import PeerError
from federation.names import parse_url
from federation.resolver import Resolver
from federation.sending import Context
from federation.wire import Wire
from social import events, jobs
from social.desk import exchange
from social.desk.exchange import Told
from social.desk.parts import Place
from social.errors import Unavailable
from social.jobs import FetchDesk
from social.people import accounts as people
from social.trust import manifests
from social.trust.manifest import Manifest
from social.trust.node_keys import NodeKey
from social.trust.statements import BadStatement, document_of, sign_statement
from social.urls import Urls
from storage import deliveries, desk
from storage.deliveries import InboxTarget
from storage.engine.database import Tx
from storage.ids import Millis

logger = logging.getLogger("archipel.desk")

PATH = "/.well-known/archipel-desk"
KIND = "ArchipelDesk"
MAX_PARTS = 200
MAX_BYTES = 8 * 1024 * 1024


class DeskReader:
    """The job that reads another node's desk."""

    def __init__(self, wire: Wire, resolver: Resolver) -> None:
        self._wire = wire
        self._resolver = resolver

    async def fetch(self, job: FetchDesk) -> None:
        """Read what changed at a node of the group. Raises Unavailable if it is to be tried again."""
        manifest = await self._wire.db.read(manifests.active, now=self._wire.clock())
        if manifest is None or manifest.entity_at(job.host) is None:
            return
        try:
            await self._read(manifest, job.host)
        except PeerError as error:
            raise Unavailable("remote") from error
        except (BadStatement, BadDocument) as error:
            logger.warning("the desk of %s is refused: %s", job.host, error)

    async def _read(self, manifest: Manifest, host: str) -> None:
        place = Place(since=await self._wire.db.read(desk.read_upto, host))
        for _ in range(MAX_PARTS):
            said = await self._part(manifest, host, place)
            if said.version < place.since:
                # Its node was restored from a copy: everything is read anew.
                said = await self._part(manifest, host, Place())
            await self._wire.db.write(
                exchange.receive, host, said, host_of=host_of, ids=self._wire.ids, now=self._wire.clock()
            )
            place = Place(since=said.next, within=said.within, skip=said.skip)
            if said.next >= said.version:
                return

    async def _part(self, manifest: Manifest, host: str, place: Place) -> Told:
        once = secrets.token_urlsafe(12)
        url = f"{base_url(host, insecure=self._wire.insecure)}{PATH}?since={place.since}&once={once}"
        if place.skip:
            url += f"&within={place.within}&skip={place.skip}"
        await self._resolver.admit(url)
        key = await self._resolver.key()
        fetched = await self._wire.client.fetch(
            url, accept="application/json", key=key, max_bytes=MAX_BYTES, kinds=("application/json",)
        )
        return part_of(manifest, decode(fetched.body), host, self._wire.urls.host, place.since, once)


def part_of(manifest: Manifest, signed: dict[str, Any], host: str, own: str, since: int, once: str) -> Told:
    """What the node `host` tells this one to this very question, verified. Raises BadStatement."""
    document = document_of(manifest, signed, host)
    if (document.get("type"), document.get("node"), document.get("to")) != (KIND, host, own):
        raise BadStatement("of another desk, or for another node")
    if document.get("once") != once:
        raise BadStatement("the answer to another question")
    try:
        said = msgspec.convert(document, Told)
    except msgspec.ValidationError as cause:
        raise BadStatement(f"no part of a desk: {cause}") from cause
    if said.since != since or said.next < since or said.within < 0 or said.skip < 0:
        raise BadStatement("another part than was asked for")
    return said


def statement(tx: Tx, urls: Urls, host: str, place: Place, once: str, key: NodeKey) -> dict[str, Any]:
    """What this node tells `host` of its desk, signed, as the answer to one question."""
    said: dict[str, Any] = msgspec.to_builtins(exchange.told(tx, host, place, host_of))
    return sign_statement(key, {**said, "type": KIND, "node": urls.host, "to": host, "once": once})


def host_of(uri: str) -> str:
    """The node of an address; empty for none."""
    try:
        return parse_url(uri).authority
    except ValueError:
        return ""


def follow_up(tx: Tx, host: str, now: Millis) -> None:
    """Have the desk of a node read soon."""
    jobs.enqueue(tx, FetchDesk(host=host), key=host, due=now)


def tell(tx: Tx, event: events.DeskChanged, context: Context, now: Millis) -> None:
    """Say to the other nodes of the group that there is something to read."""
    manifest = manifests.active(tx, now=now)
    if manifest is None:
        return
    node = people.instance_actor(tx)
    base = context.urls.base.partition("://")[0]
    hosts = sorted(manifest.domains - {context.urls.host})
    to = [InboxTarget(inbox_url=f"{base}://{host}{PATH}", host=host) for host in hosts]
    id, uri = context.ids.make(), f"{context.urls.instance_actor}#desk/{event.at}-{context.ids.make()}"
    if to and deliveries.freeze(tx, id, node.id, uri, "Desk", '{"type":"ArchipelDeskChanged"}', now):
        deliveries.address(tx, id, node.id, [context.ids.make() for _ in to], to, now)
