"""Everything that is fetched: actors and posts of elsewhere, from their own ids, checked and stored.

Only hosts that policy allows are asked, always signed by the instance actor. One cause (an activity, a pasted address,
a job) has one budget of requests and time, and never asks for the same thing twice; who asks for what is already being
fetched waits for that. Nothing here runs inside a transaction.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from federation import announcements, translate
from federation.communities.named import community_of, topic_of
from federation.document import BadDocument, Document, id_of, type_of
from federation.errors import BadAnswer, Gone, NotAllowed, PeerError
from federation.keyring import Keyring
from federation.policy import Policy
from federation.read.actors import read_actor
from federation.read.posts import read_post
from federation.signing.keys import SigningKey
from federation.translate import Addressed, Words
from federation.vocabulary import ACTOR_KINDS, Actor, Post
from federation.wire import Wire
from social import peers
from social.errors import Gone as Deleted
from social.errors import Invalid
from social.peer_rules import Rule
from social.people import accounts as people
from social.people import remote
from social.people.remote import RemoteActor
from social.posts import publish
from storage import accounts, known
from storage import posts as post_rows
from storage.accounts import AccountKind, AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, IdMaker, Millis, PostId
from storage.visibility import OPEN, Visibility

T = TypeVar("T")

REQUESTS = 40
SECONDS = 20.0
DEPTH = 30
"""Ancestors of a post that are fetched for one cause."""
ASKED_AGAIN = 3
"""So often an actor is asked that tells of itself while the answer is on its way, which may be older than that."""
STRANGERS = 5
"""Unknown accounts that are fetched because one post names them."""


class Exhausted(PeerError):
    """The cause has used up its requests or its time."""


class Budget:
    """What one cause may cost: requests, seconds, and each URL once."""

    def __init__(self, requests: int = REQUESTS, seconds: float = SECONDS) -> None:
        self._requests = requests
        self._until = asyncio.get_running_loop().time() + seconds
        self._seen: set[str] = set()

    def spend(self, url: str) -> None:
        """Count one request. Raises Exhausted when there is none left, BadAnswer for what leads back to itself."""
        if url in self._seen:
            raise BadAnswer("asked for once already: this turns in a circle", url)
        if self._requests <= 0 or asyncio.get_running_loop().time() > self._until:
            raise Exhausted("no more requests for this cause", url)
        self._seen.add(url)
        self._requests -= 1

    def allow_again(self, url: str) -> None:
        """The answer is no use any more: it may be asked for anew, at the cost of another request."""
        self._seen.discard(url)

    @property
    def seconds(self) -> float:
        """What is left of the time."""
        return max(0.0, self._until - asyncio.get_running_loop().time())


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A post from its own id, with its author stored here."""

    post: Post
    author: AccountRow
    words: Words
    addressed: Addressed


class _Overtaken(Exception):
    """An actor told of itself while it was asked."""


class Resolver:
    """Fetches and stores. One per node."""

    def __init__(self, wire: Wire, policy: Policy) -> None:
        self._wire = wire
        self._policy = policy
        self._keyring = Keyring(wire.db)
        self._own_id: AccountId | None = None
        self._running: dict[str, asyncio.Task[Any]] = {}

    async def close(self) -> None:
        """Give up what is being fetched."""
        tasks = list(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def document(self, url: str, budget: Budget) -> Document:
        """The object at a URL of an allowed host, believed only from its own id. Raises PeerError."""
        await self.admit(url)
        budget.spend(url)
        key = await self.key()
        try:
            async with asyncio.timeout(budget.seconds):
                document = await self._wire.client.fetch_document(url, key)
        except TimeoutError as cause:
            raise Exhausted("no time left for this cause", url) from cause
        if self._wire.is_ours(document.id):
            raise BadAnswer("an object of elsewhere with an id of this node", url)
        return document

    async def admit(self, url: str) -> None:
        """Raises NotAllowed for a URL of a host that policy does not allow; nothing was asked then."""
        if not await self._policy.allows(self._wire.host_of(url)):
            raise NotAllowed("a host that is not allowed here", url)

    async def rule(self, host: str) -> Rule:
        """What policy lets the host do."""
        return await self._policy.rule(host)

    async def key(self) -> SigningKey:
        """The instance actor's key, with which everything is asked for."""
        return await self._keyring.of(await self.node())

    async def node(self) -> AccountId:
        """The instance actor's account."""
        if self._own_id is None:
            self._own_id = (await self._wire.db.read(people.instance_actor)).id
        return self._own_id

    async def actor(self, uri: str, budget: Budget, *, key_id: str | None = None) -> AccountRow:
        """An actor, fetched now and stored; with `key_id` that one of its keys is kept. Raises PeerError.

        One that is gone for good (410) is deleted here too.
        """
        return await self._once(f"{uri} {key_id or ''}", lambda: self._fetch_actor(uri, budget, key_id))

    async def known_actor(self, uri: str, budget: Budget) -> AccountRow:
        """An actor as it is known here, else fetched. Raises PeerError."""
        row = await self._wire.db.read(accounts.by_uri, uri)
        if row is not None and row.deleted_at is not None:
            raise Gone(uri)
        if row is not None:
            return row
        return await self.actor(uri, budget)

    async def owner(self, key_id: str, budget: Budget) -> AccountRow:
        """Whoever lists the key, fetched now and stored with it. Raises PeerError."""
        return await self._once(f"key {key_id}", lambda: self._fetch_owner(key_id, budget))

    async def post(self, uri: str, budget: Budget, *, history: bool = False) -> PostId | None:
        """A post and those of its ancestors that are not here, stored; None if it is for nobody here. Raises PeerError.

        `history`: as old ones; else a post that a local timeline would have received counts as arriving now.
        """
        found = await self._wire.db.read(post_rows.by_uri, uri)
        if found is not None:
            return found.id
        chain = await self._chain(uri, budget)
        stored: PostId | None = None
        for fetched in reversed(chain):
            stored = await self.keep_post(fetched, budget, history=history)
        return stored

    async def fetch_post(self, uri: str, budget: Budget) -> Fetched:
        """A post from its own id with its author; nothing of it is stored. Raises PeerError."""
        document = await self.document(uri, budget)
        return await self.read_post(document.fields, budget)

    async def read_post(self, fields: dict[str, Any], budget: Budget) -> Fetched:
        """A post out of a document that was believed, its author known. Raises PeerError."""
        try:
            post = read_post(fields, insecure=self._wire.insecure)
        except BadDocument as cause:
            raise BadAnswer(cause.reason, str(fields.get("id"))[:200]) from cause
        author = await self.known_actor(post.author, budget)
        return Fetched(
            post=post,
            author=author,
            words=translate.words(post, self._wire.settings.posts.remote_limit),
            addressed=translate.addressed(post, author.followers_url),
        )

    async def keep_post(self, fetched: Fetched, budget: Budget, *, history: bool, depth: int = 0) -> PostId | None:
        """Store a fetched post; None if it is for nobody here. Raises PeerError for a deleted one.

        `depth`: how many quotes led to it.
        """
        await self.introduce(fetched.addressed.everybody, budget)
        wire = self._wire
        node = await self.node()
        try:
            return await wire.db.write(_keep_post, fetched, node, history, depth, ids=wire.ids, now=wire.clock())
        except Deleted as cause:
            raise Gone(fetched.post.id) from cause

    async def introduce(self, uris: tuple[str, ...], budget: Budget) -> None:
        """Get to know some of the accounts that a post names; who cannot be had now stays unknown."""
        here = {row.uri for row in await self._wire.db.read(known.accounts, list(uris))}
        strangers = [uri for uri in uris if uri not in here and not self._wire.is_ours(uri)]
        await asyncio.gather(*(self._introduced(uri, budget) for uri in strangers[:STRANGERS]))

    async def _fetch_owner(self, key_id: str, budget: Budget) -> AccountRow:
        document = await self._living(key_id.partition("#")[0], budget)
        if type_of(document.fields, ACTOR_KINDS) is None:
            owner = id_of(document.fields.get("owner")) or id_of(document.fields.get("controller"))
            if owner is None:
                raise BadAnswer("a key that names no owner", key_id)
            return await self.actor(owner, budget, key_id=key_id)
        return await self._keep(self._read(document), key_id)

    async def _introduced(self, uri: str, budget: Budget) -> bool:
        try:
            await self.actor(uri, budget)
        except PeerError:
            return False
        return True

    async def _chain(self, uri: str, budget: Budget) -> list[Fetched]:
        """The post, what it answers, and so on, until one is known here or cannot be had."""
        chain = [await self.fetch_post(uri, budget)]
        while len(chain) < DEPTH:
            parent = chain[-1].post.in_reply_to
            if parent is None or await self._wire.db.read(post_rows.by_uri, parent) is not None:
                break
            try:
                chain.append(await self.fetch_post(parent, budget))
            except PeerError:
                # What is above stays missing: the thread begins here, and a job asks for it once more.
                break
        return chain

    async def _fetch_actor(self, uri: str, budget: Budget, key_id: str | None) -> AccountRow:
        for _ in range(ASKED_AGAIN - 1):
            asked_at = self._wire.clock()
            actor = self._read(await self._living(uri, budget))
            with contextlib.suppress(_Overtaken):
                return await self._keep(actor, key_id, asked_at)
            budget.allow_again(uri)
        return await self._keep(self._read(await self._living(uri, budget)), key_id)

    async def _living(self, uri: str, budget: Budget) -> Document:
        """The document of an actor; one that is gone for good is deleted here. Raises PeerError."""
        try:
            return await self.document(uri, budget)
        except Gone:
            await self._wire.db.write(remote.delete_remote, uri, now=self._wire.clock())
            raise

    def _read(self, document: Document) -> Actor:
        try:
            return read_actor(document.fields, insecure=self._wire.insecure)
        except BadDocument as cause:
            raise BadAnswer(cause.reason, document.id) from cause

    async def _keep(self, actor: Actor, key_id: str | None, asked_at: Millis | None = None) -> AccountRow:
        if key_id is not None and key_id not in [key.id for key in actor.keys]:
            raise BadAnswer("an actor that does not list the key", actor.id)
        wire = self._wire
        try:
            said = translate.remote_actor(actor, key_id)
            return await wire.db.write(keep_actor, said, wire.ids, wire.clock(), asked_at)
        except Deleted as cause:
            raise Gone(actor.id) from cause
        except Invalid as cause:
            raise BadAnswer("an actor without a name", actor.id) from cause

    async def _once(self, name: str, make: Callable[[], Awaitable[T]]) -> T:
        """What `make` gives; who comes while it runs gets the same."""
        task = self._running.get(name)
        if task is None:
            task = self._running[name] = asyncio.ensure_future(make())
            task.add_done_callback(lambda done: self._finished(name, done))
        result: T = await asyncio.shield(task)
        return result

    def _finished(self, name: str, task: "asyncio.Task[Any]") -> None:
        self._running.pop(name, None)
        if not task.cancelled():
            # Looked at here, so that it is not complained about when everybody who waited has gone.
            task.exception()


def keep_actor(tx: Tx, actor: RemoteActor, ids: IdMaker, now: Millis, asked_at: Millis | None = None) -> AccountRow:
    """Store an actor and give its row. Raises social's Gone, Invalid, and _Overtaken for one that told of itself since
    `asked_at`."""
    if asked_at is not None and remote.came_since(tx, actor.uri, asked_at):
        raise _Overtaken
    remote.store_remote(tx, actor, ids=ids, now=now)
    row = accounts.by_uri(tx, actor.uri)
    if row is None:
        raise Deleted("account")
    if row.kind is AccountKind.GROUP:
        # Before anybody here joins it: PieFed loses the first letter that is signed in another way than its own.
        peers.acquaint(tx, row.domain, now)
    return row


def would_have_come(tx: Tx, author: AccountRow, visibility: Visibility, written_at: Millis, node: AccountId) -> bool:
    """Whether a timeline here would have received a post of the author when it was written."""
    wanted = known.wanted(tx, author.id, author.domain, node)
    if wanted.person_since is not None and wanted.person_since <= written_at:
        return True
    return visibility is Visibility.PUBLIC and wanted.node_since is not None and wanted.node_since <= written_at


def _keep_post(
    tx: Tx, fetched: Fetched, node: AccountId, history: bool, depth: int, *, ids: IdMaker, now: Millis
) -> PostId | None:
    people_named = {row.uri: row for row in known.accounts(tx, list(fetched.addressed.everybody))}
    community = community_of(tx, fetched.author, fetched.post, None)
    if community is not None and community.account.is_local:
        # Whoever writes in a community of this node asks it; what is only found is no part of it.
        if community.community.is_closed:
            return None
        community = None
    to = fetched.addressed
    if community is not None:
        to = translate.addressed(fetched.post, fetched.author.followers_url, community.account)
    elif to.visibility not in OPEN and not _is_for_somebody(tx, fetched, people_named, node):
        return None
    received = translate.received(fetched.post, fetched.words, to, fetched.author, people_named, now)
    group = community.account.id if community is not None else None
    topic = topic_of(fetched.post, community.account) if community is not None else ""
    received = msgspec.structs.replace(received, quote_depth=depth, community=group, topic=topic)
    written_at = Millis(min(received.published_at, now))
    live = not history and would_have_come(tx, fetched.author, received.visibility, written_at, node)
    kept = publish.receive(tx, fetched.author, received, ids=ids, live=live, now=now)
    announcements.take(tx, fetched.author, fetched.post, now)
    return kept


def _is_for_somebody(tx: Tx, fetched: Fetched, named: dict[str, AccountRow], node: AccountId) -> bool:
    if any(row.is_local for row in named.values()):
        return True
    if fetched.addressed.visibility is Visibility.DIRECT:
        return False
    return known.wanted(tx, fetched.author.id, fetched.author.domain, node).person_since is not None
