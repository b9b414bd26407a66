"""The desk of two real nodes, and a stock server that follows one who writes there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from federation.desk import follow_up
from social import reading
from social.articles import reading as articles
from social.clock import system_clock
from social.desk import writing
from social.desk.pieces import Plan, Words
from social.policy import Role
from social.posts.publish import Context
from social.settings import FederationSettings
from storage import desk
from storage.desk import PieceRow
from storage.ids import Millis, PostId
from tests.federation.neighbour import Neighbour, Somebody
from tests.interop.test_directory import chartered
from tests.nodes import running_group, settled
from tests.sites import LocalNode, Person

SOURCE = """## What stops

Line 3 stops on Monday. **Nobody** works there, says @amina. See #ligne3.

## Why

The press is old.

## When

From six to noon."""


class Room(msgspec.Struct, frozen=True):
    """Who is there: nora writes at siege; carla reviews and luis writes with her at filiale; both are communicators."""

    siege: LocalNode
    filiale: LocalNode
    nora: Person
    carla: Person
    luis: Person
    strange: Person
    blog: Neighbour
    reader: Somebody

    def context(self) -> Context:
        return Context(self.siege.ids, self.siege.urls, self.siege.settings)

    async def begin(self, title: str, source: str = SOURCE, slot: Millis | None = None) -> PieceRow:
        """A piece of nora's."""
        return await self.siege.write(
            writing.create,
            self.nora.viewer,
            Plan(slot_at=slot),
            Words(title=title, source=source, language="en"),
            context=self.context(),
            now=system_clock(),
        )

    async def share(self, row: PieceRow, *parts: tuple[Person, str]) -> None:
        uris = [(self.filiale.urls.actor(person.name), part) for person, part in parts]
        await self.siege.write(writing.name_people, self.nora.viewer, row.id, uris, now=system_clock())

    async def there(self, row: PieceRow) -> PieceRow:
        """The piece as filiale has it."""
        await settled(self.siege, self.filiale)
        found = await self.filiale.read(desk.by_uri, row.uri)
        assert found is not None
        return found

    async def here(self, row: PieceRow) -> PieceRow:
        await settled(self.siege, self.filiale)
        found = await self.siege.read(desk.by_uri, row.uri)
        assert found is not None
        return found


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Room]:
    """Both nodes, under a manifest that both signed."""
    federation = FederationSettings(insecure_loopback=True, mode="open")
    async with (
        running_group(folder, "siege", "filiale", federation=federation) as (siege, filiale),
        Neighbour("blog.localhost") as blog,
    ):
        nora = await siege.person("nora", role=Role.COMMUNICATOR)
        carla = await filiale.person("carla", role=Role.COMMUNICATOR)
        luis = await filiale.person("luis", role=Role.COMMUNICATOR)
        strange = await filiale.person("amina")
        await chartered(siege, filiale)
        await settled(siege, filiale)
        await siege.write(look, filiale.host)
        await filiale.write(look, siege.host)
        await settled(siege, filiale)
        blog.answer("/inbox", status=202)
        reader = blog.person("rita")
        to = siege.urls.actor("nora")
        followed = blog.about("Follow", reader.id, to)
        answer = await blog.deliver(
            f"http://127.0.0.1:{siege.port}/inbox", followed, reader.key, host=siege.host, now=system_clock()
        )
        assert answer.status == 202
        await settled(siege, filiale)
        yield Room(siege, filiale, nora, carla, luis, strange, blog, reader)


def look(tx: Any, host: str) -> None:
    """One node reads the desk of another."""
    follow_up(tx, host, system_clock())


async def article_of(site: LocalNode, who: Person, post: PostId) -> articles.ArticleView:
    """An article as somebody reads it."""

    def read(tx: Any) -> articles.ArticleView:
        found = articles.article(tx, who.viewer, reading.post(tx, who.viewer, post))
        assert found is not None
        return found

    return await site.read(read)


def last_of(room: Room, kind: str) -> dict[str, Any]:
    """The object of the last such activity that the stock server was sent."""
    sent = [one.json() for one in room.blog.requests if one.method == "POST"]
    document: dict[str, Any] = next(one["object"] for one in reversed(sent) if one["type"] == kind)
    return document
