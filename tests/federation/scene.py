"""Two scripted nodes around ours, and a community between: `siege` hosts the football, Carla lives at `filiale`."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from federation.resolver import Budget
from social.clock import iso
from social.communities import communities
from social.communities.communities import NewCommunity
from storage import memberships, peers, placements
from storage import posts as post_rows
from storage.accounts import AccountRow
from storage.communities import Entry
from storage.engine.database import Database, Tx
from storage.engine.query import Query, Row
from storage.ids import Millis
from storage.memberships import MemberRole, MembershipRow, MemberState
from storage.peers import Policy
from tests.federation.neighbour import PUBLIC, Neighbour, Somebody
from tests.federation.station import Station, open_station
from tests.world import NOON, one_pair


class SentRow(Row, frozen=True, kw_only=True):
    """A delivery with its activity."""

    host: str
    body: str


_SENT = Query(
    SentRow,
    "SELECT d.host, a.body FROM deliveries AS d JOIN activities AS a ON a.id = d.activity_id ORDER BY d.id",
)


class Scene:
    """Our node, the two others, and who is where."""

    def __init__(self, station: Station, siege: Neighbour, filiale: Neighbour) -> None:
        self.station, self.siege, self.filiale = station, siege, filiale
        self.group = siege.person(
            "football", kind="Group", attributedTo=siege.url("/users/football/moderators"), published=iso(NOON)
        )
        self.carla = filiale.person("carla", key=1)
        self.bruno = siege.person("bruno", key=2)

    async def football(self) -> AccountRow:
        row = await self.station.by_uri(self.group.id)
        assert row is not None
        return row

    async def joined(self) -> None:
        """Amina of our node is a member."""
        await self.station.person("amina")
        await self.station.federation.resolver.actor(self.group.id, Budget())
        football = await self.football()
        await self.station.follow("amina", football.id)
        await self.station.settle()
        asked = next(json.loads(row.body) for row in await self.station.db.read(_sent) if '"Follow"' in row.body)
        accepted = self.siege.about("Accept", self.group.id, asked)
        assert await self.station.accept(self.siege, accepted, by=self.group) == ["applied"]

    def post(self, text: str = "Who plays?", *, serve: bool = True, **said: Any) -> dict[str, Any]:
        """What Carla writes in the community."""
        addressed = {"to": [PUBLIC, self.group.id], "cc": [self.carla.followers], "audience": self.group.id}
        return self.filiale.note(self.carla, text, serve=serve, **(addressed | said))

    def announce(self, inner: Any, by: Somebody | None = None, **said: Any) -> dict[str, Any]:
        by = by or self.group
        told = {"to": [PUBLIC], "cc": [by.followers], "published": iso(Millis(NOON + 5))}
        return self.siege.about("Announce", by.id, inner, **(told | said))

    async def hears(self, inner: Any, by: Somebody | None = None, **said: Any) -> str:
        """The community announces something; what became of it."""
        by = by or self.group
        (outcome,) = await self.station.accept(self.siege, self.announce(inner, by, **said), by=by)
        return outcome

    async def placed(self, uri: str) -> placements.PlacementRow | None:
        return await self.station.db.read(_placed, uri)

    async def moderates(self, who: Somebody) -> None:
        await self.station.federation.resolver.actor(who.id, Budget())
        account = await self.station.by_uri(who.id)
        assert account is not None
        row = MembershipRow(
            community_id=(await self.football()).id,
            account_id=account.id,
            role=MemberRole.MODERATOR,
            state=MemberState.MEMBER,
            created_at=NOON,
        )
        await self.station.db.write(memberships.put, row)

    async def founded(self, entry: Entry = Entry.OPEN) -> AccountRow:
        """A community of our node, hosted by Amina."""
        station = self.station
        await station.person("amina")
        new = NewCommunity(username="chess", entry=entry, keys=one_pair())
        return await station.db.write(
            communities.create, station.viewer("amina"), new, ids=station.ids, urls=station.urls, now=station.clock()
        )

    async def asks(self, who: Somebody, chess: AccountRow, peer: Neighbour) -> str:
        """Somebody of elsewhere follows it; what they are then."""
        await self.station.accept(peer, peer.about("Follow", who.id, chess.uri), by=who)
        account = await self.station.by_uri(who.id)
        assert account is not None
        row = await self.station.db.read(memberships.one, chess.id, account.id)
        return "" if row is None else row.state.value

    async def is_of(self, peer: Neighbour, software: str, policy: Policy = Policy.UNKNOWN) -> None:
        """What a node runs, and whether an administrator let it in by name."""
        await self.station.db.write(peers.describe, peer.authority, software, "", self.station.clock())
        if policy is not Policy.UNKNOWN:
            await self.station.db.write(peers.decide, peer.authority, policy, self.station.clock())

    async def sent(self, host: str = "") -> list[dict[str, Any]]:
        """What goes to a node, in order."""
        await self.station.settle()
        found = await self.station.db.read(_sent)
        return [json.loads(row.body) for row in found if row.host == host or not host]


def _sent(tx: Tx) -> list[SentRow]:
    return tx.rows(_SENT)


def _placed(tx: Tx, uri: str) -> placements.PlacementRow | None:
    post = post_rows.by_uri(tx, uri)
    return None if post is None else placements.one(tx, post.id)


@asynccontextmanager
async def opened(db: Database, folder: Path) -> AsyncIterator[Scene]:
    """The three nodes, ours in open mode: of guests by name there are none but those that a test lets in."""
    async with (
        Neighbour("siege.localhost") as siege,
        Neighbour("filiale.localhost") as filiale,
        open_station(db, folder / "media", mode="open") as station,
    ):
        yield Scene(station, siege, filiale)
