"""Our node as the protocol sees it: real database, socket and client; no pages, no API, a clock that tests move."""

import socket
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from federation.assembly import Federation
from federation.signing.keys import SigningKey
from server.work.dispatcher import Dispatcher
from social import jobs
from social.feeds.subscribers import FEEDS
from social.people import accounts
from social.settings import FederationSettings, LimitSettings, NodeSettings, PeopleSettings, Settings
from storage import inbox
from storage import jobs as job_rows
from storage.accounts import AccountRow
from storage.engine.database import Database, Tx
from storage.engine.query import Query
from storage.files import LocalFiles
from storage.inbox import InboxRow
from storage.posts import PostRow
from tests.federation.neighbour import Neighbour, Reply, Somebody
from tests.serving import serving
from tests.world import World, one_pair

_ROWS = Query(InboxRow, f"SELECT {InboxRow.columns()} FROM inbox ORDER BY id")  # noqa: S608  # constants
_POSTS = Query(PostRow, f"SELECT {PostRow.columns()} FROM posts ORDER BY id")  # noqa: S608  # constants


class Station(World):
    """The node of the plant, with its protocol."""

    def __init__(self, db: Database, settings: Settings, folder: Path, port: int) -> None:
        super().__init__(db, settings)
        self.port = port
        self.crunch = ThreadPoolExecutor(1)
        self.federation = Federation(
            settings=settings,
            db=db,
            files=LocalFiles(folder),
            clock=self.clock,
            ids=self.ids,
            urls=self.urls,
            crunch=self.crunch,
            version="0.1.0",
        )

    @property
    def host(self) -> str:
        return self.urls.host

    def at(self, path: str) -> str:
        """The URL of a path, by address."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def take(
        self, peer: Neighbour, activity: Any, by: Somebody, *, path: str = "/inbox", **options: Any
    ) -> Reply:
        """Have the peer deliver an activity."""
        return await peer.deliver(self.at(path), activity, by.key, host=self.host, now=self.clock(), **options)

    async def show(self, peer: Neighbour, path: str, key: SigningKey | None = None, **headers: str) -> Reply:
        """Have the peer ask for a document."""
        return await peer.ask(self.at(path), key, host=self.host, now=self.clock(), **headers)

    async def accept(self, peer: Neighbour, *activities: Mapping[str, Any], by: Somebody) -> list[str]:
        """Deliver, apply, and let subscribers run; what became of each activity, by the inbox."""
        for activity in activities:
            reply = await self.take(peer, activity, by)
            assert reply.status == 202, reply.body
        await self.work()
        states = {row.activity_id: row.state for row in await self.received()}
        return [states[activity["id"]] for activity in activities]

    async def work(self) -> None:
        """Apply what came in and run the subscribers."""
        await self.federation.inbox.settle()
        await self.settle()

    async def settle(self) -> None:
        """Run all subscribers until they have read everything."""
        subscribers = {
            **FEEDS,
            **self.federation.subscribers(),
        }
        await Dispatcher(self.db, self.clock, subscribers).settle()

    async def run_jobs(self, rounds: int = 10) -> None:
        """Run jobs that are due until none is; what they raise is raised."""
        table = {str(kind.__struct_config__.tag): run for kind, run in self.federation.jobs().items()}
        for _ in range(rounds):
            claimed = await self.db.write(job_rows.claim, list(table), self.clock(), 60_000, 10)
            if not claimed:
                return
            for job in claimed:
                await table[job.kind](jobs.read(job.arguments))
                await self.db.write(job_rows.finish, job.id)
            await self.settle()
        raise AssertionError("jobs that make jobs without end")

    async def received(self) -> list[InboxRow]:
        """The inbox."""
        return await self.db.read(_all_received)

    async def posts(self) -> list[PostRow]:
        """Every post and boost, by id."""
        return await self.db.read(_all_posts)

    async def by_uri(self, uri: str) -> AccountRow | None:
        """An account by its protocol id."""
        return await self.db.read(accounts.by_uri, uri)

    async def waits(self) -> int:
        """How many activities wait to be applied."""
        return await self.db.read(inbox.waiting_count)


def _all_received(tx: Tx) -> list[InboxRow]:
    return tx.rows(_ROWS)


def _all_posts(tx: Tx) -> list[PostRow]:
    return tx.rows(_POSTS)


@asynccontextmanager
async def open_station(
    db: Database,
    folder: Path,
    *allowed: str,
    listens: bool = True,
    mode: str = "allow",
    is_open: bool = False,
    **sections: Any,
) -> AsyncIterator[Station]:
    """The node at `http://usine.localhost:<port>`, answering, with nobody on it; `allowed` hosts are let in.

    `is_open`: the anonymous internet may read it.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        settings = Settings(
            node=NodeSettings(domain=f"usine.localhost:{port}", scheme="http", title="Usine", open=is_open),
            people=PeopleSettings(argon2_memory=8, argon2_passes=1),
            federation=FederationSettings(insecure_loopback=True, allow=allowed, mode=mode),
            **{"limits": LimitSettings(per_peer=0), **sections},
        )
        station = Station(db, settings, folder, port)
        await db.write(
            accounts.create_instance_actor, one_pair(), ids=station.ids, urls=station.urls, now=station.clock()
        )
        app = Starlette(routes=station.federation.routes())
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", loop="none")
        try:
            async with serving(config, listener) if listens else nullcontext():
                yield station
        finally:
            await station.federation.stop()
            station.crunch.shutdown()
