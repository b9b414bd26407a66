"""Jobs of accounts that move: the new one is read from its own node before it is believed, followers go in lots."""

from federation.errors import PeerError, Refused
from federation.resolver import Budget, Resolver
from federation.retrying import unless_final
from federation.wire import Wire
from social.communities import merging, succession
from social.errors import Unavailable
from social.jobs import BelieveMerge, BelieveMove, Succeed, TransferFollowers
from social.people import moves
from storage import accounts
from storage.accounts import AccountKind, AccountRow

NOT_FOUND = 404


class Movers:
    """One per node."""

    def __init__(self, wire: Wire, resolver: Resolver) -> None:
        self._wire = wire
        self._resolver = resolver

    async def believe(self, job: BelieveMove) -> None:
        """Ask for the new account and see whether it says that it is the former one too. Raises Unavailable."""
        wire = self._wire
        actor = await wire.db.read(accounts.by_uri, job.actor)
        if actor is None:
            return
        try:
            if wire.is_ours(job.target):
                target = await wire.db.read(accounts.by_uri, job.target)
            else:
                target = await self._resolver.actor(job.target, Budget())
        except PeerError as error:
            unless_final(error)
            return
        if target is not None:
            if actor.kind is AccountKind.GROUP:
                await wire.db.write(succession.believed, actor, target, ids=wire.ids, urls=wire.urls, now=wire.clock())
            else:
                await wire.db.write(moves.receive_move, actor, target, now=wire.clock())

    async def merge(self, job: BelieveMerge) -> None:
        """Ask a community whether another one became part of it. Raises Unavailable for what another try may bring."""
        wire = self._wire
        if not await wire.db.read(merging.is_due, job.community):
            return
        try:
            if wire.is_ours(job.into):
                target = await wire.db.read(accounts.by_uri, job.into)
            else:
                target = await self._resolver.actor(job.into, Budget())
        except PeerError as error:
            if isinstance(error, Refused) and error.status == NOT_FOUND:
                # Hidden so far: its host lets this node know of it as soon as it awaits somebody of here.
                raise Unavailable("remote") from error
            unless_final(error)
            return
        if target is not None:
            about = (job.community, target.id)
            await wire.db.write(merging.believed, *about, ids=wire.ids, urls=wire.urls, now=wire.clock())

    async def succeed(self, job: Succeed) -> None:
        """A community goes on as another one, by the word of the group. Raises Unavailable if that cannot be asked."""
        wire = self._wire
        try:
            if wire.is_ours(job.successor):
                target = await wire.db.read(accounts.by_uri, job.successor)
            else:
                target = await self._resolver.actor(job.successor, Budget())
        except PeerError as error:
            unless_final(error)
            return
        if target is not None:
            await self._go_on(job.community, target)

    async def _go_on(self, former: str, target: AccountRow) -> None:
        wire = self._wire
        await wire.db.write(succession.take, former, target.id, ids=wire.ids, urls=wire.urls, now=wire.clock())

    async def transfer(self, job: TransferFollowers) -> None:
        """Move whoever followed, lot by lot; each is a transaction of its own, and may be done again."""
        wire = self._wire
        now = wire.clock()
        await wire.db.write(moves.carry_silence, job.former, job.target, ids=wire.ids, urls=wire.urls, now=now)
        while await wire.db.write(
            moves.transfer, job.former, job.target, ids=wire.ids, urls=wire.urls, now=wire.clock()
        ):
            continue
