"""After an absence: which kudos people of the other nodes of the group show, read from the collection that each names.

Add and Remove say so when it happens; a node that heard neither would show what was taken back. Only a person's own
node is asked, and what it lists changes nothing for anybody else.
"""

from federation.document import BadDocument
from federation.errors import PeerError
from federation.read.activities import read_collection
from federation.read.values import id_on
from federation.resolver import Budget, Resolver
from federation.retrying import unless_final
from federation.wire import Wire
from social import jobs
from social.clock import HOUR
from social.jobs import ReadKudos
from social.recognition import kudos
from social.recognition.facts import is_of_group
from social.recognition.kudos import TOLD, Listed
from storage import kudos as rows
from storage.accounts import AccountRow
from storage.engine.database import Tx
from storage.ids import AccountId, Millis

FIRST = AccountId(0)
"""Before everybody."""
BATCH = 20
"""People of one job, one after the other; the next job asks for the next ones."""
SECONDS = 120.0
SETTLED = HOUR
"""So long after a node is there again what waited at it has come by itself."""


class KudosReader:
    """One per node."""

    def __init__(self, wire: Wire, resolver: Resolver) -> None:
        self._wire = wire
        self._resolver = resolver

    async def read(self, job: ReadKudos) -> None:
        """Ask a node of the group about its people whom posts here thank. Raises Unavailable if it does not answer."""
        wire = self._wire
        if not await wire.db.read(is_of_group, job.host, now=wire.clock()):
            return
        people = await wire.db.read(rows.thanked_on, job.host, job.after, BATCH)
        budget = Budget(requests=2 * BATCH, seconds=SECONDS)
        for person in people:
            await self._compare(person, budget)
        if len(people) == BATCH:
            await wire.db.write(follow_up, job.host, wire.clock(), after=people[-1].id)

    async def _compare(self, person: AccountRow, budget: Budget) -> None:
        asked_at = self._wire.clock()
        try:
            listed = await self._listed(person, budget)
        except PeerError as error:
            unless_final(error)
            return
        if listed is not None:
            now = self._wire.clock()
            await self._wire.db.write(kudos.receive_listed, person, listed, asked_at=asked_at, now=now)

    async def _listed(self, person: AccountRow, budget: Budget) -> Listed | None:
        """What the person's own node says of their page; None if that is nothing. Raises PeerError."""
        if self._wire.host_of(person.uri) != person.domain:
            return None
        actor = await self._resolver.document(person.uri, budget)
        place = id_on(person.uri, actor.fields.get("shownKudos"))
        if actor.id != person.uri or place is None:
            return None
        document = await self._resolver.document(place, budget)
        if document.id != place:
            return None
        try:
            found = read_collection(document.fields, insecure=self._wire.insecure)
        except BadDocument:
            return None
        has_more = found.first is not None or found.next is not None or found.total not in (None, len(found.items))
        uris = tuple(item.id for item in found.items[:TOLD] if item.id is not None)
        return Listed(uris=uris, is_whole=not has_more and len(found.items) < TOLD)


def follow_up(tx: Tx, host: str, due: Millis, *, after: AccountId = FIRST) -> None:
    """Have a node asked, about its people with a later id."""
    jobs.enqueue(tx, ReadKudos(host=host, after=after), key=f"{host} {after}", due=due)


def follow_up_all(tx: Tx, due: Millis) -> None:
    """Have every node asked whose people are thanked by posts here."""
    for host in rows.hosts(tx):
        follow_up(tx, host, due)
