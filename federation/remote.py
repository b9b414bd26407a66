"""What the network may ask of other nodes (`social.node.Remote`): pasted handles and addresses, pictures.

Only hosts that policy allows are asked; of strangers, and of what is not to be had, the answer is None.
"""

import logging

from federation import discovery
from federation.discovery import Found, claimed_handle
from federation.document import BadDocument, type_of
from federation.errors import BadAnswer, PeerError
from federation.media import Gallery
from federation.names import BadName, Handle, parse_handle, parse_url
from federation.policy import Policy
from federation.read.actors import read_actor
from federation.read.posts import shown_kind
from federation.resolver import Budget, Resolver
from federation.vocabulary import ACTOR_KINDS
from federation.wire import Wire
from social import jobs
from social.clock import DAY
from social.errors import Unavailable
from social.people.names import username_key
from storage import accounts
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.ids import AccountId, MediaId, Millis, PostId

logger = logging.getLogger("archipel.federation")

STALE = DAY


class FederatedRemote:
    """`social.node.Remote` over ActivityPub."""

    def __init__(self, wire: Wire, policy: Policy, resolver: Resolver, gallery: Gallery) -> None:
        self._wire = wire
        self._policy = policy
        self._resolver = resolver
        self._gallery = gallery

    async def account_by_handle(self, handle: str) -> AccountId | None:
        """The account `name@host` after discovery, stored here; None when there is none or policy forbids asking."""
        try:
            asked = parse_handle(handle)
        except BadName:
            return None
        if asked.host == self._wire.urls.host:
            return _shown(await self._wire.db.read(accounts.by_name, username_key(asked.name), ""))
        if not await self._policy.allows(asked.host):
            return None
        known = await self._wire.db.read(accounts.by_name, username_key(asked.name), asked.host)
        if known is not None and known.deleted_at is None:
            return await self._fresh(known)
        try:
            return _shown(await self._discovered(asked))
        except PeerError as error:
            logger.info("%s was not found: %s", asked, error)
            return None

    async def account_by_url(self, url: str) -> AccountId | None:
        """The account whose id or profile page is `url`, stored here."""
        if self._wire.host_of(url) is None:
            return None
        known = await self._wire.db.read(accounts.by_uri, url) or await self._wire.db.read(accounts.by_url, url)
        if known is not None and known.deleted_at is None:
            return await self._fresh(known)
        if self._wire.is_ours(url):
            return None
        budget = Budget()
        try:
            document = await self._resolver.document(url, budget)
            if type_of(document.fields, ACTOR_KINDS) is None:
                return None
            return _shown(await self._resolver.actor(document.id, Budget()))
        except PeerError as error:
            logger.info("no account at %s: %s", url, error)
            return None

    async def account_anew(self, account: AccountId) -> None:
        """Read an account of elsewhere from its node now; what cannot be had stays as it is."""
        row = await self._wire.db.read(accounts.by_id, account)
        if row is None or row.is_local or row.deleted_at is not None:
            return
        try:
            await self._resolver.actor(row.uri, Budget())
        except PeerError as error:
            logger.info("%s was not read anew: %s", row.uri, error)

    async def post_by_url(self, url: str) -> PostId | None:
        """The post whose id or page is `url`, stored here with its author and ancestors."""
        if self._wire.host_of(url) is None:
            return None
        known = await self._wire.db.read(post_rows.by_uri, url) or await self._wire.db.read(post_rows.by_url, url)
        if known is not None:
            return known.boost_of_id or known.id
        if self._wire.is_ours(url):
            return None
        try:
            document = await self._resolver.document(url, Budget())
            if shown_kind(document.fields) is None:
                return None
            return await self._resolver.post(document.id, Budget())
        except PeerError as error:
            logger.info("no post at %s: %s", url, error)
            return None

    async def media(self, media: MediaId) -> bool:
        """Bring a remote picture into the file store; False when it cannot be had now."""
        try:
            return await self._gallery.bring(media)
        except Unavailable as error:
            logger.info("picture %d: %r", media, error.__cause__)
            return False

    async def _fresh(self, row: AccountRow) -> AccountId | None:
        """The account; one that was not asked about for a day is asked about soon."""
        now = self._wire.clock()
        if not row.is_local and row.suspended_at is None and (row.fetched_at or 0) < now - STALE:
            job = jobs.RefreshAccount(actor=row.uri)
            await self._wire.db.write(jobs.enqueue, job, key=row.uri, due=Millis(now))
        return _shown(row)

    async def _discovered(self, asked: Handle) -> AccountRow:
        found = await discovery.webfinger(self._wire.client, asked)
        await self._resolver.admit(found.actor)
        document = await self._resolver.document(found.actor, Budget())
        try:
            claimed = claimed_handle(read_actor(document.fields, insecure=self._wire.insecure))
        except (BadDocument, BadName) as cause:
            raise BadAnswer(f"no actor: {cause}", found.actor) from cause
        self._check(found, claimed)
        return await self._resolver.actor(document.id, Budget())

    def _check(self, found: Found, claimed: Handle) -> None:
        """A name is believed if the actor's own host gives it, or if the actor itself says so (FEP-2c59)."""
        if claimed.key != found.handle.key and parse_url(found.actor).authority != found.handle.host:
            raise BadAnswer(f"{found.handle} leads to {claimed}", found.actor)


def _shown(row: AccountRow | None) -> AccountId | None:
    return row.id if row is not None and row.deleted_at is None and row.suspended_at is None else None
