"""Both sides agree on who follows whom (FEP-8fcf).

With what goes to followers goes a digest of those who live on the receiving node, covered by the signature. A receiver
that counts others asks for the list, and changes something only if the list is the one that was announced.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterable

import msgspec

from federation.document import BadDocument
from federation.errors import PeerError
from federation.names import same_origin
from federation.read.activities import read_collection
from federation.resolver import Budget, Resolver
from federation.signing.cavage import Header, Signature
from federation.signing.schemes import covers
from federation.vocabulary import Collection
from federation.wire import Wire
from social import jobs
from social.errors import Unavailable
from social.jobs import SyncFollowers
from social.people.synchronise import Counted, counted, synchronise
from storage import accounts, followers
from storage.accounts import AccountRow
from storage.engine.database import Database, Tx
from storage.ids import AccountId, Millis

HEADER = "Collection-Synchronization"
PAGES = 10
ITEMS = 20_000
KEPT_SECONDS = 10.0
KEPT = 5_000
_PARAMETER = re.compile(r'\s*(collectionId|url|digest)\s*=\s*"([^"\x00-\x1f]{1,2000})"\s*(?:,|$)')
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What a header says: of which collection, where our part of it is, and what that hashes to."""

    collection: str
    url: str
    digest: str


def digest(uris: Iterable[str]) -> str:
    """The digest of a set of ids: their SHA-256 one over the other."""
    value = bytes(32)
    for uri in set(uris):
        value = bytes(one ^ other for one, other in zip(value, hashlib.sha256(uri.encode()).digest(), strict=True))
    return value.hex()


def read_header(text: str) -> Claim | None:
    """The claim in a header, or None if it is none that is understood."""
    found: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = _PARAMETER.match(text, position)
        if match is None or match[1] in found:
            return None
        found[match[1]] = match[2]
        position = match.end()
    if len(found) != 3 or not _DIGEST.fullmatch(found["digest"].lower()):
        return None
    return Claim(collection=found["collectionId"], url=found["url"], digest=found["digest"].lower())


class Announcer:
    """Writes the header for what goes out. Kept for a moment: a digest that is late makes nobody change anything."""

    def __init__(self, db: Database, *, tick: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._tick = tick
        self._kept: dict[tuple[AccountId, str], tuple[float, tuple[str, str]]] = {}

    async def headers(self, account: AccountId, host: str, body: str) -> list[Header]:
        """The header for a body that an account sends to a host; none for what is not for its followers."""
        if '/followers"' not in body:
            return []
        kept = self._kept.get((account, host))
        if kept is None or self._tick() - kept[0] >= KEPT_SECONDS:
            if len(self._kept) >= KEPT:
                self._kept.clear()
            kept = self._kept[account, host] = (self._tick(), await self._db.read(_announced, account, host))
        collection, text = kept[1]
        return [(HEADER, text)] if collection and f'"{collection}"' in body else []


class Listener:
    """Compares what others announce with what is known here, and puts it right."""

    def __init__(self, wire: Wire, resolver: Resolver, *, tick: Callable[[], float] = time.monotonic) -> None:
        self._wire = wire
        self._resolver = resolver
        self._tick = tick
        self._agreed: dict[tuple[AccountId, str], float] = {}

    async def heard(self, headers: Iterable[Header], signature: Signature, signer: AccountId) -> None:
        """A verified request of an account came with these headers; a difference is looked into soon."""
        texts = [text for name, text in headers if name.lower() == HEADER.lower()]
        if len(texts) != 1 or not covers(signature, HEADER.lower()):
            return
        claim = read_header(texts[0])
        if claim is None or self._tick() - self._agreed.get((signer, claim.digest), -KEPT_SECONDS) < KEPT_SECONDS:
            return
        actor = await self._wire.db.read(_differs, signer, claim)
        if actor is None:
            if len(self._agreed) >= KEPT:
                self._agreed.clear()
            self._agreed[signer, claim.digest] = self._tick()
            return
        job = SyncFollowers(actor=actor, url=claim.url, digest=claim.digest)
        await self._wire.db.write(jobs.enqueue, job, key=actor, due=Millis(self._wire.clock()))

    async def synchronise(self, job: SyncFollowers) -> None:
        """Read the list and do as it says, if it is the announced one. Raises Unavailable to be tried again."""
        before = await self._wire.db.read(_counted, job.actor)
        try:
            listed = await self._listed(job.url)
        except PeerError as error:
            raise Unavailable("remote") from error
        if listed is not None and digest(listed) == job.digest:
            await self._wire.db.write(_put_right, job.actor, listed, before, self._wire.clock())

    async def _listed(self, url: str) -> list[str] | None:
        """The whole list; None if it is too long, is no collection, or names people of other nodes."""
        budget, items = Budget(), list[str]()
        current, page = await self._page(url, budget), 0
        while current is not None:
            items += [item.id for item in current.items if item.id is not None]
            page += 1
            following = current.next or (current.first.id if current.first is not None and page == 1 else None)
            if following is None:
                break
            if page >= PAGES or len(items) > ITEMS or not same_origin(url, following):
                return None
            current = await self._page(following, budget)
        if current is None or not all(self._wire.is_ours(item) for item in items):
            return None
        return items

    async def _page(self, url: str, budget: Budget) -> Collection | None:
        document = await self._resolver.document(url, budget)
        try:
            return read_collection(document.fields, insecure=self._wire.insecure)
        except BadDocument:
            return None


def _announced(tx: Tx, account: AccountId, host: str) -> tuple[str, str]:
    row = accounts.by_id(tx, account)
    if row is None or not row.is_local:
        return "", ""
    found = digest(followers.followers_on(tx, account, host))
    url = f"{row.uri}/followers_synchronization"
    return row.followers_url, f'collectionId="{row.followers_url}", url="{url}", digest="{found}"'


def _differs(tx: Tx, account: AccountId, claim: Claim) -> str | None:
    """The actor's id if the claim is its own to make, and we count other followers."""
    row: AccountRow | None = accounts.by_id(tx, account)
    if row is None or not row.followers_url or claim.collection != row.followers_url:
        return None
    if not same_origin(row.uri, claim.url):
        return None
    return row.uri if digest(followers.followers_on(tx, account, "")) != claim.digest else None


def _counted(tx: Tx, actor: str) -> Counted:
    row = accounts.by_uri(tx, actor)
    return {} if row is None else counted(tx, row)


def _put_right(tx: Tx, actor: str, listed: list[str], before: Counted, now: Millis) -> int:
    row = accounts.by_uri(tx, actor)
    if row is None or row.is_local or row.deleted_at is not None:
        return 0
    return synchronise(tx, row, listed, before, now=now)
