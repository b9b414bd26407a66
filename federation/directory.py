"""The directory of the group between nodes: each publishes its people, signed by its node; each reads the others'.

`GET /.well-known/archipel-directory?since=N` gives what changed after change N, fifty people at a time, as a
statement (`docs/reference/manifest.md`). A change of somebody is also told at once, by an Update of the actor.
"""

import logging
from typing import Any

import msgspec

from federation import translate
from federation.discovery import base_url
from federation.document import BadDocument, decode
from federation.errors import PeerError
from federation.read.actors import read_actor
from federation.render import actors, communities, recognition
from federation.resolver import Resolver
from federation.wire import Wire
from social import jobs
from social.communities.saying import saying
from social.errors import Unavailable
from social.jobs import FetchDirectory
from social.people import keys, published
from social.people.remote import RemoteActor
from social.posts import media
from social.recognition import facts
from social.trust import manifests
from social.trust.manifest import Manifest
from social.trust.node_keys import NodeKey
from social.trust.statements import BadStatement, document_of, sign_statement
from social.urls import Urls
from storage import peers
from storage.engine.database import Tx
from storage.ids import Millis
from storage.published import State

logger = logging.getLogger("archipel.directory")

PATH = "/.well-known/archipel-directory"
KIND = "ArchipelDirectory"
MAX_PARTS = 500


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A verified part of another node's directory."""

    version: int
    next: int
    people: list[RemoteActor]
    left: list[tuple[str, State]]


class DirectoryReader:
    """The job that reads another node's directory."""

    def __init__(self, wire: Wire, resolver: Resolver) -> None:
        self._wire = wire
        self._resolver = resolver

    async def fetch(self, job: FetchDirectory) -> None:
        """Read what changed at a node of the group. Raises Unavailable if it is to be tried again."""
        manifest = await self._wire.db.read(manifests.active, now=self._wire.clock())
        if manifest is None or manifest.entity_at(job.host) is None:
            return
        peer = await self._wire.db.read(peers.by_host, job.host)
        try:
            await self._read(manifest, job.host, peer.directory_version if peer is not None else 0)
        except PeerError as error:
            raise Unavailable("remote") from error
        except (BadStatement, BadDocument) as error:
            logger.warning("the directory of %s is refused: %s", job.host, error)

    async def _read(self, manifest: Manifest, host: str, since: int) -> None:
        asked_at = self._wire.clock()
        page = await self._page(manifest, host, since)
        listed: list[str] | None = None
        if page.version < since or since == 0:
            # Never read, or its node was restored from a copy: whoever is not listed is not there.
            listed = []
            page = await self._page(manifest, host, 0) if since else page
        for _ in range(MAX_PARTS):
            await self._wire.db.write(
                published.receive,
                host,
                page.people,
                page.left,
                upto=page.next,
                asked_at=asked_at,
                ids=self._wire.ids,
                now=self._wire.clock(),
            )
            if listed is not None:
                listed += [actor.uri for actor in page.people]
            if page.next >= page.version or (not page.people and not page.left):
                break
            asked_at = self._wire.clock()
            page = await self._page(manifest, host, page.next)
        if listed is not None:
            await self._wire.db.write(published.receive_whole, host, listed)

    async def _page(self, manifest: Manifest, host: str, since: int) -> Page:
        url = f"{base_url(host, insecure=self._wire.insecure)}{PATH}?since={since}"
        await self._resolver.admit(url)
        key = await self._resolver.key()
        fetched = await self._wire.client.fetch(url, accept="application/json", key=key, kinds=("application/json",))
        document = document_of(manifest, decode(fetched.body), host)
        return _page_of(document, host, since, insecure=self._wire.insecure)


def statement(tx: Tx, urls: Urls, since: int, key: NodeKey) -> dict[str, Any]:
    """A part of this node's directory, signed."""
    part = published.part(tx, since)
    known = facts.of(tx, part.shown)
    said = {row.id: saying(tx, row) for row in part.shown}
    people = [
        actors.actor(
            row,
            keys.public_keys(tx, row.id),
            media.of_profile(tx, row),
            urls,
            community=said[row.id],
            context=False,
        )
        | recognition.facts(row, known[row.id], urls)
        | communities.near(said[row.id])
        for row in part.shown
    ]
    left = [{"id": row.uri, "state": row.state.value} for row in part.left]
    document = {
        "type": KIND,
        "node": urls.host,
        "since": since,
        "version": part.version,
        "next": part.next,
        "people": people,
        "left": left,
    }
    return sign_statement(key, document)


def follow_up(tx: Tx, host: str, now: Millis) -> None:
    """Have the directory of a node read soon."""
    jobs.enqueue(tx, FetchDirectory(host=host), key=host, due=now)


class _Left(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    state: State


class _Written(msgspec.Struct, frozen=True, kw_only=True):
    type: str
    node: str
    since: int
    version: int
    next: int
    people: list[dict[str, Any]]
    left: list[_Left]


def _page_of(document: dict[str, Any], host: str, since: int, *, insecure: bool) -> Page:
    try:
        written = msgspec.convert(document, _Written)
    except msgspec.ValidationError as cause:
        raise BadStatement(f"no part of a directory: {cause}") from cause
    if (written.type, written.node, written.since) != (KIND, host, since):
        raise BadStatement("another part of a directory than was asked for")
    if len(written.people) + len(written.left) > published.PAGE or written.next < since:
        raise BadStatement("a part that is too large, or that leads back")
    people = [translate.remote_actor(read_actor(fields, insecure=insecure)) for fields in written.people]
    if any(actor.domain != host for actor in people):
        raise BadStatement("people of another node")
    return Page(
        version=written.version,
        next=written.next,
        people=people,
        left=[(left.id, left.state) for left in written.left],
    )
