"""One node under test and what one does with it: see `tests/nodes.py`."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import aiohttp
import msgspec

from server.cli.serve import Running
from server.work.quiet import Watched
from social.clock import Clock, system_clock
from social.people import grants, scopes, users
from social.policy import Role, Viewer
from social.settings import (
    LimitSettings,
    PeopleSettings,
    Settings,
)
from social.urls import Urls
from storage.engine.database import Database, Tx, open_database
from storage.ids import AccountId, IdMaker
from tests.template import prepared
from tests.world import PASSWORD, PEOPLE, one_pair, password_hash

P = ParamSpec("P")
T = TypeVar("T")

PLACES = {"siege": ("Siège", "Paris"), "usine": ("Usine", "Lyon"), "filiale": ("Filiale", "Madrid")}
ROOT = Path(__file__).parent.parent
START_SECONDS = 30.0
NO_LIMITS = LimitSettings(off=True, password_grant=True)
CHEAP = PeopleSettings(argon2_memory=8, argon2_passes=1)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with a login at a node. `acct` is `name@host`, `token` has all scopes of the role."""

    name: str
    acct: str
    account: AccountId
    viewer: Viewer
    token: str
    password: str = PASSWORD


class Refused(AssertionError):
    """The API answered with an error."""

    def __init__(self, method: str, path: str, status: int, body: str) -> None:
        self.status = status
        self.body = body
        super().__init__(f"{method} {path} answered {status}: {body[:500]}")


class Site(ABC):
    """What both kinds of nodes can do."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.name = settings.node.domain.partition(".")[0].partition(":")[0]
        self.host = settings.node.domain
        self.base_url = settings.base_url
        self.port = settings.listen.port
        self.urls = Urls(settings.base_url)
        self._people: dict[str, Person] = {}
        self._http: aiohttp.ClientSession | None = None

    @property
    @abstractmethod
    def db(self) -> Database:
        """Its database: that of the node itself, or another connection to it."""

    @property
    @abstractmethod
    def ids(self) -> IdMaker: ...

    @property
    @abstractmethod
    def clock(self) -> Clock: ...

    @property
    @abstractmethod
    def watched(self) -> Watched: ...

    async def read(self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """A query on the node's database."""
        return await self.db.read(fn, *args, **kwargs)

    async def write(self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """A command on the node's database."""
        return await self.db.write(fn, *args, **kwargs)

    async def person(self, name: str, *, role: Role = Role.MEMBER, locked: bool = False) -> Person:
        """Somebody of the group with an account here and a token for everything; the same one when asked again."""
        if name not in self._people:
            display_name, job = PEOPLE.get(name, (name.capitalize(), ""))
            new = users.NewUser(
                username=name,
                display_name=display_name,
                job=job,
                password_hash=password_hash(self.settings.people),
                keys=one_pair(),
                role=role,
                locked=locked,
            )
            viewer, token = await self.write(_join, new, self)
            self._people[name] = Person(
                name=name, acct=f"{name}@{self.host}", account=viewer.account, viewer=viewer, token=token
            )
        return self._people[name]

    async def api(self, method: str, path: str, by: Person | None = None, **params: Any) -> Any:
        """Ask the API with JSON parameters; the JSON of the answer. Raises Refused from 400 on."""
        headers = {"Authorization": f"Bearer {by.token}"} if by else {}
        query = params if method == "GET" else None
        body = None if method == "GET" else params
        async with self.request(method, path, headers=headers, params=query, json=body) as answer:
            text = await answer.text()
            if answer.status >= 400:
                raise Refused(method, path, answer.status, text)
            return json.loads(text) if text else None

    @asynccontextmanager
    async def request(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **options: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Any request, to the node's socket under the node's name."""
        if self._http is None:
            self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64))
        url = f"http://127.0.0.1:{self.port}{path}"
        async with self._http.request(
            method, url, headers={"Host": self.host} | dict(headers or {}), allow_redirects=False, **options
        ) as answer:
            yield answer

    async def say(self, by: Person, text: str, **params: Any) -> Any:
        """Publish through the API."""
        return await self.api("POST", "/api/v1/statuses", by, status=text, **params)

    async def account_of(self, by: Person, other: Person) -> str:
        """The id that `other` has here, found by their address as in the search field."""
        found = await self.api("GET", "/api/v2/search", by, q=f"@{other.acct}", type="accounts", resolve="true")
        assert len(found["accounts"]) == 1, found
        id: str = found["accounts"][0]["id"]
        return id

    async def follow(self, by: Person, other: Person) -> Any:
        """Follow somebody of any node."""
        return await self.api("POST", f"/api/v1/accounts/{await self.account_of(by, other)}/follow", by)

    async def find(self, by: Person, uri: str) -> str:
        """The id that a post of elsewhere has here, found by its address as in the search field."""
        found = await self.api("GET", "/api/v2/search", by, q=uri, type="statuses", resolve="true")
        assert len(found["statuses"]) == 1, found
        id: str = found["statuses"][0]["id"]
        return id

    async def close(self) -> None:
        """Close the connections of the test's own client."""
        if self._http is not None:
            await self._http.close()


class LocalNode(Site):
    """A node in this process."""

    def __init__(self, running: Running) -> None:
        super().__init__(running.node.settings)
        self.running = running
        self.node = running.node

    @property
    def db(self) -> Database:
        return self.node.db

    @property
    def ids(self) -> IdMaker:
        return self.node.ids

    @property
    def clock(self) -> Clock:
        return self.node.clock

    @property
    def watched(self) -> Watched:
        return self.running.watched


class ProcessNode(Site):
    """`archipel serve` as a process of its own."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        super().__init__(settings)
        self.folder = folder
        self.wrapper: tuple[str, ...] = ()
        """A command that runs the node's own, such as `unshare …`; from the next start on."""
        self.config = folder / "archipel.toml"
        self.log = folder / "node.log"
        self.config.write_text(as_toml(settings), "utf-8")
        self._ids = IdMaker()
        self._db: Database | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def db(self) -> Database:
        assert self._db is not None, "the node was never started"
        return self._db

    @property
    def ids(self) -> IdMaker:
        return self._ids

    @property
    def clock(self) -> Clock:
        return system_clock

    @property
    def watched(self) -> Watched:
        return Watched(name=self.host, db=self.db, clock=system_clock, running_jobs=lambda: 0)

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process is not None
        return self._process.pid

    async def start(self, *words: str) -> float:
        """Start it and wait for its first answer; the seconds that took."""
        if self._db is None:
            await prepared(self.settings)
            self._db = await open_database(self.settings.database.url, readers=1, connections=2)
        began = time.monotonic()
        self._process = await asyncio.to_thread(self._launch, words)
        async with asyncio.timeout(START_SECONDS):
            while not await self.is_healthy():
                if self._process.poll() is not None:
                    raise AssertionError(f"{self.name} ended:\n{self.said()}")
                await asyncio.sleep(0.01)
        return time.monotonic() - began

    async def run(self, *words: str) -> tuple[int, str]:
        """Start it, and wait until it has ended by itself: its exit status, and what it said."""
        before = len(self.said())
        self._process = await asyncio.to_thread(self._launch, words)
        status = await asyncio.to_thread(self._process.wait, START_SECONDS)
        return status, self.said()[before:]

    async def launch(self, *words: str) -> None:
        """Start it and wait for nothing: a worker answers nobody."""
        self._process = await asyncio.to_thread(self._launch, words)

    async def is_healthy(self) -> bool:
        """Whether it answers."""
        try:
            async with self.request("GET", "/health") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """`kill -9`, in the middle of whatever it does."""
        await self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop it from running, with its sockets open: who connects gets no answer."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it run again."""
        os.kill(self.pid, signal.SIGCONT)

    async def stop(self) -> int:
        """Ask it to end and wait; its exit status."""
        return await self._end(signal.SIGTERM)

    async def close(self) -> None:
        await super().close()
        if self._process is not None and self._process.poll() is None:
            await self._end(signal.SIGKILL)
        if self._db is not None:
            await self._db.close()

    def said(self) -> str:
        """All that it wrote, of all its lives."""
        return self.log.read_text("utf-8") if self.log.exists() else ""

    def _launch(self, words: Sequence[str]) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [*self.wrapper, sys.executable, "-m", "server.cli.main", "serve", "--config", str(self.config), *words],
                cwd=ROOT,
                env=clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def _end(self, kind: signal.Signals) -> int:
        assert self._process is not None
        self._process.send_signal(kind)
        return await asyncio.to_thread(self._process.wait, 30)


def as_toml(settings: Settings) -> str:
    """The settings as a configuration file."""
    tables = msgspec.to_builtins(settings)
    entities = tables["group"].pop("entities")
    lines: list[str] = []
    for name, table in tables.items():
        lines += [f"[{name}]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    for entity in entities:
        lines += ["[[group.entities]]", *(f"{key} = {json.dumps(value)}" for key, value in entity.items())]
    return "\n".join(lines) + "\n"


def clean_environment() -> dict[str, str]:
    """The variables of this process without those that configure a node."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ARCHIPEL_")}


def _join(tx: Tx, new: users.NewUser, site: Site) -> tuple[Viewer, str]:
    user = users.create(tx, None, new, ids=site.ids, urls=site.urls, now=site.clock())
    app = grants.node_app(tx, "tests", ids=site.ids, now=site.clock())
    token = grants.issue(tx, app, user, scopes.scopes_of_role(new.role), ids=site.ids, now=site.clock())
    return users.viewer_of(tx, users.account_of(tx, user)), token
